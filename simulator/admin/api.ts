import * as v from 'valibot'
import type { Model } from '../account/account.ts'
import { scriptSchema } from '../account/actors.ts'
import { type Switches, switchesPatch } from '../account/switches.ts'
import { tell } from '../account/timeline.ts'
import type { Clock, Epoch } from '../clock.ts'
import type { Engine } from '../engine.ts'
import { faultsSchema } from './faults.ts'
import { sow } from './seed.ts'
import { seedSchema } from './seed-schema.ts'

/** Everything a test or a rehearsal sets and reads beside the AWS APIs; the same over HTTP and in-process. */
export type Panel = {
  readonly switches: () => Switches
  readonly setSwitches: (patch: unknown) => Switches
  readonly script: () => unknown
  readonly setScript: (script: unknown) => unknown
  readonly setFaults: (faults: unknown) => unknown
  readonly seed: (seed: unknown) => unknown
  readonly clock: () => Epoch & { readonly now: string }
  readonly state: () => unknown
}

export function createPanel(engine: Engine, clock: Clock): Panel {
  return {
    switches: () => engine.model().switches,
    setSwitches: (patch) => {
      engine.change((model) => withSwitches(model, v.parse(switchesPatch, patch), clock.now()))
      return engine.model().switches
    },
    script: () => engine.model().script,
    setScript: (script) => {
      const parsed = v.parse(scriptSchema, script)
      engine.change((model) => ({ ...model, script: parsed }))
      return parsed
    },
    setFaults: (faults) => {
      const parsed = v.parse(faultsSchema, faults)
      engine.plan(parsed.map((fault) => ({ fault, seen: 0 })))
      return parsed
    },
    seed: (seed) => {
      const parsed = v.parse(seedSchema, seed)
      engine.found((model) => sow(model, parsed, clock.now()))
      return parsed
    },
    clock: () => ({ speed: clock.speed, real0: clock.real0, sim0: clock.sim0, now: new Date(clock.now()).toISOString() }),
    state: () => dump(engine.model(), clock.now()),
  }
}

type Patch = { readonly [K in keyof Switches]?: Switches[K] | undefined }

/** The safety lever is moved at a moment, and bites what runs from then on. */
function withSwitches(model: Model, patch: Patch, at: number): Model {
  const given = Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined))
  const switches: Switches = { ...model.switches, ...given }
  const moved = switches.safetyLever !== model.switches.safetyLever
  return { ...model, switches, levers: moved ? [...model.levers, { at, status: switches.safetyLever }] : model.levers }
}

function dump(model: Model, at: number) {
  const { salt, serial, switches, script, levers, ...books } = model
  const records = Object.entries(books).map(([name, book]) => [name, Object.fromEntries<unknown>(book)])
  const runs = [...tell(model).runs].map(([id, { steps, resolved, ...run }]) => [id, { ...run, steps: Object.fromEntries(steps) }])
  return { at: new Date(at).toISOString(), ...Object.fromEntries(records), runs: Object.fromEntries(runs), switches, script, levers }
}
