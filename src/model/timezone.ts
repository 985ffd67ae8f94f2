/** A zone with a fixed offset, with the name that Intl gives it. */
export type FixedZone = { readonly name: string; readonly offsetMinutes: number }

/**
 * The default zone and UTC. The first use of Intl takes about half as long as Node itself takes to start, and most runs need it only for
 * the log's timestamps. A test compares these with Intl.
 */
export const FIXED_ZONES: Readonly<Record<string, FixedZone>> = {
  'Asia/Kolkata': { name: 'IST', offsetMinutes: 330 },
  UTC: { name: 'UTC', offsetMinutes: 0 },
}
