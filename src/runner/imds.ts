import { readFileSync } from 'node:fs'
import type { Host } from '../world.ts'

const IMDS_MS = 1000
/** On Nitro instances the firmware's asset tag is the instance id, which needs no network: also inside a container. */
const ASSET_TAG = '/sys/devices/virtual/dmi/id/board_asset_tag'
/** Who made the machine: `Amazon EC2` on Nitro instances, `Xen` on older ones. */
const VENDOR = '/sys/devices/virtual/dmi/id/sys_vendor'
const INSTANCE_ID = /^i-(?:[0-9a-f]{8}|[0-9a-f]{17})$/

/** The firmware's own words for this machine; '' where it has none. Only tests pass others. */
export type Firmware = (path: string) => string

/** The machine around the runner. A GitHub-hosted runner is none of the caller's instances, so nothing is asked there. */
export function createHost(env: NodeJS.ProcessEnv, firmware: Firmware = readFirmware): Host {
  return {
    ownInstanceId: async () => {
      if (env.RUNNER_ENVIRONMENT === 'github-hosted') return undefined
      const tag = firmware(ASSET_TAG)
      if (INSTANCE_ID.test(tag)) return tag
      const found = await readMetadata(env)
      if (INSTANCE_ID.test(found)) return found
      return env.RUNNER_ENVIRONMENT === 'self-hosted' && mayBeEc2(firmware(VENDOR)) ? 'unknown' : undefined
    },
  }
}

/** A machine of another maker is no instance; one that says nothing may be. */
function mayBeEc2(vendor: string): boolean {
  return vendor === '' || /amazon|xen/i.test(vendor)
}

function readFirmware(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim()
  } catch {
    return ''
  }
}

/** The instance id that IMDSv2 gives, asked once and briefly; '' where it gives none. https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-service.html */
async function readMetadata(env: NodeJS.ProcessEnv): Promise<string> {
  if (env.AWS_EC2_METADATA_DISABLED?.toLowerCase() === 'true') return ''
  const base = (env.AWS_EC2_METADATA_SERVICE_ENDPOINT || 'http://169.254.169.254').replace(/\/+$/, '')
  try {
    const token = await ask('PUT', `${base}/latest/api/token`, { 'x-aws-ec2-metadata-token-ttl-seconds': '60' })
    return await ask('GET', `${base}/latest/meta-data/instance-id`, { 'x-aws-ec2-metadata-token': token })
  } catch {
    return ''
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
