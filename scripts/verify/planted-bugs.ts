/**
 * A bug to plant: `put` replaces `out`, a text that `file` must contain exactly once. `what` describes the bug. `test`: the file to run
 * before all end-to-end tests, if only one of those is likely to notice it.
 */
export type Bug = {
  readonly what: string
  readonly file: string
  readonly out: string
  readonly put: string
  readonly test?: string
}

/** The bugs. Each could pass a review, and each would harm a user. */
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
    file: 'src/model/timeline/timeout.ts',
    out: 'return readRequestedMs(timeline) + timeoutMs',
    put: 'return readRequestedMs(timeline) + timeoutMs + 3_600_000',
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
    what: 'a share of the candidates is rounded up: more instances are hit than asked for',
    file: 'src/model/targets/selection.ts',
    out: 'Math.floor((candidates * selection.n) / 100)',
    put: 'Math.ceil((candidates * selection.n) / 100)',
  },
  {
    what: 'an instance whose tag only fits EC2’s pattern becomes a target',
    file: 'src/model/targets/selector.ts',
    out: 'Object.hasOwn(one.tags, key) && one.tags[key] === value',
    put: 'Object.hasOwn(one.tags, key) && value !== undefined',
  },
  {
    what: 'exclude-tags without a value excludes nothing',
    file: 'src/model/targets/guards.ts',
    out: '(value === null || tags[key] === value)',
    put: 'tags[key] === value',
  },
  {
    what: 'keep-running counts the targets among those that keep running',
    file: 'src/model/targets/guards.ts',
    out: 'return candidates - targets',
    put: 'return candidates + 0 * targets',
  },
  {
    what: 'a target that was picked is not read again right before the start',
    file: 'src/steps/confirm.ts',
    out: 'if (ids === plan.instanceIds) return plan\n  const added',
    put: 'if (ids !== undefined) return plan\n  const added',
  },
  {
    what: 'a stop alarm in ALARM does not fail the step',
    file: 'src/model/verdict/conclusion.ts',
    out: "state === 'ALARM' ? [arn]",
    put: "state === 'OK' ? []",
  },
  {
    what: 'a run starts although a stop alarm is in ALARM already',
    file: 'src/model/plan/alarms.ts',
    out: "state === 'ALARM'",
    put: "state === ''",
  },
  {
    what: 'an early stop passes although the target was interrupted',
    file: 'src/model/verdict/early-stop.ts',
    out: "return outcome === 'running' || (outcome",
    put: "return outcome !== 'unknown' || (outcome",
  },
  {
    what: 'an early stop is sent as soon as one action has started: the others never send their recommendation',
    file: 'src/steps/watch.ts',
    out: 'actions.length > 0 && actions.every(',
    put: 'actions.some(',
  },
  {
    what: 'the job may pass the experiment role to any service',
    file: 'src/model/plan/role-permissions.ts',
    out: "  equals: { 'iam:PassedToService': SERVICE },\n",
    put: '',
  },
  {
    what: 'the job may start experiments from anybody’s templates',
    file: 'src/model/plan/permissions.ts',
    out: "actions: ['fis:StartExperiment'],\n    resources: [TEMPLATES],\n    equals: TAGGED,",
    put: "actions: ['fis:StartExperiment'],\n    resources: [TEMPLATES],",
  },
  {
    what: 'a dry run can write',
    file: 'src/aws/retry.ts',
    out: 'if (readOnly && !READS.test(about.action))',
    put: 'if (readOnly && about.action === "")',
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
    out: '!rehearsal && !kind.rehearsal && !kind.dryRun',
    put: '!rehearsal',
  },
  {
    what: 'a comment of somebody else with the marker of the job is updated',
    file: 'src/runner/github.ts',
    out: "user?.type !== 'User'",
    put: 'user !== undefined',
    test: 'test/e2e/comment.test.ts',
  },
  {
    what: 'a reason with the ids of instances stands in the comment on a pull request',
    file: 'src/report/public.ts',
    out: "toPublic(own === 'its own' ? describeReason(reason) : own(reason))",
    put: 'describeReason(reason)',
  },
  {
    what: 'a rehearsal has the sign of a pass',
    file: 'src/report/signs.ts',
    out: "rehearsal && state === 'kept' ? REHEARSED : SIGNS[state]",
    put: 'rehearsal ? SIGNS[state] : SIGNS[state]',
  },
  {
    what: 'a figure beyond its limit has the sign of one within it',
    file: 'src/report/figures.ts',
    out: "if (verdict.red.some(isAbout)) return 'broken'",
    put: "if (verdict.red.some(isAbout)) return 'kept'",
  },
  {
    what: 'a dead target that its group still shows counts as capacity',
    file: 'src/model/capacity/reading.ts',
    out: 'member.serving && !isOn(member, without)',
    put: 'member.serving',
  },
  {
    what: 'a capacity is back by polls from before the target left',
    file: 'src/model/capacity/back.ts',
    out: 'moment.sentMs > leftMs &&',
    put: '',
  },
]
