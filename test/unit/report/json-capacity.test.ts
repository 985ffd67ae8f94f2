import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { toReportFile } from '../../../src/report/json.ts'
import { reportSchema } from '../../../src/report/schema.ts'
import { TRACED } from '../../fakes/capacity.ts'
import { NEW_ID, reportCapacity } from '../../fakes/capacity-report.ts'
import { ID, WHO } from '../../fakes/timeline.ts'

describe('capacity and reaction', () => {
  it('are in the report file, as its schema has it', () => {
    const file = toReportFile(reportCapacity(), WHO)
    expect(v.parse(reportSchema, file)).toEqual(file)
    expect(file).toMatchObject({
      reacted: true,
      capacities: [
        {
          name: 'web',
          source: 'asg:web',
          level: 2,
          lowest: 1,
          latest: 2,
          affected: true,
          back: true,
          lost: [ID],
          replacements: [{ id: NEW_ID }],
        },
      ],
      reactions: [{ id: ID, reacted: true, inTime: true, reactionMs: 30_000, by: [{ who: 'asg:web' }] }],
      scaling: [{ group: 'web', cause: 'a <cause>' }],
    })
    const untraced = toReportFile(reportCapacity({ kind: 'ecs-untraced', drains: 9999 }), WHO)
    expect(v.parse(reportSchema, untraced)).toEqual(untraced)
    expect(untraced).toMatchObject({ reacted: null, capacities: [{ affected: null }], reactions: [{ reacted: null, inTime: null }] })
  })

  it.each(TRACED)('name what was lost and what took its place alike: %s', (kind) => {
    const [one] = toReportFile(reportCapacity({ kind }), WHO).capacities
    const ids = kind === 'ecs' ? [`task-${ID}`, `task-${NEW_ID}`] : [ID, NEW_ID]
    expect([...(one?.lost ?? []), ...(one?.replacements.map(({ id }) => id) ?? [])]).toEqual(ids)
  })
})
