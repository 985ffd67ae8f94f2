import { seconds } from '../clock.ts'
import type { Draft } from './draft.ts'
import type { ActionEffect } from './effect.ts'

type When = 'launch' | 'start' | 'notice' | 'interruption'
type Line = { readonly at: When; readonly afterSeconds: number }
type Script<T extends Line> = { readonly lines: readonly T[]; readonly seededAt: number; readonly isOwn: (instance: string) => boolean }

/**
 * Schedules `act` for each line of the script of a group or a cluster: after its seed, or after the first experiment that hits one of its
 * instances.
 */
export function followLines<T extends Line>(draft: Draft, { lines, seededAt, isOwn }: Script<T>, act: (line: T, at: number) => void): void {
  const plan = (line: T, anchor: number) => draft.agenda.add(anchor + seconds(line.afterSeconds), (at) => act(line, at))
  for (const line of lines) if (line.at === 'launch') plan(line, seededAt)
  let isHit = false
  draft.effectListeners.push((effect) => {
    if (isHit || !isOwn(effect.instanceId)) return
    isHit = true
    for (const line of lines) {
      const anchor = anchorsOf(effect)[line.at]
      if (anchor !== undefined) plan(line, anchor)
    }
  })
}

function anchorsOf({ startedAt, noticeAt, endsAt }: ActionEffect): Readonly<Record<When, number | undefined>> {
  return { launch: undefined, start: startedAt, notice: noticeAt, interruption: endsAt }
}
