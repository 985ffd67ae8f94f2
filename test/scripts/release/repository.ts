/** A clone of an action's repository in a temporary folder, at the commit of a tag, as a workflow has it. Its `origin` is only what git remembers. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

const BUILD = `import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
mkdirSync('dist', { recursive: true })
writeFileSync('dist/main.cjs', readFileSync('source.txt', 'utf8').toUpperCase())
writeFileSync('dist/THIRD-PARTY.txt', 'licences\\n')
`
const SETTINGS = [
  '-c',
  'gc.auto=0',
  '-c',
  'core.autocrlf=false',
  '-c',
  'user.name=Test',
  '-c',
  'user.email=test@example.com',
  '-c',
  'commit.gpgsign=false',
  '-c',
  'tag.gpgsign=false',
]

export type Repository = ReturnType<typeof makeRepository>

export function makeRepository() {
  const folder = mkdtempSync(join(tmpdir(), 'repository-'))
  const git = (...given: readonly string[]) =>
    execFileSync('git', [...SETTINGS, ...given], { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim()
  git('init', '--quiet', '--template=')

  const write = (files: Readonly<Record<string, string>>) => {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true })
      writeFileSync(join(folder, path), text)
    }
  }
  return {
    folder,
    git,
    write,
    /** Commits this version of the action, and puts the branch of `origin` there; `files` stand for those of a right one. Returns the commit. */
    commit: (version: string, files: Readonly<Record<string, string>> = {}, branch = 'main'): string => {
      const manifest = { name: 'action', version, private: true, scripts: { build: 'node build.mjs' } }
      const lock = { name: 'action', version, lockfileVersion: 3, requires: true, packages: { '': { name: 'action', version } } }
      write({
        'package.json': JSON.stringify(manifest),
        'package-lock.json': JSON.stringify(lock),
        'build.mjs': BUILD,
        'source.txt': `source of ${version}\n`,
        'action.yml': 'name: action\n',
        'setup/action.yml': 'name: setup\n',
        'test/deep/action.yml': 'name: none of it\n',
        'dist/main.cjs': `SOURCE OF ${version}\n`,
        'dist/THIRD-PARTY.txt': 'licences\n',
        ...files,
      })
      git('add', '--all', '--force')
      git('commit', '--quiet', '--allow-empty', '--message', `Version ${version}`)
      git('update-ref', `refs/remotes/origin/${branch}`, 'HEAD')
      return git('rev-parse', 'HEAD')
    },
    remove: () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }),
  }
}
