import type { Report } from './report.ts'
import { type Cell, renderTable } from './table.ts'

/** The resources that the run created, and what happened to each. */
export function renderResources(report: Report): string {
  const { role, templateId, experiment, left } = report
  const rows: Cell[][] = []
  if (templateId !== '') rows.push(['Template', { id: templateId }, toFate(report, templateId)])
  if (experiment !== undefined) rows.push(['Experiment', { id: experiment.id }, toExperiment(report, experiment)])
  if (role !== undefined) rows.push(['Role', { id: role.name }, toRole(role, report)])
  if (rows.length === 0) return '### Clean-up\n\nNothing was created.'
  const commands = left.flatMap((one) => one.commands)
  const byHand =
    commands.length === 0
      ? []
      : [
          '❌ Something was left behind when this was written. The post step tries again. By hand:',
          `\`\`\`sh\n${commands.join('\n')}\n\`\`\``,
        ]
  return ['### Clean-up', renderTable(['Resource', 'Id', 'Now'], rows), ...byHand].join('\n\n')
}

function toFate({ removed, left }: Report, id: string): string {
  if (removed.some((one) => one.id === id)) return 'removed'
  return left.some((one) => one.id === id) ? '❌ <b>left behind</b>' : 'removed later, in the post step'
}

function toExperiment({ removed }: Report, { id, status }: NonNullable<Report['experiment']>): string {
  return removed.some((one) => one.id === id && one.how === 'stopped') ? 'stopped' : status
}

function toRole(role: NonNullable<Report['role']>, { removed, kept, left }: Report): string {
  if (removed.some(({ id }) => id === role.name)) return 'created by this run, deleted'
  if (left.some(({ id }) => id === role.name)) return '❌ <b>left behind</b>'
  if (kept.some(({ id }) => id === role.name)) return 'created by this run, kept (<code>delete-role: true</code> deletes it)'
  return ROLE[role.origin]
}

const ROLE: Readonly<Record<NonNullable<Report['role']>['origin'], string>> = {
  created: 'created by this run, deleted later, in the post step',
  given: 'given, not touched',
  mended: 'existed before, its missing policy was added',
  reused: 'existed before, not changed',
}
