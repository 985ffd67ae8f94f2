export type Tags = Readonly<Record<string, string>>

/**
 * Who created a resource: a caller of the API, the seed, or AWS itself (service-linked roles). `foreign`: it belongs to somebody else than
 * the job.
 */
export type Origin = { readonly made: 'api' | 'seed' | 'aws'; readonly foreign: boolean }
