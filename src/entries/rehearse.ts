import { randomUUID } from 'node:crypto'
import { getInput } from '@actions/core'
import { ActionError } from '../model/errors.ts'
import { FIELDS, ROLE_NAME } from '../model/inputs/main.ts'
import { parseRehearse } from '../model/inputs/rehearse.ts'
import { plural } from '../model/plural.ts'
import { GUARDS, toFormer, toVariables } from '../model/rehearsal-variables.ts'
import { readScenario, startSimulator } from '../runner/simulator.ts'
import { saveRehearsal } from '../runner/state.ts'
import { LEAVE_MS, openRuntime, runEntry } from './lifecycle.ts'

const runtime = openRuntime({ leaveMs: LEAVE_MS, closedOutput: 'cancels', timezone: () => FIELDS.timezone.fallback })
const { sinks, signals } = runtime

/** Exports the variables. If it cannot, the step must fail, because the later steps would reach the real AWS. */
function exportAll(variables: Readonly<Record<string, string>>): void {
  if (sinks.setVariables(variables)) return
  throw new ActionError('internal', 'The later steps cannot be pointed at the simulated AWS, because GITHUB_ENV cannot be written.')
}

async function rehearse(): Promise<void> {
  const inputs = parseRehearse(getInput, process.env)
  const before = { ...process.env }
  const save = (running: { pid: number; url: string | null; former?: Readonly<Record<string, string>> }) =>
    saveRehearsal(sinks, { former: {}, ...running })
  const scenario = inputs.scenario === null ? null : readScenario(inputs.scenario)
  exportAll(GUARDS)
  const { pid, url, instanceIds } = await startSimulator({
    settings: { ...inputs, scenario: scenario?.text ?? null, role: ROLE_NAME.fallback },
    name: scenario?.name ?? '',
    started: (id) => save({ pid: id, url: null }),
    cancel: signals.cancel,
  })
  const variables = toVariables(before, { endpoint: url, region: inputs.region, bearer: randomUUID() })
  save({ pid, url, former: toFormer(before, { ...GUARDS, ...variables }) })
  exportAll(variables)
  sinks.setOutputs({ endpoint: url, 'instance-ids': JSON.stringify(instanceIds) })
  sinks.print(describe(inputs, { url, instanceIds }))
}

function describe(
  { region, speed, autoScalingGroup }: ReturnType<typeof parseRehearse>,
  { url, instanceIds }: { readonly url: string; readonly instanceIds: readonly string[] },
): readonly string[] {
  const shown = instanceIds.length > 10 ? [...instanceIds.slice(0, 9), '…', instanceIds.at(-1)] : instanceIds
  const group = autoScalingGroup === null ? '' : `, in the Auto Scaling group ${autoScalingGroup}`
  return [
    `⚠ REHEARSAL: the steps after this one reach a simulated AWS at ${url}. Nothing real is interrupted.`,
    `${plural(instanceIds.length, 'running Spot instance')} in ${region}${group}: ${shown.join(', ') || 'none'}`,
    ...(speed === 1 ? [] : [`Its time runs ${speed} times as fast as real time; the action and its probes keep real time.`]),
  ]
}

void runEntry(runtime, async () => {
  await rehearse()
  return ''
})
