/** The templates of examples/iam before the programs of those who use them. */
import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { OPT_IN, TEMPLATE_WAYS, toJobBoundary, toWayPolicy } from '../../scripts/permissions.ts'
import { toNames } from '../../src/model/plan/grants.ts'
import { toPolicy, toTrust } from '../../src/model/plan/policy.ts'
import type { Scenario } from './table.ts'
import { root } from './tools.ts'

const STACK = join(root, 'examples/iam/cloudformation.yml')
const MODULE = join(root, 'examples/iam/terraform')
const PLACE = { partition: 'aws-us-gov', region: '*', account: '210987654321' }
/** What stands in for the data sources of the module, which need a provider; and all policies as one output. */
const STUB = `locals {
  partition = "${PLACE.partition}"
  account   = "${PLACE.account}"
}
output "documents" {
  value = jsonencode({
    for name, text in merge(local.job_policies, {
      job-boundary        = local.job_boundary
      experiment          = local.experiment_policy
      experiment-boundary = local.experiment_boundary
      experiment-trust    = local.experiment_trust
      job-trust           = local.job_trust
    }) : name => jsondecode(text)
  })
}
`

export function stackScenarios(program: string): readonly Scenario[] {
  return [
    {
      name: 'no findings in examples/iam/cloudformation.yml',
      run: async () => {
        const { code, text } = await run(program, [STACK])
        equal(code, 0, text)
      },
    },
    { name: 'a planted fault is found', run: () => holdPlanted(program) },
  ]
}

async function holdPlanted(program: string): Promise<void> {
  await inFolder(async (folder) => {
    const path = join(folder, 'planted.yml')
    await writeFile(path, (await readFile(STACK, 'utf8')).replace('Effect: Allow', 'Effect: Alow'))
    const { code, text } = await run(program, [path])
    ok(code !== 0, `the planted fault was not found: ${text}`)
    match(text, /Alow/)
  })
}

export function moduleScenarios(program: string): readonly Scenario[] {
  return [
    {
      name: 'examples/iam/terraform is formatted',
      run: async () => {
        const { code, text } = await run(program, ['fmt', '-check', '-diff', '-recursive', MODULE])
        equal(code, 0, text)
      },
    },
    { name: 'its policies, evaluated, are those of the table', run: () => holdModule(program) },
    { name: 'a wildcard for a repository is refused', run: () => refuseWildcard(program) },
  ]
}

async function holdModule(program: string): Promise<void> {
  await inFolder(async (folder) => {
    await copyModule(program, folder)
    const ways = JSON.stringify(TEMPLATE_WAYS.filter((way) => way !== 'given-role'))
    const applied = await apply(program, folder, { repository: 'octo/service', environment: 'chaos', ways })
    equal(applied.code, 0, applied.text)
    const { text } = await run(program, ['output', '-raw', 'documents'], folder)
    const role = (name: string) => `arn:${PLACE.partition}:iam::${PLACE.account}:role/${name}`
    const names = toNames(PLACE, 'FIS-SpotMinimalRole', { jobRole: role('spot-interrupt') })
    const { 'job-trust': trust, ...documents } = JSON.parse(text)
    deepEqual(documents, {
      ...Object.fromEntries(TEMPLATE_WAYS.map((way) => [way, toWayPolicy(way, names)])),
      'job-boundary': toJobBoundary(names),
      experiment: JSON.parse(toPolicy(PLACE, OPT_IN)),
      'experiment-boundary': JSON.parse(toPolicy(PLACE)),
      'experiment-trust': JSON.parse(toTrust(PLACE)),
    })
    deepEqual(trust.Statement[0].Condition, {
      StringEquals: {
        'token.actions.githubusercontent.com:aud': 'sts.amazonaws.com',
        'token.actions.githubusercontent.com:sub': 'repo:octo/service:environment:chaos',
      },
    })
  })
}

async function refuseWildcard(program: string): Promise<void> {
  await inFolder(async (folder) => {
    await copyModule(program, folder)
    const { code, text } = await apply(program, folder, { repository: 'octo/*', environment: 'chaos' })
    ok(code !== 0, `octo/* was taken: ${text}`)
    match(text, /without wildcards/)
  })
}

/** The part of the module that needs no provider: nothing is downloaded. */
async function copyModule(program: string, folder: string): Promise<void> {
  await mkdir(join(folder, 'policies'))
  for (const name of ['policies', 'policies.tf', 'variables.tf']) await cp(join(MODULE, name), join(folder, name), { recursive: true })
  await writeFile(join(folder, 'stub.tf'), STUB)
  const { code, text } = await run(program, ['init', '-backend=false', '-input=false', '-no-color'], folder)
  equal(code, 0, text)
}

function apply(program: string, folder: string, given: Readonly<Record<string, string>>): Promise<Ended> {
  const variables = Object.entries(given).flatMap(([name, value]) => ['-var', `${name}=${value}`])
  return run(program, ['apply', '-auto-approve', '-input=false', '-no-color', ...variables], folder)
}

/** What every Terraform reads, read by another program: where there is no terraform, this still holds the module together. */
export function hclScenarios(python: string): readonly Scenario[] {
  return [{ name: 'examples/iam/terraform parses, and both roles have their policies and boundaries', run: () => holdHcl(python) }]
}

async function holdHcl(python: string): Promise<void> {
  const { code, text } = await run(python, ['-B', join(import.meta.dirname, 'hcl.py'), MODULE])
  equal(code, 0, text)
  const found: Record<string, Record<string, string>> = JSON.parse(text)
  const parts = Object.entries(found).map(([name, { policy, assume_role_policy, permissions_boundary }]) => [
    name,
    [policy, assume_role_policy, permissions_boundary].map((one) => one?.replace(/[${}"]/g, '') ?? ''),
  ])
  deepEqual(Object.fromEntries(parts), {
    'aws_iam_openid_connect_provider.github': ['', '', ''],
    'aws_iam_policy.experiment_boundary': ['local.experiment_boundary', '', ''],
    'aws_iam_role.experiment': ['', 'local.experiment_trust', 'aws_iam_policy.experiment_boundary.arn'],
    'aws_iam_role_policy.experiment': ['local.experiment_policy', '', ''],
    'aws_iam_policy.job_boundary': ['local.job_boundary', '', ''],
    'aws_iam_role.job': ['', 'local.job_trust', 'aws_iam_policy.job_boundary.arn'],
    'aws_iam_role_policy.job': ['each.value', '', ''],
  })
}

async function inFolder(act: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'iam-'))
  try {
    await act(folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

type Ended = { readonly code: number | null; readonly text: string }

/** Terraform asks nobody for a newer version, and reads no settings of whoever runs this. */
function run(program: string, given: readonly string[], cwd = root): Promise<Ended> {
  const env = {
    PATH: process.env.PATH ?? '',
    HOME: tmpdir(),
    CHECKPOINT_DISABLE: '1',
    TF_CLI_CONFIG_FILE: '/dev/null',
    TF_IN_AUTOMATION: '1',
  }
  return new Promise((done, fail) => {
    const child = execFile(program, given, { cwd, env }, (_, stdout, stderr) =>
      done({ code: child.exitCode, text: `${stdout}${stderr}`.trim() }),
    )
    child.on('error', fail)
  })
}
