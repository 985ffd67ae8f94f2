import { describe, expect, it } from 'vitest'
import { ActionError } from '../../../src/model/errors.ts'
import { POLICY_NAME } from '../../../src/model/fis.ts'
import type { Plan } from '../../../src/model/plan/plan.ts'
import { toPolicy, toTrust } from '../../../src/model/plan/policy.ts'
import { ensureRole, findRole, isFresh } from '../../../src/steps/role.ts'
import type { IamRole } from '../../../src/world.ts'
import { ACCOUNT, fakePlan, INVOCATION, openLedger } from '../../fakes/timeline.ts'
import { type FakeWorld, fakeWorld, type Overrides, rejecting } from '../../fakes/world.ts'

const PLAN = fakePlan()
const NAME = PLAN.roleName
const ARN = `arn:aws:iam::${ACCOUNT}:role/${NAME}`
/** The role that the run has for itself with `delete-role: true`. */
const OWN = `${NAME}-${INVOCATION.slice(0, 8)}`
const OWN_ARN = `arn:aws:iam::${ACCOUNT}:role/${OWN}`
const POLICY_KEY = `${NAME}/${POLICY_NAME}`
const OTHER_RUN = { ...PLAN.tags, 'spot-interrupt:invocation': 'aaaaaaaa-0f5e-4b6e-9d57-0d6b8d3a9f10' }

/** A world in which the role is there already. */
function withRole(role: Partial<IamRole>, policy?: string, overrides: Overrides = {}): FakeWorld {
  const world = fakeWorld(overrides)
  world.account.roles.set(NAME, { arn: ARN, name: NAME, trust: toTrust(PLAN.place), tags: {}, ...role })
  if (policy !== undefined) world.account.policies.set(POLICY_KEY, policy)
  return world
}

/** A role of somebody else with these policies. */
function withPolicies(
  { inline = [], attached = [] }: { inline?: readonly string[]; attached?: readonly string[] },
  overrides: Overrides = {},
) {
  const world = withRole({}, undefined, overrides)
  for (const [nth, document] of inline.entries()) world.account.policies.set(`${NAME}/policy-${nth}`, document)
  world.account.attached.set(NAME, attached)
  return world
}

const WRITES = ['iam.createRole', 'iam.putPolicy', 'iam.delete'] as const

describe('a role that is given', () => {
  it('is used without any call to IAM', async () => {
    const [world, ledger] = [fakeWorld(), openLedger()]
    const roleArn = `arn:aws:iam::${ACCOUNT}:role/path/mine`
    await expect(ensureRole(world, fakePlan({ roleArn }), ledger)).resolves.toMatchObject({ arn: roleArn })
    expect(world.calls).toEqual([])
    expect(ledger.saved).toEqual([])
    expect(world.recorded('role')).toMatchObject([{ origin: 'given', name: 'mine', arn: roleArn }])
  })
})

describe('a role that is there', () => {
  it.each([
    ['ours', PLAN.tags],
    ['somebody else’s', {}],
  ])('is reused untouched when it has what it needs: %s', async (_, tags) => {
    const [world, ledger] = [withRole({ tags }, toPolicy(PLAN.place)), openLedger()]
    await expect(ensureRole(world, PLAN, ledger)).resolves.toMatchObject({ arn: ARN })
    expect(world.called(...WRITES)).toEqual([])
    expect(ledger.saved).toEqual([])
    expect(world.recorded('role')).toMatchObject([{ origin: 'reused' }])
  })

  it.each([
    ['lacks its policy', undefined],
    ['has a policy that does not allow it', '{"Statement":[]}'],
  ])('is mended when it is ours and %s', async (_, policy) => {
    const [world, ledger] = [withRole({ tags: OTHER_RUN }, policy), openLedger()]
    await expect(ensureRole(world, PLAN, ledger)).resolves.toMatchObject({ arn: ARN })
    expect(world.account.policies.get(POLICY_KEY)).toBe(toPolicy(PLAN.place))
    expect(ledger.saved).toEqual([])
    expect(world.recorded('role')).toMatchObject([{ origin: 'mended' }])
  })

  const ALLOW = '{"Statement":[{"Effect":"Allow","Action":"ec2:Send*","Resource":"*"}]}'
  const DENY = '{"Statement":[{"Effect":"Deny","Action":"*","Resource":"*"}]}'

  it.each([
    ['an inline policy of another name', { inline: [ALLOW] }],
    ['an attached policy', { attached: [ALLOW] }],
    ['one of several', { inline: ['{}', ALLOW], attached: ['{}'] }],
  ])('is used untouched when somebody else made it and it may interrupt by %s', async (_, has) => {
    const world = withPolicies(has)
    await expect(ensureRole(world, PLAN, openLedger())).resolves.toEqual({ arn: ARN, origin: 'reused' })
    expect(world.called(...WRITES)).toEqual([])
    expect(world.recorded('warned')).toEqual([])
  })

  it.each([
    ['no policy allows it', { inline: ['{}'], attached: ['{}'] }],
    ['there is no policy', {}],
    ['another policy denies it', { inline: [ALLOW], attached: [DENY] }],
  ])('is refused when somebody else made it and %s', async (_, has) => {
    const world = withPolicies(has)
    await expect(ensureRole(world, PLAN, openLedger())).rejects.toMatchObject({ fault: 'refused' })
    expect(world.called(...WRITES)).toEqual([])
  })

  it.each([
    ['the inline ones', { iam: { readInlinePolicies: rejecting('denied', 'no reading') } }],
    ['the attached ones', { iam: { readAttachedPolicies: rejecting('denied', 'no reading') } }],
    ['any', { iam: { readPolicy: rejecting('denied'), readInlinePolicies: rejecting('denied', 'no reading') } }],
  ])('is used, with a warning, when somebody else made it and the caller may not read %s of its policies', async (_, overrides) => {
    const world = withRole({}, undefined, overrides)
    await expect(ensureRole(world, PLAN, openLedger())).resolves.toEqual({ arn: ARN, origin: 'reused' })
    expect(world.recorded('warned')).toMatchObject([{ what: expect.stringMatching(/nobody can see here whether it may.*no reading/) }])
    expect(world.called(...WRITES)).toEqual([])
  })

  it('needs no warning where the policies that can be read are enough', async () => {
    const world = withPolicies({ attached: [ALLOW] }, { iam: { readInlinePolicies: rejecting('denied') } })
    await ensureRole(world, PLAN, openLedger())
    expect(world.recorded('warned')).toEqual([])
  })

  it('is used, with a warning, when it is ours and the caller may not read its policy', async () => {
    const world = withRole({ tags: PLAN.tags }, undefined, { iam: { readPolicy: rejecting('denied', 'no reading') } })
    await expect(ensureRole(world, PLAN, openLedger())).resolves.toEqual({ arn: ARN, origin: 'reused' })
    expect(world.recorded('warned')).toHaveLength(1)
    expect(world.called(...WRITES)).toEqual([])
  })

  it.each(['readPolicy', 'readInlinePolicies', 'readAttachedPolicies'] as const)('rejects when %s fails otherwise', async (call) => {
    const world = withRole({}, undefined, { iam: { [call]: rejecting('throttled') } })
    await expect(ensureRole(world, PLAN, openLedger())).rejects.toMatchObject({ fault: 'throttled' })
  })

  it('is refused when it is the own role of another run, which deletes it', async () => {
    const [world, ledger] = [fakeWorld(), openLedger()]
    world.account.roles.set(OWN, { arn: OWN_ARN, name: OWN, trust: toTrust(PLAN.place), tags: PLAN.tags })
    world.account.policies.set(`${OWN}/${POLICY_NAME}`, toPolicy(PLAN.place))
    await expect(ensureRole(world, fakePlan({ roleName: OWN }), ledger)).rejects.toMatchObject({
      fault: 'refused',
      message: `The role ${OWN} belongs to the run o/r/1/1 alone, which deletes it at its end.`,
    })
  })

  it('is never changed when it is not ours: the error shows the missing statement', async () => {
    const world = withRole({ tags: { ManagedBy: 'terraform' } })
    await expect(ensureRole(world, PLAN, openLedger())).rejects.toMatchObject({
      fault: 'refused',
      message: expect.stringMatching(/^No policy of the role FIS-SpotMinimalRole allows ec2:Send.*so it is not changed\.$/),
      hint: expect.stringContaining('"Action":"ec2:SendSpotInstanceInterruptions"'),
    })
    expect(world.called(...WRITES)).toEqual([])
  })

  it('is refused when FIS cannot assume it, and the error shows the trust', async () => {
    const world = withRole({ trust: '{"Statement":[]}', tags: PLAN.tags }, toPolicy(PLAN.place))
    await expect(ensureRole(world, PLAN, openLedger())).rejects.toMatchObject({
      fault: 'refused',
      message: `FIS cannot assume the role ${NAME}: its trust policy lacks fis.amazonaws.com.`,
      hint: expect.stringContaining('"Service":"fis.amazonaws.com"'),
    })
    expect(world.called(...WRITES)).toEqual([])
  })
})

describe('a role that is not there', () => {
  it('is created with trust, tags and policy, and written ahead', async () => {
    const [world, ledger] = [fakeWorld(), openLedger()]
    await expect(ensureRole(world, PLAN, ledger)).resolves.toMatchObject({ arn: ARN })
    expect(world.account.roles.get(NAME)).toMatchObject({ trust: toTrust(PLAN.place), tags: PLAN.tags })
    expect(world.account.policies.get(POLICY_KEY)).toBe(toPolicy(PLAN.place))
    expect(ledger.saved[0]?.entries).toEqual([{ kind: 'role', name: NAME, keep: true }])
    expect(ledger.state()?.entries).toEqual([{ kind: 'role', name: NAME, keep: true, id: ARN }])
    expect(world.recorded('role')).toMatchObject([{ origin: 'created' }])
  })

  it('is marked for deletion when the user wants that', async () => {
    const [world, ledger] = [fakeWorld(), openLedger()]
    await ensureRole(world, fakePlan({ deleteRole: true }), ledger)
    expect(ledger.state()?.entries).toMatchObject([{ name: OWN, keep: false }])
    expect(world.called('iam')).toEqual(['iam.createRole', 'iam.putPolicy'])
  })

  it('is not the shared one, however ready that is, when the run is to have one of its own', async () => {
    const world = withRole({ tags: PLAN.tags }, toPolicy(PLAN.place))
    await expect(ensureRole(world, fakePlan({ deleteRole: true }), openLedger())).resolves.toMatchObject({ origin: 'created' })
    expect([...world.account.roles.keys()]).toEqual([NAME, OWN])
  })

  it.each([1, 2, 5])('gets its policy though IAM says %d times that there is no such role, which it has just made', async (times) => {
    let left = times
    const putPolicy = async () => {
      left -= 1
      if (left >= 0) throw new ActionError('missing', 'NoSuchEntity')
    }
    const world = fakeWorld({ iam: { putPolicy } })
    await expect(ensureRole(world, PLAN, openLedger())).resolves.toMatchObject({ origin: 'created' })
    expect(world.called('iam.putPolicy')).toHaveLength(times + 1)
    expect(world.clock.slept).toEqual(Array(times).fill(3000))
  })

  it('is given up when IAM does not know it after 15 seconds', async () => {
    const world = fakeWorld({ iam: { putPolicy: rejecting('missing') } })
    await expect(ensureRole(world, PLAN, openLedger())).rejects.toMatchObject({ fault: 'missing' })
    expect(world.clock.monotonicMs()).toBe(15_000)
  })

  it('is not waited for when the step is cancelled', async () => {
    const world = { ...fakeWorld({ iam: { putPolicy: rejecting('missing') } }), cancel: AbortSignal.abort() }
    await expect(ensureRole(world, PLAN, openLedger())).rejects.toMatchObject({ fault: 'cancelled' })
    expect(world.clock.monotonicMs()).toBe(0)
  })

  it('is an error when it may not be created', async () => {
    const world = fakeWorld()
    await expect(ensureRole(world, fakePlan({ createRole: false }), openLedger())).rejects.toMatchObject({
      fault: 'refused',
      message: expect.stringContaining(`There is no role ${NAME} in account ${ACCOUNT}`),
    })
    expect(world.called(...WRITES)).toEqual([])
  })

  it('stays in the ledger when only its policy could not be put', async () => {
    const ledger = openLedger()
    const world = fakeWorld({ iam: { putPolicy: rejecting('denied') } })
    await expect(ensureRole(world, fakePlan({ deleteRole: true }), ledger)).rejects.toMatchObject({ fault: 'denied' })
    expect(ledger.state()?.entries).toMatchObject([{ kind: 'role', name: OWN, id: OWN_ARN }])
  })

  it('leaves the ledger when IAM refused to create it', async () => {
    const ledger = openLedger()
    await expect(ensureRole(fakeWorld({ iam: { createRole: rejecting('denied') } }), PLAN, ledger)).rejects.toMatchObject({
      fault: 'denied',
    })
    expect(ledger.state()?.entries).toEqual([])
  })
})

describe('a role that exists already right after it was not found', () => {
  /** IAM makes, or has, a role with these tags, and answers the create call with "exists". */
  function racing(tags: Plan['tags']): FakeWorld {
    const createRole = async ({ name, trust }: { name: string; trust: string }): Promise<never> => {
      world.account.roles.set(name, { arn: `arn:aws:iam::${ACCOUNT}:role/${name}`, name, trust, tags })
      throw new ActionError('exists', 'Role exists already.')
    }
    const world = fakeWorld({ iam: { createRole } })
    return world
  }

  it('is ours to delete when it carries this invocation: the first answer was lost', async () => {
    const [world, ledger] = [racing(PLAN.tags), openLedger()]
    await expect(ensureRole(world, fakePlan({ deleteRole: true }), ledger)).resolves.toMatchObject({ arn: OWN_ARN, origin: 'created' })
    expect(ledger.state()?.entries).toEqual([{ kind: 'role', name: OWN, keep: false, id: OWN_ARN }])
    expect(world.account.policies.has(`${OWN}/${POLICY_NAME}`)).toBe(true)
  })

  it('is used but not ours to delete when another run of this action was quicker', async () => {
    const [world, ledger] = [racing(OTHER_RUN), openLedger()]
    await expect(ensureRole(world, PLAN, ledger)).resolves.toMatchObject({ arn: ARN, origin: 'mended' })
    expect(ledger.state()?.entries).toEqual([])
    expect(world.account.policies.has(POLICY_KEY)).toBe(true)
  })

  it('is not used where it was to be the run’s own, but is another’s', async () => {
    const [world, ledger] = [racing(OTHER_RUN), openLedger()]
    await expect(ensureRole(world, fakePlan({ deleteRole: true }), ledger)).rejects.toMatchObject({ fault: 'exists' })
    expect(world.called('iam.putPolicy')).toEqual([])
    expect(ledger.state()?.entries).toEqual([])
  })

  it('is left alone when it is somebody else’s', async () => {
    const [world, ledger] = [racing({}), openLedger()]
    await expect(ensureRole(world, PLAN, ledger)).rejects.toMatchObject({ fault: 'exists' })
    expect(world.called('iam.putPolicy')).toEqual([])
    expect(ledger.state()?.entries).toEqual([])
  })
})

describe('findRole', () => {
  const role = { arn: 'arn:r', name: 'r', trust: '', tags: PLAN.tags }

  it('believes that there is none only after 15 seconds', async () => {
    const world = fakeWorld()
    expect(await findRole(world, 'r')).toBeUndefined()
    expect(world.clock.slept).toEqual([3000, 3000, 3000, 3000, 3000])
  })

  it('takes it as soon as IAM shows it', async () => {
    const world: FakeWorld = fakeWorld({ iam: { readRole: async () => (world.clock.monotonicMs() >= 6000 ? role : undefined) } })
    expect(await findRole(world, 'r')).toEqual(role)
    expect(world.clock.slept).toEqual([3000, 3000])
  })

  it('asks once when the step is cancelled', async () => {
    const world = fakeWorld()
    expect(await findRole({ ...world, cancel: AbortSignal.abort() }, 'r')).toBeUndefined()
    expect(world.clock.slept).toEqual([])
  })
})

it('takes a role for fresh when this run has made it or its policy', () => {
  const origins = ['given', 'reused', 'created', 'mended'] as const
  expect(origins.filter((origin) => isFresh({ arn: '', origin }))).toEqual(['created', 'mended'])
})
