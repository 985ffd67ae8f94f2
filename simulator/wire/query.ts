/** The query protocols' parameters: `Filter.1.Name=tag:Name&Filter.1.Value.1=web` becomes lists and records. */
type Node = string | Map<string, Node>

export function decodeQuery(pairs: Iterable<[string, string]>): Readonly<Record<string, unknown>> {
  const root = new Map<string, Node>()
  for (const [key, value] of pairs) {
    // An empty list is sent as a name without a value.
    if (key === 'Action' || key === 'Version' || (value === '' && !key.includes('.'))) continue
    insert(
      root,
      key.split('.').filter((part) => part !== 'member'),
      value,
    )
  }
  return Object.fromEntries([...root].map(([key, node]) => [key, toValue(node)]))
}

function insert(root: Map<string, Node>, path: readonly string[], value: string): void {
  let node = root
  for (const part of path.slice(0, -1)) {
    const next = node.get(part)
    const branch = next instanceof Map ? next : new Map<string, Node>()
    node.set(part, branch)
    node = branch
  }
  node.set(path.at(-1) ?? '', value)
}

function toValue(node: Node): unknown {
  if (typeof node === 'string') return node
  const entries = [...node]
  if (entries.every(([key]) => /^\d+$/.test(key))) {
    return entries.sort(([a], [b]) => Number(a) - Number(b)).map(([, inner]) => toValue(inner))
  }
  return Object.fromEntries(entries.map(([key, inner]) => [key, toValue(inner)]))
}
