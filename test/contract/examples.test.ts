import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { REPOSITORY as OURS } from '../../scripts/repository.ts'

const root = resolve(import.meta.dirname, '../..')

type Step = { readonly id?: string; readonly uses?: string; readonly with?: Readonly<Record<string, unknown>> }
/** A job has steps, or calls a workflow. */
type Job = Step & {
  readonly if?: string
  readonly needs?: string | readonly string[]
  readonly steps?: readonly (Step & { readonly run?: string })[]
}
type Workflow = { readonly permissions: object; readonly jobs: Readonly<Record<string, Job>> }
type Metadata = { readonly inputs?: object; readonly outputs?: object }

const examples = readdirSync(join(root, 'examples'))
  .filter((name) => name.endsWith('.yml'))
  .map((name) => {
    const text = readFileSync(join(root, 'examples', name), 'utf8')
    const workflow: Workflow = parse(text)
    return { name, text, workflow, steps: Object.values(workflow.jobs).flatMap((job) => job.steps ?? [job]) }
  })

/** What a `uses:` of ours means: the action.yml of the root, of setup or of cleanup, or a workflow that is called. */
function readMetadata(uses: string): Metadata {
  const folder = uses.slice(OURS.length).split('@')[0] ?? ''
  if (folder.endsWith('.yml')) return parse(readFileSync(join(root, folder), 'utf8')).on.workflow_call
  return parse(readFileSync(join(root, folder, 'action.yml'), 'utf8'))
}

const isOurs = ({ uses }: Step) => uses?.startsWith(OURS) === true

describe.each(examples)('examples/$name', ({ text, workflow, steps }) => {
  it('uses this action, with inputs that it has', () => {
    const ours = steps.filter(isOurs)
    expect(ours.length).toBeGreaterThan(0)
    for (const { uses = '', with: given = {} } of ours) {
      expect(Object.keys(readMetadata(uses).inputs ?? {})).toEqual(expect.arrayContaining(Object.keys(given)))
    }
  })

  it('reads only outputs that there are', () => {
    const byId = new Map(steps.filter(isOurs).map(({ id, uses = '' }) => [id, readMetadata(uses)]))
    for (const [, id = '', output = ''] of text.matchAll(/steps\.([\w-]+)\.outputs\.([\w-]+)/g)) {
      const known = Object.keys(byId.get(id)?.outputs ?? {})
      // The output of another action, or of a script, is what that says.
      if (byId.has(id)) expect(known, `${id}.${output}`).toContain(output)
      else expect(steps.map((step) => step.id)).toContain(id)
    }
  })

  it('marks every line that names something of an account, and the action itself', () => {
    const own = text.split('\n').filter((line) => /:\d{12}:|aws-region: [a-z]+-|instance-id: i-|uses: spot-interrupt/.test(line))
    expect(own.length).toBeGreaterThan(1)
    expect(own.filter((line) => !line.includes('# CHANGE: '))).toEqual([])
  })

  it('pins the actions of others to a commit, gives no permission to all jobs, and gets credentials by OIDC, or none', () => {
    const others = text.split('\n').filter((line) => /uses: (?!spot-interrupt)/.test(line))
    for (const line of others) expect(line).toMatch(/@[0-9a-f]{40} # v\d+\.\d+\.\d+$/)
    expect(workflow.permissions).toEqual({})
    // A rehearsal needs no credentials, and a pull request from a fork could not have any.
    const rehearsed = steps[0]?.uses?.startsWith('actions/checkout@') === true && steps[1]?.uses?.startsWith(`${OURS}/rehearse@`) === true
    expect(text.includes('id-token: write')).toBe(!rehearsed)
    expect(text).not.toMatch(/aws-(access-key-id|secret-access-key)/)
  })
})

it('the README of the examples names each of them', () => {
  const text = readFileSync(join(root, 'examples/README.md'), 'utf8')
  for (const { name } of examples) expect(text).toContain(`[${name}](${name})`)
  for (const [, link = ''] of text.matchAll(/\]\(([^)#]+)\)/g)) expect(existsSync(join(root, 'examples', link)), link).toBe(true)
})

/** The gates: the workflow that is copied, and the one that is called. */
const GATES = ['examples/gate.yml', '.github/workflows/gate.yml'].map((path): readonly [string, Workflow['jobs']] => {
  return [path, parse(readFileSync(join(root, path), 'utf8')).jobs]
})

describe.each(GATES)('the gate of %s', (_, jobs) => {
  it('runs always, in the end, and depends on all that can open it', () => {
    expect(jobs.gate?.if).toBe('always()')
    expect(jobs.gate?.needs).toEqual([Object.keys(jobs)[0], 'override'])
    expect(jobs.gate?.steps?.map((step) => (step as { if?: string }).if)).toEqual(['always()'])
  })

  it('asks reviewers only of an inconclusive verdict, and does not believe an environment without them', () => {
    expect(jobs.override?.if).toMatch(/!cancelled\(\) .*outputs\.verdict == 'inconclusive'/)
    expect(jobs.override?.steps?.[0]?.run).toContain('"$GATE_OVERRIDE" != reviewed')
  })

  /** The truth table of the script itself, by the shell that the runner has. */
  it.skipIf(process.platform === 'win32')('is open for two combinations of all, and closed for the rest', () => {
    const script = jobs.gate?.steps?.[0]?.run ?? ''
    const results = ['success', 'failure', 'cancelled', 'skipped', '']
    const verdicts = ['survived', 'not-survived', 'inconclusive', 'not-judged', '', 'Survived', 'survived ']
    const cases = ['false', 'true', '', 'False'].flatMap((REHEARSAL) =>
      verdicts.flatMap((VERDICT) => results.flatMap((RESULT) => results.map((OVERRIDE) => ({ REHEARSAL, VERDICT, RESULT, OVERRIDE })))),
    )
    const body = cases.map((one) => {
      const set = Object.entries(one).map(([name, value]) => `${name}='${value}'`)
      return `( ${set.join('; ')}; ${script}\n) > /dev/null && echo '${Object.values(one).join('/')}'`
    })
    const { stdout } = spawnSync('bash', [], { input: `${body.join('\n')}\n`, encoding: 'utf8' })
    const open = stdout.trim().split('\n')
    const overridden = results.map((result) => `false/inconclusive/${result}/success`)
    const survived = results.map((override) => `false/survived/success/${override}`)
    expect(open.toSorted()).toEqual([...survived, ...overridden].toSorted())
  })
})

it('both gates decide by the same script', () => {
  const scripts = GATES.map(([, jobs]) => [jobs.gate?.steps?.[0]?.run, jobs.override?.steps?.[0]?.run])
  expect(scripts[0]).toEqual(scripts[1])
})

it('the gate that is called passes on every input of its own, and those of the action that make a gate', () => {
  const { on, jobs } = parse(readFileSync(join(root, '.github/workflows/gate.yml'), 'utf8'))
  const inputs = Object.keys(on.workflow_call.inputs)
  const given: Record<string, string> = jobs.interrupt.steps.find(({ id }: Step) => id === 'spot').with
  const own = ['role-to-assume', 'runner', 'override-environment']
  for (const name of inputs.filter((one) => !own.includes(one))) expect(given[name]).toBe(`\${{ inputs.${name} }}`)
  expect(given['require-verdict']).toBe('true')
  expect(
    Object.keys(given)
      .filter((name) => !inputs.includes(name))
      .toSorted(),
  ).toEqual(['probe-headers', 'require-verdict'])
  // What makes no sense in a gate, or would change what it shows.
  const left = [
    'dry-run',
    'mode',
    'rebalance-fallback',
    'delete-role',
    'wait-for',
    'abort-on-outage',
    'sweep',
    'rehearsal',
    'leg',
    'timezone',
    'github-token',
  ]
  const known = Object.keys(readMetadata(OURS).inputs ?? {})
  expect(known.filter((name) => !(name in given)).toSorted()).toEqual(left.toSorted())
})
