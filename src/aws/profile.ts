import { readFile, stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import type { Setting } from './call.ts'
import { toProblem } from './keys.ts'

type Env = Setting['env']

/**
 * Rejects if AWS_PROFILE names a profile that is in neither file. The SDK would go on to the next source, such as the role of the runner.
 */
export async function checkProfile(env: Env): Promise<void> {
  const name = env.AWS_PROFILE
  if (!name) return
  const paths = toPaths(env)
  const texts = await Promise.all(paths.map(readIfThere))
  if (!texts.flatMap(toProfiles).includes(name))
    throw toProblem('UnknownProfile', `AWS_PROFILE names the profile ${name}, which is neither in ${paths.join(' nor in ')}`)
}

/**
 * Rejects if one of the files that the SDK reads is a pipe or a device. Such a read may never end, cannot be given up, and keeps the
 * process alive.
 */
export async function checkFiles(env: Env): Promise<void> {
  const named = [env.AWS_WEB_IDENTITY_TOKEN_FILE, env.AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE].flatMap((path) => path || [])
  for (const path of [...toPathsIfAny(env), ...named]) {
    const found = await stat(path).catch(() => undefined)
    const fit = found === undefined || found.isFile() || found.isDirectory() || path === '/dev/null'
    if (!fit) throw toProblem('UnreadableFile', `${path} is not a regular file`)
  }
}

function toPathsIfAny(env: Env): readonly string[] {
  try {
    return toPaths(env)
  } catch {
    return []
  }
}

/** Why one of the files cannot be read; undefined if each is readable or missing. The SDK treats an unreadable file as missing. */
export async function findUnreadable(env: Env): Promise<Error | undefined> {
  try {
    await Promise.all(toPaths(env).map(readIfThere))
    return undefined
  } catch (thrown) {
    return thrown as Error
  }
}

/** `[name]` in the one file, `[profile name]` in the other: https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html */
function toProfiles(text: string): readonly string[] {
  const titles = [...text.matchAll(/^[ \t]*\[([^\]\n]+)\]/gm)].map(([, title = '']) => title.trim())
  return titles.map((title) => title.replace(/^profile\s+/, '').replace(/^(["'])(.*)\1$/, '$2'))
}

function toPaths(env: Env): readonly string[] {
  return [
    env.AWS_CONFIG_FILE || join(toHome(env), '.aws', 'config'),
    env.AWS_SHARED_CREDENTIALS_FILE || join(toHome(env), '.aws', 'credentials'),
  ]
}

function toHome(env: Env): string {
  try {
    return env.HOME || env.USERPROFILE || homedir()
  } catch {
    throw toProblem('NoHome', 'the user of this process has no home folder, so there are no AWS files in it')
  }
}

async function readIfThere(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (thrown) {
    const { code } = thrown as { code?: string }
    if (code === 'ENOENT' || code === 'ENOTDIR') return ''
    throw toProblem('UnreadableFile', `${path} cannot be read (${code})`)
  }
}
