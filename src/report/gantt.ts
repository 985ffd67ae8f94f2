import { toWords } from '../model/duration.ts'
import type { ProbeMetrics } from '../model/probes/metrics.ts'
import type { Outage } from '../model/probes/outages.ts'
import { last } from '../model/timeline/event.ts'
import { NOTICE_MS } from '../model/timeline/schedule.ts'
import type { TargetOutcome } from '../model/verdict/outcome.ts'
import { ceilSeconds } from '../model/verdict/rounding.ts'
import { cut } from './escape.ts'
import { toState } from './figures.ts'
import { BAR_TAGS, bar, milestone, PLAIN, type Scale, type Wall } from './gantt-bars.ts'
import { renderCapacities, renderReactions } from './gantt-capacity.ts'
import { type Report, toWall } from './report.ts'
import { toTargetState } from './targets.ts'

/** With more targets or outages of a probe than this, the diagram would be unreadable. The tables have all of them. */
const MAX_TARGETS = 20
const MAX_OUTAGES = 3
const LONGEST_NAME = 20

/** The functions that make bars. To add a source of bars, add a line. */
const SOURCES: readonly ((report: Report, scale: Scale, wall: Wall) => readonly string[])[] = [
  renderFis,
  renderReactions,
  renderTargets,
  renderCapacities,
  renderProbes,
]

/**
 * The run as a Mermaid gantt in UTC; undefined before any action started. Each bar begins with a fixed word, because a name alone may be a
 * keyword of Mermaid, such as `click`; free text would have to be escaped. It has no sections, so that the words of a bar also fit on a
 * phone.
 */
export function renderGantt(report: Report): string | undefined {
  const { plan, start, experiment, verdict } = report
  if (plan === undefined || start === undefined) return undefined
  const t0 = start.at.getTime()
  const wall = (ms: number | undefined) => (ms === undefined ? t0 : toWall(report, ms).getTime())
  const ends = report.outcomes.map(({ endedMs, leftMs }) => wall(endedMs ?? leftMs))
  const endAt = Math.max(
    t0 + 1000,
    experiment?.endAt?.getTime() ?? t0,
    wall(verdict.window?.untilMs ?? last(report.timeline, 'capacity-read')?.untilMs),
    ...ends,
  )
  return [
    `%%{init: ${JSON.stringify(LOOK)}}%%`,
    'gantt',
    '  dateFormat YYYY-MM-DD HH:mm:ss.SSS',
    '  axisFormat %H:%M:%S',
    `  tickInterval ${toTick(endAt - t0)}`,
    '  todayMarker off',
    '  title Times in UTC',
    ...SOURCES.flatMap((render) => render(report, { t0, endAt }, wall)),
  ].join('\n')
}

const WHITE = '#ffffff'
const BLUE = '#0969da'
const GREEN = '#1a7f37'
const AMBER = '#9a6700'
const RED = '#cf222e'
const GREY = '#6e7781'

/**
 * The colours of GitHub's labels: filled green and red for judged bars, outlines for others. The words in the bars say the same. Words that
 * do not fit are placed beside their bar. There, Mermaid uses the theme's colour for the words of green and red bars, but in most versions
 * the inner colour for the words of the others. So that inner colour is a grey that is readable in the outlines, on white and on black.
 */
const LOOK = {
  gantt: { leftPadding: 23, rightPadding: 14, topPadding: 52, gridLineStartPadding: 46, barHeight: 21, barGap: 4, fontSize: 11 },
  themeVariables: {
    taskBkgColor: GREEN,
    taskBorderColor: GREEN,
    doneTaskBkgColor: '#ddf4ff',
    doneTaskBorderColor: BLUE,
    activeTaskBkgColor: '#fff1b8',
    activeTaskBorderColor: AMBER,
    critBkgColor: RED,
    critBorderColor: RED,
    taskTextColor: WHITE,
    taskTextLightColor: WHITE,
    taskTextDarkColor: GREY,
    sectionBkgColor: 'transparent',
    sectionBkgColor2: 'transparent',
    altSectionBkgColor: 'transparent',
  },
}

/** The steps of the axis, in seconds: at most five of them, because more do not fit on a phone. */
const TICKS = [5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600]

function toTick(ms: number): string {
  const seconds = TICKS.find((tick) => ms / 1000 / tick <= 5) ?? 7200
  return seconds < 60 ? `${seconds}second` : `${seconds / 60}minute`
}

function renderFis({ plan, experiment }: Report, { t0, endAt }: Scale): readonly string[] {
  const until = experiment?.endAt?.getTime() ?? endAt
  const bars = [bar('FIS experiment', PLAIN, { from: t0, to: until })]
  if (plan?.mode !== 'interruption') return [...bars, milestone('Recommendation', t0)]
  const { durationMs } = plan
  const notice = durationMs <= NOTICE_MS ? [] : [milestone('Recommendation', t0)]
  return [...bars, ...notice, milestone('Notice due', t0 + durationMs - NOTICE_MS), milestone('Interruption due', t0 + durationMs)]
}

/** One bar for each target, from the start until it left. */
function renderTargets(report: Report, { t0, endAt }: Scale, wall: Wall): readonly string[] {
  return report.outcomes.slice(0, MAX_TARGETS).map((target) => {
    const state = toTargetState(report, target)
    const to = target.leftMs === undefined ? endAt : wall(target.leftMs)
    return bar(toLabel(target), state === undefined ? PLAIN : BAR_TAGS[state], { from: Math.min(t0, to), to })
  })
}

function toLabel({ id, outcome }: TargetOutcome): string {
  return `${id} ${outcome}`
}

function renderProbes(report: Report, scale: Scale, wall: Wall): readonly string[] {
  const { allMetrics } = report.verdict
  return allMetrics.flatMap((metrics) =>
    metrics.outages.length === 0 ? renderCalm(report, metrics, scale) : renderProbe(metrics, scale, wall),
  )
}

/** The bar of a probe without a known outage. */
function renderCalm(report: Report, { name }: ProbeMetrics, { t0, endAt }: Scale): readonly string[] {
  const isUnsure = (['availability', 'outage'] as const).some((figure) => toState(report, figure, name) !== 'kept')
  const state = isUnsure ? 'unknown' : 'kept'
  return [bar(`Probe ${cut(name, LONGEST_NAME)} ${isUnsure ? 'partly unknown' : 'healthy'}`, BAR_TAGS[state], { from: t0, to: endAt })]
}

/**
 * The bars of a probe with outages: each outage from t0 on (if there are many, the longest), and the time after the last one if the probe
 * recovered.
 */
function renderProbe({ name, outages, recoveryMs }: ProbeMetrics, { endAt }: Scale, wall: Wall): readonly string[] {
  const probe = `Probe ${cut(name, LONGEST_NAME)}`
  const kept = new Set(outages.toSorted((a, b) => lasted(b) - lasted(a)).slice(0, MAX_OUTAGES))
  const drawn = outages.filter((outage) => kept.has(outage))
  const last = outages.at(-1)
  const back =
    recoveryMs === undefined || last === undefined ? [] : [bar(`${probe} recovered`, BAR_TAGS.kept, { from: wall(last.toMs), to: endAt })]
  const down = drawn.map((outage) => {
    const label = `${probe} down ${toWords(ceilSeconds(lasted(outage)) * 1000)}`
    return bar(label, BAR_TAGS.broken, { from: wall(outage.fromMs), to: wall(outage.toMs) })
  })
  return [...down, ...back]
}

function lasted({ fromMs, toMs }: Outage): number {
  return toMs - fromMs
}
