import type { DecodedOperation, Protocol } from './protocol.ts'

type QueryProtocol = Extract<Protocol, { readonly kind: 'ec2' | 'query' }>

/** Decodes a form of the query protocols, from the body of a POST or the query string of a GET. */
export function decodeForm(protocol: QueryProtocol, form: URLSearchParams): DecodedOperation {
  const action = form.get('Action') ?? ''
  const version = form.get('Version') ?? protocol.version
  const operation = version === protocol.version ? action : `${action} of version ${version}`
  return { operation, params: decodeQuery(form, protocol.kind) }
}

type Node = string | Map<string, Node>

/**
 * `Filter.1.Name=tag:Name&Filter.1.Value.1=web` becomes lists and records. In the protocol `query` the items of a list are named
 * `member.1`, in `ec2` only `1`; a name in the form of the other protocol becomes a member that no operation has.
 */
export function decodeQuery(pairs: Iterable<[string, string]>, kind: QueryProtocol['kind']): Readonly<Record<string, unknown>> {
  const root = new Map<string, Node>()
  for (const [key, value] of pairs) if (key !== 'Action' && key !== 'Version') insert(root, key.split('.'), value)
  return Object.fromEntries([...root].map(([key, node]) => [key, toValue(node, kind)]))
}

function insert(root: Map<string, Node>, path: readonly string[], value: string): void {
  let node = root
  for (const part of path.slice(0, -1)) {
    const next = node.get(part) ?? new Map<string, Node>()
    if (typeof next === 'string') throw new SyntaxError(`${path.join('.')} has a value and members`)
    node.set(part, next)
    node = next
  }
  const last = path.at(-1) ?? ''
  if (node.has(last)) throw new SyntaxError(`${path.join('.')} is given twice`)
  node.set(last, value)
}

function toValue(node: Node, kind: QueryProtocol['kind']): unknown {
  if (typeof node === 'string') return node
  const member = node.get('member')
  const items = kind === 'ec2' ? node : node.size === 1 && member instanceof Map ? member : new Map<string, Node>()
  if (items.size > 0 && [...items.keys()].every((key) => /^\d+$/.test(key))) {
    const inOrder = [...items].sort(([a], [b]) => Number(a) - Number(b))
    return inOrder.map(([, inner]) => toValue(inner, kind))
  }
  return Object.fromEntries([...node].map(([key, inner]) => [key, toValue(inner, kind)]))
}
