import type { IncomingHttpHeaders } from 'node:http'
import type { DecodedOperation, Protocol } from './protocol.ts'

type JsonProtocol = Extract<Protocol, { readonly kind: 'json' }>

export function contentTypeOf({ jsonVersion }: JsonProtocol): string {
  return `application/x-amz-json-${jsonVersion}`
}

/** A request of the protocols JSON 1.0 and 1.1: the header X-Amz-Target names the operation, the body has its members. */
export function decodeJson(protocol: JsonProtocol, headers: IncomingHttpHeaders, body: string): DecodedOperation {
  const type = String(headers['content-type'] ?? '').split(';')[0]
  if (type !== contentTypeOf(protocol)) throw new SyntaxError(`Content-Type must be ${contentTypeOf(protocol)}`)
  const target = String(headers['x-amz-target'] ?? '')
  const prefix = `${protocol.targetPrefix}.`
  const operation = target.startsWith(prefix) ? target.slice(prefix.length) : target
  return { operation, params: decodeBody(body) }
}

/** The members of a JSON body; none for an empty body. Throws a SyntaxError for anything but a JSON object. */
export function decodeBody(body: string): Readonly<Record<string, unknown>> {
  if (body === '') return {}
  const decoded: unknown = JSON.parse(body)
  if (typeof decoded !== 'object' || decoded === null || Array.isArray(decoded)) throw new SyntaxError('The body is not a JSON object')
  return { ...decoded }
}

/** JSON writes times as seconds since 1970, with a fraction. */
export function toJson(value: unknown): unknown {
  if (value instanceof Date) return value.getTime() / 1000
  if (Array.isArray(value)) return value.map(toJson)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, toJson(inner)]))
}
