/**
 * Watches one experiment and its target with plain reads, and keeps every change. It uses no code of the action, because its record is the
 * check on the action.
 */
import { DescribeInstancesCommand, DescribeSpotInstanceRequestsCommand, type EC2Client, type Instance } from '@aws-sdk/client-ec2'
import {
  type Experiment,
  type FisClient,
  GetExperimentCommand,
  ListExperimentResolvedTargetsCommand,
  ListExperimentsCommand,
} from '@aws-sdk/client-fis'
import type { Change, Track } from './track.ts'

export type Clients = { readonly ec2: EC2Client; readonly fis: FisClient }
type Seen = { readonly experiment?: Experiment; readonly instance?: Instance; readonly code?: string }
type Watch = {
  readonly clients: Clients
  readonly instance: string
  readonly durationSeconds: number
  /** The experiment, as soon as it is known. */
  readonly findExperiment: () => Promise<string | undefined>
  /** Gets t0 and the changes so far; true ends the watch after this poll. */
  readonly isOver: (t0: number | undefined, changes: readonly Change[]) => boolean
}

const POLL_MS = 1000

/** Polls until `isOver`. It ignores a read that fails, because the next one comes a second later. */
export async function watch({ clients, instance, durationSeconds, findExperiment, isOver }: Watch): Promise<Track> {
  const changes: Change[] = []
  let id: string | undefined
  let last: Experiment | undefined
  let t0: number | undefined
  let resolvedKeys: readonly string[] = []
  while (!isOver(t0, changes)) {
    id ??= await orUndefined(findExperiment())
    const seen = await look(clients, instance, id)
    note(changes, seen)
    last = seen.experiment ?? last
    t0 ??= startOf(last)?.getTime()
    if (id !== undefined && t0 !== undefined && resolvedKeys.length === 0) resolvedKeys = await readKeys(clients, id, instance)
    await new Promise((done) => setTimeout(done, POLL_MS))
  }
  return toTrack({ experiment: last, durationSeconds, resolvedKeys, changes })
}

/** The experiment that was started after this moment with this template tag. */
export async function findStarted({ fis }: Clients, since: Date, isOurs: (tags: Readonly<Record<string, string>>) => boolean) {
  const { experiments = [] } = await fis.send(new ListExperimentsCommand({ maxResults: 100 }))
  return experiments.find(({ creationTime, tags = {} }) => (creationTime?.getTime() ?? 0) >= since.getTime() - POLL_MS && isOurs(tags))?.id
}

async function look({ ec2, fis }: Clients, instance: string, id: string | undefined): Promise<Seen> {
  const [experiment, instances, requests] = await Promise.all([
    id === undefined ? undefined : orUndefined(fis.send(new GetExperimentCommand({ id }))),
    orUndefined(ec2.send(new DescribeInstancesCommand({ InstanceIds: [instance] }))),
    orUndefined(ec2.send(new DescribeSpotInstanceRequestsCommand({ Filters: [{ Name: 'instance-id', Values: [instance] }] }))),
  ])
  const found = instances?.Reservations?.[0]?.Instances?.[0]
  const code = requests?.SpotInstanceRequests?.[0]?.Status?.Code
  return {
    ...(experiment?.experiment === undefined ? {} : { experiment: experiment.experiment }),
    ...(found === undefined ? {} : { instance: found }),
    ...(code === undefined ? {} : { code }),
  }
}

function note(changes: Change[], { experiment, instance, code }: Seen): void {
  const at = new Date().toISOString()
  const values: readonly (readonly [Change['of'], string | undefined])[] = [
    ['experiment', experiment?.state?.status],
    ['action', Object.values(experiment?.actions ?? {})[0]?.state?.status],
    ['instance', instance?.State?.Name],
    ['reason', instance === undefined ? undefined : (instance.StateReason?.Code ?? '')],
    ['request', code],
  ]
  for (const [of, value] of values) {
    const before = changes.findLast((change) => change.of === of)?.value
    if (value !== undefined && value !== before) changes.push({ at, of, value })
  }
}

function startOf(experiment: Experiment | undefined): Date | undefined {
  return Object.values(experiment?.actions ?? {})[0]?.startTime
}

async function readKeys({ fis }: Clients, id: string, instance: string): Promise<readonly string[]> {
  const read = await orUndefined(fis.send(new ListExperimentResolvedTargetsCommand({ experimentId: id })))
  const found = (read?.resolvedTargets ?? []).flatMap(({ targetInformation = {} }) => Object.entries(targetInformation))
  return found.filter(([, value]) => value.endsWith(instance)).map(([key]) => key)
}

type Ended = Pick<Track, 'durationSeconds' | 'resolvedKeys' | 'changes'> & { readonly experiment: Experiment | undefined }

function toTrack({ experiment, ...rest }: Ended): Track {
  const moment = (name: 'createdAt' | 'actionAt' | 'endedAt', date: Date | undefined) =>
    date === undefined ? {} : { [name]: date.toISOString() }
  return {
    experiment: experiment?.id ?? '',
    hasTags: Object.keys(experiment?.tags ?? {}).length > 0,
    ...moment('createdAt', experiment?.creationTime),
    ...moment('actionAt', startOf(experiment)),
    ...moment('endedAt', experiment?.endTime),
    watchedUntil: new Date().toISOString(),
    ...rest,
  }
}

async function orUndefined<T>(read: Promise<T>): Promise<T | undefined> {
  return read.catch(() => undefined)
}
