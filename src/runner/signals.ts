import { type ActionError, toActionError } from '../model/errors.ts'

/** SIGHUP comes when the terminal, or the runner's service, goes away. */
const NAMES = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** `cancel` aborts at the first signal; `leave` when even clean-up has to end. */
export type Signals = {
  readonly cancel: AbortSignal
  readonly leave: AbortSignal
  /** The error that nobody caught, where that is what cancelled this process. */
  readonly uncaught: () => ActionError | undefined
}

/** What to listen for, and how long the process may take. */
export type Listening = {
  /** From the first signal until `leave`, in milliseconds. */
  readonly leaveMs: number
  /** Called at once with the name of the first signal. */
  readonly heard: (name: string) => void
  /** The longest that this process may take without any signal, in milliseconds. */
  readonly budgetMs?: number
  /** Whether a closed output cancels: nobody reads the log any more. Clean-up goes on without readers. */
  readonly closedOutput: 'cancels' | 'is ignored'
}

/**
 * Listens for the runner's cancel: SIGINT, after 7.5 s SIGTERM, after another 2.5 s SIGKILL; the step's time-out and `cancel:` come the
 * same way, and so do the signals of a background step. A closed output and an error that nobody caught cancel as well. Only the first
 * counts.
 */
export function listen({ leaveMs, heard, budgetMs, closedOutput }: Listening): Signals {
  const cancel = new AbortController()
  const leave = new AbortController()
  let uncaught: ActionError | undefined
  const after = (ms: number) => setTimeout(() => leave.abort(), ms).unref()
  const hear = (name: string) => {
    if (cancel.signal.aborted) return
    heard(name)
    after(leaveMs)
    cancel.abort()
  }
  for (const name of NAMES) process.on(name, () => hear(name))
  process.on('uncaughtException', (thrown) => {
    uncaught ??= toActionError(thrown)
    hear('unexpected error')
  })
  for (const stream of closedOutput === 'cancels' ? [process.stdout, process.stderr] : []) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') hear('the log was closed')
    })
  }
  if (budgetMs !== undefined) after(budgetMs)
  return { cancel: cancel.signal, leave: leave.signal, uncaught: () => uncaught }
}

/** Ends the process with the exit code that is set, once the text that was printed is out: requests that were given up would keep it alive. */
export function leave(): void {
  process.stdout.write('', () => process.exit())
}
