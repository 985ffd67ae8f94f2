import type { Switches } from '../../simulator/account/switches.ts'

/** Every setting of what AWS does not document and what outcomes, and so verdicts, depend on. */
export const SETTINGS = [
  {},
  { completed: 'notice' },
  { completed: 'interruption' },
  { completed: 'at-once' },
  { ends: 'later' },
  { spotCode: 'notice' },
  { stop: 'recalls' },
  { stateReason: 'none' },
  { deniedRole: 'after-start' },
] as const satisfies readonly Partial<Switches>[]
