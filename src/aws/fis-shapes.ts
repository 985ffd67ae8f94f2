import type { Experiment } from '@aws-sdk/client-fis'
import { parseDuration } from '../model/duration.ts'
import type { ActionSnapshot, ExperimentSnapshot } from '../model/timeline/snapshot.ts'
import type { TemplateRequest } from '../world.ts'
import { promised } from './retry.ts'

const RESOURCE_TYPE = 'aws:ec2:spot-instance'
const TARGET_SLOT = 'SpotInstances'

/** The request of CreateExperimentTemplate, with one target and one action for each batch. */
export function toTemplate({ token, description, roleArn, actionId, parameters, batches, tags, stopAlarms = [] }: TemplateRequest) {
  return {
    clientToken: token,
    description,
    roleArn,
    tags: { ...tags },
    stopConditions: stopAlarms.length === 0 ? [{ source: 'none' }] : stopAlarms.map((value) => ({ source: 'aws:cloudwatch:alarm', value })),
    targets: Object.fromEntries(
      batches.map(({ target, arns }) => [target, { resourceType: RESOURCE_TYPE, resourceArns: [...arns], selectionMode: 'ALL' }]),
    ),
    actions: Object.fromEntries(
      batches.map(({ target, action }) => [action, { actionId, parameters: { ...parameters }, targets: { [TARGET_SLOT]: target } }]),
    ),
  }
}

/** GetExperiment's answer as a snapshot. The types of this client lack `cancelled` and `state.error`, but it passes them through. */
export function toExperiment(experiment: Experiment | undefined): ExperimentSnapshot {
  const one = promised(experiment, 'an experiment')
  const state: { status?: string; reason?: string; error?: { code?: string; location?: string } } = promised(one.state, 'a state')
  return {
    id: promised(one.id, 'an experiment id'),
    status: promised(state.status, 'a status'),
    reason: state.reason ?? '',
    actions: Object.entries(one.actions ?? {}).map(([name, action]) => toAction(name, action, one.targets)),
    ...(state.error === undefined ? {} : { error: { code: state.error.code ?? '', location: state.error.location ?? '' } }),
    ...(one.startTime === undefined ? {} : { startAt: one.startTime }),
    ...(one.endTime === undefined ? {} : { endAt: one.endTime }),
  }
}

function toAction(name: string, action: NonNullable<Experiment['actions']>[string], targets: Experiment['targets'] = {}): ActionSnapshot {
  const durationMs = parseDuration(action.parameters?.durationBeforeInterruption ?? '')
  const arns = Object.values(action.targets ?? {}).flatMap((target) => targets[target]?.resourceArns ?? [])
  return {
    name,
    status: action.state?.status ?? '',
    reason: action.state?.reason ?? '',
    ...(durationMs === undefined ? {} : { durationMs }),
    ...(arns.length === 0 ? {} : { instanceIds: arns.map((arn) => arn.slice(arn.lastIndexOf('/') + 1)) }),
    ...(action.startTime === undefined ? {} : { startAt: action.startTime }),
    ...(action.endTime === undefined ? {} : { endAt: action.endTime }),
  }
}
