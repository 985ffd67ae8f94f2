import * as v from 'valibot'
import type { Account } from './account/account.ts'
import { scriptSchema } from './account/actors.ts'
import { groupAt } from './account/scaling/view.ts'
import { type Switches, switchesPatch } from './account/switches.ts'
import { instancesAt, timelineOf } from './account/timeline.ts'
import { faultsSchema } from './admin/faults.ts'
import { applySeed } from './admin/seed.ts'
import { seedSchema } from './admin/seed-schema.ts'
import type { Clock, Epoch } from './clock.ts'
import type { Engine } from './engine.ts'

/** Everything that a test or a rehearsal can set and read in addition to AWS calls. The paths below `/_simulator` offer the same. */
export type AdminApi = {
  readonly switches: () => Switches
  readonly setSwitches: (patch: unknown) => Switches
  readonly script: () => unknown
  readonly setScript: (script: unknown) => unknown
  readonly setFaults: (faults: unknown) => unknown
  readonly seed: (seed: unknown) => unknown
  /** The ids of all instances that were launched so far. */
  readonly instances: () => readonly string[]
  readonly clock: () => Epoch & { readonly now: string }
  readonly state: () => unknown
}

/** Creates this API. It throws a `ValiError` for a value that its schema does not allow. */
export function createAdminApi(engine: Engine, clock: Clock): AdminApi {
  return {
    switches: () => engine.account().switches,
    setSwitches: (patch) => {
      engine.change((account) => withSwitches(account, v.parse(switchesPatch, patch), clock.now()))
      return engine.account().switches
    },
    script: () => engine.account().script,
    setScript: (script) => {
      const parsed = v.parse(scriptSchema, script)
      engine.change((account) => ({ ...account, script: parsed }))
      return parsed
    },
    setFaults: (faults) => {
      const parsed = v.parse(faultsSchema, faults)
      engine.setRules(parsed.map((fault) => ({ fault, seen: 0 })))
      return parsed
    },
    seed: (seed) => {
      const parsed = v.parse(seedSchema, seed)
      engine.changeBaseline((account) => applySeed(account, parsed, clock.now()))
      return parsed
    },
    instances: () => instancesAt(engine.account(), clock.now()).map(({ id }) => id),
    clock: () => ({ speed: clock.speed, real0: clock.real0, sim0: clock.sim0, now: new Date(clock.now()).toISOString() }),
    state: () => dump(engine.account(), clock.now()),
  }
}

type Patch = { readonly [K in keyof Switches]?: Switches[K] | undefined }

/** Applies switches. A change of the safety lever gets its time, because it affects experiments only from then on. */
function withSwitches(account: Account, patch: Patch, at: number): Account {
  const given = Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined))
  const switches: Switches = { ...account.switches, ...given }
  const moved = switches.safetyLever !== account.switches.safetyLever
  return { ...account, switches, levers: moved ? [...account.levers, { at, status: switches.safetyLever }] : account.levers }
}

function dump(account: Account, at: number) {
  const { salt, serial, switches, script, levers, ...collections } = account
  const records = Object.entries(collections).map(([name, collection]) => [name, Object.fromEntries<unknown>(collection)])
  const timeline = timelineOf(account, at)
  // Resources that AWS launched by itself are in no collection of the account, so they are added here.
  const shown = {
    instances: Object.fromEntries(instancesAt(account, at).map((one) => [one.id, one])),
    requests: Object.fromEntries([...timeline.requests].filter(([, { createdAt }]) => createdAt <= at)),
    autoScalingGroups: Object.fromEntries([...account.autoScalingGroups].map(([key, group]) => [key, groupAt(account, group, at)])),
  }
  const runs = [...timeline.runs].map(([id, { actions, resolved, ...run }]) => [id, { ...run, actions: Object.fromEntries(actions) }])
  return {
    at: new Date(at).toISOString(),
    ...Object.fromEntries(records),
    ...shown,
    runs: Object.fromEntries(runs),
    switches,
    script,
    levers,
  }
}
