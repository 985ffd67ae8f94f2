import { flag, type ReadInput } from './field.ts'

/** The kind of run that the inputs request. It is known even if other inputs are bad. */
export type RunKind = { readonly rehearsal: boolean; readonly dryRun: boolean }

/** Reads the kind of run. `read` returns the value of the environment if the input is empty. */
export function readRunKind(read: ReadInput): RunKind {
  const isTrue = (name: string) => flag('false').parse(read(name).trim()) === true
  return { rehearsal: isTrue('rehearsal'), dryRun: isTrue('dry-run') }
}
