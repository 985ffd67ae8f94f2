/** The text of dist/THIRD-PARTY.txt. */
import type { Package } from './packages.ts'

const RULE = '-'.repeat(80)
/** The title of a licence text. It needs a number, because a licence text may also contain lines of such characters. */
const TITLE = new RegExp(`^${RULE}\\n\\[(\\d+)\\] .*\\n${RULE}\\n`, 'm')
const HEADER = `The files in this folder contain code of the packages below, under their licences. \`npm run build\` makes this file from the modules
that the bundler put into the files. A number in brackets is the number of the licence text.
`

/** Lists the packages in the order given, then each licence text once, in the order of its first package. */
export function renderNotices(packages: readonly Package[]): string {
  const texts = [...new Set(packages.map(({ text }) => text))]
  const lines = packages.map(
    ({ name, version, license, homepage, text }) => `${name} ${version} ${license} [${texts.indexOf(text) + 1}] ${homepage}`,
  )
  const licenses = texts.map((text, index) => {
    const users = packages.filter((one) => one.text === text).map(({ name }) => name)
    return `${RULE}\n[${index + 1}] ${users.join(', ')}\n${RULE}\n\n${text}\n`
  })
  return `${HEADER}\n${lines.map((line) => line.trimEnd()).join('\n')}\n\n${licenses.join('\n')}`
}

/** Reads such a file back: each package, as `name@version`, with the number of lines of its licence text. */
export function parseNotices(text: string): ReadonlyMap<string, number> {
  const [list = '', ...parts] = text.split(TITLE)
  const sizes = new Map<string, number>()
  for (let index = 0; index + 1 < parts.length; index += 2) {
    sizes.set(parts[index] ?? '', (parts[index + 1] ?? '').split('\n').filter((line) => line.trim() !== '').length)
  }
  const listed = [...list.matchAll(/^(\S+) (\d\S*) \S+.* \[(\d+)\]/gm)]
  return new Map(listed.map(([, name, version, number = '']) => [`${name}@${version}`, sizes.get(number) ?? 0]))
}
