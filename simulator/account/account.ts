import { randomUUID } from 'node:crypto'
import type { Script } from './actors.ts'
import type { Alarm } from './alarm.ts'
import type { AutoScalingGroup, Cluster, TargetGroup } from './capacity.ts'
import type { Origin, Tags } from './origin.ts'
import { defaultSwitches, type Switches } from './switches.ts'
import type { Experiment, Template } from './template.ts'

/**
 * The simulated account: every resource that callers or a seed created and that still exists. An Account never changes: each write makes a
 * new one. timeline.ts, instance.ts and experiment.ts compute from it what AWS would *show* at a moment, so nothing here runs on a timer.
 * Times are simulated milliseconds since 1970.
 */
export type Account = {
  readonly salt: string
  readonly serial: number
  readonly instances: ReadonlyMap<string, Instance>
  readonly requests: ReadonlyMap<string, SpotRequest>
  readonly roles: ReadonlyMap<string, Role>
  readonly templates: ReadonlyMap<string, Template>
  readonly experiments: ReadonlyMap<string, Experiment>
  readonly tokens: ReadonlyMap<string, Token>
  /** Sessions of assumed roles, by access key id. */
  readonly sessions: ReadonlyMap<string, Session>
  readonly autoScalingGroups: ReadonlyMap<string, AutoScalingGroup>
  /** By ARN. */
  readonly targetGroups: ReadonlyMap<string, TargetGroup>
  readonly clusters: ReadonlyMap<string, Cluster>
  readonly alarms: ReadonlyMap<string, Alarm>
  readonly levers: readonly Lever[]
  readonly switches: Switches
  readonly script: Script
}

export type Behaviour = 'terminate' | 'stop' | 'hibernate'

export type InstanceState = 'pending' | 'running' | 'shutting-down' | 'terminated' | 'stopping' | 'stopped'

/** A change that a caller requested through the EC2 API. */
export type StateChange = { readonly at: number; readonly do: 'terminate' | 'stop' | 'start' }

export type MetadataOptions = {
  readonly tokens: 'optional' | 'required'
  readonly endpoint: 'enabled' | 'disabled'
  readonly hopLimit: number
}

export type Instance = Origin & {
  readonly id: string
  readonly region: string
  readonly zone: string
  /** The account that owns it; by default, the account of each caller. */
  readonly owner?: string | undefined
  readonly lifecycle: 'spot' | 'on-demand' | 'scheduled' | 'capacity-block' | 'interruptible-capacity-reservation'
  readonly behaviour: Behaviour
  readonly requestId?: string | undefined
  readonly reservationId: string
  readonly instanceType: string
  readonly imageId: string
  readonly launchedAt: number
  readonly state: InstanceState
  readonly tags: Tags
  readonly operator?: { readonly managed: boolean; readonly principal?: string | undefined } | undefined
  readonly changes: readonly StateChange[]
  readonly keyName?: string | undefined
  /** An ARN or a name. */
  readonly instanceProfile?: string | undefined
  readonly subnetId?: string | undefined
  /** Ids or names. */
  readonly securityGroups?: readonly string[] | undefined
  readonly ebsOptimized?: boolean | undefined
  readonly monitoring?: boolean | undefined
  readonly hibernation?: boolean | undefined
  readonly terminationProtection?: boolean | undefined
  readonly metadata?: MetadataOptions | undefined
}

export type SpotRequest = Origin & {
  readonly id: string
  readonly region: string
  readonly instanceId: string
  readonly kind: 'one-time' | 'persistent'
  readonly behaviour: Behaviour
  readonly createdAt: number
  readonly status: { readonly code: string; readonly state: RequestState }
  readonly cancelledAt?: number | undefined
  /** US dollars an hour; the On-Demand price, if not given. */
  readonly maxPrice?: string | undefined
  readonly validUntil?: number | undefined
  readonly tags: Tags
}

export type RequestState = 'open' | 'active' | 'closed' | 'cancelled' | 'failed' | 'disabled'

export type Role = Origin & {
  readonly name: string
  readonly path: string
  readonly id: string
  readonly createdAt: number
  /** IAM is eventually consistent: before this moment nobody can assume the role. */
  readonly usableAt: number
  readonly trust: string
  readonly policies: Tags
  readonly attached: readonly string[]
  readonly tags: Tags
  readonly description?: string | undefined
  readonly maxSession: number
  readonly boundary?: string | undefined
}

/** The caller behind temporary credentials. Neither its secret key nor its session token is kept: no signature is verified. */
export type Session = {
  readonly accountId: string
  readonly roleName: string
  readonly sessionName: string
  readonly roleId: string
  readonly expiresAt: number
}

export type Token = { readonly body: string; readonly id: string }

export type Lever = { readonly at: number; readonly status: 'engaged' | 'disengaged' }

const collections = [
  'instances',
  'requests',
  'roles',
  'templates',
  'experiments',
  'tokens',
  'sessions',
  'autoScalingGroups',
  'targetGroups',
  'clusters',
  'alarms',
] as const
type Collection = (typeof collections)[number]

/** An account with nothing in it. `salt` makes its ids differ from those of other accounts. */
export function emptyAccount(salt: string = randomUUID()): Account {
  const empty = Object.fromEntries(collections.map((name) => [name, new Map()])) as unknown as Pick<Account, Collection>
  return { salt, serial: 0, ...empty, levers: [], switches: defaultSwitches, script: [] }
}

type Item<C extends Collection> = Account[C] extends ReadonlyMap<string, infer T> ? T : never

/** A copy of the account in which one entry of a collection is added or replaced. */
export function withEntry<C extends Collection>(account: Account, collection: C, entry: readonly [key: string, value: Item<C>]): Account {
  return { ...account, [collection]: new Map<string, unknown>([...account[collection], entry]) }
}

/** A copy of the account without one entry of a collection; the same content when there is no such entry. */
export function withoutEntry(account: Account, collection: Collection, key: string): Account {
  return { ...account, [collection]: new Map<string, unknown>([...account[collection]].filter(([other]) => other !== key)) }
}
