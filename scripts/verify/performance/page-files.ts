/** The raw values in docs/performance. A part of the bench without saved values has no file. */
import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { LagFile } from './lag-shapes.ts'
import type { GrowthFile, RivalsFile } from './shapes.ts'

export const FOLDER = resolve(import.meta.dirname, '../../../docs/performance')

/** A space between a number and its unit, without a line break. */
export const SPACE = '\u00a0'

export type Files = {
  readonly rivals: RivalsFile | undefined
  readonly lag: LagFile | undefined
  readonly growth: GrowthFile | undefined
}

export function readFiles(folder = FOLDER): Files {
  return { rivals: read(join(folder, 'rivals.json')), lag: read(join(folder, 'lag.json')), growth: read(join(folder, 'growth.json')) }
}

function read<T>(path: string): T | undefined {
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : undefined
}

/** `2026-01-31` */
export function toDay({ date }: { readonly date: string }): string {
  return date.slice(0, 10)
}

/** How many rounds the figures of contenders come from. */
export function toRounds(rounds: number): string {
  return rounds === 1 ? 'One run' : `Medians of ${rounds} runs`
}
