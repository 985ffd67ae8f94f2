/**
 * durationBeforeInterruption, in milliseconds: `PT<n>M` or `PT<n>S` from 2 to 15 minutes, the two notations that AWS's own
 * tools are known to send. Undefined for everything else.
 */
export function parseDuration(text: string): number | undefined {
  const match = /^PT(\d{1,4})([MS])$/.exec(text)
  if (!match) return undefined
  const duration = Number(match[1]) * (match[2] === 'M' ? 60_000 : 1000)
  return duration >= 120_000 && duration <= 900_000 ? duration : undefined
}
