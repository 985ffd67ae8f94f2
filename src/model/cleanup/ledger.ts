import * as v from 'valibot'

const VERSION = 1

const entrySchema = v.object({
  kind: v.picklist(['role', 'template', 'experiment']),
  /** What is known before the create call: the role's name; for template and experiment the client token. */
  name: v.string(),
  /** What AWS answered; absent while, or if, the answer never came. */
  id: v.optional(v.string()),
  /** For an experiment: the template it is started from. */
  templateId: v.optional(v.string()),
  /** True for what the user wants to keep: it is recorded, and never deleted. */
  keep: v.optional(v.boolean()),
})

const stateSchema = v.object({
  version: v.literal(VERSION),
  invocation: v.string(),
  account: v.string(),
  partition: v.string(),
  region: v.string(),
  timezone: v.string(),
  /** Whether all of it is in a simulated AWS. */
  rehearsal: v.optional(v.boolean()),
  /** True once main has come to its own end: it creates nothing more. */
  closed: v.optional(v.boolean()),
  entries: v.array(entrySchema),
})

/** One thing that this run made, or was about to make. */
export type Entry = Readonly<v.InferOutput<typeof entrySchema>>

/** The ledger as it is saved: account and region, the invocation that owns all entries, and the entries. */
export type LedgerState = Readonly<Omit<v.InferOutput<typeof stateSchema>, 'entries'>> & { readonly entries: readonly Entry[] }

/** The one mutable thing: everything made, written before and after each creation, read by clean-up. Every change is saved at once. */
export type Ledger = {
  /** Undefined until `open` is called. */
  readonly state: () => LedgerState | undefined
  /** Once, before anything is created. The account is '' until AWS has named it: see `setAccount`. */
  readonly open: (state: Omit<LedgerState, 'version' | 'entries' | 'closed'>) => void
  /** The account of the caller, as soon as it is known. Entries stay. */
  readonly setAccount: (account: string) => void
  /** Before the create call. */
  readonly intend: (entry: Entry) => void
  /** After it: the id that AWS gave. */
  readonly settle: (name: string, id: string) => void
  /** Gone from AWS, so gone from here. */
  readonly drop: (name: string) => void
  /** At the end of main. A ledger that post finds open belongs to a main that was killed, or still runs. */
  readonly close: () => void
}

/** `save` gets the whole ledger as JSON at every change; the last one wins. */
export function createLedger(save: (json: string) => void, start?: LedgerState): Ledger {
  let state = start
  const write = (next: LedgerState) => {
    state = next
    save(JSON.stringify(next))
  }
  const opened = (): LedgerState => {
    if (state === undefined) throw new Error('the ledger is written before it was opened')
    return state
  }
  const change = (edit: (entries: readonly Entry[]) => readonly Entry[]) => {
    const known = opened()
    write({ ...known, entries: edit(known.entries) })
  }
  return {
    state: () => state,
    open: (where) => {
      if (state !== undefined) throw new Error('the ledger is opened twice')
      write({ ...where, version: VERSION, entries: [] })
    },
    setAccount: (account) => write({ ...opened(), account }),
    intend: (entry) => change((entries) => [...entries, entry]),
    settle: (name, id) => change((entries) => entries.map((entry) => (entry.name === name ? { ...entry, id } : entry))),
    drop: (name) => change((entries) => entries.filter((entry) => entry.name !== name)),
    close: () => {
      if (state !== undefined) write({ ...state, closed: true })
    },
  }
}

/** The saved ledger; undefined for what this version cannot read. */
export function parseLedger(json: string): LedgerState | undefined {
  try {
    const parsed = v.safeParse(stateSchema, JSON.parse(json))
    return parsed.success ? parsed.output : undefined
  } catch {
    return undefined
  }
}
