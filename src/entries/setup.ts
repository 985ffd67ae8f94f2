import { randomUUID } from 'node:crypto'
import { getInput } from '@actions/core'
import { runSetup } from '../flows/setup.ts'
import { parseSetup } from '../model/inputs/setup.ts'
import { renderSetup, toSetupOutputs } from '../report/setup.ts'
import { readIdentity } from '../runner/context.ts'
import { runAction } from './one-step.ts'

void runAction('cancels', async ({ sinks, connect }) => {
  const inputs = parseSetup(getInput, process.env)
  const result = await runSetup(await connect(inputs.region), inputs, readIdentity(randomUUID, ''))
  sinks.setOutputs(toSetupOutputs(result))
  sinks.appendSummary(renderSetup(result))
  return { pass: true, text: `FIS can interrupt Spot instances in ${inputs.region} with ${result.roleArn}`, hint: '' }
})
