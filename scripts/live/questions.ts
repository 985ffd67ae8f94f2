/** The questions to FIS that no run of the action answers, asked with templates and an experiment of this script. */
import { randomUUID } from 'node:crypto'
import {
  CreateExperimentTemplateCommand,
  DeleteExperimentTemplateCommand,
  StartExperimentCommand,
  StopExperimentCommand,
} from '@aws-sdk/client-fis'
import { TAG } from '../../src/model/tags.ts'
import type { Asked } from './answers.ts'
import { type Clients, watch } from './record.ts'
import { firstSeen, type Track } from './track.ts'

export type Live = {
  readonly clients: Clients
  readonly region: string
  /** Two running Spot instances. The first is interrupted; an interruption of the second is stopped. */
  readonly instances: readonly [string, string]
  readonly roleName: string
  /** `owner/repo/run id/attempt`. */
  readonly run: string
  readonly log: (text: string) => void
}

const INTERRUPT = 'aws:ec2:send-spot-instance-interruptions'
export const REBALANCE = 'aws:ec2:send-spot-instance-rebalance-recommendations'
/** The notice comes a minute after t0, so a stop comes before it. */
const STOP_SECONDS = 180
/** How long after its time an interruption may still come. */
const LATEST_SECONDS = 150
/** How long to wait for an experiment to begin. */
const BEGIN_MS = 180_000
/** States that an instance does not leave by itself. */
const GONE = ['terminated', 'stopped'] as const

/**
 * Asks the questions that a run of the action does not answer. Every resource created here has the tags of this run, so that the clean-up
 * finds it.
 */
export async function askFis(live: Live, roleArn: string, offersRebalance: boolean | undefined): Promise<Pick<Asked, 'stop' | 'refused'>> {
  const { fis } = live.clients
  const made: string[] = []
  const create = async (action: string, token: string, description = 'Spot Interrupt live run') => {
    const { experimentTemplate } = await fis.send(
      new CreateExperimentTemplateCommand(toTemplate(live, { action, roleArn, token, description })),
    )
    made.push(experimentTemplate?.id ?? '')
    return experimentTemplate?.id ?? ''
  }
  try {
    const token = randomUUID()
    const template = await create(INTERRUPT, token)
    const refusesToken = await isRefused(create(INTERRUPT, token, 'The same token with another body'))
    const refusesAction = offersRebalance !== false ? {} : { unknownAction: await isRefused(create(REBALANCE, randomUUID())) }
    const { stop, deleteRunning } = await interruptAndStop(live, template)
    return { stop, refused: { token: refusesToken, deleteRunning, ...refusesAction } }
  } finally {
    for (const id of new Set(made)) await isRefused(fis.send(new DeleteExperimentTemplateCommand({ id })))
  }
}

/** Starts an interruption of the second instance, deletes its template, stops it before the notice, and watches the result. */
async function interruptAndStop(live: Live, template: string): Promise<{ stop: Track; deleteRunning: boolean }> {
  const { fis } = live.clients
  const [, instance] = live.instances
  live.log(`\n──── an interruption of ${instance} that is stopped ────\n`)
  const tags = toTags(live)
  const { experiment } = await fis.send(new StartExperimentCommand({ experimentTemplateId: template, clientToken: randomUUID(), tags }))
  const id = experiment?.id ?? ''
  const beganMs = Date.now()
  let stoppedAt: string | undefined
  let deleteRunning = false
  const stop = async () => {
    deleteRunning = await isRefused(fis.send(new DeleteExperimentTemplateCommand({ id: template })))
    await fis.send(new StopExperimentCommand({ id }))
    stoppedAt = new Date().toISOString()
    live.log(`StopExperiment was accepted at ${stoppedAt}.\n`)
  }
  let stopping: Promise<void> | undefined
  const track = await watch({
    clients: live.clients,
    instance,
    durationSeconds: STOP_SECONDS,
    findExperiment: async () => id,
    isOver: (t0, changes) => {
      if (t0 !== undefined) stopping ??= stop()
      const end = t0 === undefined ? beganMs + BEGIN_MS : t0 + (STOP_SECONDS + LATEST_SECONDS) * 1000
      return Date.now() > end || firstSeen({ changes }, 'instance', ...GONE) !== undefined
    },
  })
  await stopping
  return { stop: { ...track, ...(stoppedAt === undefined ? {} : { stoppedAt }) }, deleteRunning }
}

type Template = { readonly action: string; readonly roleArn: string; readonly token: string; readonly description: string }

function toTemplate(live: Live, { action, roleArn, token, description }: Template) {
  const [, partition = 'aws', , , account = ''] = roleArn.split(':')
  const arn = `arn:${partition}:ec2:${live.region}:${account}:instance/${live.instances[1]}`
  const parameters = action === INTERRUPT ? { durationBeforeInterruption: `PT${STOP_SECONDS / 60}M` } : {}
  return {
    clientToken: token,
    description,
    roleArn,
    stopConditions: [{ source: 'none' }],
    targets: { targets: { resourceType: 'aws:ec2:spot-instance', resourceArns: [arn], selectionMode: 'ALL' } },
    actions: { act: { actionId: action, parameters, targets: { SpotInstances: 'targets' } } },
    tags: toTags(live),
  }
}

function toTags({ run }: Live): Record<string, string> {
  const now = Date.now()
  return {
    [TAG.managedBy]: 'spot-interrupt',
    [TAG.run]: run,
    [TAG.invocation]: randomUUID(),
    [TAG.createdAt]: new Date(now).toISOString(),
    [TAG.expiresAt]: new Date(now + 3_600_000).toISOString(),
  }
}

/**
 * True if AWS refuses the call because of its content. Throws if the call does not arrive, or if the caller lacks the permission: neither
 * answers the question.
 */
export async function isRefused(call: Promise<unknown>): Promise<boolean> {
  try {
    await call
    return false
  } catch (thrown) {
    const status = (thrown as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode
    if (status === undefined || status >= 500 || [401, 403].includes(status)) throw thrown
    return true
  }
}
