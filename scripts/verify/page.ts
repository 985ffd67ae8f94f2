/** A page of docs/dev that is written by hand but for the parts between two marks, `<!-- name -->` and `<!-- /name -->`. */
import { readFile, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'

const folder = resolve(import.meta.dirname, '../../docs/dev')

/** Replaces what stands between the marks of each part. Throws when the page lacks the marks of one. */
export async function fillPage(name: string, parts: Readonly<Record<string, string>>): Promise<void> {
  const path = join(folder, name)
  let text = await readFile(path, 'utf8')
  for (const [part, content] of Object.entries(parts)) {
    const marks = new RegExp(`<!-- ${part} -->[\\s\\S]*<!-- /${part} -->`)
    if (!marks.test(text)) throw new Error(`docs/dev/${name} lacks the marks of its part "${part}"`)
    text = text.replace(marks, () => `<!-- ${part} -->\n${content}\n<!-- /${part} -->`)
  }
  await writeFile(path, text)
}
