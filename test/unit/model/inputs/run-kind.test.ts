import { expect, it } from 'vitest'
import { readRunKind } from '../../../../src/model/inputs/run-kind.ts'

const reading = (inputs: Readonly<Record<string, string>>) => (name: string) => inputs[name] ?? ''

it.each([
  [{}, false, false],
  [{ rehearsal: 'true' }, true, false],
  [{ 'dry-run': 'TRUE' }, false, true],
  [{ rehearsal: 'perhaps', 'dry-run': 'perhaps' }, false, false],
])('readRunKind %j', (inputs, rehearsal, dryRun) => {
  expect(readRunKind(reading(inputs))).toEqual({ rehearsal, dryRun })
})
