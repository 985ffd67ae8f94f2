/** The contenders: shell scripts, AWS's own program, the action as ncc alone bundles it, and the action. */
import { cp, readdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join, relative, resolve } from 'node:path'
import { parse, stringify } from 'yaml'
import { buildBaseline } from '../bench-baseline.ts'
import { type BenchAccount, REGION, TARGET } from './bench-account.ts'
import { root } from './machine.ts'
import { type CtrlC, type MeasuredRun, playAction, playProgram } from './play.ts'
import type { ContenderId, ContenderRecord } from './shapes.ts'
import { findAws, findInterrupter, findJq, isMissing, type Missing, type Program } from './tools.ts'

export type Contender = Pick<ContenderRecord, 'id' | 'title' | 'waitsFor' | 'delayed'> & {
  /** Prepares the contender, or returns why it cannot run. */
  readonly prepare: () => Promise<Ready | Missing>
  /** Whether it also runs with Ctrl-C and with a failed experiment. */
  readonly ends: boolean
}

export type Ready = { readonly version: string | null; readonly play: (account: BenchAccount, ctrlC?: CtrlC) => Promise<MeasuredRun> }

export const DURATION = 'PT2M'
const SCRIPTS = resolve(import.meta.dirname, 'rivals')

const OURS = { prepare: async () => toAction('.', 'interruption'), waitsFor: 'interruption', ends: false } as const
const OURS_EXPERIMENT = { prepare: async () => toAction('.', 'experiment'), waitsFor: 'experiment', ends: false } as const

export const CONTENDERS: readonly Contender[] = [
  { id: 'scripts', title: 'Shell scripts', waitsFor: 'experiment', delayed: false, ends: true, prepare: prepareScripts },
  { id: 'interrupter', title: 'ec2-spot-interrupter', waitsFor: 'clock', delayed: false, ends: true, prepare: prepareInterrupter },
  { id: 'naive-experiment', title: 'ncc alone, experiment', waitsFor: 'experiment', delayed: false, ends: true, prepare: prepareNaive },
  { id: 'ours-experiment', title: 'This action, experiment', delayed: false, ...OURS_EXPERIMENT },
  { id: 'ours-interruption', title: 'This action, interruption', delayed: false, ...OURS, ends: true },
  { id: 'ours-experiment-delayed', title: 'This action, experiment, slow network', delayed: true, ...OURS_EXPERIMENT },
  { id: 'ours-interruption-delayed', title: 'This action, interruption, slow network', delayed: true, ...OURS },
]

/** The contenders with these ids; all of them without ids. Throws for an unknown id. */
export function selectContenders(ids: readonly string[]): readonly Contender[] {
  const unknown = ids.filter((id) => !CONTENDERS.some((one) => one.id === id))
  const known = CONTENDERS.map(({ id }): ContenderId => id).join(', ')
  if (unknown.length > 0) throw new Error(`There is no contender ${unknown.join(', ')}. There are: ${known}.`)
  return CONTENDERS.filter(({ id }) => ids.length === 0 || ids.includes(id))
}

async function prepareScripts(): Promise<Ready | Missing> {
  const [aws, jq] = await Promise.all([findAws(), findJq()])
  if (isMissing(aws)) return aws
  if (isMissing(jq)) return jq
  const version = [aws, jq].map((tool) => tool.version).join(', ')
  return { version, play: (account, ctrlC) => playScripts(account, [aws, jq], ctrlC) }
}

/** The scripts keep their state beside them, so each run has its own copy. */
async function playScripts(account: BenchAccount, tools: readonly Program[], ctrlC: CtrlC): Promise<MeasuredRun> {
  const names = (await readdir(SCRIPTS)).filter((name) => name.endsWith('.sh'))
  for (const name of names) await cp(join(SCRIPTS, name), join(account.folder, name))
  const settings = { REGION, INSTANCE_ID: TARGET, DURATION_ISO: DURATION }
  const lines = Object.entries(settings).map(([name, value]) => `${name}=${value}`)
  await writeFile(join(account.folder, '.env'), `${lines.join('\n')}\n`)
  const path = [...tools.map(({ path }) => dirname(path)), '/usr/bin', '/bin'].join(':')
  const command = ['bash', '-c', './demo.sh up && ./demo.sh run && ./demo.sh down']
  return playProgram(account, { command, env: { PATH: path } }, ctrlC)
}

/**
 * Its delay is the time up to the notice, which comes two minutes before the interruption. So without a delay, the duration is two minutes.
 */
async function prepareInterrupter(): Promise<Ready | Missing> {
  const found = await findInterrupter()
  if (isMissing(found)) return found
  const command = [found.path, '--instance-ids', TARGET, '--region', REGION, '--delay', '0s']
  return { version: found.version, play: (account, ctrlC) => playProgram(account, { command, env: { PATH: '/usr/bin:/bin' } }, ctrlC) }
}

async function prepareNaive(): Promise<Ready> {
  const folders = await buildBaseline()
  const folder = dirname(folders.main)
  const metadata = parse(await readFile(join(root, 'action.yml'), 'utf8'))
  const runs = {
    ...metadata.runs,
    main: relative(folder, join(folders.main, 'main.mjs')),
    post: relative(folder, join(folders.post, 'post.mjs')),
  }
  await writeFile(join(folder, 'action.yml'), stringify({ ...metadata, runs }))
  return toAction(relative(root, folder), 'experiment')
}

function toAction(folder: string, waitFor: 'experiment' | 'interruption'): Ready {
  const inputs = { 'instance-id': TARGET, region: REGION, duration: DURATION, 'wait-for': waitFor }
  return { version: null, play: (account, ctrlC) => playAction(account, { folder, inputs }, ctrlC) }
}
