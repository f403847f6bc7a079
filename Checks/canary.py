"""Sends a canary secret through every door and looks for it everywhere but in the sealed values.

Searched: answers, standard output and error, logs at the most talkative level, every file of the home, and the
server's command line and environment; as it is, in hex, in Base64, escaped for URLs and for JSON. What exchanges that
are asked about a key may give away is in hostile_exchanges.py.
"""

import json
import subprocess
from pathlib import Path

from leaks import disguises, files_with, found
from support import ROOT, Checks, Server, program, vault_home

# Characters that URLs and JSON escape, and a length that Base64 does not align to.
CANARY = 'CANARY/7h15+"must\\never=show&ü'


# Also parts that no encoding of ASCII letters changes.
NEEDLES = disguises(CANARY) | {b"CANARY/7h15", b"CANARY%2F7h15", b"7h15+", b"must\\never", b"must\\\\never"}


def search(home, server, checks):
    print("Looking for it")
    for name in ("cmdline", "environ"):
        hit = found(Path(f"/proc/{server.process.pid}/{name}").read_bytes(), NEEDLES)
        checks.equal(hit, [], f"not in the server's {name}")
    hits, count = files_with(home.path, NEEDLES, besides=("entered.json",))
    checks.equal(hits, {}, f"in none of the {count} files of the home, the server's log among them")


def over_http(server, answer):
    """The canary in every place of a request where a person may put it by mistake or on purpose."""
    pair = {"binance_api_key": CANARY, "binance_api_secret": CANARY}
    def post(path, body):
        answer(f"POST {path}", server.request("POST", path, body))

    post("/accounts/add-credential/master_account/binance", pair)
    post("/accounts/add-credential/master_account/binance", pair)
    post("/accounts/add-credential/master_account/binance", {"binance_api_key": CANARY})
    post("/accounts/add-credential/master_account/binance", pair | {"unknown": CANARY})
    post("/accounts/add-credential/master_account/binance", {"binance_api_key": [CANARY], "binance_api_secret": {"a": 1}})
    post("/accounts/add-credential/master_account/binance", [CANARY])
    post("/accounts/add-credential/master_account/binance", CANARY)
    post("/accounts/add-credential/master_account/binance", ('{"binance_api_key": "' + CANARY).encode())
    post("/accounts/add-credential/master_account/binance", CANARY.encode() + b"\xff\xfe")
    post("/accounts/add-credential/master_account/okx", {
        "api_key": CANARY, "api_secret": CANARY, "passphrase": CANARY, "okx_registration_sub_domain": CANARY})
    post("/accounts/add-credential/master_account/lighter", {
        "lighter_l1_address": "0x1", "lighter_api_key_index": CANARY, "lighter_api_private_key": CANARY,
        "lighter_account_limit": "1"})
    post("/accounts/add-credential/master_account/injective_v2", {
        "account_type": {"private_key": CANARY, "subaccount_index": CANARY}})
    post("/accounts/add-credential/master_account/injective_v2", {"account_type": CANARY, "network": CANARY})
    post("/accounts/add-credential/master_account/nope_exchange", pair)
    post("/accounts/add-credential/nobody/binance", pair)
    post("/add-connector-keys/master_account/binance", pair)
    post("/add-connector-keys/master_account/binance", {"colour": CANARY})
    for values in ({"api_key": CANARY, "api_secret": CANARY}, {"api_key": CANARY}, CANARY):
        post("/accounts/master_account/credentials", {"connector_name": "kraken", "credentials": values})
    post("/accounts/master_account/credentials", {"credentials": {"api_key": CANARY}})
    post("/accounts/gateway/add-wallet", {"chain": "solana", "private_key": CANARY})
    post("/accounts/gateway/add-wallet", {"private_key": CANARY})
    post("/gateway/apiKeys", {"api_keys": {"helius": CANARY}})
    item = "/v1/accounts/master_account/credentials/bybit"
    values = {"api_key": CANARY, "api_secret": CANARY}
    for method in ("PUT", "POST", "PATCH"):
        for body in ({"values": {"api_key": CANARY, "unknown": CANARY}}, {"values": values}, {"credentials": values},
                     pair, [CANARY], ("{" + CANARY).encode()):
            answer(f"{method} {item}", server.request(method, item, body))
    answer("PUT, verified", server.request("PUT", item, {"values": values, "verify": True}))
    answer("POST, verified", server.request("POST", item + "/verify"))
    post("/v1/vault/unlock", {"password": CANARY})
    for login in ({"user": CANARY, "password": CANARY}, {"user": "trader", "password": CANARY, "x": CANARY}, CANARY):
        post("/v1/session", login)
    cookie = {"Cookie": f"keys-manager-session-{server.port}={CANARY.encode().hex()}"}
    answer("a cookie", server.request("GET", "/v1/overview", headers=cookie, login=None))
    post("/v1/verify", {"account": "master_account", "connector": CANARY})
    post("/v1/verify", {"allow_withdrawals": CANARY})
    for body in ({"current": CANARY, "new": CANARY}, {"current": CANARY, "new": "x"}, {"current": CANARY}):
        answer("the password in lines", server.request(
            "POST", "/v1/vault/password", body, headers={"Accept": "application/x-ndjson"}))
    answer("a wrong login", server.request("GET", "/accounts/", login=("admin", CANARY)))
    token = {"Authorization": f"Bearer {CANARY.encode().hex()}"}
    answer("a token", server.request("GET", "/accounts/", headers=token, login=None))
    for path in ("/v1/overview", "/accounts/", "/accounts/master_account/credentials", "/v1/trash",
                 "/v1/accounts/master_account/credentials/binance"):
        answer(f"GET {path}", server.request("GET", path))
    answer("DELETE", server.request("DELETE", "/accounts/master_account/credentials/kraken"))


def by_command(home, answer):
    """The canary through the command line: standard input, a file, and mistakes with both."""
    pair = json.dumps({"api_key": CANARY, "api_secret": CANARY})
    entered = home.path / "entered.json"

    def run(*arguments, stdin=""):
        unchecked = ["--no-verify"] if arguments[1] in ("add", "replace") else []
        done = home.run(*arguments, *unchecked, "--bots", str(home.bots), stdin=stdin)
        answer(f"keys-manager {' '.join(arguments[:3])}", (done.returncode, {}, done.stdout + done.stderr))
        return done.returncode

    codes = [run("credential", "add", "gate_io", "--credentials", "-", stdin=pair)]
    entered.write_text(pair)
    codes.append(run("credential", "add", "mexc", "--credentials", f"@{entered}"))
    run("credential", "add", "mexc", "--credentials", "-", stdin=pair)
    run("credential", "replace", "mexc", "--credentials", "-", "--yes", stdin=pair)
    run("credential", "add", "htx", "--credentials", "-", stdin=json.dumps({"api_key": CANARY, "color": CANARY}))
    run("credential", "add", "htx", "--credentials", "-", stdin='{"api_key": "' + CANARY)
    run("credential", "add", "htx", "--credentials", "-", stdin=CANARY)
    entered.write_text(CANARY)
    run("credential", "add", "htx", "--credentials", f"@{entered}")
    run("setup", "--connector", "bitget", "--credentials", "-", "--account", "master_account",
        stdin=json.dumps({"api_key": CANARY, "secret_key": CANARY, "passphrase": CANARY}))
    run("credential", "show", "mexc", "--format", "json")
    run("credential", "list", "--format", "json")
    run("credential", "remove", "mexc", "--yes")
    run("trash", "list", "--format", "json")
    return codes


def by_skill(home, server, answer):
    """The canary in the arguments of the scripts, as an agent may give it; what they start must not see it there."""
    shim = home.path / "shim"
    shim.mkdir()
    (shim / "keys-manager").write_text(
        f"#!/bin/sh\n{{ echo \"$0 $*\"; env; }} >>'{home.path}/started.log'\nexec '{program()}' \"$@\"\n")
    (shim / "keys-manager").chmod(0o755)
    for settings in ({"KEYS_MANAGER_BOTS": str(home.bots)}, {"API_URL": server.url}):
        environment = home.environment(**settings)
        environment["PATH"] = f"{shim}:{environment['PATH']}"
        for values in (json.dumps({"api_key": CANARY, "api_secret": CANARY}), json.dumps({"api_key": CANARY}), CANARY):
            for script in ("add_credentials.sh", "setup_connector.sh"):
                done = subprocess.run(
                    [ROOT / "skills/keys-manager/scripts" / script, "--connector", "gemini", "--credentials", values,
                     "--account", "master_account", "--force"],
                    env=environment, cwd=home.path, text=True, capture_output=True, stdin=subprocess.DEVNULL)
                answer(script, (done.returncode, {}, done.stdout + done.stderr))
        for script in ("list_connectors.sh", "list_account_credentials.sh"):
            done = subprocess.run(
                [ROOT / "skills/keys-manager/scripts" / script, "--api-pass", CANARY], env=environment, cwd=home.path,
                text=True, capture_output=True, stdin=subprocess.DEVNULL)
            answer(script, (done.returncode, {}, done.stdout + done.stderr))


checks = Checks()
with vault_home(LOG_LEVEL="trace") as home:
    with Server(home, "--no-verify", "--log-level", "trace") as server:
        leaks, statuses = {}, {}

        def answer(door, got):
            status, headers, text = got
            statuses.setdefault(status, []).append(door)
            hit = found(text, NEEDLES) + found(str(headers), NEEDLES)
            if hit:
                leaks[f"{door} {status}"] = hit

        over_http(server, answer)
        doors = sum(len(each) for each in statuses.values())
        checks.that(
            statuses.get(201) and statuses.get(400) and statuses.get(422), f"{doors} requests were saved and refused",
            {status: len(each) for status, each in statuses.items()})
        checks.equal(statuses.get(500), None, "none of them was an internal error")
        checks.equal(by_command(home, answer), [0, 0], "the command line took it from standard input and from a file")
        by_skill(home, server, answer)
        checks.that(" skill " in (home.path / "started.log").read_text(), "the scripts started the program")
        checks.equal(leaks, {}, "no answer and no output holds it")
        checks.that("GET /accounts/" in server.output() or "/accounts/" in server.output(), "the log is talkative")
        search(home, server, checks)
        server.stop()
        checks.equal(found(server.output(), NEEDLES), [], "not in the log to its end")
    revealed = home.run("credential", "show", "gate_io", "--reveal", "--format", "json", "--bots", str(home.bots))
    checks.that(found(revealed.stdout, NEEDLES), "the search finds it where it must be: in what --reveal shows")
checks.finish()
