/** A bug to plant: where, what is taken out (it must stand there exactly once), and what is put in its place. */
export type Bug = { readonly what: string; readonly file: string; readonly out: string; readonly put: string }

/** Each would be believable in a review, and each would hurt a user. */
export const BUGS: readonly Bug[] = [
  {
    what: 'a repeated StartExperiment gets a new client token: two experiments may run',
    file: 'src/aws/fis.ts',
    out: 'clientToken: token, tags: { ...tags } })',
    put: 'clientToken: crypto.randomUUID(), tags: { ...tags } })',
  },
  {
    what: 'a repeated CreateExperimentTemplate gets a new client token: a template is left behind',
    file: 'src/aws/fis.ts',
    out: '    clientToken: token,\n    description,',
    put: '    clientToken: crypto.randomUUID(),\n    description,',
  },
  {
    what: "FIS's `completed` is taken for an interrupted instance",
    file: 'src/model/verdict/ending.ts',
    out: 'return haveLeft(moment) && isDone(moment) ?',
    put: 'return haveLeft(moment) || isDone(moment) || plan.waitFor ?',
  },
  {
    what: '`cancelled` is not known as an end',
    file: 'src/model/timeline/snapshot.ts',
    out: "'completed', 'stopped', 'failed', 'cancelled']",
    put: "'completed', 'stopped', 'failed']",
  },
  {
    what: 'the template is deleted before any action started, so a start can not be repeated',
    file: 'src/steps/watch.ts',
    out: 'if (readStart(timeline()) !== undefined) removal ??=',
    put: 'removal ??=',
  },
  {
    what: 'six targets in a batch, where FIS takes five',
    file: 'src/model/plan/template.ts',
    out: 'BATCH_SIZE = 5',
    put: 'BATCH_SIZE = 6',
  },
  {
    what: 'the trust policy loses its condition: any account could have FIS use the role',
    file: 'src/model/plan/policy.ts',
    out: "StringEquals: { 'aws:SourceAccount': place.account },",
    put: '',
  },
  {
    what: 'the time-out does not fire for an hour',
    file: 'src/model/verdict/ending.ts',
    out: 'return readRequestedMs(timeline) + plan.timeoutMs',
    put: 'return readRequestedMs(timeline) + plan.timeoutMs + 3_600_000',
  },
  {
    what: 'one poll that does not show an instance is taken for its end',
    file: 'src/model/verdict/departure.ts',
    out: 'first !== undefined && atMs - first.atMs >= ABSENT_MS',
    put: 'first !== undefined && atMs >= first.atMs',
  },
  {
    what: 'a Spot request code of an earlier experiment is taken for evidence',
    file: 'src/model/verdict/cause.ts',
    out: '    code !== before.code ||',
    put: '    code !== "" ||',
  },
  {
    what: 'post takes "not found" in another account for "gone"',
    file: 'src/flows/post.ts',
    out: "state.account !== '' && account !== state.account",
    put: "state.account === ''",
  },
  {
    what: 'clean-up deletes a role of the same name that another run made',
    file: 'src/steps/undo.ts',
    out: 'role !== undefined && isOfInvocation(role.tags, state.invocation)',
    put: 'role !== undefined',
  },
  {
    what: 'a creation is written down after the call instead of before',
    file: 'src/steps/create.ts',
    out: '  ledger.intend(entry)\n  try {\n    const made = await create()',
    put: '  try {\n    const made = await create()\n    ledger.intend(entry)',
  },
  {
    what: 'an empty answer of EC2 is taken for "no such instances"',
    file: 'src/aws/ec2.ts',
    out: "promised(page.Reservations, 'reservations')",
    put: '(page.Reservations ?? [])',
  },
  {
    what: 'what is said from outside can speak to the runner: `##[` stays in the log',
    file: 'src/report/escape.ts',
    out: ".replaceAll('##[', '## [')",
    put: '',
  },
]
