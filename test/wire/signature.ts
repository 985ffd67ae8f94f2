import { createHash, createHmac } from 'node:crypto'
import type { Asked } from './wire.ts'

const sha = (text: string) => createHash('sha256').update(text).digest('hex')
const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest()

/** What the signature of a request must be, by the specification: https://docs.aws.amazon.com/IAM/latest/UserGuide/create-signed-request.html */
export function signatureOf({ method, path, headers, body }: Asked, secret: string): string {
  const [, scope = '', signed = ''] = /Credential=[^/]+\/([^,]+), SignedHeaders=([^,]+)/.exec(headers.authorization ?? '') ?? []
  const [day = '', region = '', service = ''] = scope.split('/')
  const url = new URL(path, 'http://x')
  // Each segment is encoded once more than it travels, everywhere but in S3.
  const resource = url.pathname.split('/').map(encode).join('/')
  const query = [...url.searchParams].map(([name, value]) => `${encode(name)}=${encode(value)}`).sort()
  const lines = signed.split(';').map((name) => `${name}:${String(headers[name]).trim().replace(/\s+/g, ' ')}\n`)
  const canonical = [method, resource, query.join('&'), lines.join(''), signed, sha(body)].join('\n')
  const text = ['AWS4-HMAC-SHA256', headers['x-amz-date'], scope, sha(canonical)].join('\n')
  const key = [day, region, service, 'aws4_request'].reduce<string | Buffer>((made, part) => hmac(made, part), `AWS4${secret}`)
  return hmac(key, text).toString('hex')
}

function encode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`)
}

export function givenSignature({ headers }: Asked): string {
  return /Signature=([0-9a-f]+)/.exec(headers.authorization ?? '')?.[1] ?? ''
}
