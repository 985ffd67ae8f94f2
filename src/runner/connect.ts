import { type LookupAddress, lookup as lookUp } from 'node:dns'
import { connect, isIP, type Socket } from 'node:net'

/** Where to connect to. `lookup` is for tests; by default the system resolves the name. */
export type Destination = { readonly host: string; readonly port: number; readonly lookup?: Lookup | undefined }

export type Lookup = (
  host: string,
  options: { readonly all: true; readonly order: 'verbatim' },
  done: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void

/** Called once, with an open socket or with the error. */
type Settle = (error: Error | undefined, socket?: Socket) => void

/** The next address is tried this long after the previous one: RFC 8305, section 5, "Connection Attempt Delay". */
const NEXT_MS = 250

/**
 * Connects to the first address of a name that answers. It tries all addresses side by side, each a little later than the previous one, and
 * gives up none of them: only the caller's deadline ends the attempts. (Node itself gives up an address after 250 ms.) Settles with the
 * first error once every address has failed. Returns a function that ends all attempts.
 */
export function connectAny({ host, port, lookup = lookUp }: Destination, settle: Settle): () => void {
  const sockets = new Set<Socket>()
  const timers: NodeJS.Timeout[] = []
  let open = true
  const end = (error?: Error, winner?: Socket) => {
    if (!open) return
    open = false
    timers.forEach(clearTimeout)
    for (const socket of sockets) if (socket !== winner) socket.destroy()
    if (error !== undefined || winner !== undefined) settle(error, winner)
  }
  if (isIP(host) !== 0) race([host], port, { sockets, timers, end })
  else
    lookup(host, { all: true, order: 'verbatim' }, (error, found) => {
      if (!open) return
      if (error !== null) end(error)
      else race(alternate(found), port, { sockets, timers, end })
    })
  return () => end()
}

type Attempts = { readonly sockets: Set<Socket>; readonly timers: NodeJS.Timeout[]; readonly end: Settle }

function race(addresses: readonly string[], port: number, { sockets, timers, end }: Attempts): void {
  let failures = 0
  let first: Error | undefined
  let next = 0
  const tryNext = () => {
    const host = addresses[next++]
    if (host === undefined) return
    const socket = connect({ host, port })
    sockets.add(socket)
    const timer = setTimeout(tryNext, NEXT_MS)
    timers.push(timer)
    const fail = (error: Error) => {
      socket.destroy()
      first ??= error
      failures++
      if (failures === addresses.length) return end(first)
      // This address has failed, so the next one is tried at once.
      clearTimeout(timer)
      if (next < addresses.length) tryNext()
    }
    socket.once('error', fail)
    socket.once('connect', () => {
      socket.off('error', fail)
      end(undefined, socket)
    })
  }
  if (addresses.length === 0) end(new Error('the name has no address'))
  else tryNext()
}

/**
 * Each address once, alternating between IPv6 and IPv4 as RFC 8305, section 4, requires: if one kind does not work, the next attempt uses
 * the other.
 */
function alternate(found: readonly LookupAddress[]): readonly string[] {
  const [first] = found
  const own = found.filter(({ family }) => family === first?.family)
  const other = found.filter(({ family }) => family !== first?.family)
  const turns = own.flatMap((one, at) => [one, ...other.slice(at, at + 1)])
  return [...new Set([...turns, ...other.slice(own.length)].map(({ address }) => address))]
}
