/** The limits of the bench, and whether they are kept. */
import type { Check } from './shapes.ts'

/**
 * The slack of most limits that can fail the bench, as in its other parts. Numbers of calls have no slack, because they are the same on
 * every machine.
 */
export const SLACK = 1.15
export const NO_SLACK = 1

export function toCheck(check: Omit<Check, 'met'>): Check {
  return { ...check, met: check.value <= check.limit }
}

/** Whether the bench passes. A value that is not a number fails its limit. */
export function passes(checks: readonly Check[]): boolean {
  return checks.every(isBearable)
}

export function renderChecks(checks: readonly Check[]): string {
  return checks
    .map((check) => {
      const mark = check.met ? '✓' : isBearable(check) ? '~' : '✗'
      return `${mark} ${check.name}: ${round(check.value)} ${check.unit} of at most ${round(check.limit)}`
    })
    .join('\n')
}

function isBearable({ value, limit, slack }: Check): boolean {
  return slack === null || value <= limit * slack
}

function round(value: number): string {
  return String(Number(value.toPrecision(3)))
}
