import { toSafe } from '../../src/report/gate.ts'
import type { Sinks } from '../../src/runner/sinks.ts'

/** Sinks that keep what they get. */
export type FakeSinks = Sinks & {
  readonly lines: string[]
  readonly outputs: Record<string, string>
  readonly files: Record<string, string>
  readonly summaries: string[]
}

export function fakeSinks(changes: Partial<Sinks> = {}): FakeSinks {
  const kept = {
    lines: [] as string[],
    outputs: {} as Record<string, string>,
    files: {} as Record<string, string>,
    summaries: [] as string[],
  }
  const { lines, outputs, files, summaries } = kept
  return {
    ...kept,
    print: (more) => void lines.push(...more),
    debug: () => undefined,
    notice: () => undefined,
    fail: () => undefined,
    setOutputs: (more) => void Object.assign(outputs, more),
    saveState: () => true,
    setVariables: () => true,
    appendSummary: (markdown) => void summaries.push(markdown),
    writeTemp: (name, text) => {
      files[name] = text
      return `/temp/${name}`
    },
    mask: () => undefined,
    hide: () => undefined,
    clean: (value) => toSafe(value, []),
    leaving: (text) => text,
    ...changes,
  }
}
