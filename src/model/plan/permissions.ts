import { ACTION_ID } from '../mode.ts'
import { ROLE_STATEMENTS } from './role-permissions.ts'
import { REQUESTED, type Statement, TAGGED } from './statement.ts'

/** AWS owns the actions of FIS, and its examples have `*` as the account in their ARNs. */
const SPOT_ACTIONS = Object.values(ACTION_ID).map((id) => `arn:{partition}:fis:{region}:*:action/${id}`)
const TEMPLATES = 'arn:{partition}:fis:{region}:{account}:experiment-template/*'
const EXPERIMENTS = 'arn:{partition}:fis:{region}:{account}:experiment/*'

/**
 * The permissions of the callers, in one table. The documents, the templates in examples/iam, the summary of setup and the statements in
 * error messages come from it (`grants.ts`).
 *
 * Which resources and condition keys a call supports:
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsfaultinjectionservice.html. FIS checks CreateExperimentTemplate
 * on each action and on the template, StartExperiment on the template and on the experiment. AWS's own policy
 * AWSResilienceHubResilienceTestingPolicy splits them the same way: the request tag on what is created, the resource tag on what exists.
 */
export const STATEMENTS = {
  ReadSpotActions: {
    actions: ['fis:GetAction'],
    resources: SPOT_ACTIONS,
    purpose: 'ask whether the region offers the Spot action',
    lost: 'the run fails before it creates anything',
  },
  UseSpotActions: {
    actions: ['fis:CreateExperimentTemplate'],
    resources: SPOT_ACTIONS,
    purpose: 'put the Spot actions, and no other action of FIS, into a template',
    lost: 'the run fails before it creates anything',
  },
  CreateTemplates: {
    actions: ['fis:CreateExperimentTemplate'],
    resources: [TEMPLATES],
    equals: REQUESTED,
    purpose: 'create the template of the run, with the tag of this action',
    lost: 'the run fails before it creates anything',
  },
  TagCreated: {
    actions: ['fis:TagResource'],
    resources: [TEMPLATES, EXPERIMENTS],
    equals: REQUESTED,
    purpose: 'tag the template and the experiment at their creation',
    lost: 'the run fails: it creates nothing without tags',
  },
  StartFromTemplates: {
    actions: ['fis:StartExperiment'],
    resources: [TEMPLATES],
    equals: TAGGED,
    purpose: 'start an experiment from a template of this action',
    lost: 'the run fails before any interruption',
  },
  StartExperiments: {
    actions: ['fis:StartExperiment'],
    resources: [EXPERIMENTS],
    equals: REQUESTED,
    purpose: 'start the experiment, with the tag of this action',
    lost: 'the run fails before any interruption',
  },
  ReadExperiments: {
    actions: ['fis:GetExperiment'],
    resources: [EXPERIMENTS],
    equals: TAGGED,
    purpose: 'follow the experiments of this action',
    lost: 'the run stops its experiment and fails, because it cannot follow it',
  },
  StopExperiments: {
    actions: ['fis:StopExperiment'],
    resources: [EXPERIMENTS],
    equals: TAGGED,
    purpose: 'stop the experiments of this action',
    lost: 'an experiment that has to be stopped goes on; the step says how to stop it by hand',
  },
  DeleteTemplates: {
    actions: ['fis:DeleteExperimentTemplate'],
    resources: [TEMPLATES],
    equals: TAGGED,
    purpose: 'delete the templates of this action',
    lost: 'the template stays; the step says how to delete it by hand',
  },
  ListExperiments: {
    actions: ['fis:ListExperiments'],
    resources: ['*'],
    purpose: 'find experiments whose id is not known, and experiments of other runs',
    lost: 'they are not found; the step says so',
  },
  ListTemplates: {
    actions: ['fis:ListExperimentTemplates'],
    resources: ['*'],
    purpose: 'find templates whose id is not known, and expired templates',
    lost: 'they are not found; the step says so',
  },
  ReadInstances: {
    actions: ['ec2:DescribeInstances', 'ec2:DescribeSpotInstanceRequests'],
    resources: ['*'],
    purpose: 'read the targets and their Spot requests',
    lost: 'the run fails before it creates anything',
  },
  ReadRoleUsers: {
    actions: ['fis:GetExperiment', 'fis:GetExperimentTemplate'],
    resources: [EXPERIMENTS, TEMPLATES],
    purpose: 'see whether any template or running experiment uses a role, before the role is deleted',
    lost: 'the role stays where the region has templates or running experiments of others',
  },
  ReadGroups: {
    actions: ['autoscaling:DescribeAutoScalingGroups'],
    resources: ['*'],
    purpose: 'read the members of an Auto Scaling group',
    lost: 'the run fails before it creates anything',
  },
  ReadScaling: {
    actions: ['autoscaling:DescribeScalingActivities', 'autoscaling:DescribeInstanceRefreshes'],
    resources: ['*'],
    purpose: 'read what an Auto Scaling group did, and why, and whether an instance refresh is under way',
    lost: 'the run goes on without it, and says so',
  },
  ReadTargetGroups: {
    actions: ['elasticloadbalancing:DescribeTargetGroups', 'elasticloadbalancing:DescribeTargetHealth'],
    resources: ['*'],
    purpose: 'read the members of a target group',
    lost: 'the run fails before it creates anything',
  },
  ReadServices: {
    actions: ['ecs:DescribeServices'],
    resources: ['arn:{partition}:ecs:{region}:{account}:service/*'],
    purpose: 'read an ECS service',
    lost: 'the run fails before it creates anything',
  },
  ListTasks: {
    actions: ['ecs:ListTasks', 'ecs:DescribeContainerInstances'],
    resources: ['arn:{partition}:ecs:{region}:{account}:container-instance/*'],
    purpose: 'find the tasks of an ECS service, and the instances that they run on',
    lost: 'the run counts tasks without knowing where they run, and says so',
  },
  ReadTasks: {
    actions: ['ecs:DescribeTasks'],
    resources: ['arn:{partition}:ecs:{region}:{account}:task/*'],
    purpose: 'read the tasks of an ECS service',
    lost: 'the run counts tasks without knowing where they run, and says so',
  },
  ReadAlarms: {
    actions: ['cloudwatch:DescribeAlarms'],
    resources: ['*'],
    purpose: 'read CloudWatch alarms; composite alarms need this on all resources',
    lost: 'the run fails before it creates anything',
  },
  ...ROLE_STATEMENTS,
} as const satisfies Readonly<Record<string, Statement>>

export type StatementId = keyof typeof STATEMENTS
