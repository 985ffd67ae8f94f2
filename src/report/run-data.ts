import { partitionOf } from '../model/arn.ts'
import { toWords } from '../model/duration.ts'
import { toMarkdown } from './escape.ts'
import type { Report } from './report.ts'
import { type Cell, renderTable } from './table.ts'

/** Account and region, the settings of the experiment, and its state in FIS; then links to the consoles. */
export function renderRun(report: Report): string {
  const { plan, experiment, elapsedMs } = report
  if (plan === undefined) return ''
  const after = elapsedMs === undefined ? '' : ` after ${toWords(elapsedMs)}`
  const rows: Cell[][] = [
    ['Region', toMarkdown(plan.region)],
    ['Mode', plan.mode === 'interruption' ? `interruption, due ${toWords(plan.durationMs)} after the start` : 'rebalance recommendation'],
    ['Experiment', experiment === undefined ? 'not started' : `${toMarkdown(experiment.status)}${after}`],
    ...(experiment?.reason ? [['FIS says', toMarkdown(experiment.reason)]] : []),
  ]
  const links = renderLinks(report)
  return ['### Run', renderTable(['Data', 'Value'], rows), ...(links === '' ? [] : [links])].join('\n\n')
}

const CONSOLE: Readonly<Record<string, string>> = { 'aws-cn': 'console.amazonaws.cn', 'aws-us-gov': 'console.amazonaws-us-gov.com' }

/** Links to the consoles of AWS. A rehearsal has none, because the console does not have its experiment. */
function renderLinks({ plan, experiment, rehearsal }: Report): string {
  if (plan === undefined || rehearsal || plan.instanceIds.length === 0) return ''
  const { region } = plan
  const host = `https://${region}.${CONSOLE[partitionOf(region)] ?? 'console.aws.amazon.com'}`
  const fis =
    experiment === undefined
      ? ''
      : `[The experiment in the FIS console](${host}/fis/home?region=${region}#Experiments/${encodeURIComponent(experiment.id)}) · `
  const instances = plan.instanceIds.map(encodeURIComponent).join(',')
  return `${fis}[The instances in the EC2 console](${host}/ec2/home?region=${region}#Instances:instanceId=${instances})`
}
