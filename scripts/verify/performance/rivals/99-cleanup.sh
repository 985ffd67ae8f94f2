#!/usr/bin/env bash
# Deletes the template if it is there, and the role if that is wanted.
source "$(dirname "$0")/lib.sh"

if [ -f .state/template.id ]; then
  template=$(cat .state/template.id)
  if aws fis get-experiment-template --id "$template" --output json >/dev/null 2>&1; then
    log "Deleting template $template ..."
    aws fis delete-experiment-template --id "$template" --output json >/dev/null
    log "Template deleted"
  fi
  rm .state/template.id
fi
if [ "${DELETE_ROLE_ON_DOWN:-false}" = true ]; then
  aws iam delete-role-policy --role-name "$FIS_ROLE_NAME" --policy-name FIS-SpotMinimal
  aws iam delete-role --role-name "$FIS_ROLE_NAME"
  log "Role deleted"
else
  log "Role retained (set DELETE_ROLE_ON_DOWN=true to remove it)"
fi
