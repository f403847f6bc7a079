"""Schemathesis asks every operation of /openapi.json with right and wrong data, with the login, and checks each answer.

First with any account and connector, then with ones that exist. All its checks but one are on; 503 counts only where
the document says so. OPENAPI_SEED sets the requests, OPENAPI_SECONDS the time of each of the two runs (30).
"""

import os
import random
import re
import subprocess

from support import LOGIN, Checks, Server, vault_home

SEED = os.environ.get("OPENAPI_SEED", str(random.randrange(1 << 31)))
SECONDS = os.environ.get("OPENAPI_SECONDS", "30")

# Where its own expectations and the Hummingbot API's differ, which clients rely on:
# - an account that exists, or does not, is 400 there; a document's schema cannot say which names exist.
# - a revision that no credential has is 412, whether it looks like one or not.
# - the vault may have been locked by a request before.
# - OPTIONS of /accounts/gateway/wallet/set-default allows DELETE, too: it is a wallet's path as well, of a chain "wallet".
# - what Gateway would do is 503 without it. status_code_conformance sees to it that it is documented wherever it comes.
SETTINGS = """
[checks]
not_a_server_error.expected-statuses = ["2xx", "3xx", "4xx", 503]
positive_data_acceptance.expected-statuses = ["2xx", "3xx", 400, 401, 403, 404, 409, 412, 423, 429, "5xx"]
negative_data_rejection.expected-statuses = [400, 401, 403, 404, 405, 406, 409, 412, 413, 415, 422, 428, 429, "5xx"]

# A query parameter that nobody knows is passed over, as the Hummingbot API does.
[[operations]]
include-path-regex = "-account$"
checks.negative_data_rejection.enabled = false
"""
EXISTING = 'parameters = { account = "desk", connector = "binance" }\n'

checks = Checks()
for name, settings in (("any names", SETTINGS), ("names that exist", EXISTING + SETTINGS)):
    with vault_home() as home, Server(home, "--no-verify") as server:
        server.request("POST", "/accounts/add-account?account_name=desk")
        server.request("POST", "/accounts/add-credential/desk/binance", {"api_key": "k", "api_secret": "s"})
        (home.path / "schemathesis.toml").write_text(settings)
        run = subprocess.run(
            ["schemathesis", "run", f"{server.url}/openapi.json", "--auth", ":".join(LOGIN), "--checks", "all",
             "--exclude-checks", "allow_header_conformance", "--phases", "examples,coverage,fuzzing",
             "--workers", "1", "--seed", SEED, "--max-time", SECONDS, "--max-examples", "50",
             "--no-color", "--warnings", "off", "--generation-database", "none", "--suppress-health-check", "all"],
            cwd=home.path, env=home.environment(), text=True, capture_output=True)
        cases = re.search(r"(\d+) generated", run.stdout)
        tested = re.search(r"Tested: (\d+)", run.stdout)
        selected = re.search(r"Selected: (\d+)/(\d+)", run.stdout)
        checks.that(tested and selected and tested[1] == selected[1] == selected[2],
                    f"{name}: all {tested and tested[1]} operations are asked", run.stdout[-1500:])
        checks.that(run.returncode == 0 and cases and int(cases[1]) > 100,
                    f"{name}: every answer to {cases and cases[1]} requests is as documented (seed {SEED})",
                    run.stdout.partition("FAILURES")[2][:6000] or run.stdout[-1500:] + run.stderr[-1500:])
        status, _, _ = server.request("GET", "/accounts/")
        checks.equal(status, 200, f"{name}: the server still answers")
        faults = [line for line in server.output().splitlines() if " error " in line or "Fatal" in line]
        checks.equal(faults, [], f"{name}: its log has no error")
checks.finish()
