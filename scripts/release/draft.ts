/** Makes the draft of a release, with its files. A person publishes it. Each part continues where an earlier run has stopped. */
import { type File, readAssets } from './assets.ts'
import type { ReleaseContext } from './context.ts'
import { headOf, openGit } from './git.ts'
import type { Asset, Release } from './github.ts'
import { replacePin } from './notes.ts'
import { findLatest, findPrevious, toKnown } from './version.ts'

/** Returns the release: a draft with every file of the folder, or the published one if it has exactly these files. */
export async function makeDraft(context: ReleaseContext, assets: string): Promise<Release> {
  const files = readAssets(assets)
  const commit = headOf(openGit(context.folder))
  const releases = await context.github.listReleases()
  const own = releases.filter(({ tag_name }) => tag_name === context.tag).toSorted((a, b) => a.id - b.id)
  const published = own.find(({ draft }) => !draft)
  if (published !== undefined) return expectSame(context, published, files)
  const draft = await findOrCreate(context, { own, releases, commit })
  for (const file of files) await attach(context, draft, file)
  await expectAttached(context, draft, files)
  sayNext(context, draft, releases)
  return draft
}

type Found = { readonly own: readonly Release[]; readonly releases: readonly Release[]; readonly commit: string }

/** Keeps the oldest draft with the text that a person may have written, and corrects only the commit in it. */
async function findOrCreate(context: ReleaseContext, { own, releases, commit }: Found): Promise<Release> {
  const { github, tag, log } = context
  const [first, ...further] = own
  for (const { id } of further) await github.deleteRelease(id)
  if (first === undefined) return create(context, releases, commit)
  const body = replacePin(first.body ?? '', context, commit)
  log(`The draft of ${tag} exists.`)
  return body === first.body ? first : github.updateRelease(first.id, { body })
}

async function create({ github, tag, log, ...context }: ReleaseContext, releases: readonly Release[], commit: string): Promise<Release> {
  const previous = findPrevious(releases.map(toKnown), tag)
  const notes = await github.generateNotes({ tag_name: tag, ...(previous === undefined ? {} : { previous_tag_name: previous }) })
  const body = replacePin(notes.body, { ...context, tag }, commit)
  log(`Making the draft of ${tag}.`)
  return github.createRelease({ tag_name: tag, name: tag, body, draft: true, prerelease: false, make_latest: 'false' })
}

/** An interrupted upload leaves an asset without a digest, or with a wrong one. */
async function attach({ github, log }: ReleaseContext, draft: Release, file: File): Promise<void> {
  const there = draft.assets.find(({ name }) => name === file.name)
  if (there !== undefined && isSame(there, file)) return
  if (there !== undefined) await github.deleteAsset(there.id)
  await github.upload(draft, file.name, file.bytes)
  log(`Attached ${file.name}, ${file.digest}.`)
}

async function expectAttached({ github }: ReleaseContext, { id }: Release, files: readonly File[]): Promise<void> {
  const now = (await github.listReleases()).find((one) => one.id === id)
  const missing = now === undefined ? [] : findOthers(now, files)
  if (now === undefined || missing.length > 0) {
    throw new Error(`GitHub does not show the draft with its files yet (${missing.join(', ')}). Run this job again.`)
  }
}

/** The names of the files that the release lacks, or has with other content. */
function findOthers({ assets }: Release, files: readonly File[]): readonly string[] {
  const others = files.filter((file) => !assets.some((asset) => asset.name === file.name && isSame(asset, file)))
  return others.map(({ name }) => name)
}

function isSame({ state, digest }: Asset, file: File): boolean {
  return state === 'uploaded' && digest === file.digest
}

function expectSame({ tag, log }: ReleaseContext, published: Release, files: readonly File[]): Release {
  const names = findOthers(published, files)
  if (names.length > 0) throw new Error(`${tag} is published already, with other files: ${names.join(', ')}. Release the next version.`)
  log(`${tag} is published already, with these files.`)
  return published
}

function sayNext({ tag, log }: ReleaseContext, draft: Release, releases: readonly Release[]): void {
  const known = [...releases.map(toKnown).filter((one) => one.tag !== tag), { ...toKnown(draft), draft: false }]
  const latest = findLatest(known)
  log(`Now publish the draft by hand: ${draft.html_url}`)
  log(latest === tag ? 'Leave "Set as the latest release" on.' : `Turn "Set as the latest release" off: ${latest} stays the latest.`)
}
