/**
 * The answers of a live run to the questions that AWS leaves open (docs/dev/aws-behaviour.md lists them), in the words of the simulator's
 * switches: `PUT /_simulator/switches` accepts `switches` unchanged. Pure.
 */
import type { Switches } from '../../simulator/account/switches.ts'
import { firstSeen, secondsBetween, type Track } from './track.ts'

export type Asked = {
  readonly region: string
  readonly interruption?: Track
  readonly stop?: Track
  /** For each question: whether AWS refused the call that asks it. */
  readonly refused: Readonly<Partial<Record<'token' | 'stopFinished' | 'deleteRunning' | 'unknownAction', boolean>>>
  readonly offersRebalance?: boolean
}
export type Answers = {
  readonly switches: Partial<Switches>
  /** Why a question has no answer. */
  readonly open: Readonly<Partial<Record<keyof Switches, string>>>
}

type Answer<T> = { readonly is: T } | { readonly open: string }
type Question = { readonly [K in keyof Switches]?: (asked: Asked) => Answer<Switches[K]> }

/** A change may be seen this long after its documented moment, because of the polls and of EC2's own delay. */
const NEAR_SECONDS = 45
/** With D = PT2M the notice comes at t0, and FIS shows it some seconds later. */
const NOTICE_SECONDS = 10
const EARLY_SECONDS = 60
const NOTICE_BEFORE_SECONDS = 120
const CODE = 'instance-terminated-by-experiment'
const GONE = ['shutting-down', 'terminated', 'stopping', 'stopped'] as const

const QUESTIONS: Question = {
  completed: ({ interruption }) => withTrack(interruption, toCompleted),
  ends: ({ interruption }) => withTrack(interruption, toEnds),
  spotCode: ({ interruption }) => withTrack(interruption, toSpotCode),
  stop: ({ stop }) => withTrack(stop, toStop),
  token: ({ refused }) => choose(refused.token, 'conflict', 'returns'),
  stopFinished: ({ refused }) => choose(refused.stopFinished, 'error', 'ok'),
  stateReason: ({ interruption }) => withTrack(interruption, toStateReason),
  deleteRunning: ({ refused }) => choose(refused.deleteRunning, 'conflict', 'ok'),
  resolvedKey: ({ interruption }) =>
    withTrack(interruption, ({ resolvedKeys: [key] }) => (key ? { is: key } : unseen('no resolved target'))),
  unknownAction: ({ refused }) => choose(refused.unknownAction, 'refused', 'accepted'),
  pendingSeconds: ({ interruption }) => withTrack(interruption, toPending),
  startDelaySeconds: ({ interruption }) =>
    withTrack(interruption, ({ createdAt, actionAt }) => toSeconds(secondsBetween(createdAt, actionAt), 'no start of the action')),
  rebalanceRegions: ({ region, offersRebalance }) =>
    offersRebalance === undefined ? unseen('not asked') : { is: offersRebalance ? [region] : [] },
  experimentTags: ({ interruption }) => withTrack(interruption, ({ hasTags }) => ({ is: hasTags })),
}
/** Questions that one run with one instance in a healthy account cannot answer. */
const BEYOND: Answers['open'] = {
  deniedRole: 'needs a role without its permission',
  arnQuota: 'needs six instances',
  roleLagSeconds: 'the action retries until the role can be assumed',
}

/** Every question that a live run can answer, and why the others stay open. */
export function toAnswers(asked: Asked): Answers {
  const answers = Object.entries(QUESTIONS).map(([name, ask]) => [name, ask(asked)] as const)
  return {
    switches: Object.fromEntries(answers.flatMap(([name, answer]) => ('is' in answer ? [[name, answer.is]] : []))),
    open: { ...Object.fromEntries(answers.flatMap(([name, answer]) => ('open' in answer ? [[name, answer.open]] : []))), ...BEYOND },
  }
}

function withTrack<T>(track: Track | undefined, ask: (track: Track) => Answer<T>): Answer<T> {
  return track === undefined ? unseen('no such run') : ask(track)
}

function unseen(why: string): { readonly open: string } {
  return { open: why }
}

function choose<const A, const B>(refused: boolean | undefined, yes: A, no: B): Answer<A | B> {
  return refused === undefined ? unseen('not asked') : { is: refused ? yes : no }
}

function toSeconds(seconds: number | undefined, why: string): Answer<number> {
  return seconds === undefined ? unseen(why) : { is: Math.max(0, Math.round(seconds)) }
}

function toCompleted(track: Track): Answer<Switches['completed']> {
  const seconds = secondsBetween(track.actionAt, track.endedAt)
  if (seconds === undefined || firstSeen(track, 'experiment', 'completed') === undefined) return unseen('FIS never reported completed')
  if (seconds >= track.durationSeconds - NOTICE_SECONDS) return { is: 'interruption' }
  if (seconds < track.durationSeconds - NOTICE_BEFORE_SECONDS + NOTICE_SECONDS) return { is: 'notice' }
  return seconds <= EARLY_SECONDS ? { is: 'early' } : unseen(`completed ${seconds} s after t0, which is none of the settings`)
}

function toEnds(track: Track): Answer<Switches['ends']> {
  const seconds = secondsBetween(track.actionAt, firstSeen(track, 'instance', ...GONE))
  if (seconds === undefined) return unseen('the instance did not end')
  const late = seconds - track.durationSeconds
  if (Math.abs(late) <= NEAR_SECONDS) return { is: 'on-time' }
  return Math.abs(late - NOTICE_BEFORE_SECONDS) <= NEAR_SECONDS
    ? { is: 'later' }
    : unseen(`the instance ended ${seconds} s after t0, which is none of the settings`)
}

function toSpotCode(track: Track): Answer<Switches['spotCode']> {
  const early = secondsBetween(firstSeen(track, 'request', CODE), firstSeen(track, 'instance', ...GONE))
  if (early === undefined) return unseen(`the Spot request never showed ${CODE}, or the instance did not end`)
  return { is: early > NEAR_SECONDS ? 'notice' : 'termination' }
}

function toStop(track: Track): Answer<Switches['stop']> {
  if (track.stoppedAt === undefined) return unseen('the experiment was not stopped')
  if (firstSeen(track, 'instance', ...GONE) !== undefined) return { is: 'ignores' }
  const watched = secondsBetween(track.actionAt, track.watchedUntil) ?? 0
  const enough = track.durationSeconds + NOTICE_BEFORE_SECONDS
  return watched >= enough ? { is: 'recalls' } : unseen(`watched for ${watched} s only`)
}

function toStateReason(track: Track): Answer<Switches['stateReason']> {
  if (firstSeen(track, 'instance', ...GONE) === undefined) return unseen('the instance did not end')
  const reason = track.changes.findLast(({ of }) => of === 'reason')?.value ?? ''
  return { is: reason.startsWith('Server.SpotInstance') ? 'spot' : 'none' }
}

function toPending(track: Track): Answer<Switches['pendingSeconds']> {
  if (firstSeen(track, 'experiment', 'pending') === undefined) return { is: 0 }
  return toSeconds(secondsBetween(track.createdAt, firstSeen(track, 'experiment', 'initiating', 'running')), 'never more than pending')
}
