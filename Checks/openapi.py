"""Schemathesis asks every operation of /openapi.json with right and wrong data, with the login, and checks each answer.

First with any account and connector, then with ones that exist, then in rows of requests in which one makes what the next
one names. All its checks and phases are on; 503 counts for what Gateway would do, and nowhere else. OPENAPI_SEED sets the
requests, OPENAPI_EXAMPLES how many there are for each operation and as rows (25).
"""

import os
import random
import re
import subprocess

from support import LOGIN, Checks, Server, vault_home

SEED = os.environ.get("OPENAPI_SEED", str(random.randrange(1 << 31)))
EXAMPLES = os.environ.get("OPENAPI_EXAMPLES", "25")

# Where its own expectations and the Hummingbot API's differ, which clients rely on:
# - an account that exists, or does not, is 400 there; a document's schema cannot say which names exist.
# - a revision that no credential has is 412, whether it looks like one or not.
# - the vault may have been locked by a request before.
# - what Gateway would do is 503 without it. The document has a 503 nearly everywhere, for a vault that is busy or not set
#   up, and a server that stops; nothing of that happens here.
SETTINGS = """
[checks]
not_a_server_error.expected-statuses = ["2xx", "3xx", "4xx"]
positive_data_acceptance.expected-statuses = ["2xx", "3xx", 400, 401, 403, 404, 409, 412, 423, 429, "5xx"]
negative_data_rejection.expected-statuses = [400, 401, 403, 404, 405, 406, 409, 412, 413, 415, 422, 428, 429, "5xx"]

[[operations]]
include-path-regex = "/gateway/"
checks.not_a_server_error.expected-statuses = ["2xx", "3xx", "4xx", 503]

# A query parameter that nobody knows is passed over, as the Hummingbot API does.
[[operations]]
include-path-regex = "-account$"
checks.negative_data_rejection.enabled = false

# Events go on until somebody ends them; the first one comes at once.
[[operations]]
include-path = "/v1/events"
max-stream-events = 1

# The answer to a wrong login or a wrong config password waits for up to four seconds.
[[operations]]
include-operation-id = ["v1_sign_in", "v1_unlock", "v1_change_password"]
generation.max-examples = 5

# Which fields `values` needs is the connector's business, which stands in the path: no schema of a body can say it, so
# one that fits the schema may still lack a field.
[[operations]]
include-operation-id = ["v1_add_credential", "v1_replace_credential"]
checks.positive_data_acceptance.expected-statuses = ["2xx", "3xx", 400, 401, 403, 404, 409, 412, 422, 423, 429, "5xx"]

# This path is also that of a wallet named "set-default" of a chain "wallet", which DELETE removes; so it allows DELETE, too.
[[operations]]
include-path = "/accounts/gateway/wallet/set-default"
checks.allow_header_conformance.enabled = false
"""
EXISTING = 'parameters = { account = "desk", connector = "binance" }\n'
# Rows name the accounts that they make themselves: an account set from here, which a row may delete, would stand for them.
ROWS = 'parameters = { connector = "binance" }\n'

RUNS = (
    ("any names", SETTINGS, "examples,coverage,fuzzing,stateful"),
    ("names that exist", EXISTING + SETTINGS, "examples,coverage,fuzzing"),
    ("in rows", ROWS + SETTINGS, "stateful"),
)

checks = Checks()
for name, settings, phases in RUNS:
    with vault_home() as home, Server(home, "--no-verify") as server:
        server.request("POST", "/accounts/add-account?account_name=desk")
        server.request("POST", "/accounts/add-credential/desk/binance", {"api_key": "k", "api_secret": "s"})
        (home.path / "schemathesis.toml").write_text(settings)
        run = subprocess.run(
            ["schemathesis", "run", f"{server.url}/openapi.json", "--auth", ":".join(LOGIN),
             # Without --checks all of them are on; with it, those that the settings turn off would be, too.
             "--phases", phases, "--workers", "1", "--seed", SEED, "--max-examples", EXAMPLES,
             "--no-color", "--warnings", "off", "--generation-database", "none", "--suppress-health-check", "all"],
            cwd=home.path, env=home.environment(), text=True, capture_output=True)
        cases = re.search(r"(\d+) generated", run.stdout)
        tested = re.search(r"Tested: (\d+)", run.stdout)
        selected = re.search(r"Selected: (\d+)/(\d+)", run.stdout)
        if "fuzzing" in phases:
            checks.that(tested and selected and tested[1] == selected[1] == selected[2],
                        f"{name}: all {tested and tested[1]} operations are asked", run.stdout[-1500:])
        if "stateful" in phases:
            checks.that("✅ Stateful" in run.stdout, f"{name}: what one request makes, the next one names", run.stdout[-1500:])
        checks.that(run.returncode == 0 and cases and int(cases[1]) > 100,
                    f"{name}: every answer to {cases and cases[1]} requests is as documented (seed {SEED})",
                    run.stdout.partition("FAILURES")[2][:6000] or run.stdout[-1500:] + run.stderr[-1500:])
        status, _, _ = server.request("GET", "/accounts/")
        checks.equal(status, 200, f"{name}: the server still answers")
        faults = [line for line in server.output().splitlines() if " error " in line or "Fatal" in line]
        checks.equal(faults, [], f"{name}: its log has no error")
checks.finish()
