/** A small GitHub on loopback: releases, assets, tags, and who may move which. It knows what GitHub refuses of an immutable release. */
import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

type Asset = { id: number; name: string; state: 'uploaded' | 'starter'; digest: string | null }
export type FakeRelease = {
  id: number
  tag_name: string
  draft: boolean
  prerelease: boolean
  immutable: boolean
  body: string
  assets: Asset[]
}
/** Ends the client at its n-th write: before GitHub has done it, or after it has and before the answer. */
export type Cut = { readonly write: number; readonly when: 'before' | 'after'; readonly end: () => void }
type FakeTag = { commit: string; signed: boolean }
type Answer = readonly [status: number, body?: unknown]
type Asked = {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly token: string
  readonly bytes: Buffer
}

export const REPOSITORY = 'octo/action'
/** Tokens: of a job that may only read, of one that may write, and of the app that may also move a major tag. */
export const READER = 'reader'
export const WRITER = 'writer'
export const APP = 'app'

export type FakeGitHub = Awaited<ReturnType<typeof startGitHub>>

export async function startGitHub() {
  const state = {
    releases: [] as FakeRelease[],
    tags: new Map<string, FakeTag>(),
    latest: undefined as number | undefined,
    hasImmutableReleases: true,
    /** Who may move a tag that exists. */
    movers: [APP],
    writes: 0,
    cut: undefined as Cut | undefined,
  }
  let nextId = 100
  let url = ''

  const routes: readonly (readonly [RegExp, (asked: Asked, id: string) => Answer])[] = [
    [/^GET \/repos\/octo\/action\/releases$/, listReleases],
    [/^GET \/repos\/octo\/action\/releases\/latest$/, () => found(state.releases.find(({ id }) => id === state.latest))],
    [/^POST \/repos\/octo\/action\/releases\/generate-notes$/, generateNotes],
    [/^POST \/repos\/octo\/action\/releases$/, createRelease],
    [/^PATCH \/repos\/octo\/action\/releases\/(\d+)$/, updateRelease],
    [/^DELETE \/repos\/octo\/action\/releases\/(\d+)$/, deleteRelease],
    [/^DELETE \/repos\/octo\/action\/releases\/assets\/(\d+)$/, deleteAsset],
    [/^POST \/uploads\/(\d+)$/, upload],
    [/^GET \/repos\/octo\/action\/git\/ref\/tags\/(.+)$/, readRef],
    [/^GET \/repos\/octo\/action\/git\/tags\/object-(.+)$/, readTagObject],
    [/^POST \/repos\/octo\/action\/git\/refs$/, createRef],
    [/^PATCH \/repos\/octo\/action\/git\/refs\/tags\/(.+)$/, moveRef],
  ]

  function listReleases({ token, query }: Asked): Answer {
    const page = Number(query.get('page'))
    const size = Number(query.get('per_page'))
    const seen = state.releases.filter(({ draft }) => !draft || token !== READER)
    return [
      200,
      seen
        .toReversed()
        .slice((page - 1) * size, page * size)
        .map(show),
    ]
  }

  function generateNotes({ bytes }: Asked): Answer {
    const { tag_name, previous_tag_name } = JSON.parse(bytes.toString())
    return [200, { name: tag_name, body: `## What's Changed\nsince ${previous_tag_name ?? 'the beginning'}` }]
  }

  function createRelease({ bytes }: Asked): Answer {
    const { tag_name, body, draft, prerelease } = JSON.parse(bytes.toString())
    if (state.releases.some((one) => one.tag_name === tag_name && !one.draft)) return [422, { message: 'already_exists' }]
    const release = { id: nextId++, tag_name, draft, prerelease, immutable: false, body, assets: [] }
    state.releases.push(release)
    return [201, show(release)]
  }

  function updateRelease({ bytes }: Asked, id: string): Answer {
    const release = byId(id)
    if (release === undefined) return [404]
    const { make_latest, ...changes } = JSON.parse(bytes.toString())
    const frozen = Object.keys(changes).filter((name) => !['body', 'name'].includes(name))
    if (release.immutable && frozen.length > 0) return [422, { message: `${frozen} of an immutable release` }]
    Object.assign(release, changes)
    if (make_latest === 'true' && !release.draft) state.latest = release.id
    return [200, show(release)]
  }

  function deleteRelease(_: Asked, id: string): Answer {
    const index = state.releases.findIndex((one) => String(one.id) === id)
    if (index < 0) return [404]
    state.releases.splice(index, 1)
    return [204]
  }

  function deleteAsset(_: Asked, id: string): Answer {
    const release = state.releases.find(({ assets }) => assets.some((one) => String(one.id) === id))
    if (release === undefined) return [404]
    if (release.immutable) return [422, { message: 'Cannot delete asset from an immutable release' }]
    release.assets = release.assets.filter((one) => String(one.id) !== id)
    return [204]
  }

  function upload({ query, bytes }: Asked, id: string): Answer {
    const release = byId(id)
    const name = query.get('name') ?? ''
    if (release === undefined) return [404]
    if (release.immutable) return [422, { message: 'Cannot upload assets to an immutable release' }]
    if (release.assets.some((one) => one.name === name)) return [422, { message: 'already_exists' }]
    const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`
    const asset: Asset = { id: nextId++, name, state: 'uploaded', digest }
    release.assets.push(asset)
    return [201, asset]
  }

  function readRef(_: Asked, tag: string): Answer {
    const one = state.tags.get(tag)
    if (one === undefined) return [404]
    const object = one.signed ? { type: 'tag', sha: `object-${tag}` } : { type: 'commit', sha: one.commit }
    return [200, { ref: `refs/tags/${tag}`, object }]
  }

  function readTagObject(_: Asked, tag: string): Answer {
    const object = { type: 'commit', sha: state.tags.get(tag)?.commit }
    return [200, { object, verification: { verified: true, reason: 'valid' } }]
  }

  function createRef({ bytes }: Asked): Answer {
    const { ref, sha } = JSON.parse(bytes.toString())
    const tag = ref.replace('refs/tags/', '')
    if (state.tags.has(tag)) return [422, { message: 'Reference already exists' }]
    state.tags.set(tag, { commit: sha, signed: false })
    return [201, {}]
  }

  function moveRef({ bytes, token }: Asked, tag: string): Answer {
    if (!state.movers.includes(token)) return [403, { message: 'Resource not accessible by integration' }]
    state.tags.set(tag, { commit: JSON.parse(bytes.toString()).sha, signed: false })
    return [200, {}]
  }

  const byId = (id: string) => state.releases.find((one) => String(one.id) === id)
  const found = (release: FakeRelease | undefined): Answer => (release === undefined ? [404] : [200, show(release)])
  const show = (release: FakeRelease) => ({
    ...release,
    html_url: `https://github.com/${REPOSITORY}/releases/${release.id}`,
    upload_url: `${url}/uploads/${release.id}{?name,label}`,
  })

  /** Undefined when the client is gone before it gets an answer. */
  function answer(asked: Asked): Answer | undefined {
    const call = `${asked.method} ${asked.path}`
    const route = routes.find(([shape]) => shape.test(call))
    if (route === undefined) return [400, { message: `${call} is not known here` }]
    const [shape, handle] = route
    const act = () => handle(asked, shape.exec(call)?.[1] ?? '')
    return isRead(asked) ? act() : change(asked, act)
  }

  function change(asked: Asked, act: () => Answer): Answer | undefined {
    if (asked.token === READER) return [403, { message: 'Resource not accessible by integration' }]
    state.writes += 1
    return state.cut?.write === state.writes ? end(state.cut, asked, act) : act()
  }

  function end(cut: Cut, asked: Asked, act: () => Answer): undefined {
    if (cut.when === 'before') leaveHalf(asked)
    else act()
    cut.end()
  }

  /** An upload that was cut off leaves an asset that is none. */
  function leaveHalf({ path, query }: Asked): void {
    const release = byId(/^\/uploads\/(\d+)$/.exec(path)?.[1] ?? '')
    release?.assets.push({ id: nextId++, name: query.get('name') ?? '', state: 'starter', digest: null })
  }

  const server: Server = createServer(async (request, response) => {
    const done = answer(await read(request))
    if (done === undefined) {
      request.socket.destroy()
      return
    }
    const [status, body] = done
    response.writeHead(status, { 'content-type': 'application/json' }).end(body === undefined ? undefined : JSON.stringify(body))
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

  return {
    url,
    state,
    /** What a person does: publishes the draft of a tag, and leaves "latest" on. */
    publish: (tag: string) => {
      const release = state.releases.find(({ tag_name }) => tag_name === tag)
      if (release === undefined) throw new Error(`there is no draft of ${tag}`)
      release.draft = false
      release.immutable = state.hasImmutableReleases
      state.latest = release.id
    },
    /** Everything that outlives a run, without the ids. */
    look: () => ({
      releases: state.releases
        .map(({ id, assets, ...rest }) => ({ ...rest, assets: assets.map(({ id: _, ...asset }) => asset), isLatest: id === state.latest }))
        .toSorted((a, b) => a.tag_name.localeCompare(b.tag_name)),
      tags: Object.fromEntries(state.tags),
    }),
    close: () =>
      new Promise<void>((done) => {
        server.close(() => done())
        server.closeAllConnections()
      }),
  }
}

const isRead = ({ method, path }: Asked) => method === 'GET' || path.endsWith('/generate-notes')

async function read(request: IncomingMessage): Promise<Asked> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://127.0.0.1')
  const token = (request.headers.authorization ?? '').replace('Bearer ', '')
  return { method: request.method ?? '', path: pathname, query: searchParams, token, bytes: Buffer.concat(chunks) }
}
