/** What every title of a rehearsal carries, so that nobody takes it for a run on AWS; '' for any other. */
export function toRehearsalNote(rehearsal: boolean): string {
  return rehearsal ? ' (rehearsal, not AWS)' : ''
}
