"""Exchanges that answer as no exchange does: too much, too slowly, nothing, something else, or somebody else's address.

Whatever comes, a check ends soon, comes to nothing, saves nothing, and gives nothing away: the keys that were entered
are looked for, in every spelling, in all that the program put out and wrote. A redirect's target is never contacted.
"""

import concurrent.futures
import json
import socket
import subprocess
import threading
import time

from exchange_keys import made_up
from leaks import disguises, files_with, found
from simulated_exchanges import SimulatedExchanges
from support import ROOT, Checks, Server, program, vault_home

# Where a connector's key arrives; the exchange's time is read elsewhere.
SIGNED = {
    "binance": "/sapi/", "binance_perpetual": "/sapi/", "binance_perpetual_testnet": "/fapi/v2/",
    "coinbase_advanced_trade": "/api/v3/brokerage/key_permissions", "kraken": "/0/private/", "kucoin": "/api/v1/user/",
    "gate_io": "/api/v4/spot/accounts", "okx": "/api/v5/account/", "bybit": "/v5/user/",
    "hyperliquid_perpetual": "/info"}
EXCHANGES = [connector for connector in SIGNED if connector != "binance_perpetual"]
UNREACHABLE, UNDOCUMENTED = ["unreachable"], ["exchange_unavailable"]
BLOCKED = ["region_blocked", "rate_limited"]
# What is wrong, the causes that are told, and the most seconds it may take; an endless answer is given up after 10.
ATTACKS = {
    "a web page": ({"kind": "page"}, UNDOCUMENTED, 5),
    "a firewall's page": ({"kind": "firewall"}, BLOCKED, 5),
    "JSON of another shape": ({"kind": "wrong_type"}, UNDOCUMENTED, 5),
    "half an answer": ({"kind": "truncated"}, UNDOCUMENTED, 5),
    "50 MB": ({"kind": "huge"}, UNDOCUMENTED, 10),
    "a byte a second": ({"kind": "dripping"}, UNREACHABLE, 15),
    "silence": ({"kind": "silence"}, UNREACHABLE, 15),
    "an error of the server": ({"kind": "custom", "status": 502, "text": "{}"}, UNDOCUMENTED, 5),
    "an empty answer": ({"kind": "custom", "status": 200, "text": ""}, UNDOCUMENTED, 5),
    "deep nesting": ({"kind": "custom", "status": 200, "text": "[" * 100_000}, UNDOCUMENTED, 5),
}


class Trap:
    """A server that nobody may contact; counts who does."""

    def __enter__(self):
        self.contacts = 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._count, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.listener.close()

    def _count(self):
        while True:
            try:
                self.listener.accept()[0].close()
            except OSError:
                return
            self.contacts += 1


class Witness:
    """Remembers every key that is entered and all that the program says."""

    def __init__(self):
        self.needles, self.leaks, self.answers = set(), {}, 0

    def enter(self, key):
        for name, value in key.values.items():
            if not name.endswith(("_mode", "_address")):
                self.needles |= disguises(value)
                # What signs must not be seen in part either.
                self.needles |= {line.encode() for line in value.splitlines() if len(line) > 30}
        return key

    def hear(self, door, *texts):
        self.answers += 1
        hit = [spelling for text in texts for spelling in found(text, self.needles)]
        if hit:
            self.leaks[door] = hit


def add(server, witness, connector, key):
    """One addition through `/v1`: status, body and seconds."""
    begin = time.monotonic()
    status, headers, text = server.request(
        "POST", f"/v1/accounts/master_account/credentials/{connector}", {"values": key.values})
    witness.hear(f"{connector} {status}", text, str(headers))
    try:
        return status, json.loads(text), time.monotonic() - begin
    except ValueError:
        return status, {"verification": None, "text": text}, time.monotonic() - begin


def attack(server, exchanges, witness, fault, pool, where=SIGNED.get):
    """All exchanges at once; the answer of each, and how long another request took meanwhile."""
    keys = {connector: witness.enter(made_up(connector)) for connector in EXCHANGES}
    for host in {key.host for key in keys.values()}:
        exchanges.setup(host, reset=True)
    for connector, key in keys.items():
        path = where(connector)
        exchanges.setup(key.host, **key.setup(), faults=[fault | ({"path": path} if path else {})])
    jobs = {connector: pool.submit(add, server, witness, connector, key) for connector, key in keys.items()}
    time.sleep(0.3)
    begin = time.monotonic()
    status, _, _ = server.request("GET", "/accounts/")
    meanwhile = time.monotonic() - begin if status == 200 else float("inf")
    return {connector: job.result() for connector, job in jobs.items()}, meanwhile


def judge(answers, meanwhile, name, causes, limit, checks):
    wrong = {
        connector: (status, body.get("code"), (body.get("verification") or {}).get("causes"), body.get("hint"), seconds)
        for connector, (status, body, seconds) in answers.items()
        if (status, (body.get("verification") or {}).get("causes")) != (424, causes) or seconds > limit
        or "Nothing was saved." not in (body.get("hint") or "")}
    slowest = max(seconds for _, _, seconds in answers.values())
    checks.equal(wrong, {}, f"{name}: {len(answers)} exchanges, all inconclusive ({causes[0]}), {slowest:.1f} s")
    checks.that(meanwhile < 2, f"{name}: other requests are served meanwhile ({meanwhile * 1000:.0f} ms)")


def redirects(server, exchanges, witness, pool, checks):
    with Trap() as trap:
        for status in (301, 302, 307, 308):
            fault = {"kind": "redirect", "status": status, "text": f"http://127.0.0.1:{trap.port}/steal"}
            answers, meanwhile = attack(server, exchanges, witness, fault, pool)
            judge(answers, meanwhile, f"a redirect, {status}", UNDOCUMENTED, 5, checks)
            cures = {body.get("verification", {}).get("cure") for _, body, _ in answers.values()}
            checks.that(
                all("redirect" in str(cure) for cure in cures), f"a redirect, {status}: the cure says so", cures)
        # The time is read without a signature, but from the same host.
        fault = {"kind": "redirect", "text": f"http://127.0.0.1:{trap.port}/steal"}
        attack(server, exchanges, witness, fault, pool, where=lambda _: None)
        checks.equal(trap.contacts, 0, "the target of no redirect was contacted")
        socket.create_connection(("127.0.0.1", trap.port)).close()
        time.sleep(0.2)
        checks.equal(trap.contacts, 1, "though it counts whoever comes")


def echoes(home, server, exchanges, witness, checks):
    """An exchange that repeats what it was sent, with orders to the terminal."""
    bodies = {
        "binance": '{"code":-2015,"msg":"WORDS"}', "binance_perpetual_testnet": '{"code":-1022,"msg":"WORDS"}',
        "bybit": '{"retCode":10003,"retMsg":"WORDS"}', "gate_io": '{"label":"INVALID_KEY","message":"WORDS"}',
        "kraken": '{"error":["EAPI:Invalid key","WORDS"]}', "kucoin": '{"code":"400003","msg":"WORDS"}',
        "okx": '{"code":"50119","msg":"WORDS"}', "coinbase_advanced_trade": '{"message":"WORDS"}'}
    escapes = {}
    for connector, body in bodies.items():
        key = witness.enter(made_up(connector))
        spoken = json.dumps(" ".join(key.values.values()))[1:-1]
        words = f"\\u001b]0;pwned\\u0007\\u001b[31mNo {spoken} \\u202e\\r\\n"
        exchanges.setup(key.host, reset=True, faults=[{
            "kind": "custom", "status": 403 if connector.startswith("coin") else 401, "path": SIGNED[connector],
            "text": body.replace("WORDS", words)}])
        status, answer, _ = add(server, witness, connector, key)
        if status not in (422, 424) or not isinstance(answer.get("verification"), dict):
            checks.that(False, f"{connector}: an echo is refused", (status, answer))
        run = home.run("credential", "add", connector, "--bots", str(home.bots), "--credentials", "-",
                       stdin=json.dumps(key.values))
        witness.hear(f"credential add {connector}", run.stdout, run.stderr)
        skill = home.path / "skill"
        skill.mkdir(exist_ok=True)
        settings = home.environment(KEYS_MANAGER_BOTS=str(home.bots))
        settings["PATH"] = f"{program().rpartition('/')[0]}:{settings['PATH']}"
        script = subprocess.run(
            [ROOT / "skills/keys-manager/scripts/add_credentials.sh", "--connector", connector, "--credentials", "-"],
            input=json.dumps(key.values), text=True, capture_output=True, env=settings, cwd=skill, timeout=60)
        witness.hear(f"add_credentials.sh {connector}", script.stdout, script.stderr)
        if run.returncode not in (69, 77) or script.returncode != 1:
            checks.that(False, f"{connector}: the command line refuses an echo", (run, script))
        said = json.dumps(answer, ensure_ascii=False) + run.stdout + run.stderr + script.stdout + script.stderr
        if any(sign in said for sign in ("\x1b", "\x07", "\u202e", "\\u001b", "\\u0007", "\\u202e")):
            escapes[connector] = said
    checks.equal(escapes, {}, "orders to the terminal are taken out of an exchange's words")


checks = Checks()
witness = Witness()
with SimulatedExchanges() as exchanges, concurrent.futures.ThreadPoolExecutor(len(EXCHANGES)) as pool, \
        vault_home(**exchanges.environment(), LOG_LEVEL="trace") as home:
    with Server(home, "--log-level", "trace") as server:
        for name, (fault, causes, limit) in ATTACKS.items():
            judge(*attack(server, exchanges, witness, fault, pool), name, causes, limit, checks)
        redirects(server, exchanges, witness, pool, checks)
        print("Echoes")
        echoes(home, server, exchanges, witness, checks)
        peak = server.memory()
        checks.that(peak < 200_000, f"the server needed {peak / 1024:.0f} MB at most")
        checks.equal(server.json("GET", "/accounts/master_account/credentials")[1], [], "nothing was saved")

        print("Looking for the keys")
        # A good key, so that an outcome with rights is written, too.
        good = witness.enter(made_up("okx"))
        exchanges.setup("okx", reset=True, **good.setup(ip_allow_list=[]))
        checks.equal(add(server, witness, "okx", good)[0], 201, "a good key is saved")
        for arguments in (("verify", "--all"), ("audit",), ("list",), ("show", "okx")):
            run = home.run("credential", *arguments, "--bots", str(home.bots))
            witness.hear(" ".join(arguments), run.stdout, run.stderr)
        witness.hear("overview", server.request("GET", "/v1/overview")[2])
        checks.equal(witness.leaks, {}, f"none of {witness.answers} answers and outputs holds a key")
        server.stop()
        hits, count = files_with(home.path, witness.needles)
        checks.equal(hits, {}, f"none of {count} files does: the log, .keys-manager, the sealed credential")
        outcomes = list((home.bots / ".keys-manager").rglob("outcomes/*"))
        checks.that(outcomes, "the outcome of the check was among them")
    run = home.run("credential", "show", "okx", "--reveal", "--format", "json", "--bots", str(home.bots))
    checks.that(found(run.stdout, witness.needles), "the search finds them where they must be: in what --reveal shows")
checks.finish()
