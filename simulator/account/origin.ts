export type Tags = Readonly<Record<string, string>>

/** Who put a resource there: a caller of the API, the seed, or AWS itself (service-linked roles). */
export type Origin = { readonly made: 'api' | 'seed' | 'aws'; readonly foreign: boolean }
