/**
 * GitHub's REST API, as far as a release needs it: https://docs.github.com/rest. It uses no package, so that a job with write permission
 * has none to install.
 */

export type Asset = { readonly id: number; readonly name: string; readonly state: string; readonly digest?: string | null }
export type Release = {
  readonly id: number
  readonly tag_name: string
  readonly draft: boolean
  readonly prerelease: boolean
  /** True once the release is published, if the repository has immutable releases. */
  readonly immutable?: boolean
  readonly body: string | null
  readonly html_url: string
  /** A URI template: it ends with `{?name,label}`. */
  readonly upload_url: string
  readonly assets: readonly Asset[]
}
export type TagObject = { readonly commit: string; readonly signed: boolean; readonly reason: string }
export type GitHub = ReturnType<typeof openGitHub>
/** GitHub refused a call. `status` is the HTTP status of its answer. */
export type Refused = Error & { readonly status: number }

type Settings = { readonly apiUrl: string; readonly repository: string; readonly token: string }
type Call = { readonly body?: unknown; readonly bytes?: Uint8Array<ArrayBuffer>; readonly isOptional?: boolean }
type Ref = { readonly object: { readonly type: string; readonly sha: string } }
type Tag = { readonly object: Ref['object']; readonly verification: { readonly verified: boolean; readonly reason: string } }

const ANSWER_MS = 60_000
const PAGE = 100

/** `repository` is `owner/name`. Each call throws a `Refused` unless GitHub answers with success. */
export function openGitHub({ apiUrl, repository, token }: Settings) {
  const send = sender(token)
  const own = `${apiUrl}/repos/${repository}`
  const findRef = (name: string): Promise<Ref | undefined> => send('GET', `${own}/git/ref/${name}`, { isOptional: true })
  return {
    /** All releases; drafts too, if the token may write. */
    listReleases: async (): Promise<readonly Release[]> => {
      const releases: Release[] = []
      for (let page = 1; releases.length === (page - 1) * PAGE; page += 1) {
        releases.push(...(await send<readonly Release[]>('GET', `${own}/releases?per_page=${PAGE}&page=${page}`)))
      }
      return releases
    },
    findLatest: (): Promise<Release | undefined> => send('GET', `${own}/releases/latest`, { isOptional: true }),
    createRelease: (body: object): Promise<Release> => send('POST', `${own}/releases`, { body }),
    updateRelease: (id: number, body: object): Promise<Release> => send('PATCH', `${own}/releases/${id}`, { body }),
    deleteRelease: (id: number): Promise<void> => send('DELETE', `${own}/releases/${id}`, { isOptional: true }),
    generateNotes: (body: object): Promise<{ readonly body: string }> => send('POST', `${own}/releases/generate-notes`, { body }),
    deleteAsset: (id: number): Promise<void> => send('DELETE', `${own}/releases/assets/${id}`, { isOptional: true }),
    upload: ({ upload_url }: Release, name: string, bytes: Uint8Array<ArrayBuffer>): Promise<Asset> =>
      send('POST', `${upload_url.replace(/\{.*$/, '')}?name=${encodeURIComponent(name)}`, { bytes }),
    /** The commit of a tag, and whether GitHub knows its signature. Undefined if there is no such tag. */
    readTag: async (tag: string): Promise<TagObject | undefined> => {
      const ref = await findRef(`tags/${tag}`)
      if (ref === undefined) return undefined
      if (ref.object.type !== 'tag') return { commit: ref.object.sha, signed: false, reason: 'it has no tag object' }
      const { object, verification } = await send<Tag>('GET', `${own}/git/tags/${ref.object.sha}`)
      return { commit: object.sha, signed: verification.verified, reason: verification.reason }
    },
    createTag: (tag: string, sha: string): Promise<unknown> => send('POST', `${own}/git/refs`, { body: { ref: `refs/tags/${tag}`, sha } }),
    moveTag: (tag: string, sha: string): Promise<unknown> => send('PATCH', `${own}/git/refs/tags/${tag}`, { body: { sha, force: true } }),
  }
}

/** The HTTP status of a `Refused`; undefined for any other error. */
export function statusOf(thrown: unknown): number | undefined {
  return thrown instanceof Error && 'status' in thrown && typeof thrown.status === 'number' ? thrown.status : undefined
}

function sender(token: string) {
  return async <T>(method: string, url: string, { body, bytes, isOptional = false }: Call = {}): Promise<T> => {
    const response = await fetch(url, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        accept: 'application/vnd.github+json',
        'x-github-api-version': '2022-11-28',
        ...(bytes === undefined ? {} : { 'content-type': 'application/octet-stream' }),
      },
      body: bytes ?? toText(body),
      signal: AbortSignal.timeout(ANSWER_MS),
    })
    const text = await response.text()
    if (response.status === 404 && isOptional) return undefined as T
    if (!response.ok) throw refuse(`${method} ${new URL(url).pathname}`, response.status, text)
    return parseBody(text)
  }
}

function toText(body: unknown): string | null {
  return body === undefined ? null : JSON.stringify(body)
}

function parseBody<T>(text: string): T {
  return (text === '' ? undefined : JSON.parse(text)) as T
}

function refuse(call: string, status: number, text: string): Refused {
  return Object.assign(new Error(`GitHub answered ${call} with ${status}: ${text.slice(0, 500)}`), { status })
}
