#!/usr/bin/env bash
# Sends one Spot interruption through AWS FIS with the AWS CLI and jq, one process for each call. A rival of the bench.
# Usage: ./demo.sh up && ./demo.sh run && ./demo.sh down
source "$(dirname "$0")/lib.sh"

case "${1:-}" in
  up)
    log "=== SETUP PHASE ==="
    ./00-check.sh
    ./01-create-role.sh
    log "Setup completed successfully"
    ;;
  run)
    began=$SECONDS
    log "=== EXPERIMENT PHASE ==="
    ./02-create-template.sh
    ./03-start-experiment.sh
    log "Experiment phase completed in $((SECONDS - began)) s"
    ;;
  down)
    log "=== CLEANUP PHASE ==="
    ./99-cleanup.sh
    log "Cleanup completed"
    ;;
  *)
    echo "Usage: $0 up | run | down" >&2
    exit 2
    ;;
esac
