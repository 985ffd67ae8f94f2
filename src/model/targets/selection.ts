/** How many of the candidates become targets: all, a number, or a share in per cent, rounded down. */
export type Selection = { readonly kind: 'ALL' } | { readonly kind: 'COUNT' | 'PERCENT'; readonly n: number }

/** Gives a random number from 0 (included) to 1 (excluded). */
export type RandomNumber = () => number

/** `ALL`, `COUNT(n)` with n of at least 1, or `PERCENT(n)` with n from 1 to 100; undefined for anything else. */
export function parseSelection(text: string): Selection | undefined {
  if (text === 'ALL') return { kind: 'ALL' }
  const [, kind, digits = ''] = /^(COUNT|PERCENT)\((\d{1,6})\)$/.exec(text) ?? []
  const n = Number(digits)
  if (kind === 'COUNT' && n >= 1) return { kind, n }
  return kind === 'PERCENT' && n >= 1 && n <= 100 ? { kind, n } : undefined
}

/** The selection as the input has it: `ALL`, `COUNT(2)`, `PERCENT(50)`. */
export function describeSelection(selection: Selection): string {
  return selection.kind === 'ALL' ? 'ALL' : `${selection.kind}(${selection.n})`
}

/**
 * The number of targets that a selection gives for a number of candidates; undefined if they are too few. `least` gives the number that it
 * needs.
 */
export function toTargetCount(selection: Selection, candidates: number): number | undefined {
  const count =
    selection.kind === 'COUNT' ? selection.n : selection.kind === 'ALL' ? candidates : Math.floor((candidates * selection.n) / 100)
  return candidates < least(selection) ? undefined : count
}

/** The smallest number of candidates that gives a target. */
export function least(selection: Selection): number {
  if (selection.kind === 'ALL') return 1
  return selection.kind === 'COUNT' ? selection.n : Math.ceil(100 / selection.n)
}

/** Picks `count` of these ids at random, each at most once. The result is sorted, and does not depend on the order of `ids`. */
export function pick(ids: readonly string[], count: number, random: RandomNumber): readonly string[] {
  const pool = [...new Set(ids)].toSorted()
  const picked: string[] = []
  while (picked.length < count && pool.length > 0) picked.push(...pool.splice(Math.floor(random() * pool.length), 1))
  return picked.toSorted()
}

/** Targets that were picked before, brought up to date with the current candidates; `targets` is undefined if these are too few. */
export type Reselected = {
  readonly targets: readonly string[] | undefined
  readonly gone: readonly string[]
  readonly added: readonly string[]
}

/**
 * Keeps the targets that are still candidates, and adds others at random. There are never more targets than before, and never more than the
 * selection gives for the current candidates.
 */
export function reselect(
  before: readonly string[],
  now: { readonly candidates: readonly string[]; readonly selection: Selection; readonly random: RandomNumber },
): Reselected {
  const { selection, random } = now
  const candidates = new Set(now.candidates)
  const fit = before.filter((id) => candidates.has(id))
  const allowed = toTargetCount(selection, candidates.size)
  const gone = before.filter((id) => !candidates.has(id))
  if (allowed === undefined) return { targets: undefined, gone, added: [] }
  const count = Math.min(before.length, allowed)
  const kept = fit.length > count ? pick(fit, count, random) : fit
  const others = now.candidates.filter((id) => !before.includes(id))
  const added = pick(others, count - kept.length, random)
  return { targets: [...kept, ...added].toSorted(), gone: before.filter((id) => !kept.includes(id)), added }
}
