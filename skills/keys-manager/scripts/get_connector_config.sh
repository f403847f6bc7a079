#!/usr/bin/env bash
# Shows what a connector asks for.
# Usage: get_connector_config.sh --connector NAME [--api-url URL] [--api-user NAME] [--api-pass PASSWORD]
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
run_keys_manager get_connector_config "$@"
