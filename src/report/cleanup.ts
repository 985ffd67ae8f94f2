import { markdownTable } from 'markdown-table'
import { toRemoval } from '../model/cleanup/commands.ts'
import type { Leftover } from '../model/cleanup/leftover.ts'
import { joinSentences } from '../model/errors.ts'
import type { CLEANUP_OUTPUTS, CleanupInputs, CleanupResult } from '../model/inputs/cleanup.ts'
import { plural } from '../model/plural.ts'
import type { StepResult } from '../model/verdict/result.ts'
import { toCode, toMarkdown } from './escape.ts'
import { toRehearsalNote } from './rehearsal.ts'

const MAX_ROWS = 1000

/** The outputs. `removed` lists what was really removed, in order; a dry run removes nothing. */
export function toCleanupOutputs(
  { removed }: CleanupResult,
  { rehearsal }: Pick<CleanupInputs, 'rehearsal'>,
): Readonly<Record<(typeof CLEANUP_OUTPUTS)[number], string>> {
  const shown = removed.map(({ resource, id, run, because }) => ({ kind: resource, id, run, because }))
  return { removed: JSON.stringify(shown), rehearsal: String(rehearsal) }
}

/** Clean-up passes if it did not have to leave anything that it was to remove. */
export function judgeCleanup({ failed, found, removed }: CleanupResult, { dryRun, region }: CleanupInputs): StepResult {
  if (failed.length === 0) {
    const text = dryRun ? `${plural(found.length, 'leftover')} would be removed.` : `${plural(removed.length, 'leftover')} removed.`
    return { pass: true, text, hint: '' }
  }
  const what = failed.map(({ resource, id, why }) => joinSentences(`The ${resource} ${id} is left behind: ${why}`)).join(' | ')
  const commands = failed.flatMap((one) => toRemoval(one, region))
  return { pass: false, text: what, hint: `By hand: ${commands.join(' ; ')}` }
}

/** The job summary: every leftover that was found, and what happened to it. */
export function renderCleanup(result: CleanupResult, inputs: CleanupInputs): string {
  const { found, spared, notes } = result
  const { pass, text } = judgeCleanup(result, inputs)
  const rows = found
    .slice(0, MAX_ROWS)
    .map((one) => [one.resource, toCode(one.id), toMarkdown(one.run), REASON[one.because], fate(one, result)])
  const more = found.length - rows.length
  return `${[
    `## ${pass ? '✅' : '❌'} Clean-up${inputs.dryRun ? ' (dry run)' : ''}${toRehearsalNote(inputs.rehearsal)}: ${pass ? text : 'not everything could be removed'}`,
    `Account ${toCode(result.account)}, region ${toCode(inputs.region)}${inputs.run === null ? '' : `, run ${toCode(inputs.run)}`}`,
    ...(rows.length === 0 ? [] : [markdownTable([['What', 'Id', 'Run', 'Why', 'Now'], ...rows])]),
    ...(more > 0 ? [`And ${more} more; the log has them all.`] : []),
    ...notes.map((note) => `> ⚠ ${toMarkdown(note)}`),
    ...(spared.length === 0 ? [] : [toSpared(spared, inputs)]),
    ...byHand(result, inputs),
  ].join('\n\n')}\n`
}

const REASON: Readonly<Record<Leftover['because'], string>> = { run: 'of that run', expired: 'its time is over' }

/** Resources that other jobs may still be using, and how to remove them anyway. */
function toSpared(spared: CleanupResult['spared'], { run, job }: CleanupInputs): string {
  const things = spared.slice(0, MAX_ROWS).map(({ resource, id }) => `${resource} ${toCode(id)}`)
  const more = spared.length > MAX_ROWS ? ` and ${spared.length - MAX_ROWS} more` : ''
  const hint = run === null || job === undefined ? '' : ` \`run: ${run}\` removes everything of this run.`
  return `Left alone, because another job may still be using it: ${things.join(', ')}${more}.${hint}`
}

function fate(one: Leftover, { removed, failed }: CleanupResult): string {
  const left = failed.find(({ id }) => id === one.id)
  if (left !== undefined) return `LEFT BEHIND: ${toMarkdown(left.why)}`
  if (!removed.some(({ id }) => id === one.id)) return 'would be removed'
  return one.resource === 'experiment' ? 'stopped' : 'deleted'
}

function byHand({ failed }: CleanupResult, { region }: CleanupInputs): readonly string[] {
  const commands = failed.flatMap((one) => toRemoval(one, region))
  return commands.length === 0 ? [] : [`By hand:\n\n\`\`\`sh\n${commands.join('\n')}\n\`\`\``]
}
