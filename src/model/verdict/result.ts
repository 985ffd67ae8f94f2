/** Whether the step passes, in one sentence that says on which resource, and what to do next when it does not. */
export type StepResult = {
  readonly pass: boolean
  readonly text: string
  readonly hint: string
  /** Where the service was judged, too: the part of the text that is on the experiment alone. */
  readonly landing?: string
}

/** A step that fails: what happened, and what to do next. */
export function fail(text: string, hint: string): StepResult {
  return { pass: false, text, hint }
}
