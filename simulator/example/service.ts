/**
 * A small HTTP service for a Spot instance, as an example and for the demo: `/` answers, `/ready` says whether it takes new connections.
 * With `DRAIN=true` it polls the instance metadata service for the interruption notice, as AWS advises. On the notice it reports at once
 * that it is not ready, so that the load balancer sends no more connections, and it closes when all open requests are done. Without, it
 * runs until something ends it. Each line of its output is JSON, with the time of its clock.
 */
import { createServer } from 'node:http'

const { PORT = '0', INSTANCE_ID = 'local', DRAIN, DRAIN_AFTER_SECONDS = '0', AWS_EC2_METADATA_SERVICE_ENDPOINT: metadata } = process.env
const LOOK_MS = 5000
/** How long a load balancer may take to notice that this service is not ready any more. */
const TURN_AWAY_MS = 15_000

let ready = true

function log(what: string): void {
  process.stdout.write(`${JSON.stringify({ at: Date.now(), what })}\n`)
}

const server = createServer((request, response) => {
  const fine = request.url !== '/ready' || ready
  response.writeHead(fine ? 200 : 503, { 'content-type': 'text/plain', connection: 'close' })
  response.end(`${INSTANCE_ID} ${fine ? 'at your service' : 'is going'}\n`)
})

/** https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/spot-instance-termination-notices.html: ask every five seconds, with a token. */
async function isNoticed(): Promise<boolean> {
  const ttl = { 'x-aws-ec2-metadata-token-ttl-seconds': '60' }
  const token = await (await fetch(`${metadata}/latest/api/token`, { method: 'PUT', headers: ttl })).text()
  const answer = await fetch(`${metadata}/latest/meta-data/spot/instance-action`, { headers: { 'x-aws-ec2-metadata-token': token } })
  await answer.text()
  return answer.status === 200
}

async function look(): Promise<void> {
  if (!(await isNoticed().catch(() => false))) return void setTimeout(look, LOOK_MS)
  log('noticed')
  setTimeout(drain, Number(DRAIN_AFTER_SECONDS) * 1000)
}

function drain(): void {
  if (!ready) return
  ready = false
  log('draining')
  setTimeout(() => server.close(() => log('closed')), TURN_AWAY_MS)
}

process.on('SIGTERM', () => {
  log('closed')
  process.exit(0)
})
server.listen(Number(PORT), '127.0.0.1', () => log('listening'))
if (DRAIN === 'true' && metadata !== undefined) void look()
