import { appendFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as core from '@actions/core'
import { cut, toPlain, toPlainLines } from '../report/escape.ts'
import { hideSecrets, toSafe } from '../report/gate.ts'
import { readSecrets } from './secrets.ts'

/**
 * Everything that this process writes for the runner, and the only place that does so. Nothing here throws: a file that cannot be written
 * is a warning, once for each place, and the run goes on. In every text, secrets are hidden and control characters removed.
 */
export type Sinks = {
  /** Lines of the log. */
  readonly print: (lines: readonly string[]) => void
  readonly debug: (text: string) => void
  readonly notice: (text: string) => void
  /** Sets the exit code to 1, and prints the reason as the one `::error::` line of this process. Only the first call prints. */
  readonly fail: (text: string) => void
  /** Sets each output; '' is a value. */
  readonly setOutputs: (outputs: Readonly<Record<string, string>>) => void
  /** Saves a value for post: a synchronous append that survives SIGKILL. Post gets the last write of a name. Returns false if it failed. */
  readonly saveState: (name: string, value: string) => boolean
  /** Sets variables for the later steps of the job. Returns false if one of them could not be set. */
  readonly setVariables: (variables: Readonly<Record<string, string>>) => boolean
  /** Appends Markdown to the job summary in one write, so that a cancel never leaves a half. */
  readonly appendSummary: (markdown: string) => void
  /** Writes a file under RUNNER_TEMP, which all steps of a job share. Returns its path, or '' if it could not be written. */
  readonly writeTemp: (name: string, text: string) => string
  /** Hides a value from now on, in our output and in everything that the runner shows, unless it is too short or a word of the outputs. */
  readonly mask: (value: string) => void
  /** Hides a credential from now on, in our output only. Prints nothing. */
  readonly hide: (value: string | undefined) => void
  /** A copy of a record with every text in it safe to show, see `toSafe`. */
  readonly clean: <T>(value: T) => T
  /** Makes a text of several lines safe that leaves this process in another way. */
  readonly leaving: (text: string) => string
}

/** GitHub cuts annotations at 4096 characters. */
const LONGEST_ANNOTATION = 4000
const PLACES = {
  GITHUB_OUTPUT: 'Outputs cannot be set',
  GITHUB_ENV: 'Variables for the later steps cannot be set',
  GITHUB_STATE: 'The state for the post step cannot be saved',
  GITHUB_STEP_SUMMARY: 'The job summary cannot be written',
  RUNNER_TEMP: 'Files cannot be written to the temporary folder of the job',
  log: 'The log cannot be written',
} as const

type Place = keyof typeof PLACES
type Variable = Exclude<Place, 'log'>

/** The sinks of this process. `warn` gets a sentence, once for each place that cannot be written. */
export function createSinks(env: NodeJS.ProcessEnv, warn: (what: string) => void): Sinks {
  const secrets = readSecrets(env)
  const leaving = (text: string) => toPlainLines(hideSecrets(text, secrets.forms()))
  const { attempt, say } = createAttempts(env, warn)
  let failed = false
  return {
    print: (lines) => {
      for (const line of lines) say(() => core.info(leaving(line).replaceAll('\n', ' ')))
    },
    debug: (text) => say(() => core.debug(toPlain(leaving(text)))),
    notice: (text) => say(() => core.notice(cut(leaving(text), LONGEST_ANNOTATION))),
    fail: (text) => {
      process.exitCode = 1
      if (!failed) say(() => core.error(cut(leaving(text), LONGEST_ANNOTATION)))
      failed = true
    },
    setOutputs: (outputs) => {
      for (const [name, value] of Object.entries(outputs)) attempt('GITHUB_OUTPUT', () => core.setOutput(name, leaving(value)))
    },
    saveState: (name, value) => attempt('GITHUB_STATE', () => core.saveState(name, value)),
    setVariables: (variables) =>
      Object.entries(variables).every(([name, value]) => attempt('GITHUB_ENV', () => core.exportVariable(name, value))),
    appendSummary: (markdown) => {
      // A runner without summaries needs no warning.
      if (env.GITHUB_STEP_SUMMARY) attempt('GITHUB_STEP_SUMMARY', (path) => appendFileSync(path, leaving(markdown)))
    },
    writeTemp: (name, text) => {
      const path = join(env.RUNNER_TEMP ?? '', name)
      return attempt('RUNNER_TEMP', () => writeFileSync(path, leaving(text))) ? path : ''
    },
    mask: (value) => {
      if (secrets.add(value)) say(() => core.setSecret(value))
    },
    hide: secrets.addCredential,
    clean: (value) => toSafe(value, secrets.forms()),
    leaving,
  }
}

type Attempts = {
  /** Does work on the file or folder that a variable names. If that fails, it warns and returns false. */
  readonly attempt: (place: Variable, work: (path: string) => void) => boolean
  /** Prints something, unless the output is closed. */
  readonly say: (work: () => void) => void
}

function createAttempts(env: NodeJS.ProcessEnv, warn: (what: string) => void): Attempts {
  const lost = new Set<Place>()
  const lose = (place: Place, why: string) => {
    if (lost.has(place)) return
    lost.add(place)
    warn(`${PLACES[place]}: ${why}.`)
  }
  // Node reports a closed or full output by an event after the write. Without a listener that event ends the process.
  process.stdout.on('error', (error) => lose('log', error.message))
  process.stderr.on('error', () => undefined)
  return {
    attempt: (place, work) => {
      try {
        const path = env[place]
        if (!path) throw new Error(`${place} is not set`)
        work(path)
        return true
      } catch (thrown) {
        lose(place, thrown instanceof Error ? thrown.message : String(thrown))
        return false
      }
    },
    say: (work) => {
      try {
        if (!lost.has('log')) work()
      } catch (thrown) {
        lose('log', thrown instanceof Error ? thrown.message : String(thrown))
      }
    },
  }
}
