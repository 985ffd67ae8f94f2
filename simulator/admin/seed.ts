import { type Account, type Role, type SpotRequest, withEntry } from '../account/account.ts'
import { roleArn } from '../account/arn.ts'
import { nextId } from '../account/ids.ts'
import type { Experiment, Template, TemplateContent } from '../account/template.ts'
import { seconds } from '../clock.ts'
import { withCapacity } from './capacity.ts'
import type { Seed } from './seed-schema.ts'

/** Adds the resources of a seed to the account. Times count back from `at`. */
export function applySeed(account: Account, seed: Seed, at: number): Account {
  const withInstances = seed.instances.reduce((account, one) => withSeededInstance(account, one, at), withCapacity(account, seed, at))
  const withRoles = seed.roles.reduce((account, one) => withSeededRole(account, one, at), withInstances)
  const withTemplates = seed.templates.reduce(
    (account, one) => withEntry(account, 'templates', [one.id, toTemplate(account, one, at)]),
    withRoles,
  )
  return seed.experiments.reduce(
    (account, one) => withEntry(account, 'experiments', [one.id, toExperiment(account, one, at)]),
    withTemplates,
  )
}

function withSeededInstance(before: Account, seed: Seed['instances'][number], at: number): Account {
  const { request, launchedSecondsAgo, zone, ...rest } = seed
  const launchedAt = at - seconds(launchedSecondsAgo)
  const drawn = nextId(before, 'r')
  const named =
    seed.lifecycle === 'spot' && request !== false ? nextRequestId(drawn.account, request.id) : { account: drawn.account, id: undefined }
  const instance = {
    ...rest,
    zone: zone ?? `${seed.region}a`,
    requestId: named.id,
    reservationId: drawn.id,
    imageId: 'ami-0123456789abcdef0',
    launchedAt,
    changes: [],
    made: 'seed' as const,
  }
  const account = withEntry(named.account, 'instances', [seed.id, instance])
  if (named.id === undefined || request === false) return account
  const spot: SpotRequest = {
    id: named.id,
    region: seed.region,
    instanceId: request.instanceId ?? seed.id,
    kind: request.kind ?? (seed.behaviour === 'terminate' ? 'one-time' : 'persistent'),
    behaviour: seed.behaviour,
    createdAt: launchedAt,
    status: { code: request.code, state: request.state },
    tags: {},
    made: 'seed',
    foreign: seed.foreign,
  }
  return withEntry(account, 'requests', [named.id, spot])
}

function nextRequestId(account: Account, id: string | undefined): { readonly account: Account; readonly id: string } {
  return id === undefined ? nextId(account, 'sir') : { account, id }
}

function withSeededRole(account: Account, seed: Seed['roles'][number], at: number): Account {
  const { createdSecondsAgo, usableInSeconds, policies, trust, ...rest } = seed
  const drawn = nextId(account, 'AROA')
  const role: Role = {
    ...rest,
    id: drawn.id,
    trust: JSON.stringify(typeof trust === 'string' ? trusting(trust === 'fis' ? 'fis.amazonaws.com' : 'ec2.amazonaws.com') : trust),
    policies: Object.fromEntries(Object.entries(policies).map(([name, document]) => [name, JSON.stringify(document)])),
    createdAt: at - seconds(createdSecondsAgo),
    usableAt: at + seconds(usableInSeconds),
    maxSession: 3600,
    made: 'seed',
  }
  return withEntry(drawn.account, 'roles', [role.name, role])
}

function trusting(service: string) {
  return { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' }] }
}

function toContent(account: Account, seed: Pick<Seed['templates'][number], 'targets' | 'actions' | 'roleArn' | 'region'>): TemplateContent {
  return {
    targets: seed.targets,
    actions: seed.actions,
    stopConditions: [{ source: 'none' }],
    roleArn: seed.roleArn ?? roleArn({ region: seed.region, accountId: account.switches.account }, '/', 'SeededRole'),
    accountTargeting: 'single-account',
    emptyTargetResolutionMode: 'fail',
  }
}

function toTemplate(account: Account, seed: Seed['templates'][number], at: number): Template {
  const { id, region, description, tags, foreign } = seed
  const createdAt = at - seconds(seed.createdSecondsAgo)
  return { ...toContent(account, seed), id, region, description, tags, foreign, createdAt, made: 'seed' }
}

function toExperiment(account: Account, seed: Seed['experiments'][number], at: number): Experiment {
  const { id, region, templateId, tags, foreign } = seed
  const createdAt = at - seconds(seed.createdSecondsAgo)
  const known = {
    id,
    region,
    accountId: account.switches.account,
    templateId,
    tags,
    foreign,
    createdAt,
    frozen: seed.state,
    made: 'seed' as const,
  }
  return { ...toContent(account, seed), ...known, pendingUntil: createdAt, actsAt: createdAt + seconds(2), actionsMode: 'run-all' }
}
