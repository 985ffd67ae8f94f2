import {
  CreateExperimentTemplateCommand,
  DeleteExperimentTemplateCommand,
  type Experiment,
  FisClient,
  GetActionCommand,
  GetExperimentCommand,
  GetExperimentTemplateCommand,
  paginateListExperiments,
  paginateListExperimentTemplates,
  StartExperimentCommand,
  StopExperimentCommand,
} from '@aws-sdk/client-fis'
import { isFault } from '../model/errors.ts'
import type { ActionSnapshot, ExperimentSnapshot } from '../model/timeline/snapshot.ts'
import type { Fis, TemplateRequest } from '../world.ts'
import type { Patience, Send } from './call.ts'
import type { ClientConfig } from './config.ts'
import { call, promised } from './retry.ts'

const RESOURCE_TYPE = 'aws:ec2:spot-instance'
const TARGET_SLOT = 'SpotInstances'
const PAGE_SIZE = 100

/** A new one for every list: the SDK's paginator writes the next token into it. */
const toPage = () => ({ maxResults: PAGE_SIZE })

/**
 * FIS. The client is 3.523.0, of 2024. AWS has published newer ones; CONTRIBUTING.md tells how to upgrade. Members of the API that this
 * version does not know are handled here and nowhere else. All creations carry a token made by the caller, so that a repeated call
 * creates nothing twice.
 */
export function createFis(config: ClientConfig): Fis {
  const client = new FisClient(config)
  const ask = <T>(operation: string, patience: Patience, send: Send<T>) =>
    call({ action: `fis:${operation}`, region: config.region, patience, limits: config.limits ?? {} }, send)
  return {
    readAction: (id) =>
      readAction(() =>
        ask('GetAction', 'read', async (options) =>
          promised((await client.send(new GetActionCommand({ id }), options)).action, 'an action'),
        ),
      ),
    readTemplateRole: (id) =>
      orGone(
        ask('GetExperimentTemplate', 'read', async (options) => {
          const { experimentTemplate } = await client.send(new GetExperimentTemplateCommand({ id }), options)
          return promised(experimentTemplate?.roleArn, 'a role')
        }),
      ),
    readExperimentRole: (id) =>
      orGone(
        ask('GetExperiment', 'read', async (options) =>
          promised((await client.send(new GetExperimentCommand({ id }), options)).experiment?.roleArn, 'a role'),
        ),
      ),
    createTemplate: (request) =>
      ask('CreateExperimentTemplate', 'write', async (options) => {
        const { experimentTemplate } = await client.send(new CreateExperimentTemplateCommand(toTemplate(request)), options)
        return { id: promised(experimentTemplate?.id, 'a template id') }
      }),
    deleteTemplate: (id) =>
      ask('DeleteExperimentTemplate', 'cleanup', (options) =>
        done(client.send(new DeleteExperimentTemplateCommand({ id }), options), 'ResourceNotFoundException'),
      ),
    startExperiment: ({ templateId, token, tags }) =>
      ask('StartExperiment', 'write', async (options) => {
        const command = new StartExperimentCommand({ experimentTemplateId: templateId, clientToken: token, tags: { ...tags } })
        return toExperiment((await client.send(command, options)).experiment)
      }),
    readExperiment: (id) =>
      ask('GetExperiment', 'read', async (options) =>
        toExperiment((await client.send(new GetExperimentCommand({ id }), options)).experiment),
      ),
    // What FIS answers for an experiment that is over is not documented; a ValidationException is likely. The caller looks again.
    stopExperiment: (id) =>
      ask('StopExperiment', 'cleanup', (options) =>
        done(
          client.send(new StopExperimentCommand({ id }), options),
          'ResourceNotFoundException',
          'ValidationException',
          'ConflictException',
        ),
      ),
    listTemplates: () =>
      ask('ListExperimentTemplates', 'cleanup', async (options) => {
        const found: { id: string; tags: Record<string, string> }[] = []
        for await (const { experimentTemplates = [] } of paginateListExperimentTemplates({ client }, toPage(), options)) {
          found.push(...experimentTemplates.map(({ id = '', tags = {} }) => ({ id, tags })))
        }
        return found
      }),
    listExperiments: () =>
      ask('ListExperiments', 'cleanup', async (options) => {
        const found: { id: string; templateId: string; status: string; tags: Record<string, string> }[] = []
        for await (const { experiments = [] } of paginateListExperiments({ client }, toPage(), options)) {
          found.push(
            ...experiments.map((one) => ({
              id: one.id ?? '',
              templateId: one.experimentTemplateId ?? '',
              status: one.state?.status ?? '',
              tags: one.tags ?? {},
            })),
          )
        }
        return found
      }),
  }
}

/**
 * Only FIS's own not-found says that the action is not offered. Any other refusal, or a failure that stays, comes from an endpoint
 * without a catalogue (moto answers 500 and a page of HTML): what is not offered is then refused at the creation of the template.
 */
async function readAction(ask: () => Promise<unknown>): Promise<'offered' | 'absent' | 'unknown'> {
  try {
    await ask()
    return 'offered'
  } catch (thrown) {
    if (!isFault(thrown, 'missing', 'invalid', 'service') && !isPage(thrown)) throw thrown
    return thrown.cause instanceof Error && thrown.cause.name === 'ResourceNotFoundException' ? 'absent' : 'unknown'
  }
}

/** A 404 with something that is not FIS's: there is no such path here. */
function isPage(thrown: unknown): thrown is Error {
  const cause = isFault(thrown, 'unreachable') ? thrown.cause : undefined
  const metadata = (cause as { $metadata?: { httpStatusCode?: number } } | undefined)?.$metadata
  return metadata?.httpStatusCode === 404
}

async function orGone<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked
  } catch (thrown) {
    if (isFault(thrown, 'missing')) return undefined
    throw thrown
  }
}

/** Resolves also for the named errors: there was nothing to do. */
async function done(sent: Promise<unknown>, ...names: readonly string[]): Promise<void> {
  try {
    await sent
  } catch (thrown) {
    if (!(thrown instanceof Error && names.includes(thrown.name))) throw thrown
  }
}

function toTemplate({ token, description, roleArn, actionId, parameters, batches, tags }: TemplateRequest) {
  return {
    clientToken: token,
    description,
    roleArn,
    tags: { ...tags },
    stopConditions: [{ source: 'none' }],
    targets: Object.fromEntries(
      batches.map(({ target, arns }) => [target, { resourceType: RESOURCE_TYPE, resourceArns: [...arns], selectionMode: 'ALL' }]),
    ),
    actions: Object.fromEntries(
      batches.map(({ target, action }) => [action, { actionId, parameters: { ...parameters }, targets: { [TARGET_SLOT]: target } }]),
    ),
  }
}

/** `cancelled` and `state.error` are not in this client's types, but it passes them through. */
function toExperiment(experiment: Experiment | undefined): ExperimentSnapshot {
  const one = promised(experiment, 'an experiment')
  const state: { status?: string; reason?: string; error?: { code?: string; location?: string } } = promised(one.state, 'a state')
  return {
    id: promised(one.id, 'an experiment id'),
    status: promised(state.status, 'a status'),
    reason: state.reason ?? '',
    actions: Object.entries(one.actions ?? {}).map(([name, action]) => toAction(name, action)),
    ...(state.error === undefined ? {} : { error: { code: state.error.code ?? '', location: state.error.location ?? '' } }),
    ...(one.startTime === undefined ? {} : { startAt: one.startTime }),
    ...(one.endTime === undefined ? {} : { endAt: one.endTime }),
  }
}

function toAction(name: string, action: NonNullable<Experiment['actions']>[string]): ActionSnapshot {
  return {
    name,
    status: action.state?.status ?? '',
    reason: action.state?.reason ?? '',
    ...(action.startTime === undefined ? {} : { startAt: action.startTime }),
    ...(action.endTime === undefined ? {} : { endAt: action.endTime }),
  }
}
