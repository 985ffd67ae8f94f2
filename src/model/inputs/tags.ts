import { MANAGED_BY, TAG, type Tags } from '../tags.ts'
import { field } from './field.ts'

export const TAGS = field(
  '',
  '`key=value` a line, at most 40, as AWS takes tags; not `ManagedBy`, `spot-interrupt:*` or `aws:*`, no key twice',
  parseTags,
)

// https://docs.aws.amazon.com/IAM/latest/APIReference/API_Tag.html: the characters that both IAM and FIS accept.
const TAG_TEXT = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u
const MAX_TAGS = 40

/** `key=value` a line, split at the first `=`. Keys that differ only in case are duplicates, because IAM ignores their case. */
export function parseTags(text: string): Tags | undefined {
  const pairs = text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .map(toPair)
  const keys = new Set(pairs.map(([key]) => key.toLowerCase()))
  const good = pairs.every(([key, value]) => isTagKey(key) && value !== undefined && isTagValue(value))
  if (!good || keys.size !== pairs.length || pairs.length > MAX_TAGS) return undefined
  return Object.fromEntries(pairs.map(([key, value]) => [key, value ?? '']))
}

function toPair(line: string): readonly [string, string | undefined] {
  const at = line.indexOf('=')
  return at < 0 ? [line, undefined] : [line.slice(0, at).trim(), line.slice(at + 1).trim()]
}

function isTagKey(key: string): boolean {
  const lower = key.toLowerCase()
  const reserved = lower === TAG.managedBy.toLowerCase() || lower.startsWith(`${MANAGED_BY}:`) || lower.startsWith('aws:')
  return key.length >= 1 && key.length <= 128 && TAG_TEXT.test(key) && !reserved
}

function isTagValue(value: string): boolean {
  return value.length <= 256 && TAG_TEXT.test(value)
}
