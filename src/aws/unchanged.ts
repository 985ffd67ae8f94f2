import { createHash } from 'node:crypto'

/** The part of a client that parses its answers. */
type Parser = {
  deserializeResponse: (operation: never, context: never, response: never) => Promise<object>
}
type Client = { readonly config: { readonly protocol: unknown } }
/** The parts of an answer that matter here. The SDK accepts a body of bytes as well as a stream. */
type Answer = { readonly statusCode: number; body: AsyncIterable<Uint8Array> | Uint8Array }

/** How many answers are kept: a run polls at most 10 sources of capacity. */
const MOST_KEPT = 12
/** The id of the request, which differs in every answer. AWS writes it with both capital and small first letter. */
const REQUEST_ID = /<([Rr])equestId>[^<]*<\/\1equestId>/

/**
 * Makes a client parse an answer only if it differs from earlier ones. Most polls of a fleet show no change, and parsing XML is most of the
 * cost of a poll. It keeps the results of the last answers by their operation and a hash of their body, so the result is always that of the
 * parser. Callers share the parts of a result, so these are frozen: code that changes one fails at once. Only `$metadata`, which the SDK
 * itself changes, is new in each result. It has no request id, because the kept one would be that of an earlier answer.
 */
export function parseChangesOnly<T extends Client>(client: T): T {
  const parser = client.config.protocol as Parser
  const parse = parser.deserializeResponse.bind(parser)
  const known = new Map<string, object>()
  parser.deserializeResponse = async (operation, context, response) => {
    const answer: Answer = response
    if (answer.statusCode !== 200) return await parse(operation, context, response)
    answer.body = await collect(answer.body)
    const key = toKey((operation as { readonly name: string }).name, answer.body)
    const result = known.get(key) ?? freeze(await parse(operation, context, response))
    known.delete(key)
    known.set(key, result)
    for (const oldest of known.size > MOST_KEPT ? known.keys().take(1) : []) known.delete(oldest)
    return { ...result, $metadata: { httpStatusCode: answer.statusCode } }
  }
  return client
}

async function collect(body: Answer['body']): Promise<Uint8Array> {
  return body instanceof Uint8Array ? body : Buffer.concat(await Array.fromAsync(body))
}

function toKey(operation: string, body: Uint8Array): string {
  const text = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('latin1').replace(REQUEST_ID, '')
  return `${operation} ${createHash('sha256').update(text, 'latin1').digest('base64')}`
}

/** Freezes a value and everything in it. Bytes cannot be frozen. */
function freeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value
  for (const part of Object.values(value)) freeze(part)
  return Object.freeze(value)
}
