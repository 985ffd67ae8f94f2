import { type Account, type Role, withEntry } from '../account/account.ts'
import { nextId } from '../account/ids.ts'
import { type Context, type Handlers, operation, refuse } from '../operation.ts'
import { toRole } from './response.ts'
import { linked } from './schema.ts'

const service = 'fis.amazonaws.com'

/** https://docs.aws.amazon.com/fis/latest/userguide/using-service-linked-roles.html */
const linkedName = 'AWSServiceRoleForFIS'

export const linkedHandlers: Handlers = {
  CreateServiceLinkedRole: operation(linked, (context, input) => {
    if (input.AWSServiceName !== service) refuse('InvalidInput', `Service linked role for ${input.AWSServiceName} is not known here.`)
    if (input.CustomSuffix !== undefined) refuse('InvalidInput', `Custom suffix is not allowed for ${service}`)
    if (context.account.roles.has(linkedName)) {
      refuse('InvalidInput', `Service role name ${linkedName} has been taken in this account, please try a different suffix.`)
    }
    const account = addLinkedRole(context)
    const role = account.roles.get(linkedName)
    return { reply: { Role: role && toRole(role, context.scope) }, account }
  }),
}

/** FIS creates its service-linked role by itself when the first experiment starts. */
export function ensureLinkedRole(context: Context): Account {
  return context.account.roles.has(linkedName) ? context.account : addLinkedRole(context)
}

function addLinkedRole(context: Context): Account {
  const { account, id } = nextId(context.account, 'AROA')
  const statement = { Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' }
  const role: Role = {
    name: linkedName,
    path: `/aws-service-role/${service}/`,
    id,
    createdAt: context.at,
    usableAt: context.at,
    trust: JSON.stringify({ Version: '2012-10-17', Statement: [statement] }),
    policies: {},
    attached: ['arn:aws:iam::aws:policy/aws-service-role/AmazonFISServiceRolePolicy'],
    tags: {},
    maxSession: 3600,
    made: 'aws',
    foreign: false,
  }
  return withEntry(account, 'roles', [linkedName, role])
}
