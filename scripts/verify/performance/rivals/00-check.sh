#!/usr/bin/env bash
# Are the tools and the credentials there?
source "$(dirname "$0")/lib.sh"

command -v aws >/dev/null
command -v jq >/dev/null
account=$(aws sts get-caller-identity --query Account --output text)
log "AWS CLI and jq are there; account $account, region $REGION"
