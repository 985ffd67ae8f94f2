/**
 * Scheduled acts, each with its moment, carried out in order of time. An act may schedule others, at its own moment or later. One long
 * advance gives the same result as several short ones.
 */
export type Agenda = {
  /** A moment that has passed counts as now. Acts of the same moment run in the order in which they were added. */
  readonly add: (at: number, act: (at: number) => void) => void
  /** Runs every act that is due up to a moment, including this moment. */
  readonly advance: (until: number) => void
}

type Item = { readonly at: number; readonly act: (at: number) => void }

/** An empty agenda. An act that is added for a moment that has passed is due at once. */
export function createAgenda(): Agenda {
  const due: Item[] = []
  let now = Number.NEGATIVE_INFINITY
  return {
    add: (moment, act) => {
      const at = Math.max(moment, now)
      const index = due.findIndex((item) => item.at > at)
      due.splice(index < 0 ? due.length : index, 0, { at, act })
    },
    advance: (until) => {
      for (let item = due[0]; item !== undefined && item.at <= until; item = due[0]) {
        due.shift()
        now = item.at
        item.act(item.at)
      }
    },
  }
}

/** The values that something had, each from its moment on, in order of time. */
export type Log<T> = { readonly at: number; readonly value: T }[]

/** The latest value that a log has by `at`; undefined before its first one. */
export function valueAt<T>(log: Log<T>, at: number): T | undefined {
  return log.findLast((entry) => entry.at <= at)?.value
}
