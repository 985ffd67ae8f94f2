import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { toAllCommands, toCommands } from '../../../../src/model/cleanup/commands.ts'
import { fakePage, INVOCATION } from '../../../fakes/timeline.ts'

describe('toCommands', () => {
  it('removes a role by its name, policy first', () => {
    expect(toCommands({ kind: 'role', name: 'r', id: 'arn:aws:iam::1:role/r' }, fakePage())).toEqual([
      'aws iam delete-role-policy --role-name r --policy-name FISSpotInterruptionsMinimal',
      'aws iam delete-role --role-name r',
    ])
  })

  it('removes template and experiment by id, in their region', () => {
    const state = fakePage([], { region: 'us-east-2' })
    expect(toCommands({ kind: 'template', name: 't', id: 'EXT1' }, state)).toEqual([
      'aws fis delete-experiment-template --region us-east-2 --id EXT1',
    ])
    expect(toCommands({ kind: 'experiment', name: 't', id: 'EXP1' }, state)).toEqual([
      'aws fis stop-experiment --region us-east-2 --id EXP1',
    ])
  })

  it.each([
    ['template', 'aws fis list-experiment-templates', 'aws fis delete-experiment-template'],
    ['experiment', 'aws fis list-experiments', 'aws fis stop-experiment'],
  ] as const)('looks for a %s without an id by this invocation first', (kind, list, remove) => {
    const [first = '', second = ''] = toCommands({ kind, name: 't' }, fakePage())
    expect(first).toContain(list)
    expect(first).toContain(INVOCATION)
    expect(second).toContain(remove)
  })

  it('stops what runs first, and deletes a role last, whatever was created first', () => {
    const entries = [
      { kind: 'role', name: 'r' },
      { kind: 'template', name: 't', id: 'EXT1' },
      { kind: 'experiment', name: 't', id: 'EXP1' },
    ] as const
    const verbs = toAllCommands(entries, fakePage()).map((command) => command.split(' ')[2])
    expect(verbs).toEqual(['stop-experiment', 'delete-experiment-template', 'delete-role-policy', 'delete-role'])
  })

  it.skipIf(process.platform === 'win32')('quotes the query so that a shell hands JMESPath its own quotes', () => {
    const [list = ''] = toCommands({ kind: 'template', name: 't' }, fakePage())
    const query = execFileSync('/bin/sh', ['-c', list.replace(/^aws /, 'printf "%s\\n" ')], { encoding: 'utf8' })
      .trim()
      .split('\n')
      .at(-1)
    expect(query).toBe(`experimentTemplates[?tags."spot-interrupt:invocation"=='${INVOCATION}'].id`)
  })
})
