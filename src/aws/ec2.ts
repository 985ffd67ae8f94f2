import { DescribeInstancesCommand, EC2Client, paginateDescribeInstances, paginateDescribeSpotInstanceRequests } from '@aws-sdk/client-ec2'
import { ActionError } from '../model/errors.ts'
import { escapeFilterValue } from '../model/targets/selector.ts'
import type { InstanceSnapshot, SpotSnapshot } from '../model/timeline/snapshot.ts'
import type { Ec2 } from '../world.ts'
import type { Send } from './call.ts'
import type { ClientConfig } from './config.ts'
import { toInstances, toSpot } from './ec2-shapes.ts'
import { call, promised } from './retry.ts'
import { parseChangesOnly } from './unchanged.ts'

/** EC2 takes at most 200 values in a filter: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Filtering.html */
const MOST_VALUES = 200
/** Instances in one page of a list by tag. EC2 allows 1000, but a page must arrive within one attempt. */
const PAGE_SIZE = 500

/**
 * Reads by id use a filter: EC2 then leaves out an unknown id, while a list of ids would fail as a whole. An answer without the list, such
 * as an empty body, counts as broken, because an empty list would mean that every target is gone.
 */
export function createEc2(config: ClientConfig): Ec2 {
  const client = parseChangesOnly(new EC2Client(config))
  const { region, limits = {}, setting } = config
  const ask = <T>(operation: string, send: Send<T>) => call({ action: `ec2:${operation}`, region, patience: 'read', limits, setting }, send)
  return {
    readInstances: (ids) =>
      inParts(ids, (Values) =>
        ask('DescribeInstances', async (options) => {
          const snapshots: InstanceSnapshot[] = []
          for await (const page of paginateDescribeInstances({ client }, { Filters: [{ Name: 'instance-id', Values }] }, options))
            snapshots.push(...toInstances(page.Reservations))
          return snapshots
        }),
      ),
    listInstances: async (tags) => {
      const Filters = Object.entries(tags).map(([key, value]) => ({ Name: `tag:${key}`, Values: [escapeFilterValue(value)] }))
      return await listPages((token) =>
        ask('DescribeInstances', async (options) => {
          const asked = { Filters, MaxResults: PAGE_SIZE, ...(token === undefined ? {} : { NextToken: token }) }
          const { Reservations, NextToken } = await client.send(new DescribeInstancesCommand(asked), options)
          return { items: toInstances(Reservations), next: NextToken || undefined }
        }),
      )
    },
    readSpotRequests: (requestIds) =>
      inParts(requestIds, (Values) =>
        ask('DescribeSpotInstanceRequests', async (options) => {
          const snapshots: SpotSnapshot[] = []
          const asked = { Filters: [{ Name: 'spot-instance-request-id', Values }] }
          for await (const page of paginateDescribeSpotInstanceRequests({ client }, asked, options))
            snapshots.push(...promised(page.SpotInstanceRequests, 'Spot requests').map(toSpot))
          return snapshots
        }),
      ),
  }
}

/** Splits the values into parts that fit one filter, and asks for one part after the other. */
async function inParts<T>(values: readonly string[], ask: (part: string[]) => Promise<readonly T[]>): Promise<readonly T[]> {
  const found: T[] = []
  for (let at = 0; at < values.length; at += MOST_VALUES) found.push(...(await ask(values.slice(at, at + MOST_VALUES))))
  return found
}

type Page<T> = { readonly items: readonly T[]; readonly next: string | undefined }

/** Reads all pages of a list. Each page is a call with its own retries, so the list may have any length. */
async function listPages<T>(ask: (token: string | undefined) => Promise<Page<T>>): Promise<readonly T[]> {
  const found: T[] = []
  const tokens = new Set<string>()
  for (let token: string | undefined; ; ) {
    const { items, next } = await ask(token)
    found.push(...items)
    if (next === undefined) return found
    if (tokens.has(next)) throw new ActionError('service', 'ec2:DescribeInstances gives the same page again and again.')
    tokens.add(next)
    token = next
  }
}
