import { ActionError } from '../model/errors.ts'
import { BASELINE_MS } from '../model/plan/plan.ts'
import type { ProbeTarget } from '../model/probes/probe.ts'
import { BASELINE_CHECKS, passesBaseline, type Samples } from '../model/probes/samples.ts'
import type { Answer, World } from '../world.ts'

type Ports = Pick<World, 'clock' | 'log'>
/** A probe whose checks are being sent and recorded. */
export type RecordedProbe = {
  readonly probeTarget: ProbeTarget
  readonly samples: () => Samples
  /** The latest answer. */
  readonly latest: () => Answer | undefined
}
type Baseline = { readonly probes: readonly RecordedProbe[]; readonly ended: AbortSignal; readonly untilMs: number }

/** How often the baseline checks the recorded answers, which needs no network. */
const POLL_MS = 250

/**
 * Resolves when each probe has been healthy three times in a row. Rejects with `refused` if one has not by `untilMs`, a monotonic time, or
 * if `ended` aborts before.
 */
export async function passBaseline(world: Ports, { probes, ended, untilMs }: Baseline): Promise<void> {
  for (;;) {
    const nowMs = world.clock.monotonicMs()
    const waiting = probes.filter(({ samples }) => !passesBaseline(samples()))
    if (waiting.length === 0) return world.log.record({ kind: 'baseline', ok: true, why: '' })
    if (ended.aborted) throw new ActionError('refused', 'The run was ended before its probes had answered.', 'Nothing was created.')
    if (nowMs >= untilMs) throw fail(world, waiting)
    await world.clock.sleep(POLL_MS, ended)
  }
}

function fail(world: Ports, waiting: readonly RecordedProbe[]): ActionError {
  const lasts = waiting.map((one) => `${one.probeTarget.name} (${one.probeTarget.shown}), last answer: ${describeLatest(one)}`)
  const why = `not every probe was healthy ${BASELINE_CHECKS} times in a row within ${BASELINE_MS / 1000} s: ${lasts.join('; ')}`
  world.log.record({ kind: 'baseline', ok: false, why })
  return new ActionError(
    'refused',
    `Before anything was created, ${why}.`,
    'Nothing was interrupted: a service that is down already proves nothing. Repair the service, or correct the probe.',
  )
}

function describeLatest({ latest }: RecordedProbe): string {
  const answer = latest()
  return answer === undefined ? 'none yet' : answer.why || answer.health
}
