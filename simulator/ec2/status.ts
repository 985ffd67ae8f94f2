import { type Handlers, type Outcome, operation, refuse } from '../operation.ts'
import { checkFilters, passes, type Readers } from './filter.ts'
import { pageOf, toStateSet } from './instance.ts'
import { findInstances, instancesIn, type ListedInstance } from './lookup.ts'
import { describeStatus } from './schema.ts'

export const statusHandlers: Handlers = {
  DescribeInstanceStatus: operation(describeStatus, (context, input): Outcome => {
    if (input.InstanceId && input.MaxResults !== undefined) {
      refuse('InvalidParameterCombination', 'The parameter instancesSet cannot be used with the parameter maxResults')
    }
    checkFilters(input.Filter, readers)
    const asked = input.InstanceId ? findInstances(context, input.InstanceId) : instancesIn(context)
    const found = asked.filter(
      (listed) => (input.IncludeAllInstances === 'true' || isRunning(listed)) && passes(listed, input.Filter, readers),
    )
    const page = pageOf(context, found, input)
    return { reply: { instanceStatusSet: page.items.map(toStatus), nextToken: page.next } }
  }),
}

const readers: Readers<ListedInstance> = {
  'availability-zone': ({ zone }) => zone,
  'instance-state-name': ({ history }) => history.state,
  'instance-state-code': ({ history }) => String(toStateSet(history.state).code),
  'instance-status.status': (listed) => checkOf(listed).status,
  'system-status.status': (listed) => checkOf(listed).status,
}

function isRunning({ history }: ListedInstance): boolean {
  return history.state === 'running'
}

/** The status checks of an instance: a running one passes both at once, any other has none. */
function checkOf(listed: ListedInstance) {
  return isRunning(listed) ? { details: [{ name: 'reachability', status: 'passed' }], status: 'ok' } : { status: 'not-applicable' }
}

function toStatus(listed: ListedInstance) {
  return {
    availabilityZone: listed.zone,
    instanceId: listed.id,
    instanceState: toStateSet(listed.history.state),
    instanceStatus: checkOf(listed),
    systemStatus: checkOf(listed),
    operator: { managed: listed.operator?.managed ?? false, principal: listed.operator?.principal },
  }
}
