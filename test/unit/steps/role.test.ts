import { describe, expect, it } from 'vitest'
import { ActionError } from '../../../src/model/errors.ts'
import { POLICY_NAME } from '../../../src/model/fis.ts'
import type { Plan } from '../../../src/model/plan/plan.ts'
import { toPolicy, toTrust } from '../../../src/model/plan/policy.ts'
import { ensureRole, findRole } from '../../../src/steps/role.ts'
import type { IamRole } from '../../../src/world.ts'
import { ACCOUNT, fakePlan, openLedger } from '../../fakes/timeline.ts'
import { type FakeWorld, fakeWorld, type Overrides, rejecting } from '../../fakes/world.ts'

const PLAN = fakePlan()
const NAME = PLAN.roleName
const ARN = `arn:aws:iam::${ACCOUNT}:role/${NAME}`
const POLICY_KEY = `${NAME}/${POLICY_NAME}`
const OTHER_RUN = { ...PLAN.tags, 'spot-interrupt:invocation': 'aaaaaaaa-0f5e-4b6e-9d57-0d6b8d3a9f10' }

/** A world in which the role is there already. */
function withRole(role: Partial<IamRole>, policy?: string, overrides: Overrides = {}): FakeWorld {
  const world = fakeWorld(overrides)
  world.account.roles.set(NAME, { arn: ARN, name: NAME, trust: toTrust(PLAN.place), tags: {}, ...role })
  if (policy !== undefined) world.account.policies.set(POLICY_KEY, policy)
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

  it('is never changed when it is not ours: the error shows the missing statement', async () => {
    const world = withRole({ tags: { ManagedBy: 'terraform' } })
    await expect(ensureRole(world, PLAN, openLedger())).rejects.toMatchObject({
      fault: 'refused',
      hint: expect.stringContaining('"Action":"ec2:SendSpotInstanceInterruptions"'),
    })
    expect(world.called(...WRITES)).toEqual([])
  })

  it('is refused when FIS can not assume it, and the error shows the trust', async () => {
    const world = withRole({ trust: '{"Statement":[]}', tags: PLAN.tags }, toPolicy(PLAN.place))
    await expect(ensureRole(world, PLAN, openLedger())).rejects.toMatchObject({
      fault: 'refused',
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
    const ledger = openLedger()
    await ensureRole(fakeWorld(), fakePlan({ deleteRole: true }), ledger)
    expect(ledger.state()?.entries).toMatchObject([{ keep: false }])
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
    expect(ledger.state()?.entries).toMatchObject([{ kind: 'role', name: NAME, id: ARN }])
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
      world.account.roles.set(name, { arn: ARN, name, trust, tags })
      throw new ActionError('exists', 'Role exists already.')
    }
    const world = fakeWorld({ iam: { createRole } })
    return world
  }

  it('is ours to delete when it carries this invocation: the first answer was lost', async () => {
    const [world, ledger] = [racing(PLAN.tags), openLedger()]
    await expect(ensureRole(world, fakePlan({ deleteRole: true }), ledger)).resolves.toMatchObject({ arn: ARN })
    expect(ledger.state()?.entries).toEqual([{ kind: 'role', name: NAME, keep: false, id: ARN }])
    expect(world.account.policies.has(POLICY_KEY)).toBe(true)
  })

  it('is used but not ours to delete when another run of this action was quicker', async () => {
    const [world, ledger] = [racing(OTHER_RUN), openLedger()]
    await expect(ensureRole(world, fakePlan({ deleteRole: true }), ledger)).resolves.toMatchObject({ arn: ARN })
    expect(ledger.state()?.entries).toEqual([])
    expect(world.account.policies.has(POLICY_KEY)).toBe(true)
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
