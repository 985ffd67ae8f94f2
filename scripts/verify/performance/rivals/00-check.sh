#!/usr/bin/env bash
# Are the tools and the credentials there?
source "$(dirname "$0")/lib.sh"

command -v aws >/dev/null
command -v jq >/dev/null
aws sts get-caller-identity --output json | jq -r .Account >.state/account
log "AWS CLI and jq are there; account $(cat .state/account), region $REGION"
