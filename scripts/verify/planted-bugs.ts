/** A bug to plant: in `file`, the text `out` becomes `put`. `out` must stand in the file exactly once. */
export type Bug = { readonly what: string; readonly file: string; readonly out: string; readonly put: string }

/** Each could pass a review, and each would harm a user. */
export const BUGS: readonly Bug[] = [
  {
    what: 'a repeated StartExperiment gets a new client token: two experiments may run',
    file: 'src/aws/fis.ts',
    out: 'clientToken: token, tags: { ...tags } })',
    put: 'clientToken: crypto.randomUUID(), tags: { ...tags } })',
  },
  {
    what: 'a repeated CreateExperimentTemplate gets a new client token: a template is left behind',
    file: 'src/aws/fis-shapes.ts',
    out: '    clientToken: token,\n    description,',
    put: '    clientToken: crypto.randomUUID(),\n    description,',
  },
  {
    what: '`completed` of FIS counts as an interrupted instance',
    file: 'src/model/verdict/ending.ts',
    out: "fis === 'completed' && allLeft && allSettled },",
    put: "fis === 'completed' },",
  },
  {
    what: '`cancelled` is not known as a terminal state',
    file: 'src/model/timeline/snapshot.ts',
    out: "'completed', 'stopped', 'failed', 'cancelled']",
    put: "'completed', 'stopped', 'failed']",
  },
  {
    what: 'the template is deleted before any action started, so a start cannot be repeated',
    file: 'src/steps/watch.ts',
    out: 'if (readStart(timeline()) !== undefined) removal ??=',
    put: 'removal ??=',
  },
  {
    what: 'a batch has six targets, but FIS accepts only five',
    file: 'src/model/plan/template.ts',
    out: 'BATCH_SIZE = 5',
    put: 'BATCH_SIZE = 6',
  },
  {
    what: 'the trust policy loses its condition: any account could make FIS use the role',
    file: 'src/model/plan/policy.ts',
    out: "StringEquals: { 'aws:SourceAccount': place.account },",
    put: '',
  },
  {
    what: 'the time-out comes an hour late',
    file: 'src/model/verdict/ending.ts',
    out: 'return readRequestedMs(timeline) + plan.timeoutMs',
    put: 'return readRequestedMs(timeline) + plan.timeoutMs + 3_600_000',
  },
  {
    what: 'one poll that does not show an instance counts as its end',
    file: 'src/model/verdict/departure.ts',
    out: 'first !== undefined && atMs - first.atMs >= ABSENT_MS',
    put: 'first !== undefined && atMs >= first.atMs',
  },
  {
    what: 'a Spot request code of an earlier experiment counts as evidence',
    file: 'src/model/verdict/cause.ts',
    out: '    code !== before.code ||',
    put: "    code !== '' ||",
  },
  {
    what: 'post treats "not found" in another account as deleted',
    file: 'src/flows/post.ts',
    out: "state.account !== '' && account !== state.account",
    put: "state.account === ''",
  },
  {
    what: 'clean-up deletes a role of the same name that another run created',
    file: 'src/steps/undo.ts',
    out: 'role !== undefined && isOfInvocation(role.tags, state.invocation)',
    put: 'role !== undefined',
  },
  {
    what: 'the ledger entry is written after the create call instead of before it',
    file: 'src/steps/create.ts',
    out: '  ledger.intend(entry)\n  try {\n    const made = await create()',
    put: '  try {\n    const made = await create()\n    ledger.intend(entry)',
  },
  {
    what: 'an empty response of EC2 counts as "no such instances"',
    file: 'src/aws/ec2-shapes.ts',
    out: "promised(reservations, 'reservations')",
    put: '(reservations ?? [])',
  },
  {
    what: 'text from outside can be a command to the runner: `##[` stays in the log',
    file: 'src/report/escape.ts',
    out: ".replaceAll('##[', '## [')",
    put: '',
  },
  {
    what: 'the predicate is PASSED although the step failed',
    file: 'src/report/predicate.ts',
    out: "report.verdict.word === 'survived' && report.result.pass",
    put: "report.verdict.word === 'survived'",
  },
  {
    what: 'a run that was asked to be a rehearsal, and ended early, leaves a predicate',
    file: 'src/runner/publish.ts',
    out: '!rehearsal && !asked.rehearsal && !asked.dryRun',
    put: '!rehearsal',
  },
  {
    what: 'a comment of somebody else with the marker of the job is updated',
    file: 'src/runner/github.ts',
    out: "user?.type !== 'User'",
    put: 'user !== undefined',
  },
  {
    what: 'a reason with the ids of instances stands in the comment on a pull request',
    file: 'src/report/public.ts',
    out: "toPublic(own === 'its own' ? describe(reason) : own(reason))",
    put: 'describe(reason)',
  },
]
