import { ActionError } from '../model/errors.ts'
import type { AimInputs } from '../model/inputs/targets.ts'
import {
  type Candidates,
  describeNumbers,
  describeTooFew,
  findKeepProblem,
  findSelectionProblem,
  toCandidates,
} from '../model/plan/candidates.ts'
import type { TargetFacts } from '../model/plan/target.ts'
import type { Tags } from '../model/tags.ts'
import { describeSelection, pick, reselect, toTargetCount } from '../model/targets/selection.ts'
import { distinct, narrow, type Selector, withTags } from '../model/targets/selector.ts'
import type { InstanceSnapshot } from '../model/timeline/snapshot.ts'
import type { ReadWorld } from '../world.ts'
import type { TargetReading } from './poll.ts'

type Reads = Pick<ReadWorld, 'ec2' | 'autoscaling'>
type Ports = Reads & Pick<ReadWorld, 'random' | 'log'>

/** How the run picks its targets itself, and the largest number of them. */
export type Aimed = { readonly aim: AimInputs; readonly maxTargets: number }

/**
 * The instances that match the aim, each once, and the Spot requests of those that can be targets. EC2 may treat the value of a tag as a
 * pattern, so its list is compared again. Rejects with `missing` if there is no such group.
 */
export async function readMatching(world: Reads, { aim, zone }: Selector): Promise<TargetReading> {
  const { instances, away } = aim.by === 'group' ? await readMembers(world, aim.group) : await listTagged(world, aim.tags)
  const requestIds = narrow(instances, zone).eligible.flatMap(({ requestId }) => requestId ?? [])
  return { instances, away, requests: requestIds.length === 0 ? [] : await world.ec2.readSpotRequests(requestIds) }
}

type Matching = { readonly instances: readonly InstanceSnapshot[]; readonly away: readonly string[] }

async function listTagged(world: Reads, tags: Tags): Promise<Matching> {
  return { instances: withTags(await world.ec2.listInstances(tags), tags), away: [] }
}

async function readMembers(world: Reads, name: string): Promise<Matching> {
  const [group] = await world.autoscaling.readGroups([name])
  if (group === undefined)
    throw new ActionError(
      'missing',
      `There is no Auto Scaling group ${name} in this region and account.`,
      'Check auto-scaling-group and region.',
    )
  const ids = [...new Set(group.members.flatMap(({ id, state }) => (state === 'InService' ? [id] : [])))]
  const instances = ids.length === 0 ? [] : distinct(await world.ec2.readInstances(ids))
  const unknown = ids.filter((id) => !instances.some((one) => one.id === id)).map(() => 'that EC2 does not know')
  return { instances, away: [...group.members.flatMap(({ state }) => (state === 'InService' ? [] : [state])), ...unknown] }
}

/** The result of a selection: its targets, or the problem that prevents it. */
export type Selected = { readonly ids: readonly string[]; readonly problem?: string }

/** Picks the targets at random from the candidates, and records the numbers of instances after each condition. */
export async function selectTargets(
  world: Ports,
  { aim, maxTargets }: Aimed,
  facts: TargetFacts & TargetReading & { readonly unread?: string },
): Promise<Selected> {
  const candidates = toCandidates(facts.instances, aim.zone, facts)
  const numbers = describeNumbers(candidates, aim)
  const problem = findSelectionProblem(candidates, aim, maxTargets) ?? findBlind(aim, facts.unread)
  if (problem !== undefined) return { ids: [], problem: `${problem}${await describeEachTag(world, aim, candidates)}` }
  const ids = pick(candidates.ids, toTargetCount(aim.selection, candidates.ids.length) ?? 0, world.random.number)
  world.log.record({ kind: 'selected', ids, selection: describeSelection(aim.selection), candidates: candidates.ids.length, numbers })
  return { ids }
}

/** The problem that `keep-running` cannot be checked. Such a guard refuses the run. */
function findBlind({ keepRunning }: AimInputs, unread: string | undefined): string | undefined {
  if (keepRunning === 0 || unread === undefined) return undefined
  return `keep-running cannot be checked, because nobody can see here what other runs are about to interrupt: ${unread}`
}

/** If too few instances match: how many have each tag alone. A failed read leaves this out. */
async function describeEachTag({ ec2 }: Reads, { aim, selection }: AimInputs, { ids }: Candidates): Promise<string> {
  if (aim.by === 'group' || Object.keys(aim.tags).length < 2 || toTargetCount(selection, ids.length) !== undefined) return ''
  const counts = await Promise.all(
    Object.entries(aim.tags).map(async ([key, value]) => {
      const listed = await ec2.listInstances({ [key]: value }).catch(() => undefined)
      return listed === undefined ? [] : [`${withTags(listed, { [key]: value }).length} carry ${key}=${value}`]
    }),
  )
  return counts.flat().length === 0 ? '' : ` Of all instances, ${counts.flat().join(', ')}.`
}

/**
 * Brings the targets up to date: those that are not candidates any more are replaced at random, if that is allowed. Rejects with `refused`
 * if the selection is not possible any more, or if a guard refuses it.
 */
export function reselectTargets(
  world: Pick<ReadWorld, 'random' | 'log'>,
  { aim, before, mayReplace }: { readonly aim: AimInputs; readonly before: readonly string[]; readonly mayReplace: boolean },
  facts: TargetFacts & TargetReading & { readonly unread?: string },
): readonly string[] {
  const candidates = toCandidates(facts.instances, aim.zone, facts)
  const { targets, gone, added } = reselect(before, { candidates: candidates.ids, selection: aim.selection, random: world.random.number })
  if (targets === undefined) throw refuse(describeTooFew(candidates, aim))
  const problem = findKeepProblem(candidates, aim, targets.length) ?? findBlind(aim, facts.unread)
  if (problem !== undefined) throw refuse(problem)
  if (gone.length === 0) return before
  if (!mayReplace) throw refuse(`${gone.join(', ')} can no longer be hit, and targets are replaced only once.`)
  world.log.record({ kind: 'reselected', ids: targets, gone, added, numbers: describeNumbers(candidates, aim) })
  return targets
}

function refuse(why: string): ActionError {
  return new ActionError('refused', `Right before the start, the targets were read again. ${why}`, 'Nothing was interrupted.')
}
