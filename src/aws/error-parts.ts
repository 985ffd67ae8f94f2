import type { Setting } from './call.ts'
import type { UsedProxy } from './connection.ts'

/**
 * The readable parts of an error of the SDK, or of Node below it; a text is '' if the error has none. `stage` says whether the request was
 * sent at all, because credentials come first. `host` is a host name that could not be resolved.
 */
export type ErrorParts = {
  readonly stage: 'credentials' | 'call'
  readonly name: string
  readonly message: string
  readonly code: string
  readonly status: number | undefined
  readonly host: string
  readonly proxy: UsedProxy | undefined
}

const LONGEST = 500
/**
 * AWS's message quotes the request, with its security token, after these words:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html
 */
const QUOTE = /\s*The (Canonical String|String-to-Sign|request signature we calculated).*should have been[\s\S]*$/i

/** Reads an error of any shape, and never throws. Texts are cut to 500 characters, without the request that AWS quotes. */
export function readError(thrown: unknown, setting?: Setting): ErrorParts {
  const outer = toRecord(thrown)
  const failed = outer.name === 'CredentialsFailure'
  const one = failed ? toRecord(outer.cause) : outer
  const waits = one.name === 'TimeoutError' && setting?.waiting() === true
  const status = toRecord(one.$metadata).httpStatusCode ?? toRecord(one.$response).statusCode ?? one.statusCode
  return {
    stage: failed || waits ? 'credentials' : 'call',
    name: toText(one.name),
    message: hide(toMessage(failed ? outer.cause : thrown), setting?.secrets() ?? []),
    code: toText(one.code),
    status: typeof status === 'number' ? status : undefined,
    host: toText(one.hostname),
    proxy: one.proxy as UsedProxy | undefined,
  }
}

function toRecord(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
}

function toText(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

/** The message of an error. The error of a host with several addresses has none itself; the errors inside it have. */
function toMessage(thrown: unknown): string {
  const { message, errors } = toRecord(thrown)
  if (message === '' && Array.isArray(errors)) return [...new Set(errors.map((one) => toText(toRecord(one).message)))].join(', ')
  return typeof message === 'string' ? message : String(thrown)
}

function hide(message: string, secrets: readonly string[]): string {
  const text = secrets.reduce((rest, secret) => rest.replaceAll(secret, '***'), message.replace(QUOTE, ''))
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text
}
