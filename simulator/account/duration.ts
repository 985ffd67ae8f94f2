type Unit = 'S' | 'M' | 'H'
const unitMs: Readonly<Record<Unit, number>> = { S: 1000, M: 60_000, H: 3_600_000 }

/**
 * durationBeforeInterruption, in milliseconds: `PT<n>M` or `PT<n>S` from 2 to 15 minutes, which are the notations that AWS's own tools
 * send. Undefined for everything else.
 */
export function parseDuration(text: string): number | undefined {
  return parseBetween(text, ['M', 'S'], [120_000, 900_000])
}

/** The duration of aws:fis:wait, in milliseconds, from one minute to 12 hours. */
export function parseWait(text: string): number | undefined {
  return parseBetween(text, ['H', 'M', 'S'], [60_000, 43_200_000])
}

function parseBetween(text: string, units: readonly Unit[], [least, most]: readonly [number, number]): number | undefined {
  const match = /^PT(\d{1,5})([HMS])$/.exec(text)
  const unit = units.find((one) => one === match?.[2])
  if (!match || !unit) return undefined
  const duration = Number(match[1]) * unitMs[unit]
  return duration >= least && duration <= most ? duration : undefined
}
