/** Before anything is built: may this tag be released? */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ReleaseContext } from './context.ts'
import { branchesWith, headOf, openGit } from './git.ts'
import type { TagObject } from './github.ts'
import { toBranches } from './version.ts'

/** Throws one error with every reason why the tag may not be released. */
export async function checkTag({ folder, tag, github, log }: ReleaseContext): Promise<void> {
  const branches = toBranches(tag)
  const git = openGit(folder)
  const head = headOf(git)
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  const on = branchesWith(git, head, branches)
  const problems = [
    ...(tag === `v${version}` ? [] : [`The tag is ${tag}, but package.json has the version ${version}.`]),
    ...(on.length > 0 ? [] : [`The commit ${head} is not on ${branches.join(' or ')}.`]),
    ...findTagProblems(await github.readTag(tag), head),
  ]
  if (problems.length > 0) throw new Error(problems.join('\n'))
  log(`${tag} is ${head} on ${on.join(' and ')}, is signed, and is the version of package.json.`)
}

function findTagProblems(found: TagObject | undefined, head: string): readonly string[] {
  if (found === undefined) return ['GitHub does not have the tag.']
  return [
    ...(found.commit === head ? [] : [`The tag names ${found.commit} on GitHub, but the files here are of ${head}.`]),
    ...(found.signed ? [] : [`GitHub cannot verify a signature of the tag (${found.reason}). Sign it: git tag --sign.`]),
  ]
}
