/**
 * Parses instance ids, separated by commas, blanks or new lines, or as a JSON array. Removes duplicates and keeps the order. Ids are in
 * lower case, as AWS writes them.
 */
export function parseInstanceIds(text: string): readonly string[] | undefined {
  const ids = text.trim().startsWith('[') ? parseList(text) : text.split(/[\s,]+/).filter((id) => id !== '')
  return ids?.every((id) => /^i-(?:[0-9a-f]{8}|[0-9a-f]{17})$/.test(id)) ? [...new Set(ids)] : undefined
}

/** A JSON array of texts; undefined for anything else. */
function parseList(text: string): readonly string[] | undefined {
  try {
    const list: unknown = JSON.parse(text)
    return Array.isArray(list) && list.every((one) => typeof one === 'string') ? list.map((one) => one.trim()) : undefined
  } catch {
    return undefined
  }
}
