#!/usr/bin/env bash
# Creates the role of the experiment, or uses the role that is there.
source "$(dirname "$0")/lib.sh"

if role=$(aws iam get-role --role-name "$FIS_ROLE_NAME" --output json 2>/dev/null); then
  log "Using existing role: $(jq -r .Role.Arn <<<"$role")"
  exit 0
fi
trust='{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"fis.amazonaws.com"},"Action":"sts:AssumeRole"}]}'
policy='{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["ec2:SendSpotInstanceInterruptions","ec2:DescribeInstances"],"Resource":"*"}]}'
aws iam create-role --role-name "$FIS_ROLE_NAME" --assume-role-policy-document "$trust" --output text --query Role.Arn >.state/role.arn
aws iam put-role-policy --role-name "$FIS_ROLE_NAME" --policy-name FIS-SpotMinimal --policy-document "$policy"
log "Created role: $(cat .state/role.arn)"
