import { type Experiment, type Model, type Recipe, type Role, type SpotRequest, type Template, withEntry } from '../account/account.ts'
import { roleArn } from '../account/arn.ts'
import { nextIdent } from '../account/ids.ts'
import { seconds } from '../clock.ts'
import type { Seed } from './seed-schema.ts'

/** Puts a seed into the books. Times count back from `at`. */
export function sow(model: Model, seed: Seed, at: number): Model {
  const withInstances = seed.instances.reduce((books, one) => sowInstance(books, one, at), model)
  const withRoles = seed.roles.reduce((books, one) => sowRole(books, one, at), withInstances)
  const withTemplates = seed.templates.reduce((books, one) => withEntry(books, 'templates', one.id, toTemplate(books, one, at)), withRoles)
  return seed.experiments.reduce((books, one) => withEntry(books, 'experiments', one.id, toExperiment(books, one, at)), withTemplates)
}

function sowInstance(model: Model, seed: Seed['instances'][number], at: number): Model {
  const { request, launchedSecondsAgo, zone, owner, ...rest } = seed
  const launchedAt = at - seconds(launchedSecondsAgo)
  const drawn = nextIdent(model, 'r')
  const named =
    seed.lifecycle === 'spot' && request !== false ? nameRequest(drawn.model, request.id) : { model: drawn.model, id: undefined }
  const instance = {
    ...rest,
    zone: zone ?? `${seed.region}a`,
    owner: owner ?? model.switches.account,
    requestId: named.id,
    reservationId: drawn.id,
    imageId: 'ami-0123456789abcdef0',
    launchedAt,
    orders: [],
    made: 'seed' as const,
  }
  const books = withEntry(named.model, 'instances', seed.id, instance)
  if (named.id === undefined || request === false) return books
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
  return withEntry(books, 'requests', named.id, spot)
}

function nameRequest(model: Model, id: string | undefined): { readonly model: Model; readonly id: string } {
  return id === undefined ? nextIdent(model, 'sir') : { model, id }
}

function sowRole(model: Model, seed: Seed['roles'][number], at: number): Model {
  const { createdSecondsAgo, usableInSeconds, policies, trust, ...rest } = seed
  const drawn = nextIdent(model, 'AROA')
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
  return withEntry(drawn.model, 'roles', role.name, role)
}

function trusting(service: string) {
  return { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' }] }
}

function toRecipe(model: Model, seed: Pick<Seed['templates'][number], 'targets' | 'actions' | 'roleArn' | 'region'>): Recipe {
  return {
    targets: seed.targets,
    actions: seed.actions,
    stopConditions: [{ source: 'none' }],
    roleArn: seed.roleArn ?? roleArn({ region: seed.region, account: model.switches.account }, '/', 'SeededRole'),
    accountTargeting: 'single-account',
    emptyTargetResolutionMode: 'fail',
  }
}

function toTemplate(model: Model, seed: Seed['templates'][number], at: number): Template {
  const { id, region, description, tags, foreign } = seed
  const createdAt = at - seconds(seed.createdSecondsAgo)
  return { ...toRecipe(model, seed), id, region, description, tags, foreign, createdAt, made: 'seed' }
}

function toExperiment(model: Model, seed: Seed['experiments'][number], at: number): Experiment {
  const { id, region, templateId, tags, foreign } = seed
  const createdAt = at - seconds(seed.createdSecondsAgo)
  const known = { id, region, templateId, tags, foreign, createdAt, frozen: seed.state, made: 'seed' as const }
  return { ...toRecipe(model, seed), ...known, pendingUntil: createdAt, actsAt: createdAt + seconds(2), actionsMode: 'run-all' }
}
