#!/usr/bin/env bash
# Checks the role and the instance, with one call for each question, and creates the template of the experiment.
source "$(dirname "$0")/lib.sh"

ask() {
  aws ec2 describe-instances --instance-ids "$INSTANCE_ID" --query "Reservations[0].Instances[0].$1" --output text
}

account=$(aws sts get-caller-identity --query Account --output text)
role=$(aws iam get-role --role-name "$FIS_ROLE_NAME" --query Role.Arn --output text)
[ "$(ask InstanceLifecycle)" = spot ] || { log "$INSTANCE_ID is not a Spot instance"; exit 1; }
[ "$(ask State.Name)" = running ] || { log "$INSTANCE_ID is not running"; exit 1; }
[[ "$(ask Placement.AvailabilityZone)" == "$REGION"* ]] || { log "$INSTANCE_ID is not in $REGION"; exit 1; }

arn="arn:aws:ec2:$REGION:$account:instance/$INSTANCE_ID"
log "Creating FIS template that targets $INSTANCE_ID ($arn) with lead time $DURATION_ISO"
jq -n --arg arn "$arn" --arg role "$role" --arg duration "$DURATION_ISO" '{
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
