import type { CapacitySource } from '../capacity/source.ts'
import { ACTION_ID } from '../mode.ts'
import type { Tags } from '../tags.ts'
import { type Names, toDocument, toNames } from './grants.ts'
import { STATEMENTS, type StatementId } from './permissions.ts'
import type { Plan } from './plan.ts'
import type { Statement } from './statement.ts'
import { WAYS, type WayId } from './ways.ts'

/** A question to SimulatePrincipalPolicy: one for each statement of the table of permissions that the planned run needs. */
export type PermissionQuestion = {
  readonly id: StatementId
  readonly actions: readonly string[]
  readonly resources: readonly string[]
  readonly context: Readonly<Record<string, readonly string[]>>
  /** The statement to add, as compact JSON. */
  readonly statement: string
  /** Present if the run can succeed without this permission. */
  readonly optional?: true
}

/** What is known of the role that the run would use. `linked`: whether this account has FIS's service-linked role. */
export type RoleFacts = {
  readonly origin: 'given' | 'reused' | 'created' | 'mended'
  readonly arn: string | undefined
  readonly ours: boolean
  readonly linked: boolean | 'unknown'
}

/** Example ids of resources that do not exist yet. IAM compares the resources of a simulation literally with the patterns of policies. */
const EXAMPLES: Readonly<Record<string, string>> = {
  'experiment-template/*': 'experiment-template/EXT00000000000000',
  'experiment/*': 'experiment/EXP00000000000000',
}

const EXAMPLE_ID = '0123456789abcdef0123456789abcdef'

/** The questions for a planned run, with the resources and condition keys that its calls would have. */
export function toQuestions(plan: Plan, facts: RoleFacts): readonly PermissionQuestion[] {
  const roleName = plan.roleName
  const names: Names = toNames(plan.place, roleName, facts.arn === undefined ? {} : { experimentRole: facts.arn })
  const real: Names = { ...names, ownRoleName: roleName }
  return findStatements(plan, facts).map((id) => {
    const { actions, resources, equals = {} }: Statement = STATEMENTS[id]
    return {
      id,
      actions,
      resources: resources.flatMap((pattern) => toResources(pattern, real, plan)).filter((arn) => isOfMode(arn, plan)),
      context: toContext(equals, plan),
      statement: JSON.stringify(toDocument([id], names).Statement[0]),
      ...(OPTIONAL.includes(id) || (id === 'CreateServiceRole' && facts.linked === 'unknown') ? { optional: true } : {}),
    }
  })
}

/**
 * The user or role of a caller's ARN, because a session cannot be simulated. `role` is a name whose ARN has to be read first, because its
 * path is not known.
 */
export function toPrincipal(arn: string): { readonly arn: string } | { readonly role: string } | undefined {
  if (/^arn:[^:]+:iam::\d{12}:user\//.test(arn)) return { arn }
  const [, role] = /^arn:[^:]+:sts::\d{12}:assumed-role\/([^/]+)\//.exec(arn) ?? []
  return role === undefined ? undefined : { role }
}

/** The statements that this run needs: those of its way of use, without those that the state of its role makes unnecessary. */
function findStatements(
  { aim, roleArn, deleteRole, stopAlarms = [], capacityRules }: Plan,
  { origin, ours, linked }: RoleFacts,
): readonly StatementId[] {
  const way: WayId = roleArn !== null ? 'given-role' : deleteRole ? 'own-role' : 'created-role'
  const needs: readonly StatementId[] = [
    ...WAYS[way].needs,
    ...(aim?.aim.by === 'group' ? WAYS.targets.needs : []),
    ...(stopAlarms.length > 0 ? WAYS.alarms.needs : []),
    ...new Set(capacityRules?.capacities.flatMap(({ source }) => CAPACITY_NEEDS[source.by])),
  ]
  const shared = way === 'created-role'
  const needless: readonly (readonly [boolean, StatementId])[] = [
    [linked === true, 'CreateServiceRole'],
    [shared && origin !== 'created', 'CreateSharedRole'],
    [shared && origin === 'reused', 'WriteSharedRole'],
    [shared && (origin === 'created' || ours), 'ReadManagedPolicies'],
  ]
  const out = new Set(needless.flatMap(([is, id]) => (is ? [id] : [])))
  return [...new Set(needs)].filter((id) => !out.has(id))
}

const ECS_NEEDS = ['ReadServices', 'ListTasks', 'ReadTasks'] as const
const CAPACITY_NEEDS: Readonly<Record<CapacitySource['by'], readonly StatementId[]>> = {
  asg: ['ReadGroups', 'ReadScaling'],
  'own-asg': ['ReadGroups', 'ReadScaling'],
  'target-group': ['ReadTargetGroups'],
  ecs: ECS_NEEDS,
  tags: [],
}
/** Without these permissions a run goes on, and reports what it cannot see. */
const OPTIONAL: readonly StatementId[] = ['ReadScaling', 'ListTasks', 'ReadTasks']

/** The resources of a pattern. ARNs of ECS contain the cluster, so there is one for each service that the run reads. */
function toResources(pattern: string, names: Names, { capacityRules }: Plan): readonly string[] {
  const [, kind] = /:ecs:.*:([a-z-]+)\/\*$/.exec(pattern) ?? []
  if (kind === undefined) return [toResource(pattern, names)]
  const services = capacityRules?.capacities.flatMap(({ source }) => (source.by === 'ecs' ? [source] : [])) ?? []
  const paths = services.map(({ cluster, service }) => `${cluster}/${kind === 'service' ? service : EXAMPLE_ID}`)
  return [...new Set(paths)].map((path) => toResource(pattern, names).replace(/\*$/, path))
}

function toResource(pattern: string, names: Names): string {
  const filled = pattern.replace(/\{(\w+)\}/g, (_, name: keyof Names) => names[name]).replace(':*:', `:${names.account}:`)
  const [, tail = ''] = /([a-z-]+\/\*)$/.exec(filled) ?? []
  return filled.slice(0, filled.length - tail.length) + (EXAMPLES[tail] ?? tail)
}

/** True for the FIS action that this run uses, and for every ARN that is not an FIS action. */
function isOfMode(arn: string, { mode }: Plan): boolean {
  const [, used] = /:action\/(.*)$/.exec(arn) ?? []
  return used === undefined || used === ACTION_ID[mode]
}

/** The condition keys that the calls would have: the region, and all tags of the run if the statement has a condition on one of them. */
function toContext(equals: Readonly<Record<string, string>>, { tags, place }: Plan): PermissionQuestion['context'] {
  const keys = Object.keys(equals)
  return {
    ...Object.fromEntries(Object.entries(equals).map(([key, value]) => [key, [value]])),
    ...(keys.some((key) => key.startsWith('aws:RequestTag/'))
      ? { ...toTagKeys('aws:RequestTag', tags), 'aws:TagKeys': Object.keys(tags) }
      : {}),
    ...(keys.some((key) => key.startsWith('aws:ResourceTag/')) ? toTagKeys('aws:ResourceTag', tags) : {}),
    'aws:RequestedRegion': [place.region],
  }
}

function toTagKeys(prefix: string, tags: Tags): PermissionQuestion['context'] {
  return Object.fromEntries(Object.entries(tags).map(([key, value]) => [`${prefix}/${key}`, [value]]))
}
