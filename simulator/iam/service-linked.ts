import { type Model, type Role, withEntry } from '../account/account.ts'
import { nextIdent } from '../account/ids.ts'
import { type Handlers, operation, refuse, type Scene } from '../operation.ts'
import { toRole } from './response.ts'
import { linked } from './schema.ts'

const service = 'fis.amazonaws.com'

/** https://docs.aws.amazon.com/fis/latest/userguide/using-service-linked-roles.html */
const linkedName = 'AWSServiceRoleForFIS'

export const linkedHandlers: Handlers = {
  CreateServiceLinkedRole: operation(linked, (scene, input) => {
    if (input.AWSServiceName !== service) refuse('InvalidInput', `Service linked role for ${input.AWSServiceName} is not known here.`)
    if (input.CustomSuffix !== undefined) refuse('InvalidInput', `Custom suffix is not allowed for ${service}`)
    if (scene.model.roles.has(linkedName)) {
      refuse('InvalidInput', `Service role name ${linkedName} has been taken in this account, please try a different suffix.`)
    }
    const model = addLinkedRole(scene)
    const role = model.roles.get(linkedName)
    return { reply: { Role: role && toRole(role, scene.place) }, model }
  }),
}

/** FIS makes its service-linked role by itself when the first experiment is started. */
export function ensureLinkedRole(scene: Scene): Model {
  return scene.model.roles.has(linkedName) ? scene.model : addLinkedRole(scene)
}

function addLinkedRole(scene: Scene): Model {
  const { model, id } = nextIdent(scene.model, 'AROA')
  const statement = { Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' }
  const role: Role = {
    name: linkedName,
    path: `/aws-service-role/${service}/`,
    id,
    createdAt: scene.at,
    usableAt: scene.at,
    trust: JSON.stringify({ Version: '2012-10-17', Statement: [statement] }),
    policies: {},
    attached: ['arn:aws:iam::aws:policy/aws-service-role/AmazonFISServiceRolePolicy'],
    tags: {},
    maxSession: 3600,
    made: 'aws',
    foreign: false,
  }
  return withEntry(model, 'roles', linkedName, role)
}
