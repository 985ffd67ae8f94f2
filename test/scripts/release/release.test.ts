/** A release from the tag to the major tag, on a small GitHub and a repository of the test; and each step killed, and run again. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { APP, READER, startGitHub } from './github.ts'
import { makeRepository } from './repository.ts'
import { expectRefusal, expectStep, type Fixture, type Step, spawnStep } from './run.ts'

let fixture: Fixture
let assets: string
/** With the token of the app, as the workflow gives it. */
const app = { MAJOR_TOKEN: APP }

beforeEach(async () => {
  assets = mkdtempSync(join(tmpdir(), 'assets-'))
  fixture = { github: await startGitHub(), repository: makeRepository(), tag: 'v1.0.0' }
})
afterEach(async () => {
  await fixture.github.close()
  fixture.repository.remove()
  rmSync(assets, { recursive: true, force: true })
})

/** A version on main with a signed tag, checked out. */
function tagVersion(version: string, files: Readonly<Record<string, string>> = {}, branch = 'main'): string {
  const commit = fixture.repository.commit(version, files, branch)
  fixture.github.state.tags.set(`v${version}`, { commit, signed: true })
  fixture = { ...fixture, tag: `v${version}` }
  return commit
}

/** The whole way, with a person in the middle. */
async function release(version: string, branch = 'main'): Promise<string> {
  const commit = tagVersion(version, {}, branch)
  await expectStep(fixture, ['check'])
  await expectStep(fixture, ['assets', assets])
  await expectStep(fixture, ['draft', assets])
  fixture.github.publish(`v${version}`)
  for (const step of ['verify', 'latest', 'major']) await expectStep(fixture, [step], app)
  return commit
}

const latest = () => fixture.github.look().releases.find(({ isLatest }) => isLatest)?.tag_name
const tagOf = (tag: string) => fixture.github.state.tags.get(tag)?.commit
const bodyOf = (tag: string) => fixture.github.state.releases.find(({ tag_name }) => tag_name === tag)?.body ?? ''

describe('the check', () => {
  it('passes for a signed tag on main with the version of the package, with a token that may only read', async () => {
    tagVersion('1.0.0')
    await expectStep(fixture, ['check'], { GITHUB_TOKEN: READER })
  })

  it('says everything that is wrong at once', async () => {
    const commit = fixture.repository.commit('1.0.1')
    fixture.repository.write({ 'more.txt': '' })
    fixture.repository.git('add', '--all')
    fixture.repository.git('commit', '--quiet', '--message', 'not on main')
    fixture.github.state.tags.set('v1.0.0', { commit, signed: false })
    const log = await expectRefusal(fixture, ['check'])
    expect(log).toContain('The tag is v1.0.0, but package.json has the version 1.0.1.')
    expect(log).toContain('is not on main or releases/v1.')
    expect(log).toContain(`The tag names ${commit} on GitHub`)
    expect(log).toContain('GitHub cannot verify a signature of the tag')
  })

  it('lets a fix of v1 be on its own branch once main is v2', async () => {
    fixture.repository.commit('2.0.0')
    tagVersion('1.0.1', {}, 'releases/v1')
    await expectStep(fixture, ['check'])
  })

  it.each(['v1', 'v1.0.0-rc.1', 'main', ''])('refuses the tag %j', async (tag) => {
    tagVersion('1.0.0')
    expect(await expectRefusal({ ...fixture, tag }, ['check'])).toContain(`TAG is "${tag}"`)
  })
})

describe('dist', () => {
  it('is what a build in another folder makes', async () => {
    tagVersion('1.0.0')
    await expectStep(fixture, ['dist'])
  })

  it.each([
    ['differs', { 'dist/main.cjs': 'SOMETHING ELSE\n' }, ' M dist/main.cjs'],
    ['has a file too many', { 'dist/extra.cjs': 'who knows\n' }, ' D dist/extra.cjs'],
    [
      'is made of where it is made',
      {
        'build.mjs':
          "import { mkdirSync, writeFileSync } from 'node:fs'\nmkdirSync('dist')\nwriteFileSync('dist/main.cjs', process.cwd())\n",
      },
      ' M dist/main.cjs',
    ],
    [
      'gets a new file',
      { 'build.mjs': "import { mkdirSync, writeFileSync } from 'node:fs'\nmkdirSync('dist')\nwriteFileSync('dist/new.cjs', '')\n" },
      '?? dist/new.cjs',
    ],
  ])('that %s is refused', async (_, files, line) => {
    tagVersion('1.0.0', files)
    expect(await expectRefusal(fixture, ['dist'])).toContain(line)
  })
})

describe('a release', () => {
  it('goes from the tag to the major tag', async () => {
    const commit = await release('1.0.0')
    expect(tagOf('v1')).toBe(commit)
    expect(latest()).toBe('v1.0.0')
    expect(bodyOf('v1.0.0')).toContain(`uses: octo/action@${commit} # v1.0.0`)
    expect(fixture.github.look().releases[0]?.assets.map(({ name }) => name)).toEqual(['SHA256SUMS', 'THIRD-PARTY.txt'])
  })

  it('stops at a draft, and says what the person has to do', async () => {
    tagVersion('1.0.0')
    await expectStep(fixture, ['assets', assets])
    const log = await expectStep(fixture, ['draft', assets])
    expect(log).toContain('Now publish the draft by hand')
    expect(log).toContain('Leave "Set as the latest release" on.')
    expect(fixture.github.look().releases.map(({ draft }) => draft)).toEqual([true])
    expect(tagOf('v1')).toBeUndefined()
  })

  it('moves v1 on with v1.1.0, whose notes begin at v1.0.0', async () => {
    await release('1.0.0')
    const commit = await release('1.1.0')
    expect(tagOf('v1')).toBe(commit)
    expect(bodyOf('v1.1.0')).toContain('since v1.0.0')
  })

  it('that fixes v1 after v2 moves v1, and v2 stays the latest', async () => {
    await release('1.0.0')
    const second = await release('2.0.0')
    tagVersion('1.0.1', {}, 'releases/v1')
    await expectStep(fixture, ['assets', assets])
    expect(await expectStep(fixture, ['draft', assets])).toContain('Turn "Set as the latest release" off: v2.0.0 stays the latest.')
    fixture.github.publish('v1.0.1')
    for (const step of ['verify', 'latest', 'major']) await expectStep(fixture, [step], app)
    expect(latest()).toBe('v2.0.0')
    expect(tagOf('v1')).toBe(tagOf('v1.0.1'))
    expect(tagOf('v2')).toBe(second)
  })

  it('of an older minor version leaves v1 where it is', async () => {
    await release('1.0.0')
    const newer = await release('1.1.0')
    await release('1.0.1')
    expect(tagOf('v1')).toBe(newer)
    expect(latest()).toBe('v1.1.0')
  })

  it('keeps what a person wrote into the draft, and puts the commit right', async () => {
    tagVersion('1.0.0')
    await expectStep(fixture, ['assets', assets])
    await expectStep(fixture, ['draft', assets])
    const draft = fixture.github.state.releases[0]
    if (draft !== undefined) draft.body = `Hello.\n\n${draft.body.replace(/@[0-9a-f]{40}/, `@${'0'.repeat(40)}`)}\n\nThanks.`
    await expectStep(fixture, ['draft', assets])
    expect(bodyOf('v1.0.0')).toMatch(/^Hello\.[\s\S]*Thanks\.$/)
    expect(bodyOf('v1.0.0')).toContain(`@${tagOf('v1.0.0')} # v1.0.0`)
    expect(bodyOf('v1.0.0').match(/<!-- pin -->/g)).toHaveLength(1)
  })

  it('finds its draft behind a hundred others', async () => {
    tagVersion('1.0.0')
    await expectStep(fixture, ['assets', assets])
    await expectStep(fixture, ['draft', assets])
    for (let index = 0; index < 120; index += 1) {
      const other = { id: 1000 + index, tag_name: `v0.0.${index}`, draft: false, prerelease: false, immutable: false, body: '', assets: [] }
      fixture.github.state.releases.push(other)
    }
    await expectStep(fixture, ['draft', assets])
    expect(fixture.github.state.releases.filter(({ tag_name }) => tag_name === 'v1.0.0')).toHaveLength(1)
  })
})

describe('a published release', () => {
  it('is left as it is by a re-run with the same files, and refused with others', async () => {
    await release('1.0.0')
    const before = fixture.github.look()
    expect(await expectStep(fixture, ['draft', assets])).toContain('v1.0.0 is published already, with these files.')
    writeFileSync(join(assets, 'THIRD-PARTY.txt'), 'others')
    expect(await expectRefusal(fixture, ['draft', assets])).toContain('with other files: THIRD-PARTY.txt. Release the next version.')
    expect(fixture.github.look()).toEqual(before)
  })

  it.each([
    [
      'that can still be changed',
      () => void Object.assign(fixture.github.state, { hasImmutableReleases: false }),
      /delete this release but not its tag/,
    ],
    ['that is a pre-release', () => void Object.assign(fixture.github.state.releases[0] ?? {}, { prerelease: true }), /as a pre-release/],
    [
      'with other sums',
      () => void Object.assign(fixture.github.state.releases[0]?.assets[0] ?? {}, { digest: 'sha256:0' }),
      /SHA256SUMS of the/,
    ],
    [
      'of another commit',
      () => void fixture.github.state.tags.set('v1.0.0', { commit: 'f'.repeat(40), signed: true }),
      /The tag names f{40}/,
    ],
  ])('%s does not pass', async (_, spoil, message) => {
    tagVersion('1.0.0')
    await expectStep(fixture, ['assets', assets])
    await expectStep(fixture, ['draft', assets])
    spoil()
    fixture.github.publish('v1.0.0')
    expect(await expectRefusal(fixture, ['verify'])).toMatch(message)
  })

  it('that is a draft still does not pass, and moves nothing', async () => {
    tagVersion('1.0.0')
    await expectStep(fixture, ['assets', assets])
    await expectStep(fixture, ['draft', assets])
    expect(await expectRefusal(fixture, ['verify'])).toContain('v1.0.0 has no published release.')
    expect(await expectRefusal(fixture, ['major'], app)).toContain('v1 has no immutable release to name.')
    expect(tagOf('v1')).toBeUndefined()
  })

  it('whose major tag the token may not move says what to do, and a re-run with rights goes on', async () => {
    await release('1.0.0')
    const commit = tagVersion('1.1.0')
    await expectStep(fixture, ['assets', assets])
    await expectStep(fixture, ['draft', assets])
    fixture.github.publish('v1.1.0')
    const log = await expectRefusal(fixture, ['major'])
    expect(log).toContain('Resource not accessible by integration')
    expect(log).toContain(`git push --force origin ${commit}:refs/tags/v1`)
    await expectStep(fixture, ['major'], app)
    expect(tagOf('v1')).toBe(commit)
  })
})

/** The steps that write, and how each is brought to its beginning. */
const WRITING: Readonly<Record<string, { readonly writes: number; readonly arrange: () => Promise<void> }>> = {
  draft: {
    writes: 3,
    arrange: async () => {
      tagVersion('1.0.0')
      await expectStep(fixture, ['assets', assets])
    },
  },
  latest: {
    writes: 1,
    arrange: async () => {
      await release('2.0.0')
      await publishOld()
    },
  },
  major: {
    writes: 1,
    arrange: async () => {
      await release('1.0.0')
      tagVersion('1.1.0')
      await expectStep(fixture, ['assets', assets])
      await expectStep(fixture, ['draft', assets])
      fixture.github.publish('v1.1.0')
    },
  },
}

/** A fix of v1 that a person made the latest by mistake. */
async function publishOld(): Promise<void> {
  tagVersion('1.0.1', {}, 'releases/v1')
  await expectStep(fixture, ['assets', assets])
  await expectStep(fixture, ['draft', assets])
  fixture.github.publish('v1.0.1')
}

const kills = Object.entries(WRITING).flatMap(([step, { writes }]) =>
  Array.from({ length: writes }, (_, index) => (['before', 'after'] as const).map((when) => [step, index + 1, when] as const)).flat(),
)

const endings = new Map<string, unknown>()

/** The state that the step ends in without a kill, made once. */
async function endingOf(step: string, given: Step): Promise<unknown> {
  if (!endings.has(step)) {
    await WRITING[step]?.arrange()
    fixture.github.state.writes = 0
    await expectStep(fixture, given, app)
    expect(fixture.github.state.writes).toBe(WRITING[step]?.writes)
    endings.set(step, ignoreCommits(fixture.github.look()))
    await fixture.github.close()
    fixture = { ...fixture, github: await startGitHub() }
  }
  return endings.get(step)
}

describe('a step that is killed and run again', () => {
  it.each(kills)('%s, at its write %i, %s GitHub has done it: ends in the same state', async (step, write, when) => {
    const given: Step = step === 'draft' ? [step, assets] : [step]
    const ending = await endingOf(step, given)
    await WRITING[step]?.arrange()
    const { code, log } = await spawnStep(fixture, given, { tokens: app, cut: { write, when } })
    expect(code, log).toBeNull()
    await expectStep(fixture, given, app)
    expect(ignoreCommits(fixture.github.look())).toEqual(ending)
  })

  it('makes one draft of two that two runs began at once', async () => {
    tagVersion('1.0.0')
    await expectStep(fixture, ['assets', assets])
    const once = () => expectStep(fixture, ['draft', assets]).catch(() => 'the other was faster')
    await Promise.all([once(), once()])
    await expectStep(fixture, ['draft', assets])
    const [release, ...others] = fixture.github.look().releases
    expect(others).toEqual([])
    expect(release?.assets.map(({ name, state }) => [name, state])).toEqual([
      ['SHA256SUMS', 'uploaded'],
      ['THIRD-PARTY.txt', 'uploaded'],
    ])
  })
})

describe('a step as the workflow runs it', () => {
  it('ends with 0, or with 1 and an error of GitHub Actions', async () => {
    tagVersion('1.0.0')
    const passed = await spawnStep(fixture, ['check'])
    expect(passed.code, passed.log).toBe(0)
    const failed = await spawnStep({ ...fixture, tag: 'v1.0.1' }, ['check'])
    expect(failed.code, failed.log).toBe(1)
    expect(failed.log).toContain('::error::The tag is v1.0.1, but package.json has the version 1.0.0.')
    expect((await spawnStep(fixture, ['publish'])).log).toContain('::error::There is no step "publish".')
  })
})

/** Commits are made anew by each arrangement, with the time in them. */
function ignoreCommits(seen: object): unknown {
  return JSON.parse(JSON.stringify(seen).replaceAll(/\b[0-9a-f]{40}\b/g, 'commit'))
}

describe('all steps, ended after any of them and begun again', () => {
  const BEFORE = [['check'], ['assets'], ['draft']] as const
  const AFTER = [['verify'], ['latest'], ['major']] as const
  const play = async (steps: readonly Step[]) => {
    for (const [name] of steps) await expectStep(fixture, [name, assets], app)
  }

  it.each([1, 2, 3])('%i before the person', async (count) => {
    const commit = tagVersion('1.0.0')
    await play(BEFORE)
    const once = fixture.github.look()
    await play(BEFORE.slice(0, count))
    await play(BEFORE)
    expect(fixture.github.look()).toEqual(once)
    fixture.github.publish('v1.0.0')
    await play(AFTER)
    expect(tagOf('v1')).toBe(commit)
  })

  it.each([1, 2, 3])('%i after the person, and then the workflow of the tag too', async (count) => {
    tagVersion('1.0.0')
    await play(BEFORE)
    fixture.github.publish('v1.0.0')
    await play(AFTER)
    const once = fixture.github.look()
    await play(AFTER.slice(0, count))
    await play(AFTER)
    await play(BEFORE)
    expect(fixture.github.look()).toEqual(once)
  })
})
