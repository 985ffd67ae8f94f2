/**
 * The simulated services, by the name that a request is signed for. Their protocols are in `wire/protocol.ts`. `monitoring` is CloudWatch;
 * `elasticloadbalancing` has the operations of version 2 only.
 */
export const services = ['fis', 'ec2', 'iam', 'sts', 'autoscaling', 'elasticloadbalancing', 'ecs', 'monitoring'] as const
export type Service = (typeof services)[number]

/** The error codes of a service for refusals that any operation may have. */
export type ErrorCodes = {
  readonly unknownOperation: string
  readonly unknownMember: string
  readonly missingMember: string
  readonly invalidMember: string
  readonly unreadable: string
}

const query: ErrorCodes = {
  unknownOperation: 'InvalidAction',
  unknownMember: 'ValidationError',
  missingMember: 'ValidationError',
  invalidMember: 'ValidationError',
  unreadable: 'MalformedQueryString',
}

export const errorCodes: Readonly<Record<Service, ErrorCodes>> = {
  fis: {
    unknownOperation: 'UnknownOperationException',
    unknownMember: 'ValidationException',
    missingMember: 'ValidationException',
    invalidMember: 'ValidationException',
    unreadable: 'SerializationException',
  },
  ec2: {
    unknownOperation: 'InvalidAction',
    unknownMember: 'UnknownParameter',
    missingMember: 'MissingParameter',
    invalidMember: 'InvalidParameterValue',
    unreadable: 'MalformedQueryString',
  },
  iam: query,
  sts: query,
  autoscaling: query,
  elasticloadbalancing: query,
  ecs: {
    unknownOperation: 'UnknownOperationException',
    unknownMember: 'InvalidParameterException',
    missingMember: 'InvalidParameterException',
    invalidMember: 'InvalidParameterException',
    unreadable: 'SerializationException',
  },
  monitoring: {
    unknownOperation: 'UnknownOperationException',
    unknownMember: 'ValidationError',
    missingMember: 'ValidationError',
    invalidMember: 'ValidationError',
    unreadable: 'SerializationException',
  },
}

/** The prefix of a service's actions in IAM policies. */
export function actionPrefixOf(service: Service): string {
  return service === 'monitoring' ? 'cloudwatch' : service
}
