/** A page of docs that is written by hand but for the parts between two marks, `<!-- name -->` and `<!-- /name -->`. */
import { readFile, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'

const root = resolve(import.meta.dirname, '../..')

/** Replaces what stands between the marks of each part; `path` from the root of the repository. Throws when the page lacks the marks of one. */
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
