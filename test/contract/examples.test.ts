import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'

const root = resolve(import.meta.dirname, '../..')
const OURS = 'spot-interrupt/spot-interrupt'

type Step = { readonly id?: string; readonly uses?: string; readonly with?: Readonly<Record<string, unknown>> }
type Workflow = { readonly permissions: object; readonly jobs: Readonly<Record<string, { readonly steps: readonly Step[] }>> }
type Metadata = { readonly inputs?: object; readonly outputs?: object }

const examples = readdirSync(join(root, 'examples'))
  .filter((name) => name.endsWith('.yml'))
  .map((name) => {
    const text = readFileSync(join(root, 'examples', name), 'utf8')
    const workflow: Workflow = parse(text)
    return { name, text, workflow, steps: Object.values(workflow.jobs).flatMap(({ steps }) => steps) }
  })

/** The action.yml that a `uses:` of ours means: the root's, setup's or cleanup's. */
function readMetadata(uses: string): Metadata {
  const folder = uses.slice(OURS.length).split('@')[0] ?? ''
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
      expect(Object.keys(byId.get(id)?.outputs ?? {}), `${id}.${output}`).toContain(output)
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
