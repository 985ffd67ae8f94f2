import type { ProbeRules } from '../../src/model/probes/probe.ts'

/** The rules of a service as the contract has them by default, for one probe. */
export function probeRules(changes: Partial<ProbeRules> = {}): ProbeRules {
  return {
    probes: [{ name: 'web', shown: 'https://example.com/' }],
    intervalMs: 2000,
    timeoutMs: 5000,
    minAvailability: 80,
    maxOutageMs: 30_000,
    observeMs: 60_000,
    recoveryMs: 300_000,
    abortOnOutage: false,
    ...changes,
  }
}
