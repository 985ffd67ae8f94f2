/** Loaded into the action first: gives a name two addresses, as a resolver would. Nothing listens at the first. */
import { createRequire, syncBuiltinESMExports } from 'node:module'

const dns = createRequire(import.meta.url)('node:dns') as { lookup: (...given: unknown[]) => void }
const { lookup } = dns
dns.lookup = (...given) => {
  const done = given.at(-1) as (error: null, addresses: readonly { address: string; family: number }[]) => void
  if (given[0] !== 'service.test') return lookup(...given)
  setImmediate(() =>
    done(
      null,
      ['127.0.0.2', '127.0.0.1'].map((address) => ({ address, family: 4 })),
    ),
  )
}
syncBuiltinESMExports()
