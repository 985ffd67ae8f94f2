/** The fleet of the bench on capacities: an Auto Scaling group of any size behind target groups and ECS services. */
export const REGION = 'us-east-1'

/** The ids of so many instances. */
export function idsOf(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `i-${(index + 1).toString(16).padStart(17, '0')}`)
}

function arnOf(name: string): string {
  return `arn:aws:elasticloadbalancing:${REGION}:123456789012:targetgroup/${name}/0123456789abcdef`
}

/** The seed of the simulator: these instances as members of one group, three target groups and three services. */
export function seedOf(ids: readonly string[]) {
  const tags = { app: 'web', 'aws:autoscaling:groupName': 'web' }
  const targetGroups = ['a', 'b', 'c'].map((name) => ({ name, region: REGION, arn: arnOf(name), targets: ids.map((id) => ({ id })) }))
  return {
    instances: ids.map((id) => ({ id, region: REGION, tags })),
    autoScalingGroups: [
      {
        name: 'web',
        region: REGION,
        maxSize: 200,
        members: ids.map((id) => ({ id })),
        targetGroupArns: targetGroups.map(({ arn }) => arn),
        tags: { app: 'web' },
      },
    ],
    targetGroups,
    clusters: [
      {
        name: 'shop',
        region: REGION,
        autoScalingGroups: ['web'],
        services: ['x', 'y', 'z'].map((name) => ({ name, desiredCount: ids.length })),
        containerInstances: ids.map((instanceId, at) => ({ id: `host${at}`, instanceId })),
        tasks: ids.flatMap((_, at) =>
          ['x', 'y', 'z'].map((service) => ({ id: `${service}${at}`, service, containerInstance: `host${at}` })),
        ),
      },
    ],
  }
}

/** The input `capacity`, with a line for each source of the seed: the most that a run may have. */
export const CAPACITY = [
  ...['g=asg:web', 'h=asg:auto', 'i=tags:app=web', 'j=asg:web'],
  ...['a', 'b', 'c'].map((name) => `t${name}=target-group:${arnOf(name)}`),
  ...['x', 'y', 'z'].map((name) => `s${name}=ecs:shop/${name}`),
].join('\n')
