/**
 * The questions that real runs asked of IAM, kept for a judge from outside (test/peers/iam.ts). Where SPOT_INTERRUPT_JOURNALS names a
 * folder, every simulated account of the end-to-end tests leaves a file there.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Need } from '../../simulator/account/authorization.ts'
import type { Simulator } from '../../simulator/server.ts'

/** The role of the simulated caller; the published policies name that of a job. */
const CALLER = 'rehearsal'
export const JOURNALS = process.env.SPOT_INTERRUPT_JOURNALS ?? ''

/** A caller with these policies asked for this. `published`: they are whole published policies, so that the call must be allowed. */
export type Question = { readonly policies: readonly object[]; readonly need: Need; readonly published: boolean }

/** Everything that the callers of this simulator, which have policies, asked of IAM so far. */
export function toQuestions(simulator: Simulator, published: boolean): readonly Question[] {
  const { callerPolicies } = simulator.setSwitches({})
  const questions = simulator
    .journal()
    .flatMap(({ accessKeyId, needs = [] }) => needs.map((need) => ({ policies: callerPolicies[accessKeyId] ?? [], need, published })))
  return distinct(questions)
}

/**
 * Whether a run goes on where AWS denies this. What is gone has no tags any more, so that AWS denies a read, start or removal of it: the
 * action takes that for gone. A dry run that cannot read the role of its caller says that its permissions are not known.
 */
export function mayBeDenied({ action, resource, keys }: Need): boolean {
  if (action === 'iam:GetRole') return resource.endsWith(`:role/${CALLER}`)
  const tagged = Object.keys(keys).some((key) => key.startsWith('aws:ResourceTag/'))
  return !tagged && /^(fis:(Get|Start|Stop|Delete)Experiment|iam:DeleteRole)/.test(action) && !resource.endsWith('*')
}

/** Keeps the questions of this simulator, where somebody asked for them. */
export function keepQuestions(simulator: Simulator, published: boolean): void {
  if (JOURNALS === '') return
  mkdirSync(JOURNALS, { recursive: true })
  writeFileSync(join(JOURNALS, `${crypto.randomUUID()}.json`), JSON.stringify(toQuestions(simulator, published)))
}

/** All that was kept in a folder, each question once. Empty where the folder is missing. */
export function readQuestions(folder: string): readonly Question[] {
  return distinct(listFiles(folder).flatMap((name): readonly Question[] => JSON.parse(readFileSync(join(folder, name), 'utf8'))))
}

function listFiles(folder: string): readonly string[] {
  try {
    return readdirSync(folder).filter((name) => name.endsWith('.json'))
  } catch {
    return []
  }
}

/** Two questions are the same where they differ only in what each run draws anew. */
export function distinct(questions: readonly Question[]): readonly Question[] {
  return [...new Map(questions.map((one) => [withoutChance(JSON.stringify(one)), one])).values()]
}

/** Ids of FIS, invocations, hex digits of own roles, and times. */
function withoutChance(text: string): string {
  return text
    .replaceAll(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, 'uuid')
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'time')
    .replaceAll(/\bEX[PT][A-Za-z0-9]{10,}\b/g, 'EX')
    .replaceAll(/-[0-9a-f]{8}\b/g, '-hex')
}
