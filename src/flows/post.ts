import type { Ledger } from '../model/cleanup/ledger.ts'
import { ActionError, isFault } from '../model/errors.ts'
import { phase } from '../steps/phase.ts'
import { checkEndpoints } from '../steps/rehearsal.ts'
import { undo } from '../steps/undo.ts'
import type { World } from '../world.ts'

const SAME_ENDPOINT = 'Keep the AWS endpoint of the main step until the end of the job.'

/**
 * Removes what main left, by its ledger alone. First it checks account and endpoint, because elsewhere it would find nothing; it rejects
 * with `refused` if they are not those of the ledger. A main that has not closed the ledger may still be running.
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

/** Asks STS for the account, with up to three times the usual patience, because nothing can be removed without its answer. */
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
    `The credentials are those of account ${now} now, but the resources to clean up are in ${then}.`,
    'Keep the credentials of that account until the end of the job.',
  )
}
