import * as v from 'valibot'

const VERSION = 1

const entrySchema = v.object({
  kind: v.picklist(['role', 'template', 'experiment']),
  /** The name that is known before the create call: the name of a role; for a template or an experiment, the client token. */
  name: v.string(),
  /** The id that AWS answered; absent until the answer comes. */
  id: v.optional(v.string()),
  /** For an experiment: the template that it is started from. */
  templateId: v.optional(v.string()),
  /** True for a resource that the user wants to keep. It is recorded, and never deleted. */
  keep: v.optional(v.boolean()),
})

const stateSchema = v.object({
  version: v.literal(VERSION),
  invocation: v.string(),
  account: v.string(),
  partition: v.string(),
  region: v.string(),
  timezone: v.string(),
  /** Whether the entries are in a simulated AWS. */
  rehearsal: v.optional(v.boolean()),
  /** True once main has ended by itself. It creates nothing more then. */
  closed: v.optional(v.boolean()),
  entries: v.array(entrySchema),
})

/** One resource that this run created, or was about to create. */
export type Entry = Readonly<v.InferOutput<typeof entrySchema>>

/** The ledger as it is saved: account and region, the invocation that owns all entries, and the entries. */
export type LedgerState = Readonly<Omit<v.InferOutput<typeof stateSchema>, 'entries'>> & { readonly entries: readonly Entry[] }

/**
 * The record of everything that the run creates: written before and after each creation, read by clean-up. It is the only mutable record,
 * and every change is saved at once.
 */
export type Ledger = {
  /** Undefined until `open` is called. */
  readonly state: () => LedgerState | undefined
  /** Call it once, before anything is created. The account is '' until AWS has named it, see `setAccount`. */
  readonly open: (state: Omit<LedgerState, 'version' | 'entries' | 'closed'>) => void
  /** Sets the account of the caller, as soon as it is known. The entries stay. */
  readonly setAccount: (account: string) => void
  /** Call it before the create call. */
  readonly intend: (entry: Entry) => void
  /** Call it after the create call, with the id that AWS gave. */
  readonly settle: (name: string, id: string) => void
  /** Removes the entry of a resource that AWS has no more. */
  readonly drop: (name: string) => void
  /** Call it at the end of main. If post finds the ledger open, main was killed, or is still running. */
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

/** The saved ledger; undefined if this version cannot read it. */
export function parseLedger(json: string): LedgerState | undefined {
  try {
    const parsed = v.safeParse(stateSchema, JSON.parse(json))
    return parsed.success ? parsed.output : undefined
  } catch {
    return undefined
  }
}
