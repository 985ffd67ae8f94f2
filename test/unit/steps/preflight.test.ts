import { describe, expect, it } from 'vitest'
import { ActionError } from '../../../src/model/errors.ts'
import { preflight, type Wanted } from '../../../src/steps/preflight.ts'
import { ACCOUNT, action, experiment, ID, instance, moment, OTHER_ID, planned, spot } from '../../fakes/timeline.ts'
import { fakeWorld, type Overrides, rejecting } from '../../fakes/world.ts'

const THIRD_ID = 'i-0aaaaaaaaaaaaaaa3'
const WANTED: Wanted = { ...planned({ instanceIds: [ID, OTHER_ID] }), roleArn: null, maxTargets: 5 }

/** The error that preflight ends in. */
async function refusal(overrides: Overrides, wanted = WANTED): Promise<ActionError> {
  const thrown = await preflight(fakeWorld(overrides), wanted).catch((error: unknown) => error)
  if (thrown instanceof ActionError) return thrown
  throw new Error('nothing was refused')
}

/** A FIS with an experiment of another run that interrupts these instances; its action started a minute ago. */
function otherRun(instanceIds: readonly string[]) {
  const tags = {
    ManagedBy: 'spot-interrupt',
    'spot-interrupt:invocation': '0c9d2a7e-5f0b-4a3e-8a61-1f2e3d4c5b6a',
    'spot-interrupt:created-at': moment(-61).toISOString(),
    'spot-interrupt:run': 'o/r/7/1',
  }
  const listed = { id: 'EXP9', templateId: 'EXT9', status: 'completed', tags, createdAt: moment(-61) }
  const interrupts = action({ status: 'completed', startAt: moment(-60), durationMs: 120_000, instanceIds })
  const fis = {
    listExperiments: async () => [listed],
    readExperiment: async () => experiment({ id: 'EXP9', status: 'completed', actions: [interrupts] }),
  }
  return { fis }
}

describe('preflight', () => {
  it('asks all that it needs, changes nothing, and tells what it found', async () => {
    const world = fakeWorld()
    await expect(preflight(world, WANTED)).resolves.toMatchObject({ account: ACCOUNT })
    expect(world.called().toSorted()).toEqual([
      'ec2.readInstances',
      'ec2.readSpotRequests',
      'fis.listExperiments',
      'fis.readAction',
      'host.ownInstanceId',
      'sts.whoami',
    ])
    expect(world.recorded('target').map(({ snapshot }) => snapshot.id)).toEqual([ID, OTHER_ID])
    expect(world.recorded('caller')).toHaveLength(1)
    expect(world.recorded('checked')).toMatchObject([{ targets: 2 }])
    expect(world.recorded('warned')).toEqual([])
  })

  it('asks the catalogue for the action of the mode', async () => {
    const world = fakeWorld()
    await preflight(world, { ...WANTED, mode: 'rebalance' })
    expect(world.calls.find(({ name }) => name === 'fis.readAction')?.args).toEqual([
      'aws:ec2:send-spot-instance-rebalance-recommendations',
    ])
  })

  it('asks for no Spot requests when no instance has one', async () => {
    const readInstances = async () => [instance({ id: ID }), instance({ id: OTHER_ID })].map(({ requestId, ...one }) => one)
    const world = fakeWorld({ ec2: { readInstances } })
    await preflight(world, WANTED)
    expect(world.called('ec2')).toEqual(['ec2.readInstances'])
  })

  it('refuses with every obstacle in one error, having created nothing', async () => {
    const readInstances = async () => [instance({ state: 'stopped' }), instance({ id: THIRD_ID })]
    const wanted = { ...WANTED, instanceIds: [ID, OTHER_ID, THIRD_ID] }
    const error = await refusal({ ec2: { readInstances }, host: { ownInstanceId: async () => THIRD_ID } }, wanted)
    expect(error).toMatchObject({ fault: 'refused', hint: 'Nothing was created.' })
    for (const words of [`${ID} is stopped`, 'this job runs on', `${OTHER_ID} is not known in eu-west-1`])
      expect(error.message).toContain(words)
  })

  it('shows the targets in the log also when it refuses', async () => {
    const world = fakeWorld({ ec2: { readInstances: async () => [] } })
    await expect(preflight(world, WANTED)).rejects.toMatchObject({ fault: 'refused' })
    expect(world.recorded('target')).toHaveLength(2)
    expect(world.recorded('checked')).toEqual([])
  })

  it('refuses a target that an experiment of another run is about to interrupt', async () => {
    const world = fakeWorld(otherRun([OTHER_ID]))
    await expect(preflight(world, WANTED)).rejects.toMatchObject({
      fault: 'refused',
      message: `Preflight refused the run: ${OTHER_ID} is about to be interrupted by experiment EXP9 of run o/r/7/1, at the latest at 03:03:00 UTC: wait until then, or choose another instance.`,
    })
    expect(world.calls.filter(({ name }) => name.startsWith('fis.')).map(({ name, args }) => [name, ...args])).toEqual([
      ['fis.readAction', 'aws:ec2:send-spot-instance-interruptions'],
      ['fis.listExperiments', 'read'],
      ['fis.readExperiment', 'EXP9'],
    ])
  })

  it('lets targets pass that no such experiment names', async () => {
    await expect(preflight(fakeWorld(otherRun(['i-0aaaaaaaaaaaaaaa9'])), WANTED)).resolves.toMatchObject({ account: ACCOUNT })
  })

  it.each(['listExperiments', 'readExperiment'] as const)('goes on with a warning where %s is denied', async (call) => {
    const { fis } = otherRun([ID])
    const world = fakeWorld({ fis: { ...fis, [call]: rejecting('denied', 'AWS refused it') } })
    await expect(preflight(world, WANTED)).resolves.toMatchObject({ account: ACCOUNT })
    expect(world.recorded('warned')).toMatchObject([{ what: expect.stringContaining('AWS refused it') }])
  })

  it('goes on where the experiment is not there any more', async () => {
    const { fis } = otherRun([ID])
    const world = fakeWorld({ fis: { ...fis, readExperiment: rejecting('missing') } })
    await expect(preflight(world, WANTED)).resolves.toMatchObject({ account: ACCOUNT })
  })

  it('warns of an instance that will be stopped, and goes on', async () => {
    const readSpotRequests = async () => [spot({ behaviour: 'stop' })]
    const world = fakeWorld({ ec2: { readSpotRequests } })
    await preflight(world, WANTED)
    expect(world.recorded('warned')).toMatchObject([{ what: expect.stringContaining(`start-instances --instance-ids ${ID}`) }])
    expect(world.recorded('checked')).toHaveLength(1)
  })

  it.each([
    ['is not known', async () => 'unknown'],
    ['cannot be asked for', rejecting('unreachable')],
  ])('goes on where the own instance %s, and says that the guard is off', async (_, ownInstanceId) => {
    const world = fakeWorld({ host: { ownInstanceId } })
    await expect(preflight(world, WANTED)).resolves.toMatchObject({ account: ACCOUNT })
    expect(world.recorded('warned')).toMatchObject([
      { what: expect.stringContaining("The guard against interrupting the runner's own instance is off") },
    ])
  })

  it('lets a single refused call through as it is', async () => {
    expect(await refusal({ sts: { whoami: rejecting('expired', 'old token') } })).toMatchObject({ fault: 'expired', message: 'old token' })
  })

  it('names what several calls were refused for, each once', async () => {
    const overrides = {
      sts: { whoami: rejecting('credentials', 'no credentials') },
      fis: { readAction: rejecting('credentials', 'no credentials') },
      ec2: { readInstances: rejecting('denied', 'no ec2') },
    }
    const error = await refusal(overrides)
    expect(error.fault).toBe('credentials')
    expect(error.message.match(/no credentials/g)).toHaveLength(1)
    expect(error.message).toContain('no ec2')
  })

  it('says it once when all fail for the same reason', async () => {
    const same = rejecting('credentials', 'no credentials')
    expect(await refusal({ sts: { whoami: same }, fis: { readAction: same } })).toMatchObject({ message: 'no credentials' })
  })
})
