import { describe, expect, it } from 'vitest'
import { type Fault, type Harness, type HarnessOptions, openHarness, TARGET } from '../crash/fixture.ts'
import { expectExit } from '../exit.ts'
import { paced } from './pace.ts'
import { errorOf, outcomes } from './scenario.ts'

const SPEED = paced(20)

async function onHarness(options: HarnessOptions, act: (harness: Harness) => Promise<void>): Promise<void> {
  const harness = await openHarness({ speed: 10, ...options, inputs: { 'wait-for': 'experiment', ...options.inputs } })
  try {
    await act(harness)
  } finally {
    await harness.close()
  }
}

function expectClean({ simulator }: Harness): void {
  const { leftovers, foreignTouched, strict } = simulator.leftovers()
  expect({ leftovers, foreignTouched, strict }).toEqual({ leftovers: [], foreignTouched: [], strict: [] })
}

const asked = ({ simulator }: Harness, wanted: string) => simulator.journal().filter(({ operation }) => operation === wanted)
const main = async (harness: Harness) => (await harness.start('main')).done

describe.concurrent('an answer that cannot be read', () => {
  it.each(['html503', 'truncated', 'empty', 'reset', '5xx'] as const)('is asked for again, at every call of a run: %s', (fault) =>
    onHarness({ faults: everyFirst(fault) }, async (harness) => {
      const result = await main(harness)
      expectExit(result, 0)
      expect(errorOf(result)).toBe('')
      expect(result.outputs.state).toBe('completed')
      expect(asked(harness, 'StartExperiment').length).toBeGreaterThanOrEqual(2)
      expect(Object.keys((harness.simulator.state() as { experiments: object }).experiments)).toHaveLength(1)
      expectClean(harness)
    }),
  )
})

/** The first call of each operation that a run makes. */
function everyFirst(fault: Fault['fault']): readonly Fault[] {
  const operations = ['GetAction', 'CreateExperimentTemplate', 'StartExperiment', 'GetExperiment', 'DeleteExperimentTemplate']
  const iam = ['GetRole', 'CreateRole', 'PutRolePolicy', 'DeleteRolePolicy', 'DeleteRole']
  const all = [...operations, ...iam, 'DescribeInstances', 'DescribeSpotInstanceRequests', 'GetCallerIdentity']
  return all.map((operation) => ({ operation, fault, nth: 1 }))
}

describe.concurrent('a role', () => {
  it('that was made though the answer was lost is recognised as ours, and deleted in the end', () =>
    onHarness({ faults: [{ service: 'iam', operation: 'CreateRole', fault: 'commit-lose', nth: 1 }] }, async (harness) => {
      const result = await main(harness)
      expectExit(result, 0)
      expect(asked(harness, 'CreateRole').map(({ error }) => error)).toEqual([null, 'EntityAlreadyExists'])
      expect(result.stdout).toMatch(/✓ Role deleted: FIS-SpotMinimalRole-[0-9a-f]{8}$/m)
      expectClean(harness)
    }))

  it('that IAM will not show yet is waited for', () =>
    onHarness(
      {
        faults: [
          { service: 'iam', operation: 'CreateRole', fault: 'commit-lose', nth: 1 },
          { service: 'iam', operation: 'GetRole', fault: 'staleRead', empty: true, nth: { from: 1, to: 3 } },
        ],
      },
      async (harness) => {
        expectExit(await main(harness), 0)
        expectClean(harness)
      },
    ))

  it('that IAM will not show at the end is deleted all the same', () =>
    onHarness(
      { faults: [{ service: 'iam', operation: 'GetRole', fault: 'staleRead', empty: true, nth: { from: 1, to: 3 } }] },
      async (harness) => {
        expectExit(await main(harness), 0)
        expectClean(harness)
      },
    ))
})

describe.concurrent('credentials', () => {
  it('that have run out are never tried again, and the remedy is named', () =>
    onHarness({ faults: [{ service: 'fis', operation: 'CreateExperimentTemplate', fault: 'expired' }] }, async (harness) => {
      const result = await main(harness)
      expect(asked(harness, 'CreateExperimentTemplate')).toHaveLength(1)
      expect(errorOf(result)).toMatch(/ExpiredToken.*raise role-duration-seconds of aws-actions\/configure-aws-credentials/)
      expectClean(harness)
    }))

  it.each([
    ['end before the run can', 360, true],
    ['last long enough', 3600, false],
  ])('that %s: a warning before the start, or none', (_, seconds, warned) => {
    const AWS_CREDENTIAL_EXPIRATION = new Date(Date.parse('2026-03-01T12:00:00Z') + seconds * 1000).toISOString()
    return onHarness({ env: { AWS_CREDENTIAL_EXPIRATION } }, async (harness) => {
      const result = await main(harness)
      expectExit(result, 0)
      const { stdout } = result
      const warning = stdout.search(/⚠ The credentials end in \dm \d+s, but the run may take 13m 30s/)
      expect(warning >= 0).toBe(warned)
      if (warned) expect(warning).toBeLessThan(stdout.indexOf('Starting experiment'))
    })
  })
})

describe.concurrent('a quota', () => {
  it.each([
    ['fis', 'CreateExperimentTemplate', /"experiment templates"/],
    ['iam', 'CreateRole', /RolesPerAccount.*"roles per account"/],
  ] as const)('is named, and not tried again: %s %s', (service, operation, named) =>
    onHarness({ faults: [{ service, operation, fault: 'quota' }] }, async (harness) => {
      const result = await main(harness)
      expect(asked(harness, operation)).toHaveLength(1)
      expect(errorOf(result)).toMatch(named)
      expect(result.outputs.interrupted).toBe('false')
      expectClean(harness)
    }),
  )
})

describe.concurrent('silence', () => {
  it('of a start is reported as what it is: not known', () =>
    onHarness({ faults: [{ service: 'fis', operation: 'StartExperiment', fault: 'hang' }] }, async (harness) => {
      const result = await main(harness)
      expectExit(result, 1)
      expect(result.outputs.interrupted).toBe('unknown')
      expect(outcomes(result)).toEqual({ [TARGET]: 'unknown' })
      expect(errorOf(result)).toMatch(/fis:StartExperiment in us-east-1 got no answer that can be read/)
      expectClean(harness)
    }))

  it('of everything ends post within its three minutes, with the commands', () =>
    onHarness({ speed: SPEED, faults: [{ service: 'fis', operation: 'GetExperiment', fault: 'hold', nth: 1 }] }, async (harness) => {
      const play = await harness.start('main')
      await harness.arrival('fis:GetExperiment', 1, play)
      play.child.kill('SIGKILL')
      const { state } = await play.done
      harness.simulator.setFaults([
        { service: 'fis', fault: 'hang' },
        { service: 'iam', fault: 'hang' },
      ])
      const startMs = performance.now()
      const post = await (await harness.start('post', { state })).done
      expect((performance.now() - startMs) * SPEED).toBeLessThan(185_000)
      expectExit(post, 1)
      expect(errorOf(post)).toMatch(/aws fis stop-experiment --region us-east-1 --id EXP\w+/)
      expect(errorOf(post)).toMatch(/aws iam delete-role --role-name FIS-SpotMinimalRole/)
    }))
})
