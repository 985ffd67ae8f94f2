import { describe, expect, it } from 'vitest'
import { findAlarmProblems, findAlarmWarnings } from '../../../../src/model/plan/alarms.ts'

const ACCOUNT = '123456789012'
const arnOf = (name: string, account = ACCOUNT) => `arn:aws:cloudwatch:eu-west-1:${account}:alarm:${name}`
const ERRORS = arnOf('errors: 5xx, checkout')
const read = (state: string, arn = ERRORS) => ({ stopAlarms: [ERRORS], alarms: [{ arn, state }], account: ACCOUNT })

describe('stop alarms before a run', () => {
  it.each([
    ['OK', []],
    ['INSUFFICIENT_DATA', []],
    ['ALARM', [`The stop alarm ${ERRORS} is in ALARM already, which would stop the experiment at once.`]],
  ])('%s', (state, problems) => {
    expect(findAlarmProblems(read(state))).toEqual(problems)
  })

  it.each([
    ['is not there', { ...read('OK'), alarms: [] }, 'cannot be found'],
    ['exists only elsewhere by the same name', read('OK', ERRORS.replace('eu-west-1', 'eu-west-2')), 'cannot be found'],
    ['is of another account', { ...read('OK'), account: '210987654321' }, 'is not in account 210987654321'],
  ])('are refused where one %s', (_, reading, words) => {
    expect(findAlarmProblems(reading)).toEqual([expect.stringContaining(words)])
  })

  it.each([
    ['OK', 0],
    ['ALARM', 0],
    ['INSUFFICIENT_DATA', 1],
  ])('%s gives %i warnings', (state, count) => {
    expect(findAlarmWarnings(read(state))).toHaveLength(count)
  })
})
