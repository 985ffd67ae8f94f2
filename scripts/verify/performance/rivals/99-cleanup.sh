#!/usr/bin/env bash
# Deletes the template, and the role if that is wanted.
source "$(dirname "$0")/lib.sh"

if [ -f .state/template.id ]; then
  aws fis delete-experiment-template --id "$(cat .state/template.id)" --output json | jq -r .experimentTemplate.id >/dev/null
  rm .state/template.id
  log "Template deleted"
fi
if [ "${DELETE_ROLE_ON_DOWN:-false}" = true ]; then
  aws iam delete-role-policy --role-name "$FIS_ROLE_NAME" --policy-name FIS-SpotMinimal
  aws iam delete-role --role-name "$FIS_ROLE_NAME"
  log "Role deleted"
else
  log "Role retained (set DELETE_ROLE_ON_DOWN=true to remove it)"
fi
