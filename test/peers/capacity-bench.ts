/** One run against a fleet on moto_server, and what its report says of capacity and reaction. */
import { deepEqual, equal, match } from 'node:assert/strict'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runStage, type StageResult } from '../../scripts/runner.ts'
import { tail } from './moto.ts'
import type { MotoFleet } from './moto-fleet.ts'
import { type Bench, NOTHING } from './moto-server.ts'

type Member = { readonly id: string }
export type Shown = {
  readonly name: string
  readonly back: boolean | null
  readonly affected: boolean | null
  readonly lost: readonly string[]
  readonly replacements: readonly Member[]
}
type Reaction = { readonly reacted: boolean | null; readonly by: readonly { readonly who: string }[] }
export type CapacityRun = {
  readonly main: StageResult
  readonly capacities: Readonly<Record<string, Shown>>
  readonly reactions: readonly Reaction[]
}

/** Three Spot Instances that are members of everything. The target is the last: a group that shrinks ends the first. */
export type CapacityBench = { readonly bench: Bench; readonly fleet: MotoFleet; readonly ids: readonly string[]; readonly target: string }

/** What AWS, or somebody else, does once the log first shows this; by default, that the experiment has started. */
type Meanwhile = { readonly seen?: RegExp; readonly act: () => Promise<void> }

const STARTED = /Experiment \S+ started/

/** Main and then post; nothing is left in the end. */
export async function play(
  { bench, target }: CapacityBench,
  inputs: Readonly<Record<string, string>>,
  meanwhile?: Meanwhile,
): Promise<CapacityRun> {
  const temp = await mkdtemp(join(tmpdir(), 'moto-capacity-'))
  let log = ''
  let acted: Promise<void> | undefined
  const show = (text: string) => {
    log += text
    if ((meanwhile?.seen ?? STARTED).test(log)) acted ??= meanwhile?.act()
  }
  try {
    const main = await runStage('main', bench.job({ 'instance-id': target, ...inputs }, { show, temp }))
    await acted
    const { capacities = [], reactions = [] } = main.outputs.report ? JSON.parse(await readFile(main.outputs.report, 'utf8')) : {}
    const post = await runStage('post', bench.job({}, { temp }), main.state)
    equal(post.code, 0, `post ended with ${post.code}: ${tail(post)}`)
    deepEqual(await bench.left(), NOTHING)
    return { main, capacities: Object.fromEntries(capacities.map((one: Shown) => [one.name, one])), reactions }
  } finally {
    await rm(temp, { recursive: true })
  }
}

export function expectVerdict(main: StageResult, code: number, verdict: string): void {
  equal(main.code, code, `main ended with ${main.code}: ${tail(main)}`)
  equal(main.outputs.verdict, verdict, tail(main))
}

export function expectRefused(main: StageResult, ...words: readonly RegExp[]): void {
  equal(main.code, 1, `main ended with ${main.code}: ${tail(main)}`)
  for (const one of words) match(main.stdout, one)
  equal(main.outputs['experiment-id'], '')
}
