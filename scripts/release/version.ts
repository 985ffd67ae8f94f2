/**
 * Versions, and the decisions that follow from them. Pure. Only full versions, vX.Y.Z, are releases. A major tag, vX, moves and has no
 * release.
 */

import type { Release } from './github.ts'

export type Version = readonly [major: number, minor: number, patch: number]
/** The members of a release that the decisions need. */
export type Known = { readonly tag: string; readonly draft: boolean; readonly prerelease: boolean; readonly immutable: boolean }

const FULL = /^v(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)$/

/** Converts a release of GitHub's API. */
export function toKnown({ tag_name, draft, prerelease, immutable = false }: Release): Known {
  return { tag: tag_name, draft, prerelease, immutable }
}

/** Undefined for anything but a full version tag. */
export function parseTag(tag: string): Version | undefined {
  const [, major, minor, patch] = FULL.exec(tag) ?? []
  return major === undefined ? undefined : [Number(major), Number(minor), Number(patch)]
}

/** Negative if `a` is lower. */
export function compareVersions(a: Version, b: Version): number {
  return a[0] - b[0] || a[1] - b[1] || a[2] - b[2]
}

/** `v1` of `v1.2.3`. Throws when the tag is no full version. */
export function toMajorTag(tag: string): string {
  return `v${expectVersion(tag)[0]}`
}

/** The release that GitHub should show as the latest: the highest that is published. A fix of an older major version never is. */
export function findLatest(releases: readonly Known[]): string | undefined {
  return findHighest(releases.filter(isPublished))
}

/** The release that a major tag should name: the highest that is published and immutable. An old fix never takes the tag back. */
export function findMajorTarget(releases: readonly Known[], major: number): string | undefined {
  return findHighest(releases.filter((one) => isPublished(one) && one.immutable && parseTag(one.tag)?.[0] === major))
}

/** The release before `tag`: the highest published one below it. The notes of `tag` list the changes since then. */
export function findPrevious(releases: readonly Known[], tag: string): string | undefined {
  const version = expectVersion(tag)
  return findHighest(releases.filter((one) => isPublished(one) && isBelow(one.tag, version)))
}

/** The branches that a release may be on: main, or the branch of an older major version. */
export function toBranches(tag: string): readonly string[] {
  return ['main', `releases/${toMajorTag(tag)}`]
}

function isPublished({ draft, prerelease }: Known): boolean {
  return !draft && !prerelease
}

function isBelow(tag: string, version: Version): boolean {
  const own = parseTag(tag)
  return own !== undefined && compareVersions(own, version) < 0
}

function findHighest(releases: readonly Known[]): string | undefined {
  const versions = releases.flatMap(({ tag }) => {
    const version = parseTag(tag)
    return version === undefined ? [] : [{ tag, version }]
  })
  return versions.toSorted((a, b) => compareVersions(a.version, b.version)).at(-1)?.tag
}

function expectVersion(tag: string): Version {
  const version = parseTag(tag)
  if (version === undefined) throw new Error(`${tag} is no full version tag, such as v1.0.0`)
  return version
}
