#!/usr/bin/env bash
# Sets up an exchange in four steps: connectors, fields, account, saved.
# Usage: setup_connector.sh [--connector NAME] [--credentials @FILE|-|JSON] [--account NAME] [--force] [--api-url URL] [--api-user NAME] [--api-pass PASSWORD]
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
run_keys_manager setup_connector "$@"
