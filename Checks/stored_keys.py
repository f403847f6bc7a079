"""Keys that are stored, checked again through simulated exchanges: verify, audit, and the server's rounds.

Exit codes for cron and monitoring, what is left out so that no bot is disturbed, how many requests run at once, nonces
that rise across processes, and the line on the terminal that says how far it is.
"""

import concurrent.futures
import json
import os
import pty
import subprocess
import threading
import time

from exchange_keys import GOOD_RIGHTS, made_up
from simulated_exchanges import SimulatedExchanges
from support import Checks, Server, program, vault_home

DAY = 86_400_000
CONNECTORS = ["binance", "binance_perpetual", "bybit", "coinbase_advanced_trade", "gate_io", "hyperliquid_perpetual",
              "kraken", "kucoin", "okx"]


class Vault:
    """A vault with one key for each exchange, all of them good; the first account has them all."""

    def __init__(self, home, exchanges):
        self.home, self.exchanges = home, exchanges
        self.keys = {connector: made_up(connector) for connector in CONNECTORS}
        for host in {key.host for key in self.keys.values()}:
            exchanges.setup(host, reset=True)
        for key in self.keys.values():
            exchanges.setup(key.host, **key.setup())
        with Server(home, "--no-verify") as server:
            for key in self.keys.values():
                add(server, "master_account", key)

    def run(self, *arguments, **more):
        return self.home.run(*arguments, "--bots", str(self.home.bots), "--format", "json", **more)

    def asked(self, host):
        """How many requests an exchange has had."""
        return len(self.exchanges.requests(host))

    def restore(self, connector):
        """Makes a key good again, in its exchange's eyes."""
        key = self.keys[connector]
        self.exchanges.setup(key.host, clear_faults=True, **key.setup())


def add(server, account, key):
    status, _, text = server.request("POST", f"/accounts/add-credential/{account}/{key.connector}", key.values)
    if status != 201:
        raise RuntimeError(f"{key.connector}: {status} {text}")


def outcomes(run):
    """Outcome or state by account and connector, of what `verify` or `audit` printed."""
    answer = json.loads(run.stdout)
    items = answer if isinstance(answer, list) else answer["credentials"]
    return {
        f"{item['account']} {item['connector']}":
            "left out" if item["left_out"] else (item["verification"] or {}).get("outcome", "none") for item in items}


def causes(run, connector):
    answer = json.loads(run.stdout)
    items = answer if isinstance(answer, list) else answer["credentials"]
    return next(item["verification"]["causes"] for item in items if item["connector"] == connector)


def check_verify(vault, checks):
    print("verify")
    run = vault.run("credential", "verify", "--all")
    good = {f"master_account {name}": "left out" if name == "kraken" else "valid" for name in CONNECTORS}
    checks.equal((run.returncode, outcomes(run)), (0, good), "good keys are valid, Kraken's is left out, exit code 0")
    checks.that("Left out: 1 of kraken" in run.stderr, "which is said", run.stderr)
    checks.equal(vault.asked("kraken"), 0, "and Kraken is not asked")
    run = vault.run("credential", "verify", "-c", "kraken")
    checks.equal((run.returncode, outcomes(run)), (0, {"master_account kraken": "valid"}), "by its name it is checked")
    run = vault.run("credential", "verify", "--all", "--with-counted")
    checks.equal((run.returncode, outcomes(run)["master_account kraken"]), (0, "valid"), "and with --with-counted")
    checks.equal(vault.run("credential", "verify", "-a", "nobody").returncode, 66, "an unknown account ends with 66")
    checks.equal(
        vault.run("credential", "verify", "-c", "mexc").returncode, 66, "so does a credential that is not there")
    checks.equal(vault.run("credential", "verify").returncode, 64, "which keys is to be said")

    before = read(vault.home.bots / "credentials")
    vault.exchanges.setup("kucoin", faults=[{"kind": "maintenance"}])
    run = vault.run("credential", "verify", "--all")
    checks.equal((run.returncode, causes(run, "kucoin")), (69, ["exchange_unavailable"]),
                 "an exchange that is down ends with 69")
    vault.exchanges.setup("bybit", **vault.keys["bybit"].setup(state="deleted"))
    run = vault.run("credential", "verify", "--all")
    checks.equal((run.returncode, causes(run, "bybit")), (77, ["wrong_key", "wrong_environment"]),
                 "a deleted key with 77, whatever else there is")
    listed = json.loads(vault.run("credential", "list").stdout)
    kept = {item["connector"]: (item["verification"] or {}).get("outcome") for item in listed}
    checks.equal((kept["bybit"], kept["kucoin"], kept["okx"]), ("rejected", "inconclusive", "valid"),
                 "the list shows the last outcomes")
    checks.equal(read(vault.home.bots / "credentials"), before, "checking changes no credential")
    vault.restore("bybit")
    vault.restore("kucoin")
    bybit = vault.keys["bybit"]
    run = vault.run("credential", "replace", "bybit", "--yes", "--no-verify", "--credentials", "-",
                    stdin=json.dumps(bybit.values))
    listed = json.loads(vault.run("credential", "list").stdout)
    checks.equal((run.returncode, {item["connector"]: item["verification"] for item in listed}["bybit"]), (0, None),
                 "an outcome is void once the bytes are others")


def read(folder):
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def check_audit(vault, checks):
    print("audit")

    def audit(wanted, result, sentence, *options):
        run = vault.run("credential", "audit", *options)
        answer = json.loads(run.stdout)
        checks.equal((run.returncode, answer["result"]), (wanted, result), f"{sentence}: {wanted}")
        return answer

    answer = audit(0, "good", "nothing to say")
    ages = {item["connector"]: (item["age_days"], item["age_since"]) for item in answer["credentials"]}
    checks.that(ages["okx"] == (0, "stored") and ages["bybit"][0] > 1000 and ages["bybit"][1] == "created",
                "ages are told, from the exchange where it knows", ages)

    okx, gate, kucoin = (vault.keys[name] for name in ("okx", "gate_io", "kucoin"))
    vault.exchanges.setup("okx", **okx.setup(ip_allow_list=[]))
    answer = audit(2, "warnings", "a key without an IP list")
    warnings = {item["connector"]: " ".join(item["warnings"]) for item in answer["credentials"]}
    checks.that("not bound to internet addresses" in warnings["okx"], "the warning says so", warnings)
    vault.restore("okx")
    soon = int(time.time() * 1000) + 5 * DAY
    vault.exchanges.setup("binance", **vault.keys["binance"].setup(expires=soon))
    answer = audit(2, "warnings", "a key that ends in five days")
    warnings = {item["connector"]: " ".join(item["warnings"]) for item in answer["credentials"]}
    checks.that("in 5 days" in warnings["binance"], "the warning counts them", warnings)
    vault.exchanges.setup("gate_io", faults=[{"kind": "rate_limited"}])
    audit(69, "inconclusive", "an exchange that wants fewer requests, beside a warning")
    vault.exchanges.setup("kucoin", **kucoin.setup(rights=GOOD_RIGHTS + ["transfer_out"]))
    audit(77, "rejected", "a key that may send funds to others, beside both")
    vault.restore("gate_io")
    audit(2, "warnings", "the same when it is allowed", "--allow-withdrawals")
    vault.restore("binance")
    vault.restore("kucoin")
    audit(0, "good", "all mended")
    path = vault.home.bots / "credentials" / "master_account" / "connectors" / "gate_io.yml"
    whole = path.read_bytes()
    path.write_bytes(whole.replace(b"7b22", b"7b23", 1))  # No keyfile any more.
    audit(69, "inconclusive", "a damaged file")
    run = vault.run("credential", "verify", "--all")
    checks.equal(run.returncode, 69, "and so does verify")
    path.write_bytes(whole)
    audit(0, "good", "and whole again")
    table = vault.home.run("credential", "audit", "--bots", str(vault.home.bots), "--format", "table")
    checks.that(table.stdout.startswith("ACCOUNT ") and "read, trade spot" in table.stdout, "the table shows rights",
                table.stdout)


def check_limits(exchanges, checks):
    """The same key in many accounts, and many keys of one exchange."""
    print("How much at once")
    with vault_home(**exchanges.environment()) as home:
        shared = made_up("okx")
        exchanges.setup("okx", reset=True, delay=50, **shared.setup())
        exchanges.setup("gate_io", reset=True, delay=50)
        with Server(home, "--no-verify") as server:
            for number in range(10):
                server.request("POST", f"/accounts/add-account?account_name=account{number}")
                add(server, f"account{number}", shared)
                key = made_up("gate_io", f"gate {number}")
                exchanges.setup("gate_io", **key.setup())
                add(server, f"account{number}", key)
        run = home.run("credential", "verify", "--all", "--bots", str(home.bots), "--format", "json")
        checks.equal((run.returncode, set(outcomes(run).values())), (0, {"valid"}), "20 keys are valid")
        checks.equal(exchanges.most_at_once("okx"), (1, 1), "one key is never asked about twice at once")
        most, for_one = exchanges.most_at_once("gate_io")
        checks.that(2 <= most <= 4 and for_one == 1, f"many keys of one exchange: {most} at once, 4 at most")


def check_nonces(vault, checks):
    """Four processes at once, three times each: what came to Kraken rises, or it would have refused it."""
    print("Kraken's nonces")
    before = vault.asked("kraken")

    def three_times():
        return [vault.run("credential", "verify", "-c", "kraken").returncode for _ in range(3)]

    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        codes = [code for job in [pool.submit(three_times) for _ in range(4)] for code in job.result()]
    requests = vault.exchanges.requests("kraken")[before:]
    signed = [request["verdict"] for request in requests if request["path"].startswith("/0/private/")]
    checks.equal(codes, [0] * 12, "twelve checks by four processes at once succeed")
    checks.equal(signed, ["accepted"] * 12, "each with one request, whose nonce was above the one before")


def check_server(vault, checks):
    print("serve --verify-every")
    bybit = vault.keys["bybit"]
    # Written by a process that asked nobody, so that no outcome is known.
    for connector in CONNECTORS:
        vault.run("credential", "replace", connector, "--yes", "--no-verify", "--credentials", "-",
                  stdin=json.dumps(vault.keys[connector].values))
    vault.exchanges.setup("bybit", **bybit.setup(state="suspended"))
    nonces = vault.asked("kraken")
    with Server(vault.home, "--verify-every", "1m") as server:
        known, took = {}, 0.0
        while took < 20 and sum(outcome is not None for outcome in known.values()) < len(CONNECTORS) - 1:
            time.sleep(0.2)
            took = time.monotonic() - server.started
            _, overview = server.json("GET", "/v1/overview")
            known = {item["connector"]: item["verification"] and item["verification"]["outcome"]
                     for item in overview["accounts"][0]["credentials"]}
        wanted = {name: "valid" for name in CONNECTORS} | {"bybit": "rejected", "kraken": None}
        checks.equal(known, wanted, f"the overview shows the first round ({took:.1f} s after the start)")
        checks.equal(vault.asked("kraken"), nonces, "Kraken is left out")
        log = server.output()
        checks.that(
            "key refused by its exchange" in log and "account_suspended" in log, "the log tells of a refused key")
    vault.restore("bybit")


def check_progress(vault, checks):
    print("On a terminal")
    for host in {key.host for key in vault.keys.values()}:
        vault.exchanges.setup(host, delay=700 if host == "hyperliquid" else 300)
    lines, code = on_terminal(vault, "credential", "verify", "--all")
    checks.equal(code, 0, "a slow check of all keys ends well")
    checks.that(b"\r\x1b[K" in lines and b" of 8 keys checked" in lines, "a line says how far it is", lines)
    checks.that(lines.rfind(b"\r\x1b[K") > lines.rfind(b"keys checked"), "and is taken away", lines)
    lines, _ = on_terminal(vault, "credential", "verify", "--all", "--quiet")
    checks.that(b"keys checked" not in lines, "not with --quiet", lines)
    run = vault.run("credential", "verify", "--all")
    checks.that("keys checked" not in run.stderr and "\x1b" not in run.stderr, "nor into a file", run.stderr)
    for host in {key.host for key in vault.keys.values()}:
        vault.exchanges.setup(host, delay=0)


def on_terminal(vault, *arguments):
    """What the program writes to its standard error when that is a terminal, and its exit code."""
    ours, its = pty.openpty()
    process = subprocess.Popen(
        [program(), *arguments, "--bots", str(vault.home.bots)], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        stderr=its, cwd=vault.home.path, env=vault.home.environment(TERM="xterm"))
    os.close(its)
    written = bytearray()

    def follow():
        while True:
            try:
                piece = os.read(ours, 4096)
            except OSError:  # The terminal's other end is closed.
                return
            if not piece:
                return
            written.extend(piece)

    reader = threading.Thread(target=follow)
    reader.start()
    code = process.wait(60)
    reader.join(10)
    os.close(ours)
    return bytes(written), code


def check_typed_ahead(checks):
    """What is typed before a hidden question is seen on the screen, so it must not become the hidden answer."""
    print("Typed ahead")
    with vault_home() as home:
        home.run("vault", "create")
        child, terminal = pty.fork()
        if child == 0:
            os.chdir(home.path)
            os.execve(program(), [program(), "credential", "add", "binance", "--no-verify"], home.environment(TERM="xterm"))
        written = b""

        def read_until(text):
            nonlocal written
            while text not in written:
                written += os.read(terminal, 4096)

        # The program says what a key needs before it asks; the vault is opened before that.
        os.write(terminal, b"typed too early\n")
        for question, answer in ((b"API key (hidden): ", b"the-key\n"), (b"API secret (hidden): ", b"the-secret\n")):
            read_until(question)
            os.write(terminal, answer)
        try:
            read_until(b"Added binance")
        except OSError:  # The program has ended and closed its terminal.
            pass
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        os.close(terminal)
        checks.equal(code, 0, "the questions are answered")
        checks.that(b"the-key" not in written and b"the-secret" not in written, "and the answers not shown", written)
        values = json.loads(home.run("credential", "show", "binance", "--reveal", "--format", "json").stdout)["values"]
        checks.equal(values, {"binance_api_key": "the-key", "binance_api_secret": "the-secret"},
                     "they are kept, and not what was typed before they were asked for")


checks = Checks()
with SimulatedExchanges() as exchanges:
    with vault_home(**exchanges.environment()) as home:
        vault = Vault(home, exchanges)
        check_verify(vault, checks)
        check_audit(vault, checks)
        check_nonces(vault, checks)
        check_server(vault, checks)
        check_progress(vault, checks)
    check_limits(exchanges, checks)
check_typed_ahead(checks)
checks.finish()
