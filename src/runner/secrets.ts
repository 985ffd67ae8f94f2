import { readFileSync } from 'node:fs'
import { type Secret, toSecrets } from '../report/gate.ts'

/** The values that must never be shown, in all their forms. */
export type Secrets = {
  readonly forms: () => readonly Secret[]
  /** Adds a credential. Parts of it are hidden, too. */
  readonly addCredential: (value: string | undefined) => void
  /** Adds a value that is hidden only as a whole. Returns false if it is not maskable, see `isMaskable`. */
  readonly add: (value: string) => boolean
}

/** Variables that hold a credential, of AWS, of GitHub and of the job. */
const VARIABLES = [
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'AWS_SECURITY_TOKEN',
  'AWS_CONTAINER_AUTHORIZATION_TOKEN',
  'ACTIONS_ID_TOKEN_REQUEST_TOKEN',
  'ACTIONS_RUNTIME_TOKEN',
  'GITHUB_TOKEN',
  'GH_TOKEN',
  'INPUT_GITHUB-TOKEN',
]
/** Variables that name a file with a credential in it. */
const FILES = ['AWS_WEB_IDENTITY_TOKEN_FILE', 'AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE']

/** The secrets in the environment. A secret key that equals its access key id is a placeholder, so it is not a secret. */
export function readSecrets(env: NodeJS.ProcessEnv): Secrets {
  const forms = new Map<string, Secret>()
  const keep = (value: string, whole: boolean) => {
    for (const form of toSecrets(value, whole)) forms.set(form.text, form)
  }
  const addCredential = (value: string | undefined) => {
    if (value !== undefined && value !== env.AWS_ACCESS_KEY_ID) keep(value, false)
  }
  for (const name of VARIABLES) addCredential(env[name])
  for (const name of FILES) addCredential(readFile(env[name]))
  return {
    forms: () => [...forms.values()],
    addCredential,
    add: (value) => {
      if (!isMaskable(value)) return false
      keep(value, true)
      return true
    },
  }
}

function readFile(path: string | undefined): string | undefined {
  try {
    return path ? readFileSync(path, 'utf8').trim() : undefined
  } catch {
    return undefined
  }
}

/** Words that outputs may have as their value. They are never masked, because GitHub drops an output that contains a masked value. */
const OUTPUT_WORDS: readonly string[] = [
  ...['true', 'false', 'unknown', 'survived', 'not-survived', 'inconclusive', 'not-judged'],
  ...[
    'interrupted',
    'drained',
    'ended-early',
    'running',
    'pending',
    'initiating',
    'completed',
    'stopping',
    'stopped',
    'failed',
    'cancelled',
  ],
  ...['terminated', 'shutting-down', 'interruption', 'rebalance', 'experiment', 'template'],
]
const LONGEST_OPEN = 7

/** Whether a value may be masked: it must be longer than 7 characters, and no output may have it as its value. */
function isMaskable(value: string): boolean {
  return value.length > LONGEST_OPEN && !OUTPUT_WORDS.includes(value.toLowerCase())
}
