import { getInput } from '@actions/core'
import { runCleanup } from '../flows/cleanup.ts'
import { parseCleanup } from '../model/inputs/cleanup.ts'
import { judgeCleanup, renderCleanup, toCleanupOutputs } from '../report/cleanup.ts'
import { readRun } from '../runner/context.ts'
import { publishOutputs, publishSummary } from '../runner/publish.ts'
import { runAction } from './skeleton.ts'

void runAction(async ({ log, connect }) => {
  publishOutputs({ removed: '[]', rehearsal: 'false' })
  const inputs = parseCleanup(getInput, process.env, readRun())
  const result = await runCleanup(await connect(inputs.region), inputs)
  publishOutputs(toCleanupOutputs(result, inputs))
  publishSummary(log, renderCleanup(result, inputs))
  return judgeCleanup(result, inputs)
})
