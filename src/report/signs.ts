/** Whether a figure or a target is as required. `unknown`: that is not known. */
export type State = 'kept' | 'broken' | 'unknown'

/** Replaces the check mark in a rehearsal, so that nothing in it looks like a pass. */
const REHEARSED = '🎭'
const SIGNS: Readonly<Record<State, string>> = { kept: '✅', broken: '❌', unknown: '⚠️' }

/** The sign that stands beside the word or the number, so that nothing depends on a colour alone. */
export function toSign(state: State, rehearsal: boolean): string {
  return rehearsal && state === 'kept' ? REHEARSED : SIGNS[state]
}
