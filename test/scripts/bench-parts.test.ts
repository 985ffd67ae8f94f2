import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { CONTENDERS, selectContenders } from '../../scripts/verify/performance/contenders.ts'
import { nameCell, seedCell, selectCells, toInputs } from '../../scripts/verify/performance/growth-cells.ts'
import { PARTS, planBench } from '../../scripts/verify/performance/parts.ts'
import { startSimulator } from '../../simulator/server.ts'

describe('the parts of the bench', () => {
  it.each<[string[], string[][]]>([
    [[], [['cancel.ts'], ['bench.ts'], ['bench-simulator.ts']]],
    [['4'], [['cancel.ts'], ['bench.ts', '4'], ['bench-simulator.ts']]],
    [['rivals'], [['performance/rivals.ts']]],
    [
      ['rivals', 'growth', '--write'],
      [
        ['performance/rivals.ts', '--write'],
        ['performance/growth.ts', '--write'],
      ],
    ],
    [['growth', '--only', 'PT2M'], [['performance/growth.ts', '--only', 'PT2M']]],
    [['lag'], [['performance/lag.ts']]],
    [['page'], [['performance/page.ts']]],
  ])('%j runs %j', (words, steps) => {
    expect(planBench(words)).toEqual(steps)
  })

  it.each([[['rival']], [['rivals', 'toString']], [['4', 'rivals']]])('refuses %j', (words) => {
    expect(() => planBench(words)).toThrow(/has no part/)
  })
})

describe('the contenders', () => {
  it('are all without a choice, and those that are named', () => {
    expect(selectContenders([])).toEqual(CONTENDERS)
    expect(selectContenders(['ours-experiment', 'scripts']).map(({ id }) => id)).toEqual(['scripts', 'ours-experiment'])
    expect(() => selectContenders(['script'])).toThrow('There is no contender script. There are: scripts, ')
  })
})

describe('the cells of growth', () => {
  it.each([
    [[], 24],
    [['PT2M'], 12],
    [['PT2M/1'], 4],
    [['PT2M/5', 'PT15M/50/20/3'], 5],
  ])('%j are %d', (prefixes, count) => {
    expect(selectCells(prefixes)).toHaveLength(count)
  })

  it('compares part by part, and refuses what fits no cell', () => {
    // PT2M/5 is no beginning of PT2M/50.
    expect(new Set(selectCells(['PT2M/5']).map(({ instances }) => instances))).toEqual(new Set([5]))
    for (const prefix of ['PT3M', 'PT2M/', '']) expect(() => selectCells([prefix])).toThrow(/No cell begins with/)
  })

  it.each(selectCells([]).map((cell) => [nameCell(cell), cell] as const))('the simulator accepts the seed of %s', async (_, cell) => {
    const simulator = await startSimulator()
    try {
      simulator.seed(seedCell(cell))
      const inputs = toInputs(cell, 'http://127.0.0.1:1')
      const targets = inputs['instance-id']?.split('\n') ?? []
      expect(targets.map((id) => simulator.instance(id)?.state)).toEqual(Array.from({ length: cell.instances }, () => 'running'))
      expect(inputs.probes?.split('\n').length ?? 0).toBe(cell.probes)
      expect(inputs.capacity?.split('\n').length ?? 0).toBe(cell.capacity)
    } finally {
      await simulator.close()
    }
  })
})

it('names each part of the bench in the guide for contributors', () => {
  const guide = readFileSync(resolve(import.meta.dirname, '../../CONTRIBUTING.md'), 'utf8')
  for (const part of Object.keys(PARTS)) expect(guide).toContain(`npm run bench -- ${part}`)
})
