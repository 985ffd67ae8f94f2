import type { IncomingHttpHeaders } from 'node:http'
import { type Call, type Refusal, type Service, services } from '../operation.ts'
import { decodeQuery } from './query.ts'
import { decodeRest } from './rest.ts'

export type Request = { readonly method: string; readonly url: URL; readonly headers: IncomingHttpHeaders; readonly body: string }

export type Decoded = { readonly call: Call } | Undecoded

/** Neither known nor readable, to be refused in the protocol of `service`. */
export type Undecoded = { readonly service: Service; readonly operation: ''; readonly refusal: Refusal }

/** Who signed, for which region and service: all that is read of a signature, which is not verified. */
const scope = /Credential=([^/,\s]+)\/\d{8}\/([a-z0-9-]+)\/([a-z0-9-]+)\/aws4_request/

export function decodeRequest({ method, url, headers, body }: Request): Decoded {
  const [, accessKeyId = '', region = '', name = ''] = scope.exec(headers.authorization ?? '') ?? []
  const service = services.find((one) => one === name)
  if (!service) return { service: 'sts', operation: '', refusal: unsigned(name) }
  const caller = { accessKeyId, userAgent: String(headers['user-agent'] ?? headers['x-amz-user-agent'] ?? '') }
  try {
    const asked = service === 'fis' ? decodeRest(method, url, body) : decodeForm(url, body)
    return { call: { service, region, caller, ...asked } }
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof URIError)) throw error
    return { service, operation: '', refusal: { code: 'SerializationException', message: error.message, status: 400 } }
  }
}

function decodeForm(url: URL, body: string) {
  const form = new URLSearchParams(body === '' ? url.search : body)
  return { operation: form.get('Action') ?? '', params: decodeQuery(form) }
}

function unsigned(name: string): Refusal {
  const message = name === '' ? 'The request is not signed with Signature Version 4' : `The service ${name} is not simulated`
  return { code: 'MissingAuthenticationToken', message, status: 403 }
}
