import { countRemaining } from '../targets/guards.ts'
import { describeSelection, least, type Selection, toTargetCount } from '../targets/selection.ts'
import { type Aim, describeAim, type Funnel, narrow, type Selector } from '../targets/selector.ts'
import type { InstanceSnapshot } from '../timeline/snapshot.ts'
import { findUnfit, type TargetFacts } from './target.ts'

/** The candidates among the instances that match an aim, and the number of other instances for each reason. */
export type Candidates = {
  readonly ids: readonly string[]
  readonly funnel: Funnel
  readonly unfit: readonly { readonly reason: string; readonly count: number }[]
}

/** `matching`: the instances that match the aim, each once. `away`: for each other member of the group, why it does not match. */
export function toCandidates(
  matching: readonly InstanceSnapshot[],
  zone: string | null,
  facts: TargetFacts & { readonly away?: readonly string[] },
): Candidates {
  const { eligible, funnel } = narrow(matching, zone)
  const judged = eligible.map((instance) => ({ id: instance.id, reason: findUnfit(instance, facts)?.reason }))
  const reasons = [...judged.flatMap(({ reason }) => reason ?? []), ...(facts.away ?? [])]
  return {
    ids: judged.flatMap(({ id, reason }) => (reason === undefined ? [id] : [])),
    funnel,
    unfit: [...new Set(reasons)].map((reason) => ({ reason, count: reasons.filter((one) => one === reason).length })),
  }
}

type Wish = Selector & { readonly selection: Selection; readonly keepRunning: number }

/** Why no targets can be picked from these candidates, in one sentence; undefined if they can. `max` is the value of max-targets. */
export function findSelectionProblem(candidates: Candidates, wish: Wish, max: number): string | undefined {
  const { selection } = wish
  const of = candidates.ids.length
  const targets = toTargetCount(selection, of)
  if (targets === undefined) return describeTooFew(candidates, wish)
  if (targets > max) {
    const rule = describeSelection(selection)
    return `Too many targets: selection ${rule} of ${of} candidates makes ${targets}, more than max-targets (${max}).`
  }
  return findKeepProblem(candidates, wish, targets)
}

/** Why there are too few candidates: how many match, and why the others are not candidates. Sentences. */
export function describeTooFew(candidates: Candidates, wish: Wish): string {
  const rule = describeSelection(wish.selection)
  const there = candidates.ids.length === 1 ? 'is 1' : `are ${candidates.ids.length}`
  const needed = least(wish.selection)
  const needs = wish.selection.kind === 'PERCENT' ? `${needed} for one target, because it rounds down` : needed
  return `Too few candidates: selection ${rule} needs ${needs}, and there ${there}. ${describeNumbers(candidates, wish)}`
}

/** The problem that fewer than `keep-running` candidates would keep running beside this number of targets; undefined if enough would. */
export function findKeepProblem(candidates: Candidates, wish: Wish, targets: number): string | undefined {
  const of = candidates.ids.length
  const remaining = countRemaining(of, targets)
  if (remaining >= wish.keepRunning) return undefined
  const share = `of ${of} candidates ${targets} would be interrupted, which leaves ${remaining}, fewer than keep-running (${wish.keepRunning})`
  return `Too few instances would keep running: ${share}. ${describeNumbers(candidates, wish)}`
}

/** `12 instances match the tag app=web; 10 are Spot, 8 of these are running, 4 of these are in eu-west-1a. No candidates: 2 …` */
export function describeNumbers({ ids, funnel, unfit }: Candidates, { aim, zone }: Selector): string {
  const { matching, spot, running, inZone } = funnel
  const steps = [`${spot} ${spot === 1 ? 'is' : 'are'} Spot`, `${running} of these ${isAre(running)} running`]
  if (zone !== null) steps.push(`${inZone} of these ${isAre(inZone)} in ${zone}`)
  const others = unfit.map(({ reason, count }) => `${count} ${reason}`).join(', ')
  const rest = others === '' ? '' : ` No candidates: ${others}.`
  return `${describeMatching(aim, matching)}; ${steps.join(', ')}; ${ids.length} ${ids.length === 1 ? 'is a candidate' : 'are candidates'}.${rest}`
}

function describeMatching(aim: Aim, count: number): string {
  const what = `${count} instance${count === 1 ? '' : 's'}`
  return aim.by === 'group'
    ? `${what} ${isAre(count)} InService in ${describeAim(aim)}`
    : `${what} ${count === 1 ? 'carries' : 'carry'} ${describeAim(aim)}`
}

function isAre(count: number): string {
  return count === 1 ? 'is' : 'are'
}
