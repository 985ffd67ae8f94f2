import { describe, expect, it } from 'vitest'
import { ActionError } from '../../../src/model/errors.ts'
import type { AimInputs } from '../../../src/model/inputs/targets.ts'
import type { InstanceSnapshot } from '../../../src/model/timeline/snapshot.ts'
import { readMatching, reselectTargets, selectTargets } from '../../../src/steps/select.ts'
import { asg, asgMember } from '../../fakes/capacity.ts'
import { ACCOUNT, ids, instance, spot } from '../../fakes/timeline.ts'
import { fakeWorld } from '../../fakes/world.ts'

const AIM: AimInputs = { aim: { by: 'tags', tags: { app: 'web' } }, zone: null, selection: { kind: 'COUNT', n: 2 }, keepRunning: 0 }
const FACTS = { caller: { account: ACCOUNT }, ownId: undefined }
const web = (changes: Partial<InstanceSnapshot>) => instance({ tags: { app: 'web' }, ...changes })
const fleet = (count: number) => ids(count).map((id) => web({ id }))
const refusalOf = (act: () => unknown): ActionError => {
  try {
    act()
  } catch (thrown) {
    if (thrown instanceof ActionError) return thrown
  }
  throw new Error('nothing was refused')
}

describe('what matches', () => {
  it('is read with the Spot requests of those alone that can be targets', async () => {
    const [one = '', two = '', three = ''] = ids(3)
    const listed = [web({ id: one }), web({ id: two, state: 'stopped' }), instance({ id: three, tags: { app: 'webs' } })]
    const world = fakeWorld({ ec2: { listInstances: async () => [...listed, ...listed] } })
    const { instances } = await readMatching(world, AIM)
    expect(instances.map(({ id }) => id)).toEqual([one, two])
    expect(world.calls.find(({ name }) => name === 'ec2.readSpotRequests')?.args).toEqual([[`sir-${one}`]])
  })

  it('asks Auto Scaling only where a group is named, and reads no instance of an empty one', async () => {
    const members = ids(2).map((id, index) => ({ id, state: index === 0 ? 'InService' : 'Pending' }))
    const group = { ...AIM, aim: { by: 'group', group: 'g' } } as const
    const world = fakeWorld({
      autoscaling: { readGroups: async () => [asg({ members: members.map(({ id, state }) => asgMember(id, { state })) })] },
    })
    expect((await readMatching(world, group)).instances.map(({ id }) => id)).toEqual([members[0]?.id])
    const empty = fakeWorld({ autoscaling: { readGroups: async () => [asg()] } })
    expect(await readMatching(empty, group)).toEqual({ instances: [], requests: [], away: [] })
    expect(empty.called('ec2')).toEqual([])
    const tags = fakeWorld()
    await readMatching(tags, AIM)
    expect(tags.called('autoscaling')).toEqual([])
  })

  it('says why the other members of a group are no candidates', async () => {
    const [one = '', two = '', three = '', four = ''] = ids(4)
    const states = ['InService', 'Terminating:Wait', 'Terminating:Wait', 'InService']
    const members = [one, two, three, four].map((id, index) => asgMember(id, { state: states[index] ?? '' }))
    const world = fakeWorld({
      autoscaling: { readGroups: async () => [asg({ members })] },
      ec2: { readInstances: async () => [web({ id: one })] },
    })
    const aim: AimInputs = { ...AIM, aim: { by: 'group', group: 'g' } }
    const reading = await readMatching(world, aim)
    const { problem } = await selectTargets(world, { aim, maxTargets: 5 }, { ...FACTS, ...reading })
    expect(problem).toContain('1 instance is InService in the Auto Scaling group g')
    expect(problem).toContain('No candidates: 2 Terminating:Wait, 1 that EC2 does not know.')
  })

  it('rejects where there is no such group', async () => {
    await expect(readMatching(fakeWorld(), { ...AIM, aim: { by: 'group', group: 'g' } })).rejects.toMatchObject({ fault: 'missing' })
  })
})

describe('a selection', () => {
  const seen = (instances: readonly InstanceSnapshot[]) => ({ ...FACTS, instances, requests: [] })

  it('is recorded with its numbers', async () => {
    const world = fakeWorld()
    const { ids: targets } = await selectTargets(world, { aim: AIM, maxTargets: 5 }, seen(fleet(4)))
    expect(targets).toHaveLength(2)
    expect(world.recorded('selected')).toMatchObject([{ ids: targets, selection: 'COUNT(2)', candidates: 4 }])
  })

  it.each<[string, Partial<AimInputs>, number, RegExp]>([
    ['too few', {}, 1, /needs 2, and there is 1/],
    ['a share that rounds down to none', { selection: { kind: 'PERCENT', n: 10 } }, 9, /needs 10 for one target, because it rounds down/],
    ['none', { selection: { kind: 'ALL' } }, 0, /needs 1, and there are 0/],
    ['too many', { selection: { kind: 'ALL' } }, 6, /6 candidates makes 6, more than max-targets \(5\)/],
    ['too few that keep running', { keepRunning: 3 }, 4, /leaves 2, fewer than keep-running \(3\)/],
  ])('of %s is a problem, and nothing is selected', async (_, changes, count, words) => {
    const world = fakeWorld()
    const { ids: targets, problem } = await selectTargets(world, { aim: { ...AIM, ...changes }, maxTargets: 5 }, seen(fleet(count)))
    expect(targets).toEqual([])
    expect(problem).toMatch(words)
    expect(world.recorded('selected')).toEqual([])
  })

  it('cannot keep enough running where nobody sees what is pending', async () => {
    const facts = { ...seen(fleet(9)), unread: 'denied' }
    expect((await selectTargets(fakeWorld(), { aim: AIM, maxTargets: 5 }, facts)).problem).toBeUndefined()
    const kept = await selectTargets(fakeWorld(), { aim: { ...AIM, keepRunning: 1 }, maxTargets: 5 }, facts)
    expect(kept.problem).toContain('keep-running cannot be checked')
  })

  it('counts what is pending as no candidate, so that it does not count as kept running', async () => {
    const [pending = ''] = ids(1)
    const facts = { ...seen(fleet(4)), pending: [{ instanceId: pending, experimentId: 'EXP9', run: 'o/r/2/1', until: undefined }] }
    const { problem } = await selectTargets(fakeWorld(), { aim: { ...AIM, keepRunning: 2 }, maxTargets: 5 }, facts)
    expect(problem).toContain('1 about to be interrupted by another run')
  })
})

describe('targets that are read again', () => {
  const [one = '', two = ''] = ids(2)
  const again = (instances: readonly InstanceSnapshot[], changes: Partial<AimInputs> = {}, mayReplace = true) => {
    const world = fakeWorld()
    const aimed = { aim: { ...AIM, ...changes }, before: [one, two], mayReplace }
    const targets = () => reselectTargets(world, aimed, { ...FACTS, instances, requests: [] })
    return { world, targets }
  }

  it('stay as they are, without a word, where none is gone', () => {
    const { world, targets } = again(fleet(5))
    expect(targets()).toEqual([one, two])
    expect(world.recorded('reselected')).toEqual([])
  })

  it('are replaced where one is gone, and the log has it', () => {
    const now = fleet(3).map((instance) => (instance.id === one ? { ...instance, state: 'shutting-down' } : instance))
    const { world, targets } = again(now)
    expect(targets()).toEqual([two, ids(3)[2]])
    expect(world.recorded('reselected')).toMatchObject([{ gone: [one], added: [ids(3)[2]] }])
  })

  it('are fewer where a share of fewer candidates makes fewer', () => {
    expect(
      again([web({ id: one }), web({ id: two }), web({ id: 'i-3' })], { selection: { kind: 'PERCENT', n: 50 } }).targets(),
    ).toHaveLength(1)
  })

  it.each<[string, readonly InstanceSnapshot[], Partial<AimInputs>, boolean, RegExp]>([
    ['there are too few', fleet(1), {}, true, /needs 2, and there is 1/],
    ['too few would keep running', fleet(3), { keepRunning: 2 }, true, /leaves 1, fewer than keep-running/],
    ['one is gone for the second time', fleet(4).slice(1), {}, false, /replaced only once/],
  ])('are refused where %s', (_, instances, changes, mayReplace, words) => {
    const error = refusalOf(again(instances, changes, mayReplace).targets)
    expect(error).toMatchObject({ fault: 'refused', hint: 'Nothing was interrupted.' })
    expect(error.message).toMatch(words)
  })
})

it('a Spot request that would hibernate makes no candidate', async () => {
  const [id = ''] = ids(1)
  const requests = [spot({ instanceId: id, behaviour: 'hibernate' })]
  const { problem } = await selectTargets(fakeWorld(), { aim: AIM, maxTargets: 5 }, { ...FACTS, instances: fleet(2), requests })
  expect(problem).toContain('1 that would hibernate')
})
