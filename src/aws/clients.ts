import type { World } from '../world.ts'
import type { Limits } from './call.ts'
import { type ClientConfig, type Connection, toConfig } from './config.ts'
import { readEndpoints } from './endpoints.ts'

/** The ports of AWS. */
export type Aws = Pick<World, 'endpoints' | 'sts' | 'ec2' | 'iam' | 'fis' | 'autoscaling' | 'elb' | 'ecs' | 'cloudwatch'>

/** The AWS ports. `limits` end calls early, see `call.ts`. */
export function createAws({ limits = {}, ...connection }: Connection & { readonly limits?: Limits }): Aws {
  return openAws(connection)(limits)
}

/** One connection for several sets of ports that differ in their limits: after a cancel, only clean-up may still call AWS. */
export function openAws(connection: Connection): (limits: Limits) => Aws {
  const config = toConfig(connection)
  return (limits) => toPorts({ ...config, limits })
}

/** The first call of a client loads it, so a run that is refused early does not load the others. */
function toPorts(config: ClientConfig): Aws {
  return {
    endpoints: (services) => readEndpoints(config.region, services),
    sts: lazy(async () => (await import('./sts.ts')).createSts(config)),
    ec2: lazy(async () => (await import('./ec2.ts')).createEc2(config)),
    iam: lazy(async () => (await import('./iam.ts')).createIam(config)),
    fis: lazy(async () => (await import('./fis.ts')).createFis(config)),
    cloudwatch: lazy(async () => (await import('./cloudwatch.ts')).createCloudWatch(config)),
    elb: lazy(async () => (await import('./elb.ts')).createElb(config)),
    ecs: lazy(async () => (await import('./ecs.ts')).createEcs(config)),
    autoscaling: lazy(async () => (await import('./autoscaling.ts')).createAutoScaling(config)),
  }
}

/** A port that is loaded by the first call of any of its methods. A port has asynchronous methods and nothing else. */
function lazy<Port extends object>(load: () => Promise<Port>): Port {
  let loading: Promise<Port> | undefined
  const get = (_: object, name: string | symbol) => {
    // With a method `then`, `await` would treat the port as a promise.
    if (name === 'then') return undefined
    return async (...given: readonly unknown[]) => {
      loading ??= load()
      const method = Reflect.get(await loading, name) as (...given: readonly unknown[]) => unknown
      return await method(...given)
    }
  }
  return new Proxy<object>({}, { get }) as Port
}
