import { describe, expect, it } from 'vitest'
import { expectExit } from '../exit.ts'
import { findWays, type Policy, readPolicies } from '../fakes/published.ts'
import { calls, errorOf, expectFailure, play, READY, REGION, ROLE, type Setting, type World } from './scenario.ts'

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
const seed: World = {
  instances: [0, 1, 2, 3].map((index) => ({ id: idOf(index), region: REGION, tags: { app: 'web' } })),
  roles: [...(READY.roles ?? []), { name: CALLER }],
}

/** The published policies, which name the job's role as they do. */
function policies(without?: string): readonly Policy[] {
  const all = readPolicies(findWays('main', INPUTS), { region: REGION }) as Policy[]
  const named: Policy[] = JSON.parse(JSON.stringify(all).replaceAll('role/spot-interrupt"', `role/${CALLER}"`))
  return named.map((one) => ({ ...one, Statement: one.Statement.filter(({ Sid }) => Sid !== without) }))
}

const reads = (setting: Setting) => play({ seed, policies: policies(), ...setting, inputs: { ...INPUTS, ...setting.inputs } })

describe.concurrent('a dry run', () => {
  it('shows what a run would hit and create, and makes no call that could change anything, with every input set', async () => {
    const scene = await reads({})
    expectExit(scene.main, 0)
    expect(errorOf(scene.main)).toBe('')
    expect(calls(scene).filter((name) => !/:(Get|List|Describe|Simulate)/.test(name))).toEqual([])
    expect(calls(scene)).toContain('iam:SimulatePrincipalPolicy')
    expect(JSON.parse(scene.main.outputs['instance-ids'] ?? '')).toHaveLength(2)
    expect(scene.main.outputs.verdict).toBe('not-judged')
    expect(scene.main.outputs['experiment-id']).toBe('')
    expect(scene.main.stdout).toContain(`It would use the role arn:aws:iam::123456789012:role/${ROLE} as it is`)
    expect(scene.main.summary).toContain('### What a run would do')
    expect(scene.main.summary).toMatch(/\*\*(\d\d)&nbsp;of&nbsp;\1\*\*<br><sub>allowed/)
    expect(scene.simulator.leftovers()).toMatchObject({ leftovers: [], foreignTouched: [], strict: [] })
    const post = await scene.post()
    expectExit(post, 0)
  })

  it.each(['StartExperiments', 'UseSpotActions', 'PassRole', 'StopExperiments'])(
    'fails where %s is missing, and names the statement',
    async (id) => {
      const scene = await reads({ policies: policies(id) })
      expectFailure(scene.main, 'The caller would be denied', `"Sid":"${id}"`)
      expect(calls(scene).filter((name) => !/:(Get|List|Describe|Simulate)/.test(name))).toEqual([])
    },
  )

  it('passes with a warning where nobody can tell', async () => {
    const scene = await reads({ policies: policies('ReadOwnGrants') })
    expectExit(scene.main, 0)
    const [warning = ''] = /It is not known whether the caller would be allowed every call of a run.*/.exec(scene.main.stdout) ?? []
    expect(warning).toContain('The statement ReadOwnGrants of docs/permissions.md')
    expect(warning).not.toContain('"Sid"')
  })

  it('fails where preflight would refuse the run, and shows the rest all the same', async () => {
    const scene = await reads({ inputs: { selection: 'COUNT(4)' } })
    expectFailure(scene.main, 'fewer than keep-running (1)')
    expect(calls(scene)).toContain('iam:SimulatePrincipalPolicy')
    expect(scene.main.outputs.verdict).toBe('not-judged')
  })
})
