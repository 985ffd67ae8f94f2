/** Runs every mode of the built action on real instances, and finds out what AWS does not document. The record also keeps every failure. */
import { GetActionCommand, StopExperimentCommand } from '@aws-sdk/client-fis'
import { TAG } from '../../src/model/tags.ts'
import { runStage } from '../runner.ts'
import { toAnswers } from './answers.ts'
import { askFis, isRefused, type Live, REBALANCE } from './questions.ts'
import { findStarted, watch } from './record.ts'
import type { Track } from './track.ts'

/** How the action ended, and what AWS showed meanwhile. */
export type ModeRun = {
  readonly mode: string
  readonly code: number | null
  readonly outputs: Readonly<Record<string, string>>
  readonly track: Track
}
export type LiveRecord = {
  readonly schemaVersion: 1
  readonly region: string
  readonly startedAt: string
  readonly endedAt: string
  /** The questions that could not be asked, each with the reason. */
  readonly problems: readonly string[]
  readonly runs: readonly ModeRun[]
  readonly stop?: Track
} & ReturnType<typeof toAnswers>

const DURATION_SECONDS = 120
/** How long the Spot request is read after the instance has ended. */
const AFTER_MS = 20_000

export async function runModes(live: Live): Promise<LiveRecord> {
  const startedAt = new Date().toISOString()
  const problems: string[] = []
  const attempt = <T>(what: string, work: () => Promise<T>): Promise<T | undefined> =>
    work().catch((thrown: Error) => {
      problems.push(`${what}: ${thrown.message}`)
      return undefined
    })
  const { fis } = live.clients
  const interruption = await runMode(live, 'interruption', live.instances[0])
  const offersRebalance = await attempt('GetAction', async () => !(await isRefused(fis.send(new GetActionCommand({ id: REBALANCE })))))
  const rebalance = offersRebalance ? [await runMode(live, 'rebalance', live.instances[1])] : []
  const id = interruption.track.experiment
  const stopFinished = id === '' ? undefined : await attempt('StopExperiment', () => isRefused(fis.send(new StopExperimentCommand({ id }))))
  const asked = await attempt('calls of our own', () => askFis(live, interruption.outputs['role-arn'] ?? '', offersRebalance))
  const answers = toAnswers({
    region: live.region,
    interruption: interruption.track,
    ...(offersRebalance === undefined ? {} : { offersRebalance }),
    ...(asked?.stop === undefined ? {} : { stop: asked.stop }),
    refused: { ...asked?.refused, ...(stopFinished === undefined ? {} : { stopFinished }) },
  })
  const stop = asked?.stop === undefined ? {} : { stop: asked.stop }
  const endedAt = new Date().toISOString()
  return { schemaVersion: 1, region: live.region, startedAt, endedAt, problems, runs: [interruption, ...rebalance], ...stop, ...answers }
}

/** Runs main and post of the built action as the runner does, and watches AWS meanwhile. */
async function runMode(live: Live, mode: 'interruption' | 'rebalance', instance: string): Promise<ModeRun> {
  const since = new Date()
  live.log(`\n──── mode ${mode} on ${instance} ────\n`)
  let endedMs: number | undefined
  const isOurs = (tags: Readonly<Record<string, string>>) => Object.keys(tags).length === 0 || tags[TAG.run] === live.run
  const track = watch({
    clients: live.clients,
    instance,
    durationSeconds: DURATION_SECONDS,
    findExperiment: () => findStarted(live.clients, since, isOurs),
    isOver: () => endedMs !== undefined && Date.now() - endedMs > AFTER_MS,
  })
  const inputs = { 'instance-id': instance, region: live.region, mode, 'role-name': live.roleName, 'poll-interval': '5s', sweep: 'false' }
  const job = { inputs, env: ownEnv(), show: live.log }
  const main = await runStage('main', job)
  const post = await runStage('post', job, main.state)
  endedMs = Date.now()
  return { mode, code: main.code === 0 ? post.code : main.code, outputs: main.outputs, track: await track }
}

/** The variables that name the files of this step. The action gets files of its own instead. */
const FILES = ['GITHUB_OUTPUT', 'GITHUB_STATE', 'GITHUB_ENV', 'GITHUB_PATH', 'GITHUB_STEP_SUMMARY']

/** The environment for the action: that of this step, without the files of this step. */
export function ownEnv(): Record<string, string> {
  const given = Object.entries(process.env).filter(([name]) => !FILES.includes(name))
  return Object.fromEntries(given.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])))
}
