#!/usr/bin/env bash
# Removes a connector's credentials from an account.
# Usage: remove_credentials.sh --connector NAME [--account NAME] [--api-url URL] [--api-user NAME] [--api-pass PASSWORD]
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
run_keys_manager remove_credentials "$@"
