/**
 * Everything that is published from the table in src/model/plan/permissions.ts: the tables of docs/permissions.md, a policy for each way of
 * use, and the statements in the templates of examples/iam. `npm run docs` writes them; a contract test compares them.
 */
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { markdownTable } from 'markdown-table'
import { findNeeds, type Grant, type Names, type PolicyDocument, toDocument, toNames } from '../src/model/plan/grants.ts'
import { STATEMENTS, type StatementId } from '../src/model/plan/permissions.ts'
import { type OptInTag, toPolicy, toTrust } from '../src/model/plan/policy.ts'
import type { Statement } from '../src/model/plan/statement.ts'
import { WAYS, type WayId } from '../src/model/plan/ways.ts'

const root = resolve(import.meta.dirname, '..')
const ROLE_NAME = 'FIS-SpotMinimalRole'
const PLACE = { partition: 'aws', region: '*', account: '123456789012' }
/** The tag that AWS's samples use for instances that FIS may hit. */
export const OPT_IN: OptInTag = { key: 'FIS-Ready', value: 'true' }

/**
 * The ways of use that the templates offer. The templates create the experiment role, so no job has to. The job's policy includes
 * everything that the clean-up action needs. The first way is always included.
 */
export const TEMPLATE_WAYS = ['given-role', 'targets', 'capacity', 'alarms', 'dry-run'] as const satisfies readonly WayId[]

/** The placeholders as CloudFormation and Terraform refer to them. */
export const CLOUDFORMATION = toReferences(['AWS::Partition', 'AWS::AccountId', 'ExperimentRoleName', 'JobRoleName'])
export const TERRAFORM = toReferences(['partition', 'account', 'experiment_role', 'job_role'])

function toReferences(names: readonly [partition: string, account: string, experimentRole: string, jobRole: string]): Names {
  const [partition = '', account = '', experimentRole = '', jobRole = ''] = names.map((name) => `\${${name}}`)
  const role = (name: string) => `arn:${partition}:iam::${account}:role/${name}`
  const place = { partition, account, region: '*' }
  return toNames(place, experimentRole, { experimentRole: role(experimentRole), jobRole: role(jobRole) })
}

/** The whole policy of a caller for one way of use. A way that is an addition to another has only the added statements. */
export function toWayPolicy(way: WayId, names: Names = toNames(PLACE, ROLE_NAME)): PolicyDocument {
  const base = TEMPLATE_WAYS.find((one) => one === way && one !== 'given-role') === undefined ? [] : findNeeds('given-role')
  return toDocument(
    findNeeds(way).filter((id) => !base.includes(id)),
    names,
  )
}

/** The permissions boundary of the job's role of the templates. */
export function toJobBoundary(names: Names): PolicyDocument {
  return toDocument(findNeeds(...TEMPLATE_WAYS), names)
}

/** Every published file, by its path from the root, as it should be. */
export function renderFiles(): Readonly<Record<string, string>> {
  return {
    ...Object.fromEntries(wayIds().map((way) => [`examples/iam/policies/${way}.json`, toJson(toWayPolicy(way))])),
    ...Object.fromEntries(
      TEMPLATE_WAYS.map((way) => [`examples/iam/terraform/policies/${way}.json.tftpl`, toJson(toWayPolicy(way, TERRAFORM))]),
    ),
    'examples/iam/terraform/policies/job-boundary.json.tftpl': toJson(toJobBoundary(TERRAFORM)),
    'examples/iam/cloudformation.yml': fill('examples/iam/cloudformation.yml', '#', toCloudFormationParts()),
    'docs/permissions.md': fill('docs/permissions.md', '<!--', toPageParts()),
  }
}

/** All ways of use but the rehearsal, which needs no permissions. */
function wayIds(): readonly WayId[] {
  return (Object.keys(WAYS) as WayId[]).filter((way) => WAYS[way].needs.length > 0)
}

function toPageParts(): Readonly<Record<string, string>> {
  const rows = (Object.entries(STATEMENTS) as [StatementId, Statement][]).map(([id, { actions, purpose, lost }]) => [
    `\`${id}\``,
    actions.map((action) => `\`${action}\``).join(', '),
    purpose,
    lost,
  ])
  const ways = (Object.entries(WAYS) as [WayId, (typeof WAYS)[WayId]][]).map(([way, { title, needs }]) => [
    title,
    needs.length === 0 ? 'none' : [...findNeeds(way)].map((id) => `\`${id}\``).join(', '),
    needs.length === 0 ? '' : `[${way}.json](../examples/iam/policies/${way}.json)`,
  ])
  return {
    statements: markdownTable([['statement', 'actions', 'purpose', 'without it'], ...rows]),
    ways: markdownTable([['way of use', 'statements', 'policy'], ...ways]),
    policy: toBlock(toWayPolicy('given-role')),
    trust: toBlock(JSON.parse(toTrust(PLACE))),
    role: toBlock(JSON.parse(toPolicy(PLACE))),
    'opt-in': toBlock(JSON.parse(toPolicy(PLACE, OPT_IN))),
  }
}

function toCloudFormationParts(): Readonly<Record<string, string>> {
  const ways = TEMPLATE_WAYS.map((way) => [way, toYaml(toWayPolicy(way, CLOUDFORMATION).Statement)])
  return { ...Object.fromEntries(ways), 'job-boundary': toYaml(toJobBoundary(CLOUDFORMATION).Statement) }
}

/** Writes statements as the YAML list below the `Statement:` of a resource. */
function toYaml(grants: readonly Grant[]): string {
  return grants
    .flatMap((grant) => toYamlLines(grant).map((line, index) => `${' '.repeat(10)}${index === 0 ? '- ' : '  '}${line}`))
    .join('\n')
}

function toYamlLines({ Sid, Effect, Action, Resource, Condition }: Grant): readonly string[] {
  const text = (value: string) => `${value.includes('$') ? '!Sub ' : ''}'${value}'`
  const list = (name: string, values: readonly string[]) => [`${name}:`, ...values.map((value) => `  - ${text(value)}`)]
  const keys = Object.entries(Condition?.StringEquals ?? {}).map(([key, value]) => `    ${key}: ${value}`)
  return [
    `Sid: ${Sid}`,
    `Effect: ${Effect}`,
    ...list('Action', Action),
    ...list('Resource', [Resource].flat()),
    ...(keys.length === 0 ? [] : ['Condition:', '  StringEquals:', ...keys]),
  ]
}

function toJson(document: object): string {
  return `${JSON.stringify(document, undefined, 2)}\n`
}

function toBlock(document: object): string {
  return `\`\`\`json\n${JSON.stringify(document, undefined, 2)}\n\`\`\``
}

/** The file with the text between the marks of each part replaced. Throws if the marks of a part are missing. */
function fill(path: string, comment: '#' | '<!--', parts: Readonly<Record<string, string>>): string {
  const close = comment === '#' ? '' : ' -->'
  let text = readFileSync(join(root, path), 'utf8')
  for (const [part, content] of Object.entries(parts)) {
    const marks = new RegExp(`(^ *${comment} ${part}${close}\\n)[\\s\\S]*?(^ *${comment} /${part}${close}$)`, 'm')
    if (!marks.test(text)) throw new Error(`${path} lacks the marks of its part "${part}"`)
    text = text.replace(marks, (_, begin: string, end: string) => `${begin}${content}\n${end}`)
  }
  return text
}
