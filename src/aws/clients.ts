import { Agent } from 'node:https'
import { defaultProvider } from '@aws-sdk/credential-provider-node'
import { NodeHttpHandler } from '@smithy/node-http-handler'
import type { Ec2, Fis, Iam, Sts } from '../world.ts'
import type { Limits } from './retry.ts'

/** How the clients identify and connect: `userAgent` is `name/version`. `limits` end calls early, see `retry.ts`. */
export type Connection = { readonly region: string; readonly userAgent: readonly [string, string]; readonly limits?: Limits }

/** The ports of AWS. */
export type Aws = { readonly sts: Sts; readonly ec2: Ec2; readonly iam: Iam; readonly fis: Fis }

/** What every client is made with, and what every call keeps to. */
export type ClientConfig = ReturnType<typeof toConfig> & { readonly limits?: Limits }

const CONNECT_MS = 5000
const ANSWER_MS = 15_000
/** Of the event loop: what the SDK takes from a call to the socket, for it reads the shared configuration files first. */
const TURNS_TO_SEND = 3

/** The AWS ports. */
export function createAws({ limits = {}, ...connection }: Connection): Aws {
  return openAws(connection)(limits)
}

/** One connection for several sets of ports that differ in their limits: clean-up still has to speak when the way forward may not. */
export function openAws(connection: Omit<Connection, 'limits'>): (limits: Limits) => Aws {
  const config = toConfig(connection)
  return (limits) => toPorts({ ...config, limits })
}

/** Each client is loaded when its first call is made: a run that is refused early never pays for it. */
function toPorts(config: ClientConfig): Aws {
  const next = inTurn()
  const sts = once(() => next(async () => (await import('./sts.ts')).createSts(config)))
  const ec2 = once(() => next(async () => (await import('./ec2.ts')).createEc2(config)))
  const iam = once(() => next(async () => (await import('./iam.ts')).createIam(config)))
  const fis = once(() => next(async () => (await import('./fis.ts')).createFis(config)))
  return {
    sts: {
      whoami: async () => {
        const asked = (await sts()).whoami()
        // Whoever asks this goes on to FIS: its client is ready by the time that STS has answered. What fails here, its first call tells.
        fis().catch(() => undefined)
        return await asked
      },
    },
    ec2: {
      readInstances: async (ids) => (await ec2()).readInstances(ids),
      readSpotRequests: async (ids) => (await ec2()).readSpotRequests(ids),
    },
    iam: {
      readRole: async (name) => (await iam()).readRole(name),
      readPolicy: async (role, policy) => (await iam()).readPolicy(role, policy),
      createRole: async (role) => (await iam()).createRole(role),
      putPolicy: async (role, policy, document) => (await iam()).putPolicy(role, policy, document),
      deletePolicy: async (role, policy) => (await iam()).deletePolicy(role, policy),
      deleteRole: async (name) => (await iam()).deleteRole(name),
      createServiceRole: async (service) => (await iam()).createServiceRole(service),
    },
    fis: {
      readAction: async (id) => (await fis()).readAction(id),
      readTemplateRole: async (id) => (await fis()).readTemplateRole(id),
      readExperimentRole: async (id) => (await fis()).readExperimentRole(id),
      createTemplate: async (request) => (await fis()).createTemplate(request),
      deleteTemplate: async (id) => (await fis()).deleteTemplate(id),
      startExperiment: async (request) => (await fis()).startExperiment(request),
      readExperiment: async (id) => (await fis()).readExperiment(id),
      stopExperiment: async (id) => (await fis()).stopExperiment(id),
      listTemplates: async () => (await fis()).listTemplates(),
      listExperiments: async (templateId) => (await fis()).listExperiments(templateId),
    },
  }
}

/**
 * One set of credentials for all clients; the SDK's own retry off, for `retry.ts` does it; time-outs that really throw, which
 * `requestTimeout` alone does not; a proxy by the usual variables, which the SDK ignores.
 */
function toConfig({ region, userAgent }: Omit<Connection, 'limits'>) {
  return {
    region,
    credentials: defaultProvider(),
    maxAttempts: 1,
    customUserAgent: [[...userAgent] as [string, string]],
    requestHandler: new NodeHttpHandler({
      connectionTimeout: CONNECT_MS,
      requestTimeout: ANSWER_MS,
      throwOnRequestTimeout: true,
      httpsAgent: new Agent({ keepAlive: true, maxSockets: 50, proxyEnv: process.env }),
    }),
  }
}

/** Loads one client after the other: what the first has to say is under way while the next is compiled. */
function inTurn(): <T>(load: () => Promise<T>) => Promise<T> {
  let free: Promise<unknown> = Promise.resolve()
  return (load) => {
    const loaded = free.then(load)
    free = loaded.then(passTurns, passTurns)
    return loaded
  }
}

async function passTurns(): Promise<void> {
  for (let turn = 0; turn < TURNS_TO_SEND; turn++) await new Promise((done) => setImmediate(done))
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined
  return () => {
    made ??= make()
    return made
  }
}
