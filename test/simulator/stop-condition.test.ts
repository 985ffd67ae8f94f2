import { describe, expect, it } from 'vitest'
import type { SeedInput } from '../../simulator/admin/seed-schema.ts'
import { account, experimentOf, instanceOf, launch, type Stage, setReadyStage } from './fixture.ts'

type AlarmSeed = NonNullable<SeedInput['alarms']>[number]

const value = `arn:aws:cloudwatch:us-east-1:${account}:alarm:errors`
const condition = { stopConditions: [{ source: 'aws:cloudwatch:alarm', value }] }
const toAlarm = { state: 'ALARM' as const }

/** An experiment that runs until its interruption, two minutes after t0 at second 2. */
async function start(alarm: Partial<AlarmSeed>, switches: Parameters<Stage['setSwitches']>[0] = {}) {
  const stage = await setReadyStage({ alarms: [{ name: 'errors', ...alarm }] })
  stage.setSwitches({ completed: 'interruption', ...switches })
  return { stage, ...(await launch(stage, condition)) }
}

const stateOf = async (stage: Stage, id: string) => (await experimentOf(stage, id)).state

describe('a stop condition', () => {
  it('stops the experiment when its alarm goes to ALARM, and recalls nothing', async () => {
    const { stage, id } = await start({ changes: [{ afterSeconds: 30, ...toAlarm }] })
    stage.advance(30)
    expect(await stateOf(stage, id)).toMatchObject({ status: 'running' })
    stage.advance(1)
    expect(await stateOf(stage, id)).toMatchObject({ status: 'stopping' })
    stage.advance(3)
    const stopped = { status: 'stopped', reason: 'Experiment halted by stop condition.' }
    expect(await experimentOf(stage, id)).toMatchObject({ state: stopped, actions: { interrupt: { state: { status: 'stopped' } } } })
    stage.advance(120)
    expect((await instanceOf(stage)).instanceState.name).toBe('terminated')
  })

  it('recalls the interruption where a stop does', async () => {
    const { stage } = await start({ changes: [{ afterSeconds: 30, ...toAlarm }] }, { stop: 'recalls' })
    stage.advance(300)
    expect((await instanceOf(stage)).instanceState.name).toBe('running')
  })

  it('counts from the moment at which the alarm is set from outside, and what the alarm was before stays so', async () => {
    const { stage, id } = await start({})
    stage.advance(20)
    stage.seed({ alarms: [{ name: 'errors', ...toAlarm }] })
    expect(await stateOf(stage, id)).toMatchObject({ status: 'running' })
    stage.advance(4)
    expect(await experimentOf(stage, id)).toMatchObject({ state: { status: 'stopped' }, endTime: 1767225600 + 24 })
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
    const { stage, id } = await start(alarm)
    stage.advance(status === 'completed' ? 600 : 60)
    expect((await stateOf(stage, id)).status).toBe(status)
  })

  it('that is in ALARM at the start stops the experiment before any action, or not, by the switch', async () => {
    const seen = await Promise.all(
      (['stops', 'ignores'] as const).map(async (alarmAtStart) => {
        const { stage, id } = await start(toAlarm, { alarmAtStart })
        stage.advance(10)
        return (await stateOf(stage, id)).status
      }),
    )
    expect(seen).toEqual(['stopped', 'running'])
  })

  it('that went to ALARM after a stop by a person is not the reason', async () => {
    const { stage, id } = await start({ changes: [{ afterSeconds: 30, ...toAlarm }] })
    stage.advance(10)
    await stage.rest('DELETE', `/experiments/${id}`)
    stage.advance(60)
    expect(await stateOf(stage, id)).toEqual({ status: 'stopped', reason: 'Experiment stopped.' })
  })
})
