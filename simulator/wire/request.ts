import type { IncomingHttpHeaders } from 'node:http'
import type { Call, Refusal, Service } from '../operation.ts'
import { errorCodes, services } from '../service.ts'
import { decodeJson } from './json.ts'
import { type DecodedOperation, protocols } from './protocol.ts'
import { decodeForm } from './query.ts'
import { decodeRest } from './rest.ts'

export type Request = { readonly method: string; readonly url: URL; readonly headers: IncomingHttpHeaders; readonly body: string }

export type Decoded = { readonly call: Call } | Undecoded

/** A request that cannot be decoded, with its refusal in the protocol of `service`. */
export type Undecoded = { readonly service: Service; readonly operation: ''; readonly refusal: Refusal }

/** The signer, the region and the service. Nothing else of a signature is read, and it is not verified. */
const credentialScope = /Credential=([^/,\s]+)\/\d{8}\/([a-z0-9-]+)\/([a-z0-9-]+)\/aws4_request/

/** STS accepts these without a signature, because they contain a token. */
const unsignedOperations = ['AssumeRoleWithWebIdentity']
/** An unsigned request names no region: it goes to the global endpoint. */
const GLOBAL_REGION = 'us-east-1'

/** The call in an HTTP request. The scope of the signature names service and region; the signature itself is not verified. */
export function decodeRequest(request: Request): Decoded {
  const [, accessKeyId = '', region = GLOBAL_REGION, name = ''] = credentialScope.exec(request.headers.authorization ?? '') ?? []
  const service = services.find((one) => one === name)
  const userAgent = String(request.headers['user-agent'] ?? request.headers['x-amz-user-agent'] ?? '')
  if (service) return decodeFor(service, request, { region, caller: { accessKeyId, userAgent } })
  if (name === '') {
    const decoded = decodeFor('sts', request, { region, caller: { accessKeyId: '', userAgent } })
    if ('call' in decoded && unsignedOperations.includes(decoded.call.operation)) return decoded
  }
  return { service: 'sts', operation: '', refusal: unsigned(name) }
}

function decodeFor(service: Service, request: Request, signed: Pick<Call, 'region' | 'caller'>): Decoded {
  try {
    return { call: { service, ...signed, ...decodeOperation(service, request) } }
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof URIError)) throw error
    return { service, operation: '', refusal: { code: errorCodes[service].unreadable, message: error.message, status: 400 } }
  }
}

function decodeOperation(service: Service, { method, url, headers, body }: Request): DecodedOperation {
  const protocol = protocols[service]
  if (protocol.kind === 'rest-json') return decodeRest(method, url, body)
  if (protocol.kind === 'json') return decodeJson(protocol, headers, body)
  return decodeForm(protocol, new URLSearchParams(body === '' ? url.search : body))
}

function unsigned(name: string): Refusal {
  const message = name === '' ? 'The request is not signed with Signature Version 4' : `The service ${name} is not simulated`
  return { code: 'MissingAuthenticationToken', message, status: 403 }
}
