import { readFileSync } from 'node:fs'
import type { Host } from '../world.ts'

const IMDS_MS = 1000
/** On Nitro instances the firmware's asset tag is the instance id, which needs no network: also inside a container. */
const ASSET_TAG = '/sys/devices/virtual/dmi/id/board_asset_tag'
const INSTANCE_ID = /^i-(?:[0-9a-f]{8}|[0-9a-f]{17})$/

/** The machine around the runner. A GitHub-hosted runner is none of the caller's instances, so nothing is asked there. */
export function createHost(env: NodeJS.ProcessEnv): Host {
  return {
    ownInstanceId: async () => {
      if (env.RUNNER_ENVIRONMENT === 'github-hosted') return undefined
      const found = readTag() ?? (env.AWS_EC2_METADATA_DISABLED?.toLowerCase() === 'true' ? undefined : await readMetadata(env))
      return found !== undefined && INSTANCE_ID.test(found) ? found : undefined
    },
  }
}

function readTag(): string | undefined {
  try {
    const text = readFileSync(ASSET_TAG, 'utf8').trim()
    return INSTANCE_ID.test(text) ? text : undefined
  } catch {
    return undefined
  }
}

/** IMDSv2, once and briefly: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-service.html */
async function readMetadata(env: NodeJS.ProcessEnv): Promise<string | undefined> {
  const base = (env.AWS_EC2_METADATA_SERVICE_ENDPOINT || 'http://169.254.169.254').replace(/\/+$/, '')
  try {
    const token = await ask('PUT', `${base}/latest/api/token`, { 'x-aws-ec2-metadata-token-ttl-seconds': '60' })
    return await ask('GET', `${base}/latest/meta-data/instance-id`, { 'x-aws-ec2-metadata-token': token })
  } catch {
    return undefined
  }
}

async function ask(method: string, url: string, headers: Record<string, string>): Promise<string> {
  const { Agent, request } = await import('node:http')
  // An agent of its own: with NODE_USE_ENV_PROXY the common one goes through the proxy, which has metadata of another machine, or none.
  const agent = new Agent()
  return await new Promise((resolve, reject) => {
    const sent = request(url, { method, headers, agent, signal: AbortSignal.timeout(IMDS_MS) }, (answer) => {
      let body = ''
      answer.setEncoding('utf8')
      answer.on('data', (part: string) => {
        body += part
      })
      answer.on('end', () => (answer.statusCode === 200 ? resolve(body.trim()) : reject(new Error(`status ${answer.statusCode}`))))
      answer.on('error', reject)
    })
    sent.on('error', reject)
    sent.end()
  })
}
