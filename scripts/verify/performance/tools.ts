/** The programs of others that the bench runs: found on this machine, or installed once into their own folder. */
import { execFile } from 'node:child_process'
import { access, constants, readFile } from 'node:fs/promises'
import { basename, delimiter, join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { cache, once, requirements } from '../../../test/peers/tools.ts'

const run = promisify(execFile)

export type Program = { readonly path: string; readonly version: string | null }
export type Missing = { readonly why: string }

export function isMissing(found: object): found is Missing {
  return 'why' in found
}

/**
 * The AWS CLI of PATH, or the one that test/peers/requirements.txt pins, from PyPI. It ignores folders of shims. A shim is a script that
 * searches for the program at each call, and that time does not belong to the program.
 */
export async function findAws(): Promise<Program | Missing> {
  try {
    const path = (await findOnPath('aws')) ?? (await installAws())
    const { stdout, stderr } = await run(path, ['--version'], { env: { PATH: process.env.PATH ?? '' } })
    return { path, version: `${stdout}${stderr}`.split(' ')[0] ?? null }
  } catch (thrown) {
    return { why: `There is no AWS CLI on PATH, and PyPI gave none: ${(thrown as Error).message.split('\n')[0]}` }
  }
}

export async function findJq(): Promise<Program | Missing> {
  const path = await findOnPath('jq')
  if (path === undefined) return { why: 'There is no jq on PATH.' }
  return { path, version: (await run(path, ['--version'])).stdout.trim() }
}

/** No package registry has ec2-spot-interrupter, so the person who runs the bench has to build it. */
export async function findInterrupter(): Promise<Program | Missing> {
  const path = process.env.EC2_SPOT_INTERRUPTER
  if (!path) return { why: 'EC2_SPOT_INTERRUPTER names no binary. Build https://github.com/aws/amazon-ec2-spot-interrupter, and set it.' }
  if (!(await isProgram(path))) return { why: 'EC2_SPOT_INTERRUPTER names no file that can be run.' }
  const { stdout } = await run(path, ['--version'])
  return { path: resolve(path), version: stdout.trim() || null }
}

async function findOnPath(name: string): Promise<string | undefined> {
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '' && basename(folder) !== 'shims')
  for (const path of folders.map((folder) => join(folder, name))) if (await isProgram(path)) return path
  return undefined
}

async function isProgram(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  )
}

/** The packages that the AWS CLI needs get the pinned versions too. */
async function installAws(): Promise<string> {
  const home = join(cache, 'awscli')
  const pins = await readFile(requirements, 'utf8')
  const pin = /^awscli==.+$/m.exec(pins)?.[0]
  if (pin === undefined) throw new Error('requirements.txt does not pin awscli')
  await once(`${pin}\n${pins}`, home, async () => {
    console.log('Installing the AWS CLI from PyPI.')
    await run('python3', ['-m', 'venv', home])
    await run(join(home, 'bin/pip'), ['install', '--quiet', '--disable-pip-version-check', '--constraint', requirements, pin])
  })
  return join(home, 'bin/aws')
}
