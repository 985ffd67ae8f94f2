import { describe, expect, it } from 'vitest'
import { expectExit } from '../exit.ts'
import { findWays, type Policy, readPolicies } from '../fakes/published.ts'
import { calls, errorOf, expectFailure, play, READY, REGION, ROLE, type RunOptions, type SeedResources } from './scenario.ts'

const idOf = (index: number) => `i-${index.toString(16).padStart(17, '0')}`
const INPUTS = {
  'instance-id': '',
  'target-tags': 'app=web',
  selection: 'COUNT(2)',
  'exclude-tags': 'keep',
  'require-tag': 'app',
  'keep-running': '1',
  'allowed-accounts': '123456789012',
  'require-verdict': 'true',
  'dry-run': 'true',
}
/** The simulated caller is a session of this role. */
const CALLER = 'rehearsal'
const seed: SeedResources = {
  instances: [0, 1, 2, 3].map((index) => ({ id: idOf(index), region: REGION, tags: { app: 'web' } })),
  roles: [...(READY.roles ?? []), { name: CALLER }],
}

/** The published policies, which name the job's role as they do. */
function policies(without?: string): readonly Policy[] {
  const all = readPolicies(findWays('main', INPUTS), { region: REGION }) as Policy[]
  const named: Policy[] = JSON.parse(JSON.stringify(all).replaceAll('role/spot-interrupt"', `role/${CALLER}"`))
  return named.map((one) => ({ ...one, Statement: one.Statement.filter(({ Sid }) => Sid !== without) }))
}

const reads = (options: RunOptions) => play({ seed, policies: policies(), ...options, inputs: { ...INPUTS, ...options.inputs } })

describe.concurrent('a dry run', () => {
  it('shows what a run would hit and create, and makes no call that could change anything, with every input set', async () => {
    const played = await reads({})
    expectExit(played.main, 0)
    expect(errorOf(played.main)).toBe('')
    expect(calls(played).filter((name) => !/:(Get|List|Describe|Simulate)/.test(name))).toEqual([])
    expect(calls(played)).toContain('iam:SimulatePrincipalPolicy')
    expect(JSON.parse(played.main.outputs['instance-ids'] ?? '')).toHaveLength(2)
    expect(played.main.outputs.verdict).toBe('not-judged')
    expect(played.main.outputs['experiment-id']).toBe('')
    expect(played.main.stdout).toContain(`It would use the role arn:aws:iam::123456789012:role/${ROLE} as it is`)
    expect(played.main.summary).toContain('### What a run would do')
    expect(played.main.summary).toMatch(/\*\*(\d\d)&nbsp;of&nbsp;\1\*\*<br><sub>allowed/)
    expect(played.simulator.leftovers()).toMatchObject({ leftovers: [], foreignTouched: [], strict: [] })
    const post = await played.post()
    expectExit(post, 0)
  })

  it.each(['StartExperiments', 'UseSpotActions', 'PassRole', 'StopExperiments'])(
    'fails where %s is missing, and names the statement',
    async (id) => {
      const played = await reads({ policies: policies(id) })
      expectFailure(played.main, 'The caller would be denied', `"Sid":"${id}"`)
      expect(calls(played).filter((name) => !/:(Get|List|Describe|Simulate)/.test(name))).toEqual([])
    },
  )

  it('passes with a warning where nobody can tell', async () => {
    const played = await reads({ policies: policies('ReadOwnGrants') })
    expectExit(played.main, 0)
    const [warning = ''] = /It is not known whether the caller would be allowed every call of a run.*/.exec(played.main.stdout) ?? []
    expect(warning).toContain('The statement ReadOwnGrants of docs/permissions.md')
    expect(warning).not.toContain('"Sid"')
  })

  it('fails where preflight would refuse the run, and shows the rest all the same', async () => {
    const played = await reads({ inputs: { selection: 'COUNT(4)' } })
    expectFailure(played.main, 'fewer than keep-running (1)')
    expect(calls(played)).toContain('iam:SimulatePrincipalPolicy')
    expect(played.main.outputs.verdict).toBe('not-judged')
  })
})
