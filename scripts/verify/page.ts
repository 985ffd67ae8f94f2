/** Pages of docs: scripts write the parts between two marks, `<!-- name -->` and `<!-- /name -->`; people write the rest. */
import { readFile, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'

const root = resolve(import.meta.dirname, '../..')

/**
 * Replaces the text between the marks of each part. `page` is a path from the root of the repository. Throws if the marks of a part are
 * missing.
 */
export async function fillPage(page: string, parts: Readonly<Record<string, string>>): Promise<void> {
  const path = join(root, page)
  const text = await readFile(path, 'utf8')
  await writeFile(path, fillParts(text, parts, page))
}

/** The text of a page with the contents of its parts inserted. Throws an error that names `page` if the marks of a part are missing. */
export function fillParts(text: string, parts: Readonly<Record<string, string>>, page: string): string {
  return Object.entries(parts).reduce((filled, [part, content]) => {
    const marks = new RegExp(`<!-- ${part} -->[\\s\\S]*<!-- /${part} -->`)
    if (!marks.test(filled)) throw new Error(`${page} lacks the marks of its part "${part}"`)
    const lines = [`<!-- ${part} -->`, ...(content === '' ? [] : [content]), `<!-- /${part} -->`]
    return filled.replace(marks, () => lines.join('\n'))
  }, text)
}
