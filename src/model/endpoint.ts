import { ActionError } from './errors.ts'

/** The services, by the names in variables and profiles, such as `AWS_ENDPOINT_URL_AUTO_SCALING`. */
export type Service = 'sts' | 'ec2' | 'iam' | 'fis' | 'auto scaling' | 'elastic load balancing v2' | 'ecs' | 'cloudwatch'

/** Where the calls of one service go. */
export type Endpoint = {
  readonly service: Service
  /**
   * The address that the environment or the profile sets; undefined if neither does, and the call goes to AWS's own address in the region.
   */
  readonly url: string | undefined
  /** The DNS suffixes of AWS in the partitions that region and address belong to, such as `amazonaws.com`. */
  readonly suffixes: readonly string[]
}

/** Where the calls of all clients go. `mixed`: some to AWS, and some elsewhere. */
type Target = 'aws' | 'elsewhere' | 'mixed'

/**
 * The forms of addresses of AWS's services. Other addresses under AWS's domain may belong to a customer: a load balancer, an instance, a
 * bucket.
 */
const SHAPES: readonly RegExp[] = [
  // sts, iam-fips
  /^[a-z0-9-]+$/,
  // fis.us-east-1, ec2-fips.us-gov-west-1, iam.us-gov, iam.global
  /^[a-z0-9-]+\.([a-z]{2,4}(-[a-z]+)+-\d+|us-gov|global)$/,
  // us-east-1.ec2: an old form, which still answers
  /^[a-z]{2,4}(-[a-z]+)+-\d+\.ec2$/,
  // vpce-0a1b-2c3d.fis.us-east-1.vpce, but not vpce-0a1b-2c3d.vpce-svc-4e5f.us-east-1.vpce, a service of a customer
  /^(?!(.*\.)?vpce-svc-)[a-z0-9.*-]+\.vpce$/,
]

/** Whether a host is an endpoint of AWS itself: in any partition, also by FIPS, dual stack or a VPC endpoint. */
export function isAwsHost(host: string, suffixes: readonly string[]): boolean {
  const name = host.toLowerCase().replace(/\.$/, '')
  return suffixes.some((suffix) => name.endsWith(`.${suffix}`) && SHAPES.some((shape) => shape.test(name.slice(0, -suffix.length - 1))))
}

/**
 * Why a run may not call these endpoints; undefined if it may. A rehearsal must never reach AWS, and a real run must reach nothing else.
 */
export function findEndpointProblem(endpoints: readonly Endpoint[], rehearsal: boolean): ActionError | undefined {
  const target = findTarget(endpoints)
  if (target === (rehearsal ? 'elsewhere' : 'aws')) return undefined
  const own = endpoints.filter(isOwn).map(({ service }) => service)
  const other = endpoints.filter((endpoint) => !isOwn(endpoint))
  const others = `${joinNames(other.map(({ service }) => service))} would go to ${showHosts(other)}, which is not AWS`
  if (!rehearsal)
    return new ActionError(
      'refused',
      `The calls to ${others}: a run there proves nothing.`,
      `Set rehearsal: true for a rehearsal; else remove ${VARIABLES}. Nothing was sent.`,
    )
  const rest = other.length === 0 ? '' : ` The calls to ${others}.`
  return new ActionError(
    'refused',
    `This is to be a rehearsal, but the calls to ${joinNames(own)} would go to AWS itself.${rest}`,
    `Point AWS_ENDPOINT_URL at the simulated AWS, or leave rehearsal out. Nothing was sent.`,
  )
}

const VARIABLES = 'AWS_ENDPOINT_URL, AWS_ENDPOINT_URL_<SERVICE> and endpoint_url of the profile'

/** The addresses of endpoints, each once: only scheme and host, because a URL may contain a secret. */
export function showHosts(endpoints: readonly Endpoint[]): string {
  return joinNames([...new Set(endpoints.map(({ url }) => showHost(url)))])
}

function showHost(url: string | undefined): string {
  const parsed = url !== undefined && URL.canParse(url) ? new URL(url) : undefined
  return parsed === undefined || parsed.host === '' ? 'an address that cannot be read' : `${parsed.protocol}//${parsed.host}`
}

function findTarget(endpoints: readonly Endpoint[]): Target {
  if (endpoints.every(isOwn)) return 'aws'
  return endpoints.some(isOwn) ? 'mixed' : 'elsewhere'
}

function isOwn({ url, suffixes }: Endpoint): boolean {
  if (url === undefined) return true
  return URL.canParse(url) && isAwsHost(new URL(url).hostname, suffixes)
}

/** `sts`, `sts and ec2`, `sts, ec2 and fis`. */
function joinNames(names: readonly string[]): string {
  return names.length < 2 ? names.join() : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`
}
