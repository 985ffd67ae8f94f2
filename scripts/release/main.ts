/**
 * The steps of a release, one for each call: `npm run release -- check`. docs/dev/release.md describes them in order. A step that was
 * killed can be run again. Reads TAG, GITHUB_REPOSITORY, GITHUB_API_URL, GITHUB_TOKEN, and for the major tag MAJOR_TOKEN, which defaults to
 * GITHUB_TOKEN.
 */
import { appendFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { writeAssets } from './assets.ts'
import { checkTag } from './check.ts'
import type { ReleaseContext } from './context.ts'
import { checkDist } from './dist.ts'
import { makeDraft } from './draft.ts'
import { openGitHub } from './github.ts'
import { moveMajor, setLatest, verifyRelease } from './published.ts'
import { parseTag } from './version.ts'

type Step = (context: ReleaseContext, path: string) => unknown

const STEPS: Readonly<Record<string, Step>> = {
  check: checkTag,
  dist: checkDist,
  assets: ({ folder }, path) => writeAssets(folder, path),
  draft: makeDraft,
  verify: verifyRelease,
  latest: setLatest,
  major: moveMajor,
}

/**
 * Runs the step of this name. `path` is the folder of the files to attach. Throws one error with everything that a person has to correct.
 */
export async function runStep(name: string, path: string, context: ReleaseContext): Promise<void> {
  const step = STEPS[name]
  if (step === undefined) throw new Error(`There is no step "${name}". The steps are ${Object.keys(STEPS).join(', ')}.`)
  await step(context, resolve(context.folder, path))
}

/** Reads the context from the environment of a workflow. Throws if TAG is not a full version tag. */
export function readContext(env: NodeJS.ProcessEnv, folder: string, log: ReleaseContext['log']): ReleaseContext {
  const { TAG: tag = '', GITHUB_REPOSITORY: repository = '', GITHUB_API_URL: apiUrl = 'https://api.github.com' } = env
  if (parseTag(tag) === undefined) throw new Error(`TAG is "${tag}", which is no full version tag, such as v1.0.0.`)
  const open = (token = '') => openGitHub({ apiUrl, repository, token })
  return { folder, tag, repository, github: open(env.GITHUB_TOKEN), mover: open(env.MAJOR_TOKEN || env.GITHUB_TOKEN), log }
}

/** Shows a line in the log, and in the summary of the job. */
function show(line: string): void {
  console.log(line)
  if (process.env.GITHUB_STEP_SUMMARY) appendFileSync(process.env.GITHUB_STEP_SUMMARY, `${line}\n\n`)
}

if (import.meta.main) {
  const [name = '', path = 'assets'] = process.argv.slice(2)
  try {
    await runStep(name, path, readContext(process.env, process.cwd(), show))
  } catch (thrown) {
    for (const line of (thrown as Error).message.split('\n')) console.log(`::error::${line}`)
    process.exitCode = 1
  }
}
