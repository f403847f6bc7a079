#!/usr/bin/env bash
# Lists the connectors, the accounts and what each account has.
# Usage: list_connectors.sh [--api-url URL] [--api-user NAME] [--api-pass PASSWORD]
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
run_keys_manager list_connectors "$@"
