/** The machine that measures, and the file that keeps what it measured. */
import { mkdir, writeFile } from 'node:fs/promises'
import { cpus, totalmem } from 'node:os'
import { join, resolve } from 'node:path'
import type { LagFile } from './lag-shapes.ts'
import type { GrowthFile, Machine, RivalsFile } from './shapes.ts'

export const root = resolve(import.meta.dirname, '../../..')

/** Throws if there is no /proc, which shows the usage of a process. */
export function requireLinux(): void {
  if (process.platform !== 'linux') throw new Error('This part of the bench reads /proc, so it needs Linux.')
}

export function describeMachine(): Machine {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memoryMb: Math.round(totalmem() / 1024 / 1024),
    platform: `${process.platform} ${process.arch}`,
    node: process.version,
  }
}

/** Keeps the figures as docs/performance/<kind>.json. */
export async function keep(file: RivalsFile | GrowthFile | LagFile): Promise<void> {
  const folder = join(root, 'docs/performance')
  const text = JSON.stringify(file, null, 2)
  if (text.includes(root)) throw new Error('the figures hold a path of this machine')
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, `${file.kind}.json`), `${text}\n`)
  console.log(`\nKept in docs/performance/${file.kind}.json.`)
}
