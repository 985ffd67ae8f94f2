#!/usr/bin/env bash
# Checks the instance, and creates the template of the experiment.
source "$(dirname "$0")/lib.sh"

instance=$(aws ec2 describe-instances --instance-ids "$INSTANCE_ID" --output json | jq '.Reservations[0].Instances[0]')
[ "$(jq -r .InstanceLifecycle <<<"$instance")" = spot ] || { log "$INSTANCE_ID is not a Spot instance"; exit 1; }
[ "$(jq -r .State.Name <<<"$instance")" = running ] || { log "$INSTANCE_ID is not running"; exit 1; }

jq -n --arg arn "arn:aws:ec2:$REGION:$(cat .state/account):instance/$INSTANCE_ID" --arg role "$(cat .state/role.arn)" \
  --arg duration "$DURATION_ISO" '{
  description: "Interrupts one Spot instance",
  stopConditions: [{source: "none"}],
  roleArn: $role,
  targets: {spot: {resourceType: "aws:ec2:spot-instance", resourceArns: [$arn], selectionMode: "ALL"}},
  actions: {interrupt: {
    actionId: "aws:ec2:send-spot-instance-interruptions",
    parameters: {durationBeforeInterruption: $duration},
    targets: {SpotInstances: "spot"}
  }}
}' >.state/fis-template.json
aws fis create-experiment-template --cli-input-json file://.state/fis-template.json --output json |
  jq -r .experimentTemplate.id >.state/template.id
log "Template: $(cat .state/template.id)"
