/** Credentials for the simulated AWS, which accepts any, and nothing of the person who runs a bench. */
export const BENCH_CREDENTIALS = {
  AWS_ACCESS_KEY_ID: 'AKIDBENCH',
  AWS_SECRET_ACCESS_KEY: 'bench',
  AWS_EC2_METADATA_DISABLED: 'true',
} as const

/** What the action needs of a runner, for a run in a bench. */
export const BENCH_ENV = {
  ...BENCH_CREDENTIALS,
  SPOT_INTERRUPT_REHEARSAL: 'true',
  GITHUB_REPOSITORY: 'octo/service',
  GITHUB_RUN_ID: '1',
} as const
