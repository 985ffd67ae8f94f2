import { XMLBuilder } from 'fast-xml-parser'

const builder = new XMLBuilder({ ignoreAttributes: false, attributeNamePrefix: '@', suppressEmptyNode: true })

type Envelope = { readonly root: string; readonly namespace?: string | undefined; readonly listTag: 'item' | 'member' }

/** Encodes a reply as XML. EC2 names the items of a list `item`; the other query services name them `member`. */
export function encodeXml({ root, namespace, listTag }: Envelope, body: object): string {
  const attributes = namespace === undefined ? {} : { '@xmlns': namespace }
  const tree = { [root]: { ...attributes, ...toTree(body, listTag) } }
  return `<?xml version="1.0" encoding="UTF-8"?>\n${builder.build(tree)}`
}

function toTree(record: object, listTag: string): Readonly<Record<string, unknown>> {
  const known = Object.entries(record).filter(([, value]) => value !== undefined)
  return Object.fromEntries(known.map(([key, value]) => [key, toNode(value, listTag)]))
}

function toNode(value: unknown, listTag: string): unknown {
  if (value instanceof Date) return value.toISOString()
  if (Array.isArray(value)) return value.length === 0 ? '' : { [listTag]: value.map((inner) => toNode(inner, listTag)) }
  return typeof value === 'object' && value !== null ? toTree(value, listTag) : String(value)
}
