import { all, type EventOf, type Timeline } from '../model/timeline/event.ts'
import { toMarkdown } from './escape.ts'
import { type Cell, renderTable } from './table.ts'

/** Log lines for one permission; none if it is certainly allowed. */
export function toPermission({ action, resource, answer, statement }: EventOf<'permission'>) {
  if (answer === 'allowed') return []
  if (answer === 'denied') return [{ text: `✗ Would be denied: ${action} on ${resource}. The statement: ${statement}` }]
  return [{ text: `⚠ Not known whether it would be allowed: ${action} on ${resource}` }]
}

/** What a run would do, and which calls its caller would be allowed; '' for a run that is not a dry run. */
export function renderDryRun(timeline: Timeline): string {
  const would = all(timeline, 'would').map(({ what }) => `- ${toMarkdown(what)}`)
  const permissions = all(timeline, 'permission')
  if (would.length === 0 && permissions.length === 0) return ''
  const rows = permissions.filter(({ answer }) => answer !== 'allowed').map(toRow)
  const table = rows.length === 0 ? '' : renderTable(['Answer', 'Call', 'On', 'Statement'], rows)
  const known = rows.length === 0 ? 'All calls would be allowed' : 'All other calls would be allowed'
  const note = permissions.length === 0 ? 'Not known.' : `${known}, as far as the policies of the caller and of the organization tell.`
  return ['### What a run would do', would.join('\n'), '### Permissions', table, note].filter((part) => part !== '').join('\n\n')
}

function toRow({ action, resource, answer, statement }: EventOf<'permission'>): readonly Cell[] {
  return [answer === 'denied' ? '❌&nbsp;denied' : '⚠️&nbsp;unknown', { id: action }, toMarkdown(resource), toMarkdown(statement)]
}
