import type { Service } from '../operation.ts'

/** The protocol of the requests and answers of a service. https://smithy.io/2.0/aws/protocols/ */
export type Protocol =
  | { readonly kind: 'rest-json' }
  | { readonly kind: 'ec2'; readonly version: string; readonly namespace: string }
  | { readonly kind: 'query'; readonly version: string; readonly namespace: string }
  | { readonly kind: 'json'; readonly jsonVersion: '1.0' | '1.1'; readonly targetPrefix: string }

export const protocols: Readonly<Record<Service, Protocol>> = {
  fis: { kind: 'rest-json' },
  ec2: { kind: 'ec2', version: '2016-11-15', namespace: 'http://ec2.amazonaws.com/doc/2016-11-15/' },
  iam: { kind: 'query', version: '2010-05-08', namespace: 'https://iam.amazonaws.com/doc/2010-05-08/' },
  sts: { kind: 'query', version: '2011-06-15', namespace: 'https://sts.amazonaws.com/doc/2011-06-15/' },
  autoscaling: { kind: 'query', version: '2011-01-01', namespace: 'http://autoscaling.amazonaws.com/doc/2011-01-01/' },
  elasticloadbalancing: {
    kind: 'query',
    version: '2015-12-01',
    namespace: 'http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/',
  },
  ecs: { kind: 'json', jsonVersion: '1.1', targetPrefix: 'AmazonEC2ContainerServiceV20141113' },
  monitoring: { kind: 'json', jsonVersion: '1.0', targetPrefix: 'GraniteServiceVersion20100801' },
}

/**
 * The operation and its members, as read from a request. An unknown operation keeps the name of the request, so that it can be refused by
 * name.
 */
export type DecodedOperation = { readonly operation: string; readonly params: Readonly<Record<string, unknown>> }
