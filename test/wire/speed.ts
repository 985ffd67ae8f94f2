/**
 * Speeds up the time of this test process: pauses and patience of a minute take three seconds. Import it before anything else. The
 * deadline of an attempt stays real time.
 */
export const SPEED = 20
const now = Date.now()
process.env.SIMULATED_TIME = `${SPEED},${now},${now}`
await import('../../simulator/preload.ts')
