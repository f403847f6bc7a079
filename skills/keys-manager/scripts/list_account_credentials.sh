#!/usr/bin/env bash
# Lists what one account, or every account, has.
# Usage: list_account_credentials.sh [--account NAME] [--api-url URL] [--api-user NAME] [--api-pass PASSWORD]
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
run_keys_manager list_account_credentials "$@"
