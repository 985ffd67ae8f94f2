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
  let text = await readFile(path, 'utf8')
  for (const [part, content] of Object.entries(parts)) {
    const marks = new RegExp(`<!-- ${part} -->[\\s\\S]*<!-- /${part} -->`)
    if (!marks.test(text)) throw new Error(`${page} lacks the marks of its part "${part}"`)
    text = text.replace(marks, () => `<!-- ${part} -->\n${content}\n<!-- /${part} -->`)
  }
  await writeFile(path, text)
}
