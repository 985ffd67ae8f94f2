/** A count with its noun: `1 probe`, `2 probes`, `0 probes`. `many` is the plural of a noun that does not add an `s`. */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`
}
