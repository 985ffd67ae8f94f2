import {
  CreateExperimentTemplateCommand,
  DeleteExperimentTemplateCommand,
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
import type { Fis, ListedExperiment } from '../world.ts'
import type { Patience, Send } from './call.ts'
import type { ClientConfig } from './config.ts'
import { toExperiment, toTemplate } from './fis-shapes.ts'
import { done, orGone, unlessGone } from './gone.ts'
import { call, promised } from './retry.ts'

const PAGE_SIZE = 100

/** A new object for every list, because the SDK's paginator writes the next token into it. */
const toPage = () => ({ maxResults: PAGE_SIZE })

/**
 * FIS. The client is 3.523.0, of 2024. AWS has published newer ones; CONTRIBUTING.md tells how to upgrade. `fis-shapes.ts` reads the members
 * of the API that this version does not know. Every create call has a client token from its caller, so that a repeated call
 * creates nothing twice.
 */
export function createFis(config: ClientConfig): Fis {
  const client = new FisClient(config)
  const { region, limits = {}, setting } = config
  const ask = <T>(operation: string, patience: Patience, send: Send<T>) =>
    call({ action: `fis:${operation}`, region, patience, limits, setting }, send)
  const listTemplates: Fis['listTemplates'] = () =>
    ask('ListExperimentTemplates', 'cleanup', async (options) => {
      const found: { id: string; tags: Record<string, string> }[] = []
      for await (const { experimentTemplates = [] } of paginateListExperimentTemplates({ client }, toPage(), options)) {
        found.push(...experimentTemplates.map(({ id = '', tags = {} }) => ({ id, tags })))
      }
      return found
    })
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
      unlessGone(
        ask('DeleteExperimentTemplate', 'cleanup', (options) =>
          done(client.send(new DeleteExperimentTemplateCommand({ id }), options), 'ResourceNotFoundException'),
        ),
        async () => (await listTemplates()).some((one) => one.id === id),
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
    // AWS does not document the answer for an experiment that has ended; a ValidationException is likely. The caller polls again.
    stopExperiment: (id) =>
      ask('StopExperiment', 'cleanup', (options) =>
        done(
          client.send(new StopExperimentCommand({ id }), options),
          'ResourceNotFoundException',
          'ValidationException',
          'ConflictException',
        ),
      ),
    listTemplates,
    listExperiments: (patience = 'cleanup') =>
      ask('ListExperiments', patience, async (options) => {
        const found: ListedExperiment[] = []
        for await (const { experiments = [] } of paginateListExperiments({ client }, toPage(), options)) {
          found.push(
            ...experiments.map((one) => ({
              id: one.id ?? '',
              templateId: one.experimentTemplateId ?? '',
              status: one.state?.status ?? '',
              tags: one.tags ?? {},
              ...(one.creationTime === undefined ? {} : { createdAt: one.creationTime }),
            })),
          )
        }
        return found
      }),
  }
}

/**
 * Only FIS's own not-found error proves that the action is not offered. Any other refusal, or a lasting failure, comes from an endpoint
 * without a catalogue (moto answers 500 and a page of HTML) and gives `unknown`. If the action is not offered, CreateExperimentTemplate
 * then fails.
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

/** A 404 without an error of FIS: the endpoint does not have this path. */
function isPage(thrown: unknown): thrown is Error {
  const cause = isFault(thrown, 'unreachable') ? thrown.cause : undefined
  const metadata = (cause as { $metadata?: { httpStatusCode?: number } } | undefined)?.$metadata
  return metadata?.httpStatusCode === 404
}
