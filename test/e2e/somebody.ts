/** Somebody else in the same account, with credentials of their own: what they do while the action runs. */
import { EC2Client, TerminateInstancesCommand } from '@aws-sdk/client-ec2'
import { FisClient, StopExperimentCommand } from '@aws-sdk/client-fis'
import type { Simulator } from '../../simulator/server.ts'
import { REGION } from './scenario.ts'

const credentials = { accessKeyId: 'AKIDSOMEBODY', secretAccessKey: 'else' }

export async function terminate(simulator: Simulator, ...ids: readonly string[]): Promise<void> {
  const client = new EC2Client({ region: REGION, endpoint: simulator.url, credentials })
  await client.send(new TerminateInstancesCommand({ InstanceIds: [...ids] }))
  client.destroy()
}

export async function stopExperiments(simulator: Simulator): Promise<void> {
  const client = new FisClient({ region: REGION, endpoint: simulator.url, credentials })
  const { experiments } = simulator.state() as { experiments: Record<string, unknown> }
  for (const id of Object.keys(experiments)) await client.send(new StopExperimentCommand({ id }))
  client.destroy()
}
