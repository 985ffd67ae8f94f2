import type { Ledger } from '../model/cleanup/ledger.ts'
import { ActionError, isFault } from '../model/errors.ts'
import { phase } from '../steps/phase.ts'
import { checkEndpoints } from '../steps/rehearsal.ts'
import { undo } from '../steps/undo.ts'
import type { World } from '../world.ts'

const SAME_ENDPOINT = 'Keep the AWS endpoint of the main step until the end of the job.'

/**
 * Undoes what main left, by its ledger alone. In another account, or on another endpoint, nothing would be found, so both are checked
 * first; rejects with `refused` when they are not those of the ledger. A main that did not come to its own end may still run.
 */
export async function runPost(
  world: Pick<World, 'endpoints' | 'sts' | 'fis' | 'iam' | 'clock' | 'log' | 'cancel'>,
  ledger: Ledger,
): Promise<void> {
  await phase(world, 'cleanup', async () => {
    const state = ledger.state()
    if (state?.rehearsal !== undefined)
      await checkEndpoints(world, ['sts', 'iam', 'fis'], { rehearsal: state.rehearsal, hint: SAME_ENDPOINT })
    const account = await identify(world)
    if (state !== undefined && state.account !== '' && account !== state.account) throw wrongAccount(account, state.account)
    return { pass: await undo(world, ledger, { alive: state?.closed !== true }) }
  })
}

/** Nothing is removed before STS has answered, so it is asked as long as a removal: three times its own patience. */
async function identify({ sts }: Pick<World, 'sts'>): Promise<string> {
  for (let left = 2; ; left--) {
    try {
      return (await sts.whoami()).account
    } catch (thrown) {
      if (left === 0 || !isFault(thrown, 'throttled', 'service', 'unreachable')) throw thrown
    }
  }
}

function wrongAccount(now: string, then: string): ActionError {
  return new ActionError(
    'refused',
    `The credentials are those of account ${now} now, but what is to be cleaned up is in ${then}.`,
    'Keep the credentials of that account until the end of the job.',
  )
}
