import { expect, it } from 'vitest'
import { expectExit } from '../exit.ts'
import { expectClean, play } from './scenario.ts'

it('goes on, with a warning, where the endpoint has no action catalogue but a page of HTML', async () => {
  const played = await play({ faults: [{ service: 'fis', operation: 'GetAction', fault: 'html503' }] })
  expectExit(played.main, 0)
  expect(played.main.stdout).toContain('does not tell whether us-east-1 offers aws:ec2:send-spot-instance-interruptions; going on.')
  expectExit(await played.post(), 0)
  expectClean(played)
})

it('refuses a rebalance where there is no catalogue to ask', async () => {
  const played = await play({ inputs: { mode: 'rebalance' }, faults: [{ service: 'fis', operation: 'GetAction', fault: 'html503' }] })
  expectExit(played.main, 1)
  expect(played.main.stdout).toContain('FIS does not tell whether it offers')
  expectClean(played)
})
