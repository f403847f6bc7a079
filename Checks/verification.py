"""Keys on their way in, through simulated exchanges: good ones are saved, bad ones refused with cause and cure.

Each kind of bad key is sent twice: by the unmodified Python client that people have, which shows a sentence, and to
`/v1`, which names the causes for programs. Both must say the same, and nothing may be saved.
"""

import asyncio
import hashlib
import json
import re
import time

import aiohttp
from hummingbot_api_client import HummingbotAPIClient

from exchange_keys import CONNECTORS, GOOD_RIGHTS, edwards, made_up, wallet
from simulated_exchanges import SimulatedExchanges
from support import LOGIN, Checks, Server, vault_home

# The words in which a person reads each cause.
CLAUSES = {
    "wrong_key": "the exchange does not know the API key",
    "wrong_secret": "the secret does not belong to the key",
    "wrong_passphrase": "the passphrase does not belong to the key",
    "address_not_allowed": "the key may not be used from ",
    "missing_right": "the key lacks a right that Hummingbot needs",
    "expired": "the key has run out",
    "wrong_environment": "the key belongs to another network or site of the exchange",
    "account_suspended": "the key or the account is suspended",
    "wrong_address": "does not belong to the private key",
    "unusable_by_hummingbot": "Hummingbot cannot use this kind of key",
    "too_much_power": "funds can leave the account with it, which nobody has allowed here",
    "clock_skew": "the exchange's clock and this machine's differ too much",
    "nonce_out_of_order": "the exchange has seen a higher request number of this key already",
    "rate_limited": "the exchange wants fewer requests",
    "region_blocked": "the exchange does not serve this machine's region",
    "exchange_unavailable": "the exchange has a fault or answers something that it does not document",
    "unreachable": "the exchange did not answer",
    "rights_unknown": "the exchange takes it, but does not tell what it may do",
}
INCONCLUSIVE = {
    "clock_skew", "nonce_out_of_order", "rate_limited", "region_blocked", "exchange_unavailable", "unreachable",
    "rights_unknown"}

# What each exchange lets one know of each kind of bad key, after its documentation; several where it merges them.
MERGED = ["wrong_key", "address_not_allowed", "missing_right"]
MERGED_FUTURES = [*MERGED, "wrong_environment"]
ALL_ONE = ["wrong_key", "wrong_secret", "address_not_allowed"]
EITHER = ["wrong_key", "wrong_environment"]
TOO_MUCH = ["too_much_power"]
BLOCKED = ["region_blocked", "rate_limited"]
CAUSES = {
    "binance": {
        "an unknown key": MERGED, "a wrong secret": ["wrong_secret"], "another address": MERGED,
        "no right": ["missing_right"], "the right to withdraw": TOO_MUCH, "a suspended key": MERGED,
        "a blocked region": ["region_blocked"], "a ban": ["rate_limited"]},
    "coinbase_advanced_trade": {
        "an unknown key": ALL_ONE, "a wrong secret": ALL_ONE, "another address": ALL_ONE, "no right": ["missing_right"],
        "an expired key": ALL_ONE, "the right to withdraw": TOO_MUCH, "a suspended key": ALL_ONE,
        "a blocked region": BLOCKED, "a ban": ["rate_limited"]},
    "kraken": {
        "an unknown key": ["wrong_key", "expired"], "a wrong secret": ["wrong_secret"],
        "another address": ["wrong_key", "expired"], "no right": ["missing_right"],
        "an expired key": ["wrong_key", "expired"], "the right to withdraw": TOO_MUCH,
        "a suspended key": ["account_suspended"], "a blocked region": BLOCKED, "a ban": ["rate_limited"]},
    "kucoin": {
        "an unknown key": ["wrong_key"], "a wrong secret": ["wrong_secret"],
        "a wrong passphrase": ["wrong_passphrase"], "another address": ["address_not_allowed"],
        "no right": ["missing_right"], "an expired key": ["wrong_key"], "the right to withdraw": TOO_MUCH,
        "the right to send to others": TOO_MUCH, "a suspended key": ["account_suspended"],
        "a blocked region": ["region_blocked"], "a ban": ["rate_limited"]},
    "gate_io": {
        "an unknown key": EITHER, "a wrong secret": ["wrong_secret"], "another address": ["address_not_allowed"],
        "no right": ["missing_right"], "an expired key": EITHER, "the right to withdraw": TOO_MUCH,
        "a sub-account's key": ["rights_unknown"], "a suspended key": ["account_suspended"],
        "a blocked region": BLOCKED, "a ban": ["rate_limited"]},
    "okx": {
        "an unknown key": EITHER, "a wrong secret": ["wrong_secret"], "a wrong passphrase": ["wrong_passphrase"],
        "another address": ["address_not_allowed"], "no right": ["missing_right"], "an expired key": EITHER,
        "the right to withdraw": TOO_MUCH, "a suspended key": ["account_suspended"],
        "a demo key": ["wrong_environment"], "a blocked region": BLOCKED, "a ban": ["rate_limited"]},
    "bybit": {
        "an unknown key": EITHER, "a wrong secret": ["wrong_secret"], "another address": ["address_not_allowed"],
        "an expired key": ["expired"], "the right to withdraw": TOO_MUCH, "a suspended key": ["account_suspended"],
        "a blocked region": ["region_blocked"], "a ban": BLOCKED},
}
CAUSES["binance_perpetual"] = CAUSES["binance"] | {
    name: MERGED_FUTURES for name in ("an unknown key", "another address", "a suspended key")}
# The testnet does not tell rights, so it cannot tell what is wrong with them either.
CAUSES["binance_perpetual_testnet"] = {
    name: MERGED_FUTURES if causes == MERGED else causes for name, causes in CAUSES["binance"].items()
    if name != "the right to withdraw"} | {"no right": MERGED_FUTURES}
CAUSES["kucoin_hft"] = CAUSES["kucoin"]
CAUSES["bybit_testnet"] = CAUSES["bybit"]
HYPERLIQUID = {
    "an API wallet that nobody approved": EITHER, "another wallet's key": ["wrong_address"],
    "another person's address": ["wrong_address"], "an API wallet that ran out": ["expired"]}
TROUBLES = {"too many requests": ("rate_limited", ["rate_limited"]), "maintenance": (
    "maintenance", ["exchange_unavailable"]), "a firewall": ("firewall", BLOCKED)}
TIME_PATHS = ["/api/v3/time", "/fapi/v1/time", "/api/v3/brokerage/time", "/0/public/Time", "/api/v1/timestamp",
              "/api/v4/spot/time", "/api/v5/public/time", "/v5/market/time"]


def scenes(connector):
    """Every kind of bad key for a connector: its name, the values entered, what the exchange knows, the causes."""
    key = made_up(connector)
    if connector.startswith("hyperliquid"):
        other = made_up(connector)
        changed = {
            "an API wallet that nobody approved": (key.with_values(secret_key=wallet()[0]).values, key.setup()),
            "another wallet's key": (
                key.with_values(mode="arb_wallet", secret_key=other.main_key).values, key.setup()),
            "another person's address": (key.with_values(address=other.main_address).values, key.setup()),
            "an API wallet that ran out": (key.values, key.setup(expires=int(time.time() * 1000) - 60_000))}
        for name, causes in HYPERLIQUID.items():
            yield name, *changed[name], causes
    else:
        now = int(time.time() * 1000)
        known = {
            "another address": {"ip_allow_list": ["198.51.100.1"]}, "no right": {"rights": []},
            "an expired key": {"expires": now - 60_000},
            "the right to withdraw": {"rights": GOOD_RIGHTS + ["withdraw"]},
            "the right to send to others": {"rights": GOOD_RIGHTS + ["transfer_out"]},
            "a suspended key": {"state": "suspended"}, "a demo key": {"is_demo": True},
            "a sub-account's key": {"is_sub_account": True}}
        for name, causes in CAUSES[connector].items():
            if name == "a blocked region":
                yield name, key.values, key.setup() | {"faults": [{"kind": "region_blocked"}]}, causes
            elif name == "a ban":
                yield name, key.values, key.setup() | {"faults": [{"kind": "banned"}]}, causes
            elif name == "an unknown key":
                yield name, key.with_values(key=key.make_key()).values, key.setup(), causes
            elif name == "a wrong secret":
                yield name, key.with_values(secret=key.make_secret()).values, key.setup(), causes
            elif name == "a wrong passphrase":
                yield name, key.with_values(passphrase="another one").values, key.setup(), causes
            else:
                yield name, key.values, key.setup(**known[name]), causes
        if connector == "kraken":
            yield ("a nonce that is too low", key.values, key.setup(highest_nonce=now + 3_600_000),
                   ["nonce_out_of_order"])
        if connector == "coinbase_advanced_trade":
            yield ("an Ed25519 key", key.with_values(secret=edwards()).values, key.setup(), ["unusable_by_hummingbot"])
    for name, (fault, causes) in TROUBLES.items():
        yield name, key.values, key.setup() | {"faults": [{"kind": fault}]}, causes


def told(detail):
    """What a sentence tells: refused or not checked, and the causes in their order."""
    verdict = re.match(r"The \w+ key (was refused|could not be checked): (.*?)\.(?= [A-Z]|$)", detail)
    if not verdict:
        return None, detail
    found = {verdict[2].find(clause): cause for cause, clause in CLAUSES.items() if clause in verdict[2]}
    return verdict[1], [found[position] for position in sorted(found)]


async def refusal(call):
    """The status and the detail that the Python client raises, or what the call answered instead."""
    try:
        return "no refusal", await call
    except aiohttp.ClientResponseError as error:
        return error.status, error.message


def refused_in_v1(server, connector, values):
    status, body = server.json("POST", f"/v1/accounts/bad/credentials/{connector}", {"values": values})
    return status, body if isinstance(body, dict) else {"verification": None, "detail": body}


async def expect_refusal(client, server, connector, name, values, causes, checks):
    """A bad key by both doors, and nothing saved."""
    status, detail = await refusal(client.accounts.add_credential("bad", connector, values))
    v1_status, body = await asyncio.to_thread(refused_in_v1, server, connector, values)
    report = body.get("verification") or {}
    # Among causes that lie elsewhere, one that may lie in the key proves nothing against it.
    is_open = not INCONCLUSIVE.isdisjoint(causes)
    word = "could not be checked" if is_open else "was refused"
    cure = report.get("cure") or "no cure"
    echoed = any(value in str(detail) + json.dumps(body) for name, value in values.items() if not name.endswith("mode"))
    checks.that(
        status == 400 and told(str(detail)) == (word, causes) and str(detail).endswith(f" {cure} Nothing was saved.")
        and v1_status == (424 if is_open else 422) and report.get("causes") == causes
        and len(cure) > 20 and not echoed,
        f"{connector}: {name} is {'no proof' if is_open else 'refused'} ({', '.join(causes)})",
        f"{status} {detail}\n          {v1_status} {json.dumps(body)[:600]}")


async def drive(server, exchanges, checks):
    async with HummingbotAPIClient(server.url, *LOGIN) as client:
        await client.accounts.add_account("bad")
        for connector in CONNECTORS:
            key = made_up(connector)
            exchanges.setup(key.host, reset=True, **key.setup())
            checks.equal(
                await client.accounts.add_credential("master_account", connector, key.values),
                {"message": "Connector credentials added successfully."}, f"{connector}: a good key is saved")
            for name, values, setup, causes in scenes(connector):
                exchanges.setup(key.host, reset=True, **setup)
                await expect_refusal(client, server, connector, name, values, causes, checks)
            exchanges.setup(key.host, reset=True)
        checks.equal(await client.accounts.list_account_credentials("bad"), [], "no bad key was saved")
        checks.equal(
            sorted(await client.accounts.list_account_credentials("master_account")), sorted(CONNECTORS),
            "every good key was")


async def drive_replacing(home, server, exchanges, checks):
    """What is stored stays, byte for byte, when its replacement is refused."""
    async with HummingbotAPIClient(server.url, *LOGIN) as client:
        for connector in ("binance", "kucoin", "hyperliquid_perpetual"):
            good = made_up(connector)
            exchanges.setup(good.host, reset=True, **good.setup())
            await client.accounts.add_credential("master_account", connector, good.values)
            before, trash = snapshot(home), server.json("GET", "/v1/trash")
            for name, values, setup, _ in scenes(connector):
                exchanges.setup(good.host, reset=True, **setup)
                status, _ = await refusal(client.accounts.add_credential("master_account", connector, values))
                v1_status = server.json("PUT", f"/v1/accounts/master_account/credentials/{connector}", {
                    "values": values})[0]
                if (status, v1_status >= 400) != (400, True):
                    checks.that(False, f"{connector}: {name} does not replace a key", f"{status} {v1_status}")
            checks.equal(snapshot(home), before, f"{connector}: bad keys leave every stored byte as it was")
            checks.equal(server.json("GET", "/v1/trash"), trash, f"{connector}: and nothing goes to the undo store")


def snapshot(home):
    """Every file under credentials/, with its digest, its time and its number on the disk."""
    found = {}
    for path in sorted((home.bots / "credentials").rglob("*")):
        if path.is_file():
            status = path.stat()
            found[str(path)] = hashlib.sha256(path.read_bytes()).hexdigest(), status.st_mtime_ns, status.st_ino
    return found


async def drive_clocks(server, exchanges, checks):
    """First the exchange does not tell its time, then it does: the server keeps no time that it could not read."""
    async with HummingbotAPIClient(server.url, *LOGIN) as client:
        await client.accounts.add_account("bad")
        broken = [{"kind": "custom", "status": 500, "text": "{}", "path": path} for path in TIME_PATHS]
        for connector in CONNECTORS:
            if connector == "kraken" or connector.startswith("hyperliquid"):
                continue  # Their requests carry no time.
            key = made_up(connector)
            causes = [*ALL_ONE, "clock_skew"] if connector == "coinbase_advanced_trade" else ["clock_skew"]
            exchanges.setup(key.host, reset=True, clock_offset=200_000, faults=broken, **key.setup())
            await expect_refusal(
                client, server, connector, "a clock that is three minutes off", key.values, causes, checks)
        for host in sorted({made_up(connector).host for connector in CONNECTORS}):
            exchanges.setup(host, reset=True, clock_offset=40_000)
        for connector in CONNECTORS:
            if connector.startswith("hyperliquid"):
                continue
            key = made_up(connector)
            exchanges.setup(key.host, **key.setup())
            status, body = await asyncio.to_thread(
                server.json, "POST", f"/v1/accounts/master_account/credentials/{connector}", {"values": key.values})
            offset = (body.get("verification") or {}).get("clock_offset_ms")
            checks.that(
                status == 201 and offset and abs(offset - 40_000) < 2_000 and "clock" in " ".join(body["notices"]),
                f"{connector}: a clock that is 40 s off is allowed for and told ({offset} ms)", (status, body))


async def drive_unreachable(server, checks):
    """Every exchange is at a closed port, as in every check that simulates none."""
    async with HummingbotAPIClient(server.url, *LOGIN) as client:
        await client.accounts.add_account("bad")
        for connector in CONNECTORS:
            await expect_refusal(
                client, server, connector, "an exchange that cannot be reached", made_up(connector).values,
                ["unreachable"], checks)


def drive_choices(server, exchanges, checks):
    """What a request of `/v1` may want otherwise."""
    item = "/v1/accounts/master_account/credentials/okx"

    def saved(method, key, wanted, sentence, **choice):
        status, body = server.json(method, item, {"values": key.values} | choice)
        checks.that(status == wanted, sentence, (status, body))
        return body if isinstance(body, dict) else {}

    strong, bound = made_up("okx"), made_up("okx")
    exchanges.setup("okx", reset=True, **strong.setup(rights=GOOD_RIGHTS + ["withdraw"]))
    exchanges.setup("okx", **bound.setup(ip_allow_list=["198.51.100.1"]))
    mistyped = strong.with_values(secret=strong.make_secret())
    saved("POST", strong, 422, "a key that may withdraw is refused")
    saved("POST", strong, 422, "save_unverified does not help it", save_unverified=True)
    body = saved("POST", strong, 201, "allow_withdrawals does", allow_withdrawals=True)
    checks.that("may withdraw" in " ".join(body.get("notices", [])), "with a warning", body)
    saved("PUT", bound, 422, "a key that is bound to another machine is refused")
    body = saved("PUT", bound, 200, "save_unverified lets it through", save_unverified=True)
    checks.that("may not be used from 203.0.113.7" in " ".join(body.get("notices", [])), "with a notice", body)
    saved("PUT", mistyped, 422, "save_unverified does not save a wrong secret", save_unverified=True)
    exchanges.setup("okx", faults=[{"kind": "maintenance"}])
    saved("PUT", bound, 424, "while the exchange is down, nothing is saved")
    body = saved("PUT", bound, 200, "save_unverified saves all the same", save_unverified=True)
    checks.equal(
        (body.get("verification") or {}).get("causes"), ["exchange_unavailable"], "and says that nobody could tell")
    exchanges.setup("okx", clear_faults=True)
    before = len(exchanges.requests("okx"))
    body = saved("PUT", mistyped, 200, "with verify false anything is saved", verify=False)
    checks.equal(body.get("verification", "none"), None, "and called unchecked")
    checks.equal(len(exchanges.requests("okx")), before, "and the exchange is not asked")

    exchanges.setup("okx", reset=True, **strong.setup())
    saved("PUT", strong, 200, "a good key replaces it")
    status, body = server.json("POST", item + "/verify")
    checks.equal((status, body.get("outcome")), (200, "valid"), "a stored key can be checked again")
    exchanges.setup("okx", **strong.setup(state="deleted"))
    status, body = server.json("POST", item + "/verify")
    checks.equal((status, body.get("causes")), (200, EITHER), "and is found out once the exchange has deleted it")
    checks.equal(kept(server), ("rejected", EITHER), "the overview remembers it")
    saved("PUT", strong, 200, "other bytes", verify=False)
    checks.equal(kept(server), None, "are void of it")


def kept(server):
    """The outcome that the overview shows for okx of master_account."""
    _, overview = server.json("GET", "/v1/overview")
    credentials = next(each["credentials"] for each in overview["accounts"] if each["name"] == "master_account")
    report = next(each["verification"] for each in credentials if each["connector"] == "okx")
    return report and (report["outcome"], report["causes"])


def drive_server_settings(exchanges, checks):
    """What a server is told for clients that have no word for it."""
    strong = made_up("okx")
    cases = {
        "--allow-withdrawals": ({}, "a key that may withdraw"), "--save-unverified": ({"faults": [{
            "kind": "maintenance"}]}, "a key of an exchange that is down"), "--no-verify": ({}, "any key")}
    for flag, (setup, what) in cases.items():
        with vault_home(**exchanges.environment()) as home, Server(home, flag) as server:
            rights = GOOD_RIGHTS if setup else GOOD_RIGHTS + ["withdraw"]
            exchanges.setup("okx", reset=True, **strong.setup(rights=rights), **setup)
            values = made_up("okx").values if flag == "--no-verify" else strong.values
            status, _, text = server.request("POST", "/accounts/add-credential/master_account/okx", values)
            checks.equal(status, 201, f"serve {flag}: an old client adds {what}")
            asked = len(exchanges.requests("okx"))
            checks.that((asked == 0) == (flag == "--no-verify"), f"serve {flag}: the exchange was asked {asked} times")


def drive_command_line(home, exchanges, checks):
    """The same at the command line: its exit codes, and OKX's regional sites."""
    def add(key, *options, verb="add", environment=None):
        run = home.run("credential", verb, key.connector, "--bots", str(home.bots), "--credentials", "-", "--yes",
                       *options, stdin=json.dumps(key.values), environment=environment)
        return run.returncode, run.stderr

    home.run("vault", "create", "--bots", str(home.bots))
    key = made_up("gate_io")
    mistyped = key.with_values(secret=key.make_secret())
    exchanges.setup("gate_io", reset=True, **key.setup())
    code, text = add(mistyped)
    checks.that(code == 77 and CLAUSES["wrong_secret"] in text and "hint: " in text, "a refused key ends with 77", text)
    exchanges.setup("gate_io", faults=[{"kind": "silence", "path": "/api/v4/spot/accounts"}])
    begin = time.monotonic()
    code, text = add(key)
    took = time.monotonic() - begin
    checks.that(code == 69 and took < 15, f"silence ends with 69 ({took:.0f} s)", (code, text))
    exchanges.setup("gate_io", clear_faults=True)
    checks.equal(add(key)[0], 0, "a good key with 0")
    before = snapshot(home)
    checks.equal((add(mistyped, verb="replace")[0], snapshot(home) == before), (77, True),
                 "a refused replacement ends with 77 and leaves every byte")
    checks.equal(add(mistyped, "--no-verify", verb="replace")[0], 0, "--no-verify saves it")
    code, text = add(key, "--exchange-url", "gate_io=http://192.0.2.1", verb="replace")
    checks.that(code == 64 and "http" in text, "plain http to another machine is refused", (code, text))

    for site, name in (("app", "us.okx.com"), ("my", "eea.okx.com")):
        key = made_up("okx")
        key.values["okx_registration_sub_domain"] = site
        host = {"app": "okx_us", "my": "okx_eea"}[site]
        exchanges.setup("okx", reset=True)
        exchanges.setup(host, reset=True, **key.setup())
        code, text = add(key, verb="add" if site == "app" else "replace")
        checks.that(code == 77 and CLAUSES["wrong_environment"] in text,
                    f"okx: a key of {name} is refused by the main site", (code, text))
        at_home = home.environment(EXCHANGE_URL_OKX=exchanges.names[name])
        code, text = add(key, verb="add" if site == "app" else "replace", environment=at_home)
        checks.that(code == 0, "okx: and taken by its own", (code, text))


checks = Checks()
with SimulatedExchanges() as exchanges:
    with vault_home(**exchanges.environment()) as home, Server(home) as server:
        asyncio.run(drive(server, exchanges, checks))
        print("Replacing")
        asyncio.run(drive_replacing(home, server, exchanges, checks))
    print("Clocks")
    with vault_home(**exchanges.environment()) as home, Server(home) as server:
        asyncio.run(drive_clocks(server, exchanges, checks))
    print("Nobody there")
    with vault_home() as home, Server(home) as server:
        asyncio.run(drive_unreachable(server, checks))
    print("Choices")
    with vault_home(**exchanges.environment()) as home, Server(home) as server:
        drive_choices(server, exchanges, checks)
    drive_server_settings(exchanges, checks)
    print("The command line")
    with vault_home(**exchanges.environment()) as home:
        drive_command_line(home, exchanges, checks)
checks.finish()
