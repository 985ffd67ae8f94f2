import { describe, expect, it } from 'vitest'
import type { SeedInput } from '../../simulator/admin/seed-schema.ts'
import { account, experimentOf, instanceOf, launch, openReadySimulator, type TestSimulator } from './fixture.ts'

type AlarmSeed = NonNullable<SeedInput['alarms']>[number]

const value = `arn:aws:cloudwatch:us-east-1:${account}:alarm:errors`
const condition = { stopConditions: [{ source: 'aws:cloudwatch:alarm', value }] }
const toAlarm = { state: 'ALARM' as const }

/** An experiment that runs until its interruption, two minutes after t0 at second 2. */
async function start(alarm: Partial<AlarmSeed>, switches: Parameters<TestSimulator['setSwitches']>[0] = {}) {
  const simulator = await openReadySimulator({ alarms: [{ name: 'errors', ...alarm }] })
  simulator.setSwitches({ completed: 'interruption', ...switches })
  return { simulator, ...(await launch(simulator, condition)) }
}

const stateOf = async (simulator: TestSimulator, id: string) => (await experimentOf(simulator, id)).state

describe('a stop condition', () => {
  it('stops the experiment when its alarm goes to ALARM, and recalls nothing', async () => {
    const { simulator, id } = await start({ changes: [{ afterSeconds: 30, ...toAlarm }] })
    simulator.advance(30)
    expect(await stateOf(simulator, id)).toMatchObject({ status: 'running' })
    simulator.advance(1)
    expect(await stateOf(simulator, id)).toMatchObject({ status: 'stopping' })
    simulator.advance(3)
    const stopped = { status: 'stopped', reason: 'Experiment halted by stop condition.' }
    expect(await experimentOf(simulator, id)).toMatchObject({ state: stopped, actions: { interrupt: { state: { status: 'stopped' } } } })
    simulator.advance(120)
    expect((await instanceOf(simulator)).instanceState.name).toBe('terminated')
  })

  it('recalls the interruption where a stop does', async () => {
    const { simulator } = await start({ changes: [{ afterSeconds: 30, ...toAlarm }] }, { stop: 'recalls' })
    simulator.advance(300)
    expect((await instanceOf(simulator)).instanceState.name).toBe('running')
  })

  it('counts from the moment at which the alarm is set from outside, and what the alarm was before stays so', async () => {
    const { simulator, id } = await start({})
    simulator.advance(20)
    simulator.seed({ alarms: [{ name: 'errors', ...toAlarm }] })
    expect(await stateOf(simulator, id)).toMatchObject({ status: 'running' })
    simulator.advance(4)
    expect(await experimentOf(simulator, id)).toMatchObject({ state: { status: 'stopped' }, endTime: 1767225600 + 24 })
  })

  it.each<[string, Partial<AlarmSeed>, string]>([
    ['another alarm', { name: 'other', ...toAlarm }, 'running'],
    ['the same name in another region', { region: 'eu-west-1', ...toAlarm }, 'running'],
    ['a want of data', { changes: [{ afterSeconds: 10, state: 'INSUFFICIENT_DATA' }] }, 'running'],
    ['an alarm after the end', { changes: [{ afterSeconds: 500, ...toAlarm }] }, 'completed'],
    [
      'an alarm that is back at OK',
      {
        changes: [
          { afterSeconds: 10, ...toAlarm },
          { afterSeconds: 11, state: 'OK' },
        ],
      },
      'stopped',
    ],
  ])('%s', async (_, alarm, status) => {
    const { simulator, id } = await start(alarm)
    simulator.advance(status === 'completed' ? 600 : 60)
    expect((await stateOf(simulator, id)).status).toBe(status)
  })

  it('that is in ALARM at the start stops the experiment before any action, or not, by the switch', async () => {
    const seen = await Promise.all(
      (['stops', 'ignores'] as const).map(async (alarmAtStart) => {
        const { simulator, id } = await start(toAlarm, { alarmAtStart })
        simulator.advance(10)
        return (await stateOf(simulator, id)).status
      }),
    )
    expect(seen).toEqual(['stopped', 'running'])
  })

  it('that went to ALARM after a stop by a person is not the reason', async () => {
    const { simulator, id } = await start({ changes: [{ afterSeconds: 30, ...toAlarm }] })
    simulator.advance(10)
    await simulator.rest('DELETE', `/experiments/${id}`)
    simulator.advance(60)
    expect(await stateOf(simulator, id)).toEqual({ status: 'stopped', reason: 'Experiment stopped.' })
  })
})
