/** How a figure, or a target, stands to what is asked of it. `unknown`: nobody knows. */
export type State = 'kept' | 'broken' | 'unknown'

/** In a rehearsal this sign stands where a run on AWS has the check mark: nothing about a rehearsal looks like a pass. */
const REHEARSED = '🎭'
const SIGNS: Readonly<Record<State, string>> = { kept: '✅', broken: '❌', unknown: '⚠️' }

/** The sign that stands beside the word or the number, so that nothing depends on a colour alone. */
export function toSign(state: State, rehearsal: boolean): string {
  return rehearsal && state === 'kept' ? REHEARSED : SIGNS[state]
}
