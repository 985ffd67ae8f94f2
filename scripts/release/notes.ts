/** The part of the release notes that says how to pin and how to verify. It stands between two marks, and people may write around it. */
import type { Place } from './place.ts'

const BEGIN = '<!-- pin -->'
const END = '<!-- /pin -->'

type Named = Pick<Place, 'repository' | 'tag'>

/** The notes with that part for this commit: put in its place, or before everything else. */
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
