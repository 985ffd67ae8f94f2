/** After a person has published a release: checks it, and corrects which release is the latest and which one the major tag names. */
import { renderSums, SUMS, toDigest } from './assets.ts'
import type { ReleaseContext } from './context.ts'
import { headOf, openGit } from './git.ts'
import { statusOf, type TagObject } from './github.ts'
import { findLatest, findMajorTarget, parseTag, toKnown, toMajorTag } from './version.ts'

/** Throws unless the release is published and immutable, and has this commit and these files. */
export async function verifyRelease(context: ReleaseContext): Promise<void> {
  const { folder, tag, github, log } = context
  const release = (await github.listReleases()).find(({ tag_name, draft }) => tag_name === tag && !draft)
  if (release === undefined) throw new Error(`${tag} has no published release.`)
  const head = headOf(openGit(folder))
  const sums = release.assets.find(({ name }) => name === SUMS)
  const isOwn = sums?.digest === toDigest(Buffer.from(renderSums(folder)))
  const problems = [
    ...(release.immutable === true ? [] : [toMutable(tag)]),
    ...(release.prerelease ? [`${tag} is published as a pre-release.`] : []),
    ...findTagProblems(await github.readTag(tag), head),
    ...(isOwn ? [] : [`${SUMS} of the release is not that of the files of ${head}.`]),
  ]
  if (problems.length > 0) throw new Error(problems.join('\n'))
  log(`${tag} is published, immutable, and has the files of ${head}.`)
}

/** Makes GitHub show the highest version as the latest, whatever the person chose. */
export async function setLatest({ github, log }: ReleaseContext): Promise<void> {
  const releases = await github.listReleases()
  const wanted = findLatest(releases.map(toKnown))
  const release = releases.find(({ tag_name }) => tag_name === wanted)
  if (release === undefined) throw new Error('There is no published release.')
  const latest = await github.findLatest()
  if (latest?.id !== release.id) await github.updateRelease(release.id, { make_latest: 'true' })
  log(`${wanted} is the latest release.`)
}

/** Moves the major tag to the commit of the highest immutable release of that major version, never backwards. */
export async function moveMajor({ tag, github, mover, log }: ReleaseContext): Promise<void> {
  const major = toMajorTag(tag)
  const releases = await github.listReleases()
  const target = findMajorTarget(releases.map(toKnown), parseTag(tag)?.[0] ?? 0)
  const commit = target === undefined ? undefined : (await github.readTag(target))?.commit
  if (commit === undefined) throw new Error(`${major} has no immutable release to name.`)
  const now = await github.readTag(major)
  try {
    if (now === undefined) await mover.createTag(major, commit)
    else if (now.commit !== commit) await mover.moveTag(major, commit)
  } catch (thrown) {
    throw explain(thrown, major, commit)
  }
  log(`${major} is ${target}, ${commit}.`)
}

function findTagProblems(found: TagObject | undefined, head: string): readonly string[] {
  if (found?.commit === head) return []
  return [`The tag names ${found?.commit ?? 'nothing'} on GitHub, but the files here are of ${head}.`]
}

function toMutable(tag: string): string {
  return `${tag} can still be changed: the repository had no immutable releases when it was published. Turn them on in the settings of the
repository, delete this release but not its tag, run the workflow Release of the tag again, and publish the new draft.`
}

/** Explains a refusal: the token lacks a right, which people can grant. */
function explain(thrown: unknown, major: string, commit: string): unknown {
  const status = statusOf(thrown)
  if (status === undefined || ![401, 403, 404, 409, 422].includes(status)) return thrown
  return new Error(
    `${(thrown as Error).message}
GitHub does not let this token move ${major}. The token of a workflow cannot bypass a ruleset, and may not move a tag to a commit with other
workflow files. docs/dev/release.md says how to give the environment "release" a GitHub App that may. Then run this job again. By hand:
git push --force origin ${commit}:refs/tags/${major}`,
    { cause: thrown },
  )
}
