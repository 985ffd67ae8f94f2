import { type ActionError, toActionError } from '../model/errors.ts'

/** SIGHUP comes when the terminal, or the service of the runner, ends. */
const NAMES = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** `cancel` aborts at the first signal; `leave` when even clean-up has to end. */
export type Signals = {
  readonly cancel: AbortSignal
  readonly leave: AbortSignal
  /** The uncaught error, if it was the reason for the cancel. */
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
  /** Whether a closed output cancels, because nobody can read the log any more. Clean-up ignores it. */
  readonly closedOutput: 'cancels' | 'is ignored'
}

/**
 * Listens for the runner's cancel: SIGINT, 7.5 s later SIGTERM, another 2.5 s later SIGKILL. The step's time-out and a `cancel:` of a
 * background step send the same signals. A closed output and an uncaught error cancel, too. Only the first of these counts.
 */
export function listen({ leaveMs, heard, budgetMs, closedOutput }: Listening): Signals {
  const cancel = new AbortController()
  const leave = new AbortController()
  let uncaught: ActionError | undefined
  const after = (ms: number, reason?: Error) => setTimeout(() => leave.abort(reason), ms).unref()
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
  if (budgetMs !== undefined) after(budgetMs, timeIsOver())
  return { cancel: cancel.signal, leave: leave.signal, uncaught: () => uncaught }
}

/** The reason of an abort that nobody asked for. It has the name that `AbortSignal.timeout` gives to its own. */
export function timeIsOver(): Error {
  return Object.assign(new Error('the time for it is over'), { name: 'TimeoutError' })
}

/** Ends the process with the exit code that is set, once all output is written. Otherwise abandoned requests would keep it alive. */
export function leave(): void {
  process.stdout.write('', () => process.exit())
}
