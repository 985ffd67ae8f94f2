/**
 * The part of the release notes that says how to pin and how to verify. It stands between two marks; people may write before and after it.
 */
import type { ReleaseContext } from './context.ts'

const BEGIN = '<!-- pin -->'
const END = '<!-- /pin -->'

type Named = Pick<ReleaseContext, 'repository' | 'tag'>

/** The notes with that part written for this commit: in place of the old part, or at the beginning if there is none. */
export function replacePin(body: string, { repository, tag }: Named, commit: string): string {
  const part = `${BEGIN}
Pin it:

\`\`\`yaml
uses: ${repository}@${commit} # ${tag}
\`\`\`

Verify it: \`gh release verify ${tag} --repo ${repository}\`
${END}`
  const begin = body.indexOf(BEGIN)
  const end = body.indexOf(END)
  if (begin === -1 || end < begin) return `${part}\n\n${body}`
  return `${body.slice(0, begin)}${part}${body.slice(end + END.length)}`
}
