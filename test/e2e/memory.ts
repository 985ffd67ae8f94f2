/** Preloaded into a process of which the peak of memory is wanted, in KiB, in the file that MEMORY_PEAK names. */
import { writeFileSync } from 'node:fs'

process.on('exit', () => writeFileSync(process.env.MEMORY_PEAK ?? '', String(process.resourceUsage().maxRSS)))
