"""Sends a canary secret through every door and looks for it everywhere but in the sealed values.

Searched: answers, standard output and error, a terminal, logs at every level, every file of the home, what processes leave
that die in the middle of a change, and the command line and environment of every process that there is on the way; as it is,
in hex, in Base64, escaped for URLs and for JSON. What exchanges that are asked about a key may give away is in
hostile_exchanges.py.
"""

import json
import os
import resource
import signal
import subprocess
import tempfile
import termios
import time
from pathlib import Path

from leaks import ProcessWatch, can_trace, disguises, execs_of, files_with, found, traces_of
from support import ROOT, Checks, Server, on_terminal, program, vault_home

# Characters that URLs and JSON escape, and a length that Base64 does not align to.
CANARY = 'CANARY/7h15+"must\\never=show&ü'


# Also parts that no encoding of ASCII letters changes.
NEEDLES = disguises(CANARY) | {b"CANARY/7h15", b"CANARY%2F7h15", b"7h15+", b"must\\never", b"must\\\\never"}
SCRIPTS = sorted(path.name for path in (ROOT / "skills/keys-manager/scripts").glob("*.sh") if path.name != "common.sh")


def search(home, server, checks):
    print("Looking for it")
    for name, data in traces_of(server.process.pid).items():
        checks.equal(found(data, NEEDLES), [], f"not in the server's {name}")
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
        for script in ("list_connectors.sh", "list_account_credentials.sh", "get_connector_config.sh",
                       "remove_credentials.sh"):
            done = subprocess.run(
                [ROOT / "skills/keys-manager/scripts" / script, "--api-pass", CANARY], env=environment, cwd=home.path,
                text=True, capture_output=True, stdin=subprocess.DEVNULL)
            answer(script, (done.returncode, {}, done.stdout + done.stderr))


def by_started_programs(home, checks):
    """Every program that a script starts, and everything that those get, whatever short time they are there."""
    if reason := can_trace():
        return print(f"  skipped the programs that scripts start: {reason}")
    values = json.dumps({"api_key": CANARY, "api_secret": CANARY})
    options = {"add_credentials.sh": ["--connector", "gemini", "--credentials", values, "--force"],
               "setup_connector.sh": ["--connector", "gemini", "--credentials", values, "--account", "master_account",
                                      "--force"],
               "remove_credentials.sh": ["--connector", "gemini", "--api-pass", CANARY]}
    hits, started = {}, []
    for script in SCRIPTS:
        starts, done = execs_of(
            [ROOT / "skills/keys-manager/scripts" / script, *options.get(script, ["--api-pass", CANARY])], SCRIPTS,
            env=home.environment(KEYS_MANAGER_BOTS=str(home.bots), KEYS_MANAGER_BIN=program()), cwd=home.path, text=True,
            capture_output=True, stdin=subprocess.DEVNULL)
        started += [argv[0] for argv, _ in starts if len(argv) > 1 and argv[1] == "skill"]
        hits |= {f"{script}: {argv[:2]}": hit for argv, data in starts if (hit := found(data, NEEDLES))}
        hits |= {f"{script}: output": hit for hit in [found(done.stdout + done.stderr, NEEDLES)] if hit}
    checks.equal(len(started), len(SCRIPTS), f"each of the {len(SCRIPTS)} scripts starts the program")
    checks.equal(hits, {}, "no program that a script starts gets it as an argument or in its environment")


def at_prompts(home, arguments, answers):
    """What a terminal shows while somebody answers the hidden questions, and the exit code."""
    asked = 0

    def answer(shown, terminal, process):
        nonlocal asked
        if shown.count(b"(hidden): ") > asked:
            asked += 1
            while termios.tcgetattr(terminal)[3] & termios.ECHO and process.poll() is None:
                time.sleep(0.001)
            os.write(terminal, answers.pop(0).encode() + b"\n" if answers else b"\x04")

    code, shown = on_terminal(home, [program(), *arguments, "--bots", str(home.bots)], answer)
    return shown, asked, code


def by_hand(home, checks):
    """The canary typed at hidden questions."""
    for arguments, questions in ((["credential", "add", "bing_x", "--no-verify"], 2),
                                 (["setup", "--connector", "bitget_perpetual", "--account", "master_account",
                                   "--no-verify"], 3)):
        shown, asked, code = at_prompts(home, arguments, [CANARY] * questions)
        checks.that((asked, code) == (questions, 0) and not found(shown, NEEDLES),
                    f"{' '.join(arguments[:2])}: {asked} hidden answers are saved and not shown", (code, shown))


def by_level(home, checks):
    """The log at every level, of the server and of commands."""
    values = json.dumps({"api_key": CANARY, "api_secret": CANARY})
    hits, sizes = {}, {}
    for level in ("trace", "debug", "info", "notice", "warning", "error", "critical"):
        with Server(home, "--no-verify", "--log-level", level) as server:
            for body in ({"values": {"api_key": CANARY, "api_secret": CANARY}}, {"values": {"api_key": CANARY}}, [CANARY]):
                server.request("PUT", "/v1/accounts/master_account/credentials/mexc", body)
            server.request("GET", "/accounts/", login=("admin", CANARY))
            server.stop()
            log = server.output()
        for words in (["replace", "mexc", "--yes"], ["add", "mexc"]):
            done = home.run("credential", *words, "--no-verify", "--credentials", "-", "--bots", str(home.bots),
                            stdin=values, environment=home.environment(LOG_LEVEL=level))
            log += done.stdout + done.stderr
        sizes[level] = len(log)
        if hit := found(log, NEEDLES):
            hits[level] = hit
    checks.that(sizes["trace"] > sizes["critical"], f"{len(sizes)} levels of the log, down to trace", sizes)
    checks.equal(hits, {}, "none of them shows it")


def by_dying(checks):
    """What processes leave that are killed at each step of each kind of change, before anything tidies it up."""
    built = [ROOT / ".build" / kind / "crash-program" for kind in ("debug", "release")]
    crash = next((str(path) for path in built if path.exists()), None)
    if not checks.that(crash, "there is a crash-program (swift build --product crash-program)"):
        return
    hits, died, files = {}, 0, 0
    with tempfile.TemporaryDirectory(prefix="keys-manager-check-") as folder:
        one, many = (["began", "digested", "staged", "copied", "changed", "durable", "finished"],
                     ["began", "stagedFile:1", "stagedFile:3", "staged", "committed", "renamedFile:2", "changed", "durable",
                      "finished"])
        for words, steps in ((["add", "desk", "mexc", CANARY], one), (["replace", "desk", "binance", CANARY], one),
                             (["remove", "desk", "binance"], one), (["delete-account", "desk"], one),
                             (["change-password", "next-" + CANARY], many), (["adopt"], many)):
            for step in steps:
                vault = Path(folder) / f"{words[0]}-{step}"
                subprocess.run([crash, "make", str(vault)], check=True)
                # The canary is in the vault before, too.
                subprocess.run([crash, "do", str(vault), "none", "replace", "spare", "binance", CANARY], check=True,
                               capture_output=True)
                if words[0] == "adopt":
                    subprocess.run([crash, "foreign", str(vault), "desk", "mexc", CANARY], check=True)
                done = subprocess.run([crash, "do", str(vault), ("plain:" if step == "copied" else "") + step, *words],
                                      capture_output=True)
                died += done.returncode == -signal.SIGKILL
                # The settings hold the password, and so does their new version beside them.
                found_in, count = files_with(vault / "bots", NEEDLES)
                files += count
                if hit := found(done.stdout + done.stderr, NEEDLES):
                    hits[f"{words[0]} at {step}, output"] = hit
                hits |= {f"{words[0]} at {step}, {os.path.relpath(path, vault)}": hit for path, hit in found_in.items()}
                for path in (vault / "home").iterdir():
                    if path.stat().st_mode & 0o077:
                        hits[str(path)] = oct(path.stat().st_mode)
    checks.that(died >= 25, f"{died} processes died in the middle of a change")
    checks.equal(hits, {}, f"none of the {files} files that they left holds it")


def by_core(home, checks):
    """A server that may write core dumps, and crashes, writes none."""
    limit = resource.getrlimit(resource.RLIMIT_CORE)
    if limit[1] != resource.RLIM_INFINITY:
        return print("  skipped the core dump: this machine allows none")
    resource.setrlimit(resource.RLIMIT_CORE, (limit[1], limit[1]))
    try:
        other = subprocess.Popen(["sh", "-c", "kill -SEGV $$"], cwd=home.path)
        _, status = os.waitpid(other.pid, 0)
        other.returncode = -signal.SIGSEGV
        if not os.WCOREDUMP(status):
            return print("  skipped the core dump: this machine writes none")
        with Server(home, "--no-verify") as server:
            limits = Path(f"/proc/{server.process.pid}/limits").read_text()
            core = next(line.split() for line in limits.splitlines() if line.startswith("Max core file size"))
            checks.equal(core[4:6], ["0", "0"], "the server may write no core dump, even where it was allowed to")
            pid = server.process.pid
            os.kill(pid, signal.SIGSEGV)
            _, status = os.waitpid(pid, 0)
            server.process.returncode = -signal.SIGSEGV
            log = server.output()
        checks.that(os.WIFSIGNALED(status) and not os.WCOREDUMP(status), "and when it crashes it writes none", hex(status))
        checks.that("Signal" not in log and "Images" not in log, "nor a report with what lay in its memory", log[-500:])
    finally:
        resource.setrlimit(resource.RLIMIT_CORE, limit)


checks = Checks()
with vault_home(LOG_LEVEL="trace") as home, ProcessWatch(NEEDLES, SCRIPTS) as watch:
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
    by_started_programs(home, checks)
    by_hand(home, checks)
    by_level(home, checks)
    by_core(home, checks)
    hits, count = files_with(home.path, NEEDLES, besides=("entered.json",))
    checks.equal(hits, {}, f"still in none of the {count} files")
    checks.that(os.path.basename(program()) in watch.seen, f"processes were watched: {', '.join(sorted(watch.seen))}")
    checks.equal(watch.hits, {}, "none of them had it in its command line or environment")
    subprocess.run(["sleep", "0.2"], env={"PATH": os.environ["PATH"], "CANARY": CANARY})
    checks.that(watch.hits, "but one that was given it is caught")
    revealed = home.run("credential", "show", "gate_io", "--reveal", "--format", "json", "--bots", str(home.bots))
    checks.that(found(revealed.stdout, NEEDLES), "the search finds it where it must be: in what --reveal shows")
by_dying(checks)
checks.finish()
