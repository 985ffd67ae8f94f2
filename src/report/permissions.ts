import { markdownTable } from 'markdown-table'
import { all, type Of, type Timeline } from '../model/timeline/event.ts'
import { toCode, toMarkdown } from './escape.ts'

/** Lines of the log: only of what is not certainly allowed. */
export function toPermission({ action, resource, answer, statement }: Of<'permission'>) {
  if (answer === 'allowed') return []
  if (answer === 'denied') return [{ text: `✗ Would be denied: ${action} on ${resource}. The statement: ${statement}` }]
  return [{ text: `⚠ Not known whether it would be allowed: ${action} on ${resource}` }]
}

/** What a run would do, and what its caller would be allowed; '' for all but a dry run. */
export function renderDryRun(timeline: Timeline): string {
  const would = all(timeline, 'would').map(({ what }) => `- ${toMarkdown(what)}`)
  const permissions = all(timeline, 'permission')
  if (would.length === 0 && permissions.length === 0) return ''
  const allowed = permissions.filter(({ answer }) => answer === 'allowed').length
  const rows = permissions.filter(({ answer }) => answer !== 'allowed').map(toRow)
  const table = rows.length === 0 ? '' : markdownTable([['', 'Call', 'On', 'Statement'], ...rows])
  const count = `${allowed} of ${permissions.length} calls would be allowed, as far as policies of the caller and of the organization tell.`
  return ['### What a run would do', would.join('\n'), '### Permissions', permissions.length === 0 ? 'Not known.' : count, table]
    .filter((part) => part !== '')
    .join('\n\n')
}

function toRow({ action, resource, answer, statement }: Of<'permission'>): string[] {
  return [answer === 'denied' ? '❌ denied' : '⚠ not known', toCode(action), toCode(resource), toCode(statement)]
}
