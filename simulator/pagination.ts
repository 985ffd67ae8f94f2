/** One page of a list. Tokens are opaque to callers, as in AWS, and belong to the operation that issued them. */
export type Page<T> = { readonly items: readonly T[]; readonly next?: string | undefined }

export type PageOptions = {
  readonly operation: string
  readonly size: number
  readonly token?: string | undefined
  readonly refuse: () => never
}

/** The page that `token` stands for, or the first one. Calls `refuse` for a token of another operation, or for an invented one. */
export function paginate<T>(all: readonly T[], options: PageOptions): Page<T> {
  const start = options.token === undefined ? 0 : parseToken(options.token, options)
  const end = start + options.size
  return { items: all.slice(start, end), next: end < all.length ? renderToken(options.operation, end) : undefined }
}

function renderToken(operation: string, offset: number): string {
  return Buffer.from(`${operation}:${offset}`).toString('base64url')
}

function parseToken(token: string, options: PageOptions): number {
  const [operation, offset] = Buffer.from(token, 'base64url').toString().split(':')
  if (operation !== options.operation || !/^\d+$/.test(offset ?? '')) options.refuse()
  return Number(offset)
}
