/**
 * Speeds up the time of this test process: retries and time-outs that take a minute take a second. Import it before anything else.
 * Sockets are not touched.
 */
export const SPEED = 20
const now = Date.now()
process.env.SIMULATED_TIME = `${SPEED},${now},${now}`
await import('../../simulator/preload.ts')
