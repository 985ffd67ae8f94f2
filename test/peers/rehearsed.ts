/**
 * The workflows of examples/ in a rehearsal: nothing is added but the rehearse step before each credentials step. No simulator of the test, no
 * address and no credentials: all this is the rehearsal's own work. The credentials step is replaced by a stand-in that makes its calls.
 * Left out: reusable-gate.yml, because the jobs of a workflow that is called have steps of their own, and attested-gate.yml, because its steps need
 * a registry of images and GitHub's attestations.
 */
import { doesNotMatch, equal, match, ok } from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { endProcesses, findProcesses } from '../fakes/processes.ts'
import { change, type Ended, REGION, startAct, toFaster } from './act.ts'
import type { Scenario } from './table.ts'
import { root } from './tools.ts'

/** The step before which the rehearse step stands. */
const CREDENTIALS = /^( +)- name: AWS credentials$/gm
const SPEED = 40
/** Probes have time-outs of their own, which shrink with the speed. */
const PROBE_SPEED = 8
/** A service that watches its instance every second of real time. */
const SERVICE_SPEED = 4
const FIRST_PORT = 18_080

/** One of a workflow. */
function expression(text: string): string {
  return `\${{ ${text} }}`
}

type Rehearsal = {
  /** The inputs of the rehearse step. */
  readonly rehearse?: Readonly<Record<string, string>>
  readonly event?: string
  readonly inputs?: Readonly<Record<string, string>>
  readonly speed?: number
  /** What is written otherwise in the workflow: only on lines that the example asks its user to change. */
  readonly changes?: Readonly<Record<string, string>>
  /** How many jobs there are: each has a rehearsal of its own. */
  readonly jobs?: number
}

/** What a run of long ago left. */
const LEFTOVER = `seed:
  templates:
    - id: EXTleft
      region: \${{ matrix.region }}
      foreign: false
      tags:
        ManagedBy: spot-interrupt
        spot-interrupt:run: octo/service/4711/1
        spot-interrupt:invocation: 2f1c9a52-7a35-4c0e-9d5e-0d2f6a1b3c4d
        spot-interrupt:created-at: '2025-01-01T00:00:00.000Z'
        spot-interrupt:expires-at: '2025-01-01T01:00:00.000Z'
        spot-interrupt:mode: interruption
`

export function rehearsalScenarios(act: string): readonly Scenario[] {
  const form = { 'instance-id': 'i-0123456789abcdef0', duration: '2m', region: REGION, mode: 'interruption' }
  const group = (name: string) => ({ instances: '3', 'auto-scaling-group': name })
  const passes = (file: string, rehearsal: Rehearsal, judge: (ended: Ended) => void = () => undefined): Scenario => ({
    name: `${file} in a rehearsal`,
    run: async () => {
      const ended = await rehearse(act, file, rehearsal)
      equal(ended.code, 0, tail(ended))
      equal(ended.log.match(/and left nothing behind/g)?.length, rehearsal.jobs ?? 1, tail(ended))
      // The journal in the summary of each job has it: the credentials step got its role, with a token of the rehearsal.
      equal(ended.log.match(/sts AssumeRoleWithWebIdentity/g)?.length, rehearsal.jobs ?? 1, tail(ended))
      judge(ended)
    },
  })
  return [
    passes('chaos.yml', { rehearse: group('shop-workers') }, ({ log }) => match(log, /interrupted=true/)),
    passes('form.yml', { inputs: form }),
    passes('matrix.yml', { rehearse: group(expression("matrix.group || 'none'")), jobs: 4 }),
    passes('cleanup.yml', { event: 'schedule', rehearse: { region: expression('matrix.region'), scenario: LEFTOVER }, jobs: 2 }),
    {
      name: 'gate.yml in a rehearsal: staging survives, and the gate stays closed',
      run: () =>
        serve(async (url) => {
          const changes = { 'https://staging.example.com/health': url }
          const tags = 'service=shop\nstage=staging'
          const ended = await rehearse(act, 'gate.yml', { rehearse: { instances: '3', tags }, changes, speed: PROBE_SPEED })
          match(ended.log, /set-output:: verdict=survived\n/, tail(ended))
          match(ended.log, /and left nothing behind/)
          match(ended.log, /Failure - Main Closed, unless the service survived/, tail(ended))
          doesNotMatch(ended.log, /Run Main Deploy/)
        }),
    },
    {
      name: 'rehearsal.yml',
      run: async () => {
        const text = await readFile(join(root, 'examples/rehearsal.yml'), 'utf8')
        const faster = text
          .replace("instances: '3'", `instances: '3'\n          speed: ${PROBE_SPEED}`)
          .replaceAll('8080', String(FIRST_PORT))
        const ended = await runRehearsed(act, faster, { speed: PROBE_SPEED, event: 'pull_request' })
        equal(ended.code, 0, tail(ended))
        match(ended.log, /survived in a rehearsal/)
      },
    },
    { name: 'docs/rehearsal.md: its workflow survives, does not, and is inconclusive, as the page says', run: () => playPage(act) },
    {
      name: 'chaos.yml in a rehearsal that goes wrong: the job fails, and nothing is left',
      run: async () => {
        const scenario = 'switches: {failExperiment: {when: before-start, code: InvalidTarget, reason: nothing matches}}'
        const ended = await rehearse(act, 'chaos.yml', { rehearse: { ...group('shop-workers'), scenario } })
        equal(ended.code, 1, tail(ended))
        match(ended.log, /::error::.*InvalidTarget/)
        match(ended.log, /and left nothing behind/)
      },
    },
  ]
}

/** The workflow of the page, and the two that it says how to make of it, each with a port of its own. They run at the same time. */
async function playPage(act: string): Promise<void> {
  const page = await readFile(join(root, 'docs/rehearsal.md'), 'utf8')
  const workflow = /<!-- workflow -->\n```yaml\n([\s\S]*?)```/.exec(page)?.[1] ?? ''
  const withScenario = /```yaml\n( {6}- name: Simulated AWS\n[\s\S]*?)```/.exec(page)?.[1] ?? ''
  const [first = ''] = /^ {6}- name: Simulated AWS\n[\s\S]*?rehearse@v1\n/m.exec(workflow) ?? []
  const change = (from: string, to: string) => {
    ok(workflow.includes(from) && from !== '' && to !== '', `the page has ${from}`)
    return workflow.replace(from, to)
  }
  const workflows = {
    // The service keeps real time, and the workflow does not: a second is several.
    survived: change('REPLACED_AFTER: 5', 'REPLACED_AFTER: 0.5'),
    'not-survived': change('REPLACED_AFTER: 5', 'REPLACED_AFTER: 15'),
    inconclusive: change(first, withScenario),
  }
  const plays = Object.entries(workflows).map(async ([verdict, text], at) => {
    const faster = text.replace(/rehearse@v1\n(?: {8}with:\n)?/, `rehearse@v1\n        with:\n          speed: ${SERVICE_SPEED}\n`)
    const ended = await runRehearsed(act, faster.replaceAll('8080', String(FIRST_PORT + at)), { speed: SERVICE_SPEED })
    match(ended.log, new RegExp(`set-output:: verdict=${verdict}\\n`), tail(ended))
    equal(ended.code, verdict === 'survived' ? 0 : 1, tail(ended))
  })
  await Promise.all(plays)
}

/** Runs an example with the rehearse step in each of its jobs. */
async function rehearse(act: string, file: string, given: Rehearsal): Promise<Ended> {
  const text = await readFile(join(root, 'examples', file), 'utf8')
  const changed = Object.entries(given.changes ?? {}).reduce((before, [from, to]) => change(before, from, to), text)
  return await runRehearsed(act, withRehearsal(changed, { region: REGION, speed: String(given.speed ?? SPEED), ...given.rehearse }), given)
}

/** Runs a workflow that has a rehearse step in each of its jobs. Afterwards no simulator is there any more. */
async function runRehearsed(act: string, text: string, given: Rehearsal): Promise<Ended> {
  const { speed = SPEED, event, inputs } = given
  const id = `github_${randomUUID()}`
  const folder = await mkdtemp(join(tmpdir(), 'spot-interrupt-act-'))
  const path = join(folder, 'workflow.yml')
  try {
    await writeFile(path, text)
    // The clock of the simulator begins a moment later, at another time of ours: a clock that is off, as a runner's may be.
    const now = Date.now()
    const env = { ...toFaster(`${speed},${now},${now}`), RUNNER_TRACKING_ID: id }
    const ended = await startAct(act, { path, env, event, inputs, cwd: folder })
    const addresses = [...new Set(ended.log.match(/http:\/\/127\.0\.0\.1:\d+(?=\. Nothing real)/g) ?? [])]
    equal(addresses.length, given.jobs ?? 1, tail(ended))
    for (const address of addresses) ok(!(await listens(Number(new URL(address).port))), `${address} has ended`)
    doesNotMatch(ended.log, /eyJ[\w-]{20,}\./, 'no token is shown')
    return ended
  } finally {
    // A runner ends what a job has left; act does not.
    endProcesses(findProcesses(id))
    await rm(folder, { recursive: true, force: true })
  }
}

function withRehearsal(text: string, inputs: Readonly<Record<string, string>>): string {
  const given = (space: string) => Object.entries(inputs).map(([name, value]) => `${space}    ${name}: ${JSON.stringify(value)}`)
  const step = (space: string) =>
    [`${space}- name: Rehearsal`, `${space}  uses: spot-interrupt/spot-interrupt/rehearse@v1`, `${space}  with:`, ...given(space)].join(
      '\n',
    )
  return text.replace(CREDENTIALS, (line, space: string) => `${step(space)}\n\n${line}`)
}

function listens(port: number): Promise<boolean> {
  return new Promise((done) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy()
      done(true)
    })
    socket.on('error', () => done(false))
  })
}

/** A service that is always healthy. */
async function serve(work: (url: string) => Promise<void>): Promise<void> {
  const server = createServer((_, response) => response.end())
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  try {
    await work(`http://127.0.0.1:${(server.address() as AddressInfo).port}/health`)
  } finally {
    server.close()
  }
}

function tail({ log }: Ended): string {
  return `act: ${log.trim().split('\n').slice(-40).join('\n')}`
}
