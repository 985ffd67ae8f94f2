/** Whether the step passes: `text` is one sentence that names the resource, `hint` says what to do if it fails. */
export type StepResult = {
  readonly pass: boolean
  readonly text: string
  readonly hint: string
  /** If the service was judged, too: the part of `text` about the experiment alone. */
  readonly landing?: string
}

/** A step that fails: what happened, and what to do next. */
export function fail(text: string, hint: string): StepResult {
  return { pass: false, text, hint }
}
