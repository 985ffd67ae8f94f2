import { describe, expect, it } from 'vitest'
import { runPost } from '../../../src/flows/post.ts'
import type { Entry } from '../../../src/model/cleanup/ledger.ts'
import { ACCOUNT, openLedger } from '../../fakes/timeline.ts'
import { fakeWorld, phases, rejecting, simulated } from '../../fakes/world.ts'

describe('finish', () => {
  const TEMPLATE: Entry = { kind: 'template', name: 'token', id: 'EXT1' }

  it('undoes what main left', async () => {
    const [world, ledger] = [fakeWorld(), openLedger([TEMPLATE])]
    ledger.close()
    await runPost(world, ledger)
    expect(world.called('fis')).toEqual(['fis.deleteTemplate'])
    expect(ledger.state()?.entries).toEqual([])
    expect(phases(world)).toEqual(['cleanup ok'])
  })

  it('looks by tag, again for 15 s, for what a main that did not come to its end may still make', async () => {
    const [world, ledger] = [fakeWorld(), openLedger([TEMPLATE])]
    await runPost(world, ledger)
    expect(world.called('fis').slice(0, 3)).toEqual(['fis.deleteTemplate', 'fis.listTemplates', 'fis.listExperiments'])
    expect(world.clock.monotonicMs()).toBe(15_000)
  })

  it('touches nothing in another account: "gone" proves nothing there', async () => {
    const world = fakeWorld({ sts: { whoami: async () => ({ account: '999999999999', arn: 'arn', source: 'the environment' }) } })
    const ledger = openLedger([TEMPLATE])
    await expect(runPost(world, ledger)).rejects.toMatchObject({
      fault: 'refused',
      message: expect.stringMatching(new RegExp(`999999999999 now, .* ${ACCOUNT}`)),
    })
    expect(world.called()).toEqual(['sts.whoami'])
    expect(ledger.state()?.entries).toEqual([TEMPLATE])
    expect(phases(world)).toEqual(['cleanup failed'])
  })

  it.each([
    ['a simulated AWS', false, simulated],
    ['AWS itself', true, fakeWorld().endpoints],
  ])('touches nothing in %s where main was elsewhere: "gone" proves nothing there', async (_, rehearsal, endpoints) => {
    const world = { ...fakeWorld(), endpoints }
    const ledger = openLedger([TEMPLATE], { rehearsal })
    await expect(runPost(world, ledger)).rejects.toMatchObject({
      fault: 'refused',
      hint: 'Keep the AWS endpoint of the main step until the end of the job.',
    })
    expect(world.called()).toEqual([])
    expect(ledger.state()?.entries).toEqual([TEMPLATE])
  })

  it('cleans up after a rehearsal, by its ledger alone, and says that it was one', async () => {
    const world = { ...fakeWorld(), endpoints: simulated }
    const ledger = openLedger([TEMPLATE], { rehearsal: true })
    ledger.close()
    await runPost(world, ledger)
    expect(ledger.state()?.entries).toEqual([])
    expect(world.recorded('rehearsal')).toMatchObject([{ at: 'http://127.0.0.1:4566' }])
  })

  it('fails its phase for what it has to leave', async () => {
    const world = fakeWorld({ fis: { deleteTemplate: rejecting('denied') } })
    await runPost(world, openLedger([TEMPLATE]))
    expect(phases(world)).toEqual(['cleanup failed'])
  })

  it('needs credentials', async () => {
    const [world, ledger] = [fakeWorld({ sts: { whoami: rejecting('expired') } }), openLedger([TEMPLATE])]
    await expect(runPost(world, ledger)).rejects.toMatchObject({ fault: 'expired' })
    expect(ledger.state()?.entries).toEqual([TEMPLATE])
  })

  it.each([
    ['unreachable', 3],
    ['throttled', 3],
    ['service', 3],
    ['expired', 1],
    ['denied', 1],
  ] as const)('asks STS as patiently as it can: %s', async (fault, times) => {
    const world = fakeWorld({ sts: { whoami: rejecting(fault) } })
    await expect(runPost(world, openLedger([TEMPLATE]))).rejects.toMatchObject({ fault })
    expect(world.called()).toEqual(Array(times).fill('sts.whoami'))
  })

  it('does not need to know the account of a main that was killed before it knew', async () => {
    const ledger = openLedger()
    ledger.setAccount('')
    const world = fakeWorld({ sts: { whoami: async () => ({ account: '999999999999', arn: 'arn', source: 'the environment' }) } })
    await runPost(world, ledger)
    expect(phases(world)).toEqual(['cleanup ok'])
  })
})
