/** A small GitHub on loopback: the comments of one pull request, page by page, and who may write them. It refuses as GitHub does. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { connect } from 'node:net'

export type FakeComment = { id: number; body: string; user: { login: string; type: 'Bot' | 'User' } }
/** An answer in place of the real one; `stall` never answers. */
export type Refusal =
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly message?: string }
  | 'stall'
  | 'reset'
type Settings = {
  /** Which calls are refused, by method and path: all of them where it is not given. */
  readonly refuse?: Refusal
  readonly refused?: RegExp
  /** A path before all others, as GitHub Enterprise Server has it. */
  readonly prefix?: string
}

export const REPOSITORY = 'octo/service'
export const PULL = 7
export const TOKEN = 'ghs_S3cr3tOfTheJob0123456789'
const BOT = { login: 'github-actions[bot]', type: 'Bot' } as const

export type FakeGitHub = Awaited<ReturnType<typeof startGitHub>>

export async function startGitHub({ refuse, refused = /./, prefix = '' }: Settings = {}) {
  const comments: FakeComment[] = []
  const asked: string[] = []
  const tokens = new Set<string>()
  let nextId = 1000

  const server = createServer((incoming, answer) => void reply(incoming, answer))

  async function reply(incoming: IncomingMessage, answer: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(incoming.url ?? '', 'http://github.test')
    const call = `${incoming.method} ${pathname}`
    asked.push(`${call}${searchParams.size === 0 ? '' : `?page=${searchParams.get('page')}`}`)
    tokens.add(incoming.headers.authorization ?? '')
    const text = await readAll(incoming)
    if (refuse !== undefined && refused.test(call)) return refuseCall(refuse, answer)
    const [status, body, headers = {}] = route(call.replace(` ${prefix}`, ' '), searchParams, text === '' ? {} : JSON.parse(text))
    answer.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers }).end(JSON.stringify(body))
  }

  function route(call: string, query: URLSearchParams, { body }: { body?: string }): readonly [number, unknown, Record<string, string>?] {
    if (call === `GET /repos/${REPOSITORY}/issues/${PULL}/comments`) return list(query)
    if (call === `POST /repos/${REPOSITORY}/issues/${PULL}/comments`) return [201, show(add(body ?? ''))]
    if (call === 'GET /user') return [200, { login: 'octocat', type: 'User' }]
    const one = comments.find(({ id }) => call === `PATCH /repos/${REPOSITORY}/issues/comments/${id}`)
    if (one === undefined) return [404, { message: 'Not Found' }]
    one.body = body ?? ''
    return [200, show(one)]
  }

  function list(query: URLSearchParams): readonly [number, unknown, Record<string, string>] {
    const page = Number(query.get('page') ?? 1)
    const size = Number(query.get('per_page') ?? 30)
    const rest = comments.slice((page - 1) * size)
    const link = rest.length > size ? { link: `<${url}/next>; rel="next"` } : undefined
    return [200, rest.slice(0, size).map(show), link ?? {}]
  }

  function show(comment: FakeComment) {
    return { ...comment, html_url: `https://github.com/${REPOSITORY}/pull/${PULL}#issuecomment-${comment.id}` }
  }

  /** Writes a comment as somebody else, or as the job itself. */
  function add(body: string, user: FakeComment['user'] = BOT): FakeComment {
    const comment = { id: nextId++, body, user }
    comments.push(comment)
    return comment
  }

  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const { port } = server.address() as AddressInfo
  const url = `http://127.0.0.1:${port}${prefix}`
  const close = () => {
    server.closeAllConnections()
    return new Promise<void>((done) => server.close(() => done()))
  }
  return { url, port, comments, asked, tokens, add, close }
}

async function readAll(incoming: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of incoming) text += chunk
  return text
}

function refuseCall(refuse: Refusal, answer: ServerResponse): void {
  if (refuse === 'stall') return
  if (refuse === 'reset') return void answer.destroy()
  const { status, headers = {}, message = 'refused' } = refuse
  answer.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify({ message }))
}

/** A proxy that tunnels every name to one port of loopback, and remembers whom it was asked for. */
export async function startTunnel(port: number) {
  const asked: string[] = []
  const server = createServer()
  server.on('connect', (incoming, socket) => {
    asked.push(incoming.url ?? '')
    const onward = connect(port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n')
      socket.pipe(onward).pipe(socket)
    })
    for (const end of [socket, onward]) end.on('error', () => end.destroy())
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}
