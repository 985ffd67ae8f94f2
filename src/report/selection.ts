import type { EventOf } from '../model/timeline/event.ts'

/** Log lines for targets that the run picked itself. */
export function toSelected({ ids, selection, candidates, numbers }: EventOf<'selected'>) {
  const of = `${candidates} candidate${candidates === 1 ? '' : 's'}`
  return [{ text: numbers }, { text: `✓ Selected ${ids.length} of ${of} at random (${selection}): ${ids.join(', ')}` }]
}

/** Two log lines: the targets that were replaced right before the start, and the current targets. */
export function toReselected({ ids, gone, added, numbers }: EventOf<'reselected'>) {
  const instead = added.length === 0 ? '' : `; instead: ${added.join(', ')}`
  return [
    { text: `⚠ Right before the start, no longer targets: ${gone.join(', ')}${instead}. ${numbers}` },
    { text: `Target instance${ids.length === 1 ? '' : 's'}: ${ids.join(', ')}` },
  ]
}
