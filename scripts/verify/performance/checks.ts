/** The limits of the bench, and whether they are kept. */
import type { Check } from './shapes.ts'

/** A limit that gates may be missed by this factor, as in the other parts of the bench. */
export const SLACK = 1.15

/** Whether the bench passes. */
export function passes(checks: readonly Check[]): boolean {
  return checks.every(({ met, gates }) => met || !gates)
}

export function renderChecks(checks: readonly Check[]): string {
  return checks
    .map(({ name, value, limit, unit, met, gates }) => {
      const mark = met ? '✓' : gates ? '✗' : '~'
      return `${mark} ${name}: ${round(value)} ${unit} of at most ${round(limit)}`
    })
    .join('\n')
}

function round(value: number): string {
  return String(Number(value.toPrecision(3)))
}
