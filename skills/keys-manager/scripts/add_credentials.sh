#!/usr/bin/env bash
# Adds a connector's credentials to an account.
# Usage: add_credentials.sh --connector NAME --credentials @FILE|-|JSON [--account NAME] [--force] [--api-url URL] [--api-user NAME] [--api-pass PASSWORD]
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
run_keys_manager add_credentials "$@"
