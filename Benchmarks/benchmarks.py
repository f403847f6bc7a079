"""Measures the program against what it replaces and against the floor, on this machine, in this run.

Every figure is a median; what is compared is measured in turns, so that a slow minute hits both.
"""

import base64
import json
import re
import statistics
import subprocess
import sys
import time
from pathlib import Path

import yaml

import browsing
from exchange_keys import made_up
from simulated_exchanges import SimulatedExchanges
from support import LOGIN, Server, free_port, made_up_values, open_sealed, program, sealed_values, vault_home

RELEASE = Path(program()).parent
ROWS = []


def row(what, figure, compared=""):
    ROWS.append((what, figure, compared))
    print(f"  {what}: {figure}" + (f" ({compared})" if compared else ""), flush=True)


def seconds(value):
    return f"{value * 1000:.1f} ms" if value < 1 else f"{value:.2f} s"


def fill(server, accounts, connectors):
    """Adds binance-like credentials, two secrets each, through the server."""
    for account in accounts:
        if account != "master_account":
            server.request("POST", f"/accounts/add-account?account_name={account}")
        for connector in connectors:
            status, text = add(server, account, connector)
            if status != 201:
                sys.exit(f"{account} {connector}: {status} {text}")


def add(server, account, connector):
    status, _, text = server.request(
        "POST", f"/accounts/add-credential/{account}/{connector}", {"api_key": "a" * 64, "api_secret": "b" * 64})
    return status, text


def two_secret_connectors(server, count):
    """Connectors that ask for a key and a secret and nothing else."""
    found = []
    for name in server.json("GET", "/connectors/")[1]:
        fields = server.json("GET", f"/connectors/{name}/config-map")[1]
        if [field["type"] for field in fields.values()] == ["SecretStr"] * 2 and any("api_key" in f for f in fields) \
                and any(f.endswith(("api_secret", "secret_key")) for f in fields):
            found.append(name)
    return found[:count]


def opening():
    print("Opening 100 credentials (200 secrets) of our own")
    with vault_home() as home:
        with Server(home, "--no-verify") as server:
            connectors = two_secret_connectors(server, 10)
            fill(server, [f"account-{n}" for n in range(100 // len(connectors))], connectors)
        armored = [value for path in (home.bots / "credentials").rglob("connectors/*.yml")
                   for _, value in sealed_values(yaml.safe_load(path.read_text()))]
        ours, theirs, rounds = [], 0, 5
        for number in range(rounds):
            done = subprocess.run(
                [RELEASE / "OpenVault", home.bots], env=home.environment(), capture_output=True, text=True, check=True)
            unlock, opened, credentials, secrets = done.stdout.split()
            ours.append((float(unlock), float(opened)))
            begin = time.perf_counter()
            for value in armored[number::rounds]:
                open_sealed(value)
            theirs += time.perf_counter() - begin
    unlock = statistics.median(each[0] for each in ours)
    opened = statistics.median(each[1] for each in ours)
    total = statistics.median(sum(each) for each in ours)
    what = f"open {credentials} credentials, {secrets} secrets"
    row(what, f"{seconds(total)} ({seconds(unlock)} for the one derivation, {seconds(opened)} for the rest)",
        f"eth-account: {seconds(theirs)} for {len(armored)}, {theirs / total:.0f} times as long")


def adding():
    print("Adding one credential to an account of 50, unlocked")
    with vault_home() as home, Server(home, "--no-verify") as server:
        for name in server.json("GET", "/connectors/")[1][:51]:
            fields = server.json("GET", f"/connectors/{name}/config-map")[1]
            server.json("POST", f"/accounts/add-credential/master_account/{name}", made_up_values(fields))
        times = []
        for _ in range(21):
            server.request("POST", "/accounts/delete-credential/master_account/binance")
            begin = time.perf_counter()
            status, text = add(server, "master_account", "binance")
            times.append(time.perf_counter() - begin)
            assert status == 201, text
        secret = next(value for _, value in sealed_values(yaml.safe_load(
            (home.bots / "credentials/master_account/connectors/binance.yml").read_text())))
        derivations = []
        for _ in range(3):
            begin = time.perf_counter()
            open_sealed(secret)
            derivations.append(time.perf_counter() - begin)
        one = statistics.median(derivations)
        now = statistics.median(times)
        count = len(server.json("GET", "/accounts/master_account/credentials")[1])
        row(f"add to an account of {count - 1}", f"{seconds(now)}, synced to disk",
            f"eth-account opens one secret in {seconds(one)}, {one / now:.0f} times as long")


def serving():
    print("Answering lists of 200 accounts with 10 credentials each")
    with vault_home() as home:
        with Server(home, "--no-verify") as server:
            accounts = ["master_account", *(f"account-{n:03}" for n in range(199))]
            fill(server, accounts, two_secret_connectors(server, 10))
        # A server that did not write them, as after a restart.
        with Server(home) as server:
            for path in ("/accounts/", "/v1/overview"):
                compare(home, server, path)
            peak, now = server.memory("VmHWM"), server.memory("VmRSS")
            row("memory after that, peak and present", f"{peak / 1024:.1f} MB, {now / 1024:.1f} MB")
    with vault_home() as home, Server(home, "--no-verify") as server:
        add(server, "master_account", "binance")
        row("memory of a server with one credential", f"{server.memory('VmRSS') / 1024:.1f} MB")


def compare(home, server, path):
    """Our route and a bare one with the same bytes, in turns."""
    status, _, text = server.request("GET", path)
    assert status == 200, text
    body = home.path / "body.json"
    body.write_text(text)
    port = free_port()
    silence = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    bare = subprocess.Popen([RELEASE / "BareServer", str(port), body], **silence)
    try:
        login = "Authorization: Basic " + base64.b64encode(":".join(LOGIN).encode()).decode()
        wrk(f"http://127.0.0.1:{port}/", seconds=1)
        wrk(server.url + path, login, seconds=1)
        ours, theirs = [], []
        for _ in range(7):
            theirs.append(wrk(f"http://127.0.0.1:{port}/"))
            ours.append(wrk(server.url + path, login))
        ratio = statistics.median(mine / bare for mine, bare in zip(ours, theirs))
        row(f"GET {path} ({len(text.encode()):,} bytes)", f"{statistics.median(ours):,.0f} requests/s",
            f"bare route: {statistics.median(theirs):,.0f}, so {ratio:.2f} of it")
    finally:
        bare.terminate()
        bare.wait()


def wrk(url, header=None, seconds=3):
    arguments = ["wrk", "-t", "1", "-c", "16", "-d", f"{seconds}s", *(["-H", header] if header else []), url]
    for attempt in range(50):
        output = subprocess.run(arguments, capture_output=True, text=True).stdout
        if "Requests/sec" in output:
            break
        time.sleep(0.1)
    if "Non-2xx" in output or "Socket errors" in output:
        sys.exit(f"{url} did not answer well:\n{output}")
    return float(re.search(r"Requests/sec:\s*([0-9.]+)", output)[1])


def starting():
    print("Starting")
    with vault_home() as home:
        with Server(home, "--no-verify") as server:
            add(server, "master_account", "binance")
        times = []
        for _ in range(9):
            with Server(home) as server:
                times.append(server.first_answer)
        row("start to first answer", seconds(statistics.median(times)))


def listing():
    print("Listing from cold")
    with vault_home() as home:
        with Server(home, "--no-verify") as server:
            fill(server, ["master_account"], two_secret_connectors(server, 10))
        row("credential list of 10, a new process each time", seconds(run_list(home, 10)))
        with Server(home, "--no-verify") as server:
            fill(server, [f"account-{n:03}" for n in range(199)], two_secret_connectors(server, 10))
        row("credential list of 2,000, a new process each time", seconds(run_list(home, 2000)))


def run_list(home, count):
    times = []
    for _ in range(9):
        begin = time.perf_counter()
        done = home.run("credential", "list", "--bots", str(home.bots), "--format", "json")
        times.append(time.perf_counter() - begin)
        assert done.returncode == 0 and len(json.loads(done.stdout)) == count, done.stderr
    return statistics.median(times)


def showing():
    print("Showing 200 accounts with 10 credentials each in Chromium")
    with vault_home() as home, Server(home, "--no-verify") as server:
        fill(server, ["master_account", *(f"account-{n:03}" for n in range(199))], two_secret_connectors(server, 10))
        browsing.measure(server, 2000, row, seconds)
        row("memory of the server after that", f"{server.memory('VmRSS') / 1024:.1f} MB")


# How many credentials each of the nine exchanges has: 60 in all, unevenly, as people's are.
HOLDINGS = {
    "binance": 12, "okx": 8, "bybit": 8, "kucoin": 8, "gate_io": 6, "coinbase_advanced_trade": 6, "kraken": 6,
    "binance_perpetual_testnet": 3, "hyperliquid_perpetual": 3}
# How many checks of one exchange run at once; the requests of one check follow each other.
LIMIT_PER_EXCHANGE = 4
DELAY = 0.3


def verifying():
    spread = ", ".join(f"{connector} {count}" for connector, count in HOLDINGS.items())
    print(f"Verifying {sum(HOLDINGS.values())} credentials on {len(HOLDINGS)} simulated exchanges: {spread}")
    with SimulatedExchanges() as exchanges, vault_home(**exchanges.environment()) as home:
        with Server(home, "--no-verify") as server:
            for number in range(max(HOLDINGS.values())):
                server.request("POST", f"/accounts/add-account?account_name=account-{number:02}")
                for connector, count in HOLDINGS.items():
                    if number < count:
                        key = made_up(connector, f"{connector} {number}")
                        exchanges.setup(key.host, **key.setup())
                        path = f"/accounts/add-credential/account-{number:02}/{connector}"
                        status, _, text = server.request("POST", path, key.values)
                        assert status == 201, text
        hosts = {connector: made_up(connector).host for connector in HOLDINGS}
        at_once, slow, ratios = [], [], []
        for _ in range(5):
            at_once.append(verify_all(home))
            before = {connector: len(exchanges.requests(host)) for connector, host in hosts.items()}
            for host in hosts.values():
                exchanges.setup(host, delay=int(DELAY * 1000))
            slow.append(verify_all(home))
            needs = {connector: (len(exchanges.requests(host)) - before[connector]) * DELAY
                     for connector, host in hosts.items()}
            for host in hosts.values():
                exchanges.setup(host, delay=0)
            busiest = max(needs, key=needs.get)
            least = needs[busiest] / LIMIT_PER_EXCHANGE
            ratios.append((slow[-1] / least, (slow[-1] - at_once[-1]) / least, sum(needs.values()) / slow[-1]))
    whole, waiting, in_turn = (statistics.median(values) for values in zip(*ratios))
    least, total = (seconds(statistics.median(slow) / whole), seconds(statistics.median(slow) * in_turn))
    what = f"{sum(HOLDINGS.values())} credentials on {len(HOLDINGS)} exchanges that answer after {DELAY * 1000:.0f} ms"
    row(f"verify {what}",
        f"{seconds(statistics.median(slow))}, of which {seconds(statistics.median(at_once))} without any delay",
        f"the busiest, {busiest}, needs {least} ({LIMIT_PER_EXCHANGE} checks at once): {whole:.2f} of it, "
        f"{waiting:.2f} without what takes its time anyway; one after the other {total}, {in_turn:.0f} times as long")


def verify_all(home):
    """How long a check of all keys takes, in a new process; Kraken's, too."""
    begin = time.perf_counter()
    done = home.run(
        "credential", "verify", "--all", "--with-counted", "--bots", str(home.bots), "--format", "json")
    took = time.perf_counter() - begin
    outcomes = [item["verification"]["outcome"] for item in json.loads(done.stdout)]
    assert outcomes == ["valid"] * sum(HOLDINGS.values()), done.stderr
    return took


PARTS = {
    "opening": opening, "adding": adding, "serving": serving, "starting": starting, "listing": listing,
    "verifying": verifying, "showing": showing}
for name in sys.argv[1:] or PARTS:
    PARTS[name]()

print("\n| what | measured | compared |\n|---|---|---|")
for each in ROWS:
    print("| " + " | ".join(each) + " |")
