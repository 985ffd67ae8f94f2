import { type Region, regionsBeside } from '../account/regions.ts'
import { type Handlers, operation, refuse } from '../operation.ts'
import { checkFilters, passes, type Readers } from './filter.ts'
import { describeRegions } from './schema.ts'

export const regionHandlers: Handlers = {
  DescribeRegions: operation(describeRegions, ({ call }, input) => {
    const all = regionsBeside(call.region).map((region) => ({ ...region, tags: {} }))
    const unknown = input.RegionName?.find((name) => !all.some((region) => region.name === name))
    if (unknown !== undefined) refuse('InvalidParameterValue', `Invalid region: '${unknown}'`)
    checkFilters(input.Filter, readers)
    const found = all.filter((region) => (input.RegionName?.includes(region.name) ?? true) && passes(region, input.Filter, readers))
    return {
      reply: {
        regionInfo: found.map(({ name, endpoint, optInStatus }) => ({ regionName: name, regionEndpoint: endpoint, optInStatus })),
      },
    }
  }),
}

const readers: Readers<Region> = {
  'region-name': ({ name }) => name,
  endpoint: ({ endpoint }) => endpoint,
  'opt-in-status': ({ optInStatus }) => optInStatus,
}
