/**
 * The shapes of the raw figures that the bench keeps: docs/performance/rivals.json is a `RivalsFile`, and docs/performance/growth.json is a
 * `GrowthFile`. Seconds and megabytes (1 MB is 1024 × 1024 bytes) unless a name says otherwise.
 */

/** The machine that measured. */
export type Machine = {
  /** The model of the processor, as the operating system names it. */
  readonly cpu: string
  readonly cores: number
  readonly memoryMb: number
  /** Operating system and architecture: `linux x64`. */
  readonly platform: string
  /** The version of Node that ran the action and the simulator: `v24.1.0`. */
  readonly node: string
}

/** The members at the beginning of every file of figures. */
type Head = {
  /** When the bench began, in UTC: `2026-01-31T12:00:00.000Z`. */
  readonly date: string
  readonly machine: Machine
  /** How it was measured: one plain sentence for each term. The page shows them. */
  readonly method: Readonly<Record<string, string>>
}

/** Numbers of calls by service and operation: `{ 'fis:GetExperiment': 4 }`. */
export type Calls = Readonly<Record<string, number>>

/** A value and its limit. */
export type Check = {
  /** What is limited: `CPU, this action to the scripts`. */
  readonly name: string
  readonly value: number
  /** The largest value that is wanted. */
  readonly limit: number
  /** `s`, `MB`, `calls`, or `x` for a ratio. */
  readonly unit: 's' | 'MB' | 'calls' | 'x'
  /** The bench fails when the value is above the limit times this. Null for a limit that never fails it: seconds depend on the machine. */
  readonly slack: number | null
  /** Whether the value is at most the limit. */
  readonly met: boolean
}

export type RivalsFile = Head & {
  readonly kind: 'rivals'
  readonly rounds: number
  /** ISO 8601: `PT2M`. */
  readonly duration: string
  /** The switches of the simulated AWS that differ from its defaults. */
  readonly switches: Readonly<Record<string, unknown>>
  /** How much longer a call takes in the runs with network delay, in milliseconds. */
  readonly delayMs: number
  readonly contenders: readonly ContenderRecord[]
  /** Contenders that could not run, and why. */
  readonly skipped: readonly { readonly id: ContenderId; readonly title: string; readonly why: string }[]
  readonly checks: readonly Check[]
}

/** `ours-…-delayed` are runs of the action with network delay. */
export type ContenderId =
  | 'scripts'
  | 'interrupter'
  | 'naive-experiment'
  | 'ours-experiment'
  | 'ours-interruption'
  | 'ours-experiment-delayed'
  | 'ours-interruption-delayed'

/**
 * What ends the wait of a contender: `experiment`, FIS reports the end of the experiment; `interruption`, EC2 shows that the instance has
 * left; `clock`, two minutes have passed since FIS reported the end, without a look at EC2.
 */
export type WaitsFor = 'experiment' | 'interruption' | 'clock'

export type ContenderRecord = {
  readonly id: ContenderId
  readonly title: string
  /** The version of the rival, if it tells one: `aws-cli/1.45.11`. */
  readonly version: string | null
  readonly waitsFor: WaitsFor
  readonly delayed: boolean
  /** One for each round. */
  readonly runs: readonly RivalRun[]
  /** A run that gets Ctrl-C while the experiment runs; null for the contenders that differ from another only in what they wait for. */
  readonly cancelled: EndedRun | null
  /** A run whose experiment fails; null as above. */
  readonly failed: EndedRun | null
}

export type RivalRun = {
  /** From 1. */
  readonly round: number
  /** Its place in the random order of the round, from 1. */
  readonly place: number
  /** From the start of its first process to the end of its last, post of the action included, without the time between two stages. */
  readonly wall: number
  /** The time of FIS and EC2, by the simulator's clock: from the answer to StartExperiment to the change that ends the wait. */
  readonly aws: number
  /** `wall` less `aws`; the sum of the three below. */
  readonly overhead: number
  /** From the start of the first process to the answer to StartExperiment. */
  readonly before: number
  /** From the change to the first read that can show it; null if no read follows the change, which counts as 0 in the sum. */
  readonly noticing: number | null
  /** From that read, or from the change, to the end. */
  readonly after: number
  /** User and system time of the process tree. */
  readonly cpu: number
  /** Peak memory of the largest process of the tree. */
  readonly memoryMb: number
  readonly calls: Calls
  /** Whether it made a call to EC2 after the start of the experiment. */
  readonly watchesEc2: boolean
  /** What is left in the account at its end: `template`, `experiment` (it still runs), `role`. */
  readonly left: readonly string[]
  readonly code: number
}

/** The end of a contender after Ctrl-C or a failed experiment, including post of the action. */
export type EndedRun = {
  /** The exit code; null if a signal ended it. */
  readonly code: number | null
  readonly signal: string | null
  /** From Ctrl-C, or from the failure of the experiment, to its end. */
  readonly tookSeconds: number
  /** As `left` of a run. */
  readonly left: readonly string[]
}

export type GrowthFile = Head & {
  readonly kind: 'growth'
  readonly cells: readonly GrowthCell[]
  /** What a run of the smallest cell loads of dist, in bytes; null if no such cell ran. */
  readonly loadedBytes: number | null
  readonly download: Download
  readonly checks: readonly Check[]
}

/** What a runner downloads, in bytes. */
export type Download = {
  /** action.yml and dist, as one tar file, with gzip: what a run needs. */
  readonly shippedGzipBytes: number
  /** The same without compression. */
  readonly shippedBytes: number
  /** The whole repository with gzip, as git archives HEAD: a runner downloads such an archive. Null outside a clone. */
  readonly archiveGzipBytes: number | null
}

export type GrowthCell = {
  /** 1, 5 or 50. */
  readonly instances: number
  /** ISO 8601: `PT2M` or `PT15M`. */
  readonly duration: string
  /** 0 or 20. */
  readonly probes: number
  /** The number of sources of capacity: 0 or 3. */
  readonly capacity: number
  /** Of main. */
  readonly wall: number
  /** Calls of main and post. */
  readonly calls: Calls
  readonly totalCalls: number
  readonly callsPerMinute: number
  /** Calls until the interruption of the last target is proved. Later calls clean up, or judge the service. */
  readonly callsToEvidence: number
  /** User and system time of main. */
  readonly cpu: number
  /** Share of one core, from 40 s after the start of the process to 10 s before the interruption is due. */
  readonly idleShare: number
  /** Largest resident set of main (VmHWM). */
  readonly memoryMb: number
  /** From the start of the process to the arrival of its first request. */
  readonly startup: number
  /** Bytes of the files of dist that main loaded. */
  readonly loadedBytes: number
  /** The output `verdict`. */
  readonly verdict: string
}
