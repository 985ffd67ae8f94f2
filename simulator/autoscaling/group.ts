import { type GroupView, groupAt } from '../account/scaling/view.ts'
import { type Context, type Handlers, operation, refuse, refuseUnknown } from '../operation.ts'
import { paginate } from '../pagination.ts'
import { toActivity, toGroup, toHook, toMember, toRefresh } from './response.ts'
import { describeActivities, describeGroups, describeHooks, describeInstances, describeRefreshes, type GroupFilter } from './schema.ts'

/** Auto Scaling: the operations that read a group and its instances. */
export const autoScalingHandlers: Handlers = {
  DescribeAutoScalingGroups: operation(describeGroups, (context, input) => {
    const names = input.AutoScalingGroupNames
    const found = groupsIn(context).filter(
      (group) => (names.length === 0 || names.includes(group.name)) && input.Filters.every((filter) => passes(group, filter)),
    )
    const page = pageOf(context, found, input)
    const withInstances = input.IncludeInstances === 'true'
    return { reply: { AutoScalingGroups: page.items.map((group) => toGroup(context, group, withInstances)), NextToken: page.next } }
  }),
  DescribeAutoScalingInstances: operation(describeInstances, (context, input) => {
    const members = groupsIn(context).flatMap((group) => group.members.map((member) => ({ group, member })))
    const asked = members.filter(({ member }) => input.InstanceIds.length === 0 || input.InstanceIds.includes(member.id))
    const page = pageOf(context, asked, input)
    const instances = page.items.map(({ group, member }) => ({ ...toMember(context, group, member), AutoScalingGroupName: group.name }))
    return { reply: { AutoScalingInstances: instances, NextToken: page.next } }
  }),
  DescribeScalingActivities: operation(describeActivities, (context, input) => {
    for (const { Name } of input.Filters) refuseFilter(Name)
    const name = input.AutoScalingGroupName
    const groups = name === undefined ? groupsIn(context) : [findGroup(context, name, `Group ${name} not found`)]
    const all = groups.flatMap((group) => group.activities.map((activity) => ({ group, activity })))
    const asked = all.filter(({ activity }) => input.ActivityIds.length === 0 || input.ActivityIds.includes(activity.id))
    const page = pageOf(context, inOrder(asked), input)
    const activities = page.items.map(({ group, activity }) => toActivity(context, group, activity))
    return { reply: { Activities: activities, NextToken: page.next } }
  }),
  DescribeInstanceRefreshes: operation(describeRefreshes, (context, input) => {
    const group = findGroup(context, input.AutoScalingGroupName)
    const asked = group.refreshes.filter(({ id }) => input.InstanceRefreshIds.length === 0 || input.InstanceRefreshIds.includes(id))
    const page = pageOf(context, inOrder(asked.map((activity) => ({ activity }))), input)
    return { reply: { InstanceRefreshes: page.items.map(({ activity }) => toRefresh(group, activity)), NextToken: page.next } }
  }),
  DescribeLifecycleHooks: operation(describeHooks, (context, input) => {
    const group = findGroup(context, input.AutoScalingGroupName)
    const asked = group.hooks.filter(({ name }) => input.LifecycleHookNames.length === 0 || input.LifecycleHookNames.includes(name))
    return { reply: { LifecycleHooks: asked.map((hook) => toHook(group, hook)) } }
  }),
}

/** The documentation of these operations names no error for a group that is not there; the service gives this one. */
function findGroup(context: Context, name: string, message = 'AutoScalingGroup name not found - null'): GroupView {
  return groupsIn(context).find((group) => group.name === name) ?? refuse('ValidationError', message)
}

function groupsIn({ account, call, at }: Context): readonly GroupView[] {
  const all = [...account.autoScalingGroups.values()].filter(({ region }) => region === call.region)
  return all.map((group) => groupAt(account, group, at))
}

/** Activities in progress first, then the newest. */
function inOrder<T extends { readonly activity: { readonly startAt: number; readonly endAt?: number | undefined } }>(
  all: readonly T[],
): readonly T[] {
  const rank = ({ activity }: T) => (activity.endAt === undefined ? 0 : 1)
  return [...all].sort((a, b) => rank(a) - rank(b) || b.activity.startAt - a.activity.startAt)
}

function passes(group: GroupView, { Name, Values }: GroupFilter): boolean {
  if (Name === 'tag-key') return Values.some((key) => Object.hasOwn(group.tags, key))
  if (Name === 'tag-value') return Object.values(group.tags).some((value) => Values.includes(value))
  if (!Name.startsWith('tag:')) refuseFilter(Name)
  return Values.includes(group.tags[Name.slice('tag:'.length)] ?? '')
}

function refuseFilter(name: string): never {
  refuseUnknown('ValidationError', `Filter type ${name} is not correct.`, { what: 'filter', name })
}

type Paging = { readonly MaxRecords: number; readonly NextToken?: string | undefined }

function pageOf<T>({ call }: Context, all: readonly T[], { MaxRecords, NextToken }: Paging) {
  return paginate(all, {
    operation: call.operation,
    size: MaxRecords,
    token: NextToken,
    refuse: () => refuse('InvalidNextToken', 'The NextToken value is not valid.'),
  })
}
