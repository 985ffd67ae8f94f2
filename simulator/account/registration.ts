import { seconds } from '../clock.ts'
import type { RegisteredTarget, TargetGroup } from './capacity.ts'
import type { Draft } from './draft.ts'

/** A target in a target group, from its registration on. */
export type Registration = {
  readonly id: string
  readonly port: number
  readonly zone?: string | undefined
  /** The instance whose end ends the target; undefined if the simulator knows none. */
  readonly runsOn?: string | undefined
  readonly registeredAt: number
  /** When its service begins to answer. */
  readonly upAt: number
  /** When its service stops answering: a task may stop before its instance ends. */
  downAt?: number | undefined
  deregisteredAt?: number | undefined
  /** The target as the seed gave it. A state other than healthy never changes. */
  readonly seeded?: RegisteredTarget | undefined
}

/** Every registration so far, by the ARN of the target group. */
export type Registry = { readonly groups: Draft['account']['targetGroups']; readonly registrations: Map<string, Registration[]> }

/** The registry of an account: its target groups with their seeded targets. */
export function createRegistry({ account }: Draft): Registry {
  const registrations = new Map<string, Registration[]>()
  for (const group of account.targetGroups.values())
    registrations.set(
      group.arn,
      group.targets.map((target) => toRegistration(group, target)),
    )
  return { groups: account.targetGroups, registrations }
}

function toRegistration({ seededAt, targetType }: TargetGroup, seeded: RegisteredTarget): Registration {
  const { id, port, zone, runsOn = targetType === 'instance' ? seeded.id : undefined } = seeded
  return { id, port: port, zone, runsOn, registeredAt: seededAt, upAt: Number.NEGATIVE_INFINITY, seeded }
}

type New = Pick<Registration, 'id' | 'runsOn' | 'registeredAt' | 'upAt'> & { readonly port?: number | undefined }

/** Registers a target, and returns the registration; undefined if the target group does not exist. */
export function register({ groups, registrations }: Registry, arn: string, target: New): Registration | undefined {
  const group = groups.get(arn)
  if (group === undefined) return undefined
  const made: Registration = { ...target, port: target.port ?? group.port }
  registrations.set(arn, [...(registrations.get(arn) ?? []), made])
  return made
}

/** Takes a target out of a target group. Returns how long its connections may still drain, in milliseconds; 0 if it is not registered. */
export function deregister({ groups, registrations }: Registry, arn: string, { id, at }: { id: string; at: number }): number {
  const found = (registrations.get(arn) ?? []).filter((one) => one.id === id && one.deregisteredAt === undefined)
  for (const one of found) one.deregisteredAt = at
  return found.length === 0 ? 0 : seconds(groups.get(arn)?.deregistrationDelaySeconds ?? 0)
}
