/** Where a session of boto3 ends otherwise on moto than on the simulator, step by step, and why that is meant. */
export const DIFFERENCES: Readonly<Record<string, string>> = {
  'template id': 'AWS’s ids begin with EXT; moto’s are hex digits, so the action takes any',
  'experiment id': 'AWS’s ids begin with EXP; moto’s are hex digits, so the action takes any',
  'first state': 'moto shows `pending` first and moves on at each look; the simulator’s states follow its clock, and `pending` is a switch',
  'instances ended': 'moto’s FIS ends no instance; that an experiment does is what the simulator is for',
  'whose doing': 'the same: nothing ended, so there is no `StateReason`',
  'Spot requests': 'moto makes no Spot request for an instance launched with `InstanceMarketOptions`; AWS does',
  'stopping twice': 'not documented; a switch of the simulator (`stopFinished`), by default an error, which the action must bear',
  'a token with a blank': 'moto checks no pattern; AWS’s model says `[\\S]+`',
  'a lead of one minute': 'moto checks no parameter; AWS documents 2 to 15 minutes',
  'an unknown action': 'moto knows no catalogue; that AWS refuses it is a switch of the simulator (`unknownAction`)',
  'a target that is not there': 'moto does not look at what an action refers to',
  'six ARNs in a target': 'moto checks no length; AWS’s model says 5',
  'no such action': 'moto has no catalogue and answers 500',
  'the catalogue': 'moto has no catalogue and answers 500',
  'an on-demand target fails it': 'moto looks at no target; on AWS one that is no Spot instance fails the experiment',
  'no id at all': 'moto does not tell a malformed id from an unknown one; the action asks by filter and meets neither',
  'an unknown filter': 'moto answers 500 and a page of HTML; AWS says `InvalidParameterValue`',
  'stopping a one-time Spot instance': 'moto allows it; AWS can stop only instances of persistent requests',
  'roles by page': 'moto makes no service-linked role when the first experiment is started; AWS does',
}

/** Where a fleet that loses members ends otherwise on moto than on the simulator, step by step, and why that is meant. */
export const FLEET_DIFFERENCES: Readonly<Record<string, string>> = {
  'a dead member in its group': 'moto replaces a member in the moment that it ends; AWS shows it InService until its health check',
  'a member that is launched': 'moto’s new members are InService at once, never Pending',
  'a group with Launch suspended': 'moto replaces a member whatever is suspended, so its groups always come back',
  'a notice to a group with Capacity Rebalancing':
    'moto’s FIS sends no notice, and no group of moto reacts to one: no member is ever Terminating',
  'scaling activities': 'moto’s list of activities is always empty',
  'instance refreshes': 'moto has none and answers 500; the action warns that it does not know of any',
  'a target that leaves': 'moto never shows a target as draining; one that ended is not listed',
  'a target that comes': 'moto’s targets are healthy at once, never initial',
  'the target group after a replacement': 'moto registers only those that are attached; the tests register the new member',
  'the count of running tasks': 'moto starts no task of a service and counts none; the tests start them',
  'the tasks of a service without tasks': 'moto ignores the name of the service and lists all tasks of the cluster',
  'the agent of a dead instance': 'moto’s container instances stay connected for ever',
  'a task on a dead instance': 'moto’s tasks run for ever, so it always shows the dead ones as running',
  'a task that has to be replaced': 'moto’s services replace no task; the tests start the new one',
}
