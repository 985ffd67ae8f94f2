/** Rules on the workflows and on the supply chain that actionlint and zizmor do not know. */
import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'

const root = resolve(import.meta.dirname, '../..')
const read = (path: string) => readFileSync(join(root, path), 'utf8')

type Step = { readonly uses?: string; readonly run?: string; readonly env?: Readonly<Record<string, string>> }
type Job = { readonly permissions?: Readonly<Record<string, string>>; readonly steps: readonly Step[]; readonly 'timeout-minutes'?: number }
type Workflow = { readonly permissions: object; readonly jobs: Readonly<Record<string, Job>> }

const workflows = readdirSync(join(root, '.github/workflows')).map((name) => {
  const text = read(`.github/workflows/${name}`)
  return { name, text, workflow: parse(text) as Workflow }
})
const jobs = workflows.flatMap(({ name, workflow }) => Object.entries(workflow.jobs).map(([id, job]) => [`${name}: ${id}`, job] as const))
/** The commit of each action, by its name and version as the comment says it. */
const pins = workflows.flatMap(({ text }) => [...text.matchAll(/uses: ([\w.-]+\/[\w.-]+)\S*@([0-9a-f]{40}) # (v\S+)/g)])

describe.each(workflows)('$name', ({ text, workflow }) => {
  it('pins the actions of others to a commit, and names the version', () => {
    // A workflow that others call cannot name its own commit, and takes this action by its major tag.
    const others = text.split('\n').filter((line) => /^\s*(- )?uses: (?!\.\/|spot-interrupt\/spot-interrupt@v1$)/.test(line))
    for (const line of others) expect(line).toMatch(/@[0-9a-f]{40} # v\d+\.\d+\.\d+$/)
  })

  it('gives no permission to all jobs, and says of each right to write what it is for', () => {
    expect(workflow.permissions).toEqual({})
    const writes = text.split('\n').filter((line) => /^\s+[a-z-]+: write\b/.test(line) && !line.includes('permission-'))
    for (const line of writes) expect(line).toMatch(/: write # to /)
  })
})

describe('the jobs', () => {
  it.each(jobs)('%s has a time limit', (_, job) => {
    expect(job['timeout-minutes']).toBeGreaterThan(0)
  })

  it.each(jobs.filter(([, { permissions = {} }]) => permissions.contents === 'write'))(
    '%s, which may write, installs no package',
    (_, job) => {
      expect(job.steps.map(({ run = '' }) => run).filter((run) => /npm (ci|install|test)|npx/.test(run))).toEqual([])
    },
  )

  it('name one commit for each version of an action', () => {
    const commits = new Map<string, Set<string>>()
    for (const [, action = '', commit = '', version] of pins) {
      const key = `${action} ${version}`
      commits.set(key, (commits.get(key) ?? new Set()).add(commit))
    }
    expect(commits.size).toBeGreaterThan(5)
    expect([...commits].filter(([, found]) => found.size > 1)).toEqual([])
  })
})

describe('the release', () => {
  it('has only scripts without packages, because the jobs that write install none', () => {
    const scripts = readdirSync(join(root, 'scripts/release')).map((name) => read(`scripts/release/${name}`))
    const imported = scripts.flatMap((text) => [...text.matchAll(/from '([^']+)'/g)].map(([, from = '']) => from))
    expect(imported.filter((from) => !from.startsWith('./') && !from.startsWith('node:'))).toEqual([])
  })
})

describe('the supply chain', () => {
  it('runs no script at an installation, and no package needs one', () => {
    expect(read('.npmrc')).toMatch(/^ignore-scripts=true$/m)
    const { packages } = JSON.parse(read('package-lock.json')) as { packages: Record<string, { hasInstallScript?: boolean }> }
    expect(Object.keys(packages).filter((path) => packages[path]?.hasInstallScript)).toEqual([])
  })

  it('is kept up to date by Dependabot after a cooldown, with no package left out', () => {
    const { updates }: { updates: readonly { cooldown?: object; ignore?: unknown; 'package-ecosystem': string }[] } = parse(
      read('.github/dependabot.yml'),
    )
    expect(updates.map((one) => one['package-ecosystem'])).toEqual(['npm', 'github-actions', 'pip', 'gomod'])
    for (const one of updates) expect(one).toMatchObject({ cooldown: { 'default-days': expect.any(Number) } })
    expect(updates.filter(({ ignore }) => ignore !== undefined)).toEqual([])
  })
})
