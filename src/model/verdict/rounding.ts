/** Per cent rounded down to one decimal: 99.99 is not 100. */
export function toPercent(share: number): string {
  return `${floorTenth(share)} %`
}

/** The same without the sign: `99.9`. */
export function floorTenth(share: number): string {
  // The small addition corrects the error of dividing by 100 and multiplying again: 28.999999999999996 becomes 29.
  return String(Math.floor(share * 10 + 1e-9) / 10)
}

/** Whole seconds, rounded up: an outage is never shown shorter than it was. */
export function ceilSeconds(ms: number): number {
  return Math.max(0, Math.ceil(ms / 1000 - 1e-9))
}
