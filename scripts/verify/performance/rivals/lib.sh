# What the scripts share: settings from .env, the folder for ids, and the log.
set -euo pipefail
cd "$(dirname "$0")"
# shellcheck disable=SC1091
source ./.env
export AWS_DEFAULT_REGION="$REGION" AWS_PAGER=""
FIS_ROLE_NAME="${FIS_ROLE_NAME:-FIS-SpotMinimalRole}"
DURATION_ISO="${DURATION_ISO:-PT2M}"
mkdir -p .state

log() {
  echo "[$(TZ=Asia/Kolkata date '+%Y-%m-%d %H:%M:%S IST')] $*"
}
