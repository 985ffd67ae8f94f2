#!/usr/bin/env bash
# Starts the experiment, and asks every 10 s whether it has ended.
source "$(dirname "$0")/lib.sh"

read_state() {
  aws fis get-experiment --id "$experiment" --output json | jq .experiment.state
}

experiment=$(aws fis start-experiment --experiment-template-id "$(cat .state/template.id)" --output json | jq -r .experiment.id)
log "Experiment $experiment started (state: $(jq -r .status <<<"$(read_state)"))"
log "Polling until the experiment has ended"
began=$SECONDS
for poll in $(seq 1 90); do
  sleep 10
  state=$(read_state)
  status=$(jq -r .status <<<"$state")
  log "Poll #$poll ($((SECONDS - began)) s elapsed) - $status ($(jq -r .reason <<<"$state"))"
  case "$status" in
    completed) exit 0 ;;
    failed | stopped | cancelled) exit 1 ;;
  esac
done
log "The experiment has not ended"
exit 1
