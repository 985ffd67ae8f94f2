import { randomUUID } from 'node:crypto'
import type { Delivery } from '../delivery.ts'
import type { Call, Refusal, Reply, Service } from '../operation.ts'
import { contentTypeOf, toJson } from './json.ts'
import { protocols } from './protocol.ts'
import { encodeXml } from './xml.ts'

export type HttpResponse = { readonly status: number; readonly headers: Readonly<Record<string, string>>; readonly body: string }

type CalledOperation = Pick<Call, 'service' | 'operation'>

/** The HTTP answer to a call, in the protocol of its service. `mangle` damages it as an injected fault requires. */
export function encodeResponse(call: CalledOperation, { result, mangle }: Extract<Delivery, { kind: 'answer' }>): HttpResponse {
  if (mangle === 'html') return page503
  const requestId = randomUUID()
  const encoded = 'refusal' in result ? encodeRefusal(call.service, result.refusal, requestId) : encodeReply(call, result.reply, requestId)
  const headers = { ...encoded.headers, 'x-amzn-RequestId': requestId }
  if (mangle === 'empty') return { ...encoded, headers, body: '' }
  const body = mangle === 'truncated' ? encoded.body.slice(0, Math.floor(encoded.body.length / 2)) : encoded.body
  return { ...encoded, headers, body }
}

const page503: HttpResponse = {
  status: 503,
  headers: { 'content-type': 'text/html' },
  body: '<html><head><title>503 Service Unavailable</title></head><body><h1>503 Service Unavailable</h1></body></html>',
}

function encodeReply({ service, operation }: CalledOperation, reply: Reply, requestId: string): HttpResponse {
  const protocol = protocols[service]
  if (protocol.kind === 'rest-json') return json(200, toJson(reply))
  if (protocol.kind === 'json') return json(200, toJson(reply), contentTypeOf(protocol))
  const { namespace } = protocol
  const root = `${operation}Response`
  if (protocol.kind === 'ec2') return xml(200, encodeXml({ root, namespace, listTag: 'item' }, { requestId, ...reply }))
  const result = Object.keys(reply).length === 0 ? {} : { [`${operation}Result`]: reply }
  return xml(200, encodeXml({ root, namespace, listTag: 'member' }, { ...result, ResponseMetadata: { RequestId: requestId } }))
}

function encodeRefusal(service: Service, { code, message, status }: Refusal, requestId: string): HttpResponse {
  const protocol = protocols[service]
  if (protocol.kind === 'rest-json') {
    const answer = json(status, { message })
    return { ...answer, headers: { ...answer.headers, 'x-amzn-ErrorType': code } }
  }
  if (protocol.kind === 'json') return json(status, { __type: code, message }, contentTypeOf(protocol))
  if (protocol.kind === 'ec2') {
    return xml(
      status,
      encodeXml({ root: 'Response', listTag: 'item' }, { Errors: { Error: { Code: code, Message: message } }, RequestID: requestId }),
    )
  }
  const error = { Type: status >= 500 ? 'Receiver' : 'Sender', Code: code, Message: message }
  return xml(
    status,
    encodeXml({ root: 'ErrorResponse', namespace: protocol.namespace, listTag: 'member' }, { Error: error, RequestId: requestId }),
  )
}

function json(status: number, body: unknown, contentType = 'application/json'): HttpResponse {
  return { status, headers: { 'content-type': contentType }, body: JSON.stringify(body) }
}

function xml(status: number, body: string): HttpResponse {
  return { status, headers: { 'content-type': 'text/xml;charset=UTF-8' }, body }
}
