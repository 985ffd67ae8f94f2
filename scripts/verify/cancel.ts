/**
 * Measures the time from a cancel to the end: cancels the built action in 50 runs, in every phase of a run, and measures the time from
 * SIGINT to the end of the process. Prints the median and the slowest, and fails when one takes more than 5 s.
 */
import { cancel, openHarness } from '../../test/crash/fixture.ts'

const RUNS = 50
const PROMISED_MS = 5000
const AT_ONCE = 2
/** Real time, because the start and the end of a process do not run faster. */
const SPEED = 1

/** For each point: the request during which the run is cancelled, and how AWS fails then. */
const CANCEL_POINTS = [
  { at: 'ec2:DescribeInstances', nth: 1 },
  { at: 'iam:CreateRole', nth: 1 },
  { at: 'fis:StartExperiment', nth: 1 },
  { at: 'fis:GetExperiment', nth: 1 },
  { at: 'fis:GetExperiment', nth: 2 },
  { at: 'fis:StartExperiment', nth: 1, fault: 'commit-hold' },
  { at: 'fis:StartExperiment', nth: 1, fault: 'hold' },
  { at: 'fis:CreateExperimentTemplate', nth: 2, fault: 'throttle' },
  { at: 'fis:GetExperiment', nth: 1, fault: 'hang' },
  { at: 'fis:GetExperiment', nth: 1, fault: 'hang', all: true },
] as const

type CancelPoint = (typeof CANCEL_POINTS)[number]

async function measure(point: CancelPoint): Promise<{ readonly tookMs: number; readonly name: string }> {
  const [service, operation] = point.at.split(':') as ['fis', string]
  const one = 'fault' in point ? [{ service, operation, fault: point.fault }] : []
  const faults = 'all' in point ? [...one, { service, operation: 'StopExperiment', fault: 'hang' as const }] : one
  const harness = await openHarness({ speed: SPEED, faults, inputs: { 'poll-interval': '2s' } })
  try {
    const main = await harness.start('main')
    if (!(await harness.arrival(point.at, point.nth, main))) throw new Error(`the run ended before ${point.at}`)
    const { result, tookMs } = await cancel(main, SPEED)
    if (result.code !== 1) throw new Error(`a cancelled run ended with ${result.code ?? result.signal}:\n${result.stdout}${result.stderr}`)
    return { tookMs, name: Object.values(point).join(' ') }
  } finally {
    await harness.close()
  }
}

async function bench(): Promise<void> {
  const taken: { tookMs: number; name: string }[] = []
  const queue = Array.from({ length: RUNS }, (_, index) => CANCEL_POINTS[index % CANCEL_POINTS.length]).filter(
    (point) => point !== undefined,
  )
  const work = async () => {
    for (let point = queue.shift(); point !== undefined; point = queue.shift()) taken.push(await measure(point))
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
  const sorted = taken.sort((one, other) => one.tookMs - other.tookMs)
  const at = (index: number) => Math.round(sorted[index]?.tookMs ?? Number.NaN)
  console.log(
    `From a cancel to the end, ${sorted.length} runs: median ${at(Math.floor(RUNS / 2))} ms, slowest ${at(RUNS - 1)} ms (${sorted.at(-1)?.name}), allowed ${PROMISED_MS} ms`,
  )
  process.exitCode = at(RUNS - 1) <= PROMISED_MS ? 0 : 1
}

await bench()
