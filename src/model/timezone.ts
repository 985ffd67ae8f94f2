/** A zone whose clocks never change: what Intl would say of it, without Intl. */
export type FixedZone = { readonly name: string; readonly offsetMinutes: number }

/**
 * The default zone and UTC. The first use of Intl costs about half of what Node itself takes to start, and most runs need it for nothing
 * but the log's timestamps. A test holds these against Intl.
 */
export const FIXED_ZONES: Readonly<Record<string, FixedZone>> = {
  'Asia/Kolkata': { name: 'IST', offsetMinutes: 330 },
  UTC: { name: 'UTC', offsetMinutes: 0 },
}
