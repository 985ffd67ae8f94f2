import { describe, expect, it } from 'vitest'
import { ACCOUNT, connect, faultOf, REGION } from './wire.ts'

const idOf = (index: number) => `i-${index.toString(16).padStart(17, '0')}`
const arnOf = (name: string) => `arn:aws:cloudwatch:${REGION}:${ACCOUNT}:alarm:${name}`

describe('a listing by tag', () => {
  it('reads all pages, each with a call of its own, and takes wildcards for letters', async () => {
    const { simulator, aws } = await connect()
    const tags = { app: 'w*b\\?' }
    const many = Array.from({ length: 1200 }, (_, index) => ({ id: idOf(index), region: REGION, tags }))
    simulator.seed({ instances: [...many, { id: idOf(5000), region: REGION, tags: { app: 'web\\x' } }] })
    expect(new Set((await aws.ec2.listInstances(tags)).map(({ id }) => id)).size).toBe(1200)
    expect(simulator.journal().map(({ operation }) => operation)).toEqual(Array(3).fill('DescribeInstances'))
    expect(simulator.leftovers().strict).toEqual([])
  })

  it('asks for as many Spot requests at a time as a filter takes', async () => {
    const { simulator, aws } = await connect()
    const requestIds = Array.from({ length: 401 }, (_, index) => `sir-${index.toString(16).padStart(8, '0')}`)
    await aws.ec2.readSpotRequests(requestIds)
    expect(simulator.journal()).toHaveLength(3)
  })
})

it('a group has its members, and one that is not there is none', async () => {
  const { simulator, aws } = await connect()
  const members = [{ id: idOf(1) }, { id: idOf(2), lifecycleState: 'Terminating:Wait' }]
  simulator.seed({
    instances: [1, 2].map((one) => ({ id: idOf(one), region: REGION })),
    autoScalingGroups: [{ name: 'g', region: REGION, members }],
  })
  expect(await aws.autoscaling.readGroups(['g'])).toEqual([
    {
      name: 'g',
      members: [
        { id: idOf(1), state: 'InService', healthy: true },
        { id: idOf(2), state: 'Terminating:Wait', healthy: true },
      ],
      desired: 2,
      suspended: [],
      rebalances: false,
    },
  ])
  expect(await aws.autoscaling.readGroups(['G'])).toEqual([])
})

it('alarms are metric and composite ones; a name that is not there is left out', async () => {
  const { simulator, aws } = await connect()
  simulator.seed({
    alarms: [
      { name: 'metric', region: REGION },
      { name: 'composite', region: REGION, kind: 'CompositeAlarm', state: 'ALARM' },
    ],
  })
  const alarms = await aws.cloudwatch.readAlarms(['metric', 'composite', 'other'])
  expect([...alarms].sort((a, b) => a.arn.localeCompare(b.arn))).toEqual([
    { arn: arnOf('composite'), state: 'ALARM' },
    { arn: arnOf('metric'), state: 'OK' },
  ])
})

it('a simulation answers for each action on each resource', async () => {
  const { simulator, aws } = await connect()
  const Statement = [
    {
      Effect: 'Allow',
      Action: 'fis:StartExperiment',
      Resource: '*',
      Condition: { StringEquals: { 'aws:RequestTag/ManagedBy': 'spot-interrupt' } },
    },
  ]
  simulator.seed({ roles: [{ name: 'ci', policies: { p: { Version: '2012-10-17', Statement } } }] })
  const [one, two] = ['a', 'b'].map((id) => `arn:aws:fis:${REGION}:${ACCOUNT}:experiment/${id}`)
  const ask = (context: Record<string, string[]>) =>
    aws.iam.simulatePolicy(`arn:aws:iam::${ACCOUNT}:role/ci`, {
      actions: ['fis:StartExperiment', 'fis:StopExperiment'],
      resources: [one ?? '', two ?? ''],
      context,
    })
  const tagged = await ask({ 'aws:RequestTag/ManagedBy': ['spot-interrupt'], 'aws:TagKeys': ['ManagedBy'] })
  expect(tagged.map(({ action, answer }) => `${action} ${answer}`)).toEqual([
    'fis:StartExperiment allowed',
    'fis:StartExperiment allowed',
    'fis:StopExperiment denied',
    'fis:StopExperiment denied',
  ])
  expect((await ask({})).map(({ answer }) => answer)).toEqual(Array(4).fill('denied'))
})

it('a dry run sends nothing that could change anything, whatever is called', async () => {
  const { simulator, aws } = await connect(REGION, { readOnly: true })
  const tried = [
    () => aws.iam.deleteRole('r'),
    () => aws.iam.putPolicy('r', 'p', '{}'),
    () => aws.fis.stopExperiment('EXP1'),
    () => aws.fis.startExperiment({ templateId: 'EXT1', token: 't', tags: {} }),
  ]
  for (const act of tried) expect((await faultOf(act())).message).toContain('a dry run only reads')
  await aws.sts.whoami()
  await aws.ec2.readInstances([idOf(1)])
  expect(simulator.journal().map(({ operation }) => operation)).toEqual(['GetCallerIdentity', 'DescribeInstances'])
})
