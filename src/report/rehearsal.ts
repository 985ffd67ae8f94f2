/** The note in every title of a rehearsal, so that nobody mistakes it for a run on AWS; '' for any other run. */
export function toRehearsalNote(rehearsal: boolean): string {
  return rehearsal ? ' (rehearsal, not AWS)' : ''
}
