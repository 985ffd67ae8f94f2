import { readFileSync } from 'node:fs'
import type { Host } from '../world.ts'

const IMDS_MS = 1000
/** On Nitro instances, the firmware's asset tag is the instance id. It needs no network, and works inside a container, too. */
const ASSET_TAG = '/sys/devices/virtual/dmi/id/board_asset_tag'
/** The maker of the machine: `Amazon EC2` on Nitro instances, `Xen` on older ones. */
const VENDOR = '/sys/devices/virtual/dmi/id/sys_vendor'
const INSTANCE_ID = /^i-(?:[0-9a-f]{8}|[0-9a-f]{17})$/

/** Reads a file of the firmware; '' if there is none. Only tests pass another function. */
export type Firmware = (path: string) => string

/** The port for the machine of the runner. A GitHub-hosted runner is never an instance of the caller, so it makes no request there. */
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

/** Whether the machine may be an EC2 instance. One of another maker is not; one without a maker's name may be. */
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

/**
 * The instance id from IMDSv2, with one short attempt; '' if it gives none.
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-service.html
 */
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
  // It has its own agent: with NODE_USE_ENV_PROXY the global agent uses the proxy, which has the metadata of another machine, or none.
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
