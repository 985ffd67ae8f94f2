import { fisArn, roleArn, type Scope } from '../account/arn.ts'
import type { Call, Refusal, Service } from '../operation.ts'
import { actionPrefixOf } from '../service.ts'
import type { InjectedFault } from './faults.ts'

/** One refusal for each service, with the code, the message and the status that this service uses. */
type RefusalTable = Readonly<Record<Service, Refusal>>

const throttled: RefusalTable = {
  fis: { code: 'ThrottlingException', message: 'Rate exceeded', status: 429 },
  ec2: { code: 'RequestLimitExceeded', message: 'Request limit exceeded.', status: 503 },
  iam: { code: 'Throttling', message: 'Rate exceeded', status: 400 },
  sts: { code: 'Throttling', message: 'Rate exceeded', status: 400 },
  autoscaling: { code: 'Throttling', message: 'Rate exceeded', status: 400 },
  elasticloadbalancing: { code: 'Throttling', message: 'Rate exceeded', status: 400 },
  ecs: { code: 'ThrottlingException', message: 'Rate exceeded', status: 400 },
  monitoring: { code: 'ThrottlingException', message: 'Rate exceeded', status: 400 },
}

const expiredMessage = 'The security token included in the request is expired'

const expired: RefusalTable = {
  fis: { code: 'ExpiredTokenException', message: expiredMessage, status: 403 },
  ec2: { code: 'RequestExpired', message: 'Request has expired.', status: 400 },
  iam: { code: 'ExpiredToken', message: expiredMessage, status: 403 },
  sts: { code: 'ExpiredToken', message: expiredMessage, status: 403 },
  autoscaling: { code: 'ExpiredToken', message: expiredMessage, status: 403 },
  elasticloadbalancing: { code: 'ExpiredToken', message: expiredMessage, status: 403 },
  ecs: { code: 'ExpiredTokenException', message: expiredMessage, status: 400 },
  monitoring: { code: 'ExpiredTokenException', message: expiredMessage, status: 400 },
}

/** The refusal for credentials of an assumed role that have expired. */
export function expiredRefusal(service: Service): Refusal {
  return expired[service]
}

const exceeded: RefusalTable = {
  fis: { code: 'ServiceQuotaExceededException', message: 'You have exceeded a service quota of this account.', status: 402 },
  ec2: { code: 'InstanceLimitExceeded', message: 'You have requested more instances than your current limit allows.', status: 400 },
  iam: { code: 'LimitExceeded', message: 'Cannot exceed quota for RolesPerAccount: 1000', status: 409 },
  sts: { code: 'LimitExceeded', message: 'Cannot exceed quota.', status: 409 },
  autoscaling: { code: 'LimitExceeded', message: 'Cannot exceed quota.', status: 400 },
  elasticloadbalancing: { code: 'LimitExceeded', message: 'Cannot exceed quota.', status: 400 },
  ecs: { code: 'LimitExceededException', message: 'Cannot exceed quota.', status: 400 },
  monitoring: { code: 'LimitExceeded', message: 'Cannot exceed quota.', status: 400 },
}

const broken: RefusalTable = {
  fis: { code: 'InternalServerException', message: 'An internal error occurred.', status: 500 },
  ec2: { code: 'InternalError', message: 'An internal error has occurred', status: 500 },
  iam: { code: 'ServiceFailure', message: 'The request processing has failed because of an unknown error.', status: 500 },
  sts: { code: 'InternalFailure', message: 'The request processing has failed because of an unknown error.', status: 500 },
  autoscaling: { code: 'InternalFailure', message: 'The request processing has failed because of an unknown error.', status: 500 },
  elasticloadbalancing: { code: 'InternalFailure', message: 'The request processing has failed because of an unknown error.', status: 500 },
  ecs: { code: 'ServerException', message: 'Service Unavailable. Please try again later.', status: 500 },
  monitoring: { code: 'InternalServiceError', message: 'The request processing has failed because of an unknown error.', status: 500 },
}

/** The caller that is denied, and the region and account of its call. */
type DeniedCaller = { readonly scope: Scope; readonly callerArn: string }

/** The error that the service answers with when this fault is injected; undefined if the fault is not an error, such as a slow answer. */
export function refusalFor(fault: InjectedFault, call: Call, caller: DeniedCaller): Refusal | undefined {
  if (fault.fault === 'throttle') return throttled[call.service]
  if (fault.fault === 'expired') return expiredRefusal(call.service)
  if (fault.fault === 'quota') return exceeded[call.service]
  if (fault.fault === '5xx') return { ...broken[call.service], status: fault.status ?? 500 }
  return fault.fault === 'denied' ? denied(fault, call, caller) : undefined
}

/** The form of the message: https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html */
function denied(fault: InjectedFault, call: Call, { scope, callerArn }: DeniedCaller): Refusal {
  const action = fault.action ?? `${actionPrefixOf(call.service)}:${call.operation}`
  const resource = fault.resource ?? resourceOf(call, scope)
  const on = resource === undefined ? '' : ` on resource: ${resource}`
  const message = `User: ${callerArn} is not authorized to perform: ${action}${on} because no identity-based policy allows the ${action} action`
  if (call.service === 'ec2')
    return { code: 'UnauthorizedOperation', message: `You are not authorized to perform this operation. ${message}`, status: 403 }
  if (call.service === 'ecs' || call.service === 'monitoring') return { code: 'AccessDeniedException', message, status: 400 }
  return { code: call.service === 'fis' ? 'AccessDeniedException' : 'AccessDenied', message, status: 403 }
}

function resourceOf(call: Call, scope: Scope): string | undefined {
  const params = typeof call.params === 'object' && call.params !== null ? (call.params as Readonly<Record<string, unknown>>) : {}
  if (call.service === 'iam') return typeof params.RoleName === 'string' ? roleArn(scope, '/', params.RoleName) : '*'
  if (call.service === 'fis') return fisArn(scope, fisResource(call.operation, String(params.id ?? params.experimentId ?? '*')))
  return undefined
}

function fisResource(operation: string, id: string): string {
  if (operation === 'CreateExperimentTemplate' || operation === 'ListActions') return 'action/*'
  if (operation === 'GetAction') return `action/${id}`
  if (operation === 'GetSafetyLever') return `safety-lever/${id}`
  return operation.includes('Template') ? `experiment-template/${id}` : `experiment/${id}`
}
