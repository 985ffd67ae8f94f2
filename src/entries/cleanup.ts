import { getInput } from '@actions/core'
import { runCleanup } from '../flows/cleanup.ts'
import { parseCleanup } from '../model/inputs/cleanup.ts'
import { judgeCleanup, renderCleanup, toCleanupOutputs } from '../report/cleanup.ts'
import { readCurrent } from '../runner/context.ts'
import { runAction } from './one-step.ts'

void runAction('is ignored', async ({ sinks, connect }) => {
  sinks.setOutputs({ removed: '[]', rehearsal: 'false' })
  const inputs = parseCleanup(getInput, process.env, readCurrent())
  const result = sinks.clean(await runCleanup(await connect(inputs.region), inputs))
  sinks.setOutputs(toCleanupOutputs(result, inputs))
  sinks.appendSummary(renderCleanup(result, inputs))
  return judgeCleanup(result, inputs)
})
