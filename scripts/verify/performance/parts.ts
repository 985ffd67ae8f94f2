/** Chooses the files that a call of the bench runs. */

/** The parts that a word after `npm run bench --` chooses. */
export const PARTS = {
  rivals: 'performance/rivals.ts',
  growth: 'performance/growth.ts',
  lag: 'performance/lag.ts',
  page: 'performance/page.ts',
} as const

export type Part = keyof typeof PARTS

/** A file, from the folder of the bench, and its arguments. */
export type Step = readonly [string, ...string[]]

/**
 * The steps of a call, in their order. Words before the first option choose parts, and every part gets the rest. Throws for a word that is
 * not a part.
 */
export function planBench(words: readonly string[]): readonly Step[] {
  const first = words.findIndex((word) => word.startsWith('-'))
  const [chosen, options] = first < 0 ? [words, []] : [words.slice(0, first), words.slice(first)]
  const [rounds = ''] = chosen
  if (chosen.length === 0 || (chosen.length === 1 && /^\d+$/.test(rounds)))
    return [['cancel.ts'], ['bench.ts', ...chosen], ['bench-simulator.ts']]
  return chosen.map((word): Step => {
    if (!isPart(word)) throw new Error(`The bench has no part ${word}. It has: ${Object.keys(PARTS).join(', ')}.`)
    return [PARTS[word], ...options]
  })
}

function isPart(word: string): word is Part {
  return Object.hasOwn(PARTS, word)
}
