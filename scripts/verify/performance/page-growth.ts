/** How a run grows, as tables of docs/performance.md. */
import { markdownTable } from 'markdown-table'
import { SPACE } from './page-files.ts'
import type { GrowthCell, GrowthFile } from './shapes.ts'

const HEAD = [
  ...['duration', 'instances', 'probes', 'sources of capacity', 'calls', 'to the evidence', 'calls a minute'],
  ...['CPU', 'of a core', 'peak memory', 'start-up'],
]

export function growthPart({ cells, download, loadedBytes }: GrowthFile): string {
  const archive =
    download.archiveGzipBytes === null ? '' : ` A runner downloads the archive of the repository, ${toKb(download.archiveGzipBytes)}.`
  const loaded = loadedBytes === null ? '' : ` A plain run loads ${toKb(loadedBytes)} of it.`
  return [
    `<details><summary>All ${cells.length} runs</summary>\n\n${markdownTable([HEAD, ...cells.map(toRow)])}\n\n</details>`,
    `\`action.yml\` and \`dist\` are ${toKb(download.shippedBytes)}, and ${toKb(download.shippedGzipBytes)} with gzip.${archive}${loaded}`,
  ].join('\n\n')
}

function toRow(cell: GrowthCell): readonly string[] {
  const { duration, instances, probes, capacity } = cell
  return [
    duration,
    ...[instances, probes, capacity, cell.totalCalls, cell.callsToEvidence].map(String),
    cell.callsPerMinute.toFixed(1),
    `${cell.cpu.toFixed(2)}${SPACE}s`,
    `${(cell.idleShare * 100).toFixed(2)}${SPACE}%`,
    `${cell.memoryMb.toFixed(0)}${SPACE}MB`,
    `${cell.startup.toFixed(2)}${SPACE}s`,
  ]
}

function toKb(bytes: number): string {
  return `${(bytes / 1000).toFixed(0)}${SPACE}KB`
}
