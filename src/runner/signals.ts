const NAMES = ['SIGINT', 'SIGTERM'] as const

/** `cancel` aborts at the first signal; `leave` when even clean-up has to end. */
export type Signals = { readonly cancel: AbortSignal; readonly leave: AbortSignal }

/**
 * Listens for the runner's cancel: SIGINT, after 7.5 s SIGTERM, after another 2.5 s SIGKILL; the step's time-out and `cancel:` come the
 * same way, and so do the signals of a background step. All but the first change nothing.
 *
 * @param leaveMs from the first signal until `leave`; `budgetMs` the longest that this process may take without any
 * @param heard called at once with the signal's name
 */
export function listen(leaveMs: number, heard: (name: string) => void, budgetMs?: number): Signals {
  const cancel = new AbortController()
  const leave = new AbortController()
  const after = (ms: number) => setTimeout(() => leave.abort(), ms).unref()
  for (const name of NAMES) {
    process.on(name, () => {
      if (cancel.signal.aborted) return
      heard(name)
      after(leaveMs)
      cancel.abort()
    })
  }
  if (budgetMs !== undefined) after(budgetMs)
  return { cancel: cancel.signal, leave: leave.signal }
}

/** Ends the process with the exit code that is set, once what was printed is out: requests that were given up would keep it alive. */
export function leave(): void {
  process.stdout.write('', () => process.exit())
}
