import { autoScalingHandlers } from './autoscaling/group.ts'
import { alarmHandlers } from './cloudwatch/alarm.ts'
import { withDryRun } from './ec2/dryrun.ts'
import { instanceHandlers } from './ec2/instance.ts'
import { launchHandlers } from './ec2/launch.ts'
import { changeHandlers } from './ec2/lifecycle.ts'
import { regionHandlers } from './ec2/region.ts'
import { requestHandlers } from './ec2/spot-request.ts'
import { statusHandlers } from './ec2/status.ts'
import { clusterHandlers } from './ecs/cluster.ts'
import { targetGroupHandlers } from './elb/target-group.ts'
import { actionHandlers } from './fis/action.ts'
import { experimentHandlers } from './fis/experiment.ts'
import { tagHandlers } from './fis/tag.ts'
import { templateHandlers } from './fis/template.ts'
import { managedHandlers } from './iam/managed.ts'
import { policyHandlers } from './iam/policy.ts'
import { roleHandlers } from './iam/role.ts'
import { linkedHandlers } from './iam/service-linked.ts'
import { simulationHandlers } from './iam/simulation.ts'
import { type Handler, type Handlers, refuseUnknown, type Service } from './operation.ts'
import { errorCodes } from './service.ts'
import { assumeHandlers } from './sts/assume-role.ts'
import { identityHandlers } from './sts/identity.ts'

/** All operations of the simulated AWS. */
export const handlers: Readonly<Record<Service, Handlers>> = {
  fis: { ...templateHandlers, ...experimentHandlers, ...actionHandlers, ...tagHandlers },
  ec2: withDryRun({ ...instanceHandlers, ...requestHandlers, ...statusHandlers, ...regionHandlers, ...launchHandlers, ...changeHandlers }),
  iam: { ...roleHandlers, ...policyHandlers, ...managedHandlers, ...linkedHandlers, ...simulationHandlers },
  sts: { ...identityHandlers, ...assumeHandlers },
  autoscaling: autoScalingHandlers,
  elasticloadbalancing: targetGroupHandlers,
  ecs: clusterHandlers,
  monitoring: alarmHandlers,
}

/** The handler of an operation. If there is none, refuses the call as unknown. */
export function handlerOf(service: Service, operation: string): Handler {
  const known = handlers[service]
  return (Object.hasOwn(known, operation) && known[operation]) || refuseOperation(service, operation)
}

function refuseOperation(service: Service, operation: string): never {
  const code = errorCodes[service].unknownOperation
  refuseUnknown(code, `The action ${operation} is not valid for this web service.`, { what: 'operation', name: operation })
}
