import { randomUUID } from 'node:crypto'
import type { Delivery } from '../engine.ts'
import type { Call, Refusal, Reply, Service } from '../operation.ts'
import { encodeXml } from './xml.ts'

export type HttpResponse = { readonly status: number; readonly headers: Readonly<Record<string, string>>; readonly body: string }

const namespaces: Record<Exclude<Service, 'fis'>, string> = {
  ec2: 'http://ec2.amazonaws.com/doc/2016-11-15/',
  iam: 'https://iam.amazonaws.com/doc/2010-05-08/',
  sts: 'https://sts.amazonaws.com/doc/2011-06-15/',
}

export function encodeResponse(
  call: Pick<Call, 'service' | 'operation'>,
  { result, mangle }: Extract<Delivery, { kind: 'answer' }>,
): HttpResponse {
  if (mangle === 'html') return page503
  const requestId = randomUUID()
  const answer = 'refusal' in result ? encodeRefusal(call.service, result.refusal, requestId) : encodeReply(call, result.reply, requestId)
  if (mangle === 'empty') return { ...answer, body: '' }
  return mangle === 'truncated' ? { ...answer, body: answer.body.slice(0, Math.floor(answer.body.length / 2)) } : answer
}

const page503: HttpResponse = {
  status: 503,
  headers: { 'content-type': 'text/html' },
  body: '<html><head><title>503 Service Unavailable</title></head><body><h1>503 Service Unavailable</h1></body></html>',
}

function encodeReply(call: Pick<Call, 'service' | 'operation'>, reply: Reply, requestId: string): HttpResponse {
  const { service, operation } = call
  if (service === 'fis') return json(200, toJson(reply), requestId)
  const root = `${operation}Response`
  if (service === 'ec2')
    return xml(200, encodeXml({ root, namespace: namespaces.ec2, listTag: 'item' }, { requestId, ...reply }), requestId)
  const result = Object.keys(reply).length === 0 ? {} : { [`${operation}Result`]: reply }
  return xml(
    200,
    encodeXml({ root, namespace: namespaces[service], listTag: 'member' }, { ...result, ResponseMetadata: { RequestId: requestId } }),
    requestId,
  )
}

function encodeRefusal(service: Service, { code, message, status }: Refusal, requestId: string): HttpResponse {
  if (service === 'fis') {
    const answer = json(status, { message }, requestId)
    return { ...answer, headers: { ...answer.headers, 'x-amzn-ErrorType': code } }
  }
  if (service === 'ec2') {
    const body = { Errors: { Error: { Code: code, Message: message } }, RequestID: requestId }
    return xml(status, encodeXml({ root: 'Response', listTag: 'item' }, body), requestId)
  }
  const error = { Type: status >= 500 ? 'Receiver' : 'Sender', Code: code, Message: message }
  return xml(
    status,
    encodeXml({ root: 'ErrorResponse', namespace: namespaces[service], listTag: 'member' }, { Error: error, RequestId: requestId }),
    requestId,
  )
}

function json(status: number, body: unknown, requestId: string): HttpResponse {
  return { status, headers: { 'content-type': 'application/json', 'x-amzn-RequestId': requestId }, body: JSON.stringify(body) }
}

function xml(status: number, body: string, requestId: string): HttpResponse {
  return { status, headers: { 'content-type': 'text/xml;charset=UTF-8', 'x-amzn-RequestId': requestId }, body }
}

/** rest-json writes times as seconds since 1970, with a fraction. */
function toJson(value: unknown): unknown {
  if (value instanceof Date) return value.getTime() / 1000
  if (Array.isArray(value)) return value.map(toJson)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, toJson(inner)]))
}
