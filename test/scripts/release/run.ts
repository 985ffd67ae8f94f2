/** Runs one step of a release: in this process, or in one of its own that can be killed, as the workflow runs it. */
import { spawn } from 'node:child_process'
import { resolve } from 'node:path'
import { expect } from 'vitest'
import { readContext, runStep } from '../../../scripts/release/main.ts'
import { type Cut, type FakeGitHub, REPOSITORY, WRITER } from './github.ts'
import type { Repository } from './repository.ts'

const MAIN = resolve(import.meta.dirname, '../../../scripts/release/main.ts')

export type Fixture = { readonly github: FakeGitHub; readonly repository: Repository; readonly tag: string }
export type Step = readonly [name: string, path?: string]
type Tokens = Readonly<Record<string, string>>
type Ended = { readonly code: number | null; readonly log: string }

function toEnv({ github, tag }: Fixture, tokens: Tokens): Readonly<Record<string, string>> {
  return { TAG: tag, GITHUB_REPOSITORY: REPOSITORY, GITHUB_API_URL: github.url, GITHUB_TOKEN: WRITER, GITHUB_STEP_SUMMARY: '', ...tokens }
}

/** What the step says. */
export async function expectStep(fixture: Fixture, [name, path = '']: Step, tokens: Tokens = {}): Promise<string> {
  const lines: string[] = []
  await runStep(
    name,
    path,
    readContext(toEnv(fixture, tokens), fixture.repository.folder, (line) => lines.push(line)),
  )
  return lines.join('\n')
}

/** Why the step fails. */
export async function expectRefusal(fixture: Fixture, step: Step, tokens?: Tokens): Promise<string> {
  const refused = await expectStep(fixture, step, tokens).then(
    () => undefined,
    (thrown: Error) => thrown.message,
  )
  expect(refused, `${step[0]} should fail`).toBeDefined()
  return refused ?? ''
}

/** Runs the step as the workflow does. With `cut`, it is killed at that write; its code is null then. */
export function spawnStep(
  fixture: Fixture,
  step: Step,
  { tokens = {}, cut }: { tokens?: Tokens; cut?: Omit<Cut, 'end'> } = {},
): Promise<Ended> {
  const { github, repository } = fixture
  const env = { ...process.env, ...toEnv(fixture, tokens) }
  const child = spawn(process.execPath, [MAIN, ...step.map(String)], { cwd: repository.folder, env })
  github.state.writes = 0
  github.state.cut = cut === undefined ? undefined : { ...cut, end: () => child.kill('SIGKILL') }
  let log = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      log += chunk
    })
  }
  return new Promise((done, fail) => {
    child.on('error', fail)
    child.on('close', (code) => {
      github.state.cut = undefined
      done({ code, log })
    })
  })
}
