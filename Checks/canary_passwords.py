"""Canaries as the old and the new config password, through a change of the password, an adoption, and processes that die.

None may be found outside the settings file that holds it: not in what is printed or answered, in a log at its most
talkative, in the vault with its staging files, or in the command line or environment of the program.
"""

import json
import shutil
import signal
import subprocess
import time
from pathlib import Path

from leaks import ProcessWatch, disguises, files_with
from leaks import found as leaks_found
from support import LOGIN, Checks, Home, Server, program

OLD, NEW, OVER_HTTP, SECRET = (f'CANARY-{name}/7h15+"must=never&show' for name in ("old", "new", "http", "secret"))


NEEDLES = {needle for text in (OLD, NEW, OVER_HTTP, SECRET)
           for needle in disguises(text) | {text.partition("/")[0].encode()}}


def found(data):
    return leaks_found(data, NEEDLES)


def in_files(folder, *but):
    return files_with(folder, NEEDLES, but)[0]


def quoted(password):
    return f"CONFIG_PASSWORD='{password}'\n"


checks = Checks()
with Home(API_USER=LOGIN[0], API_PASS=LOGIN[1], LOG_LEVEL="trace") as home:
    settings = home.path / ".hummingbot/.env"
    settings.parent.mkdir()
    settings.write_text(quoted(OLD))
    settings.chmod(0o600)
    leaks, codes = {}, {}

    def run(*words, stdin=""):
        done = home.run(*words, "--bots", str(home.bots), stdin=stdin)
        codes[" ".join(words[:2])] = done.returncode
        if hits := found(done.stdout + done.stderr):
            leaks[" ".join(words[:2])] = hits

    values = json.dumps({"api_key": SECRET, "api_secret": SECRET})
    run("vault", "create")
    for connector in ("binance", "bybit", "mexc"):
        run("credential", "add", connector, "--no-verify", "--credentials", "-", stdin=values)
    run("password", "change", "--new-password-stdin", stdin="line\x0bbreak" + NEW + "\n")
    checks.that(codes["password change"] not in (0, -6, -11), "a password that cannot be one is refused", codes)

    # Processes that die on the way, at several moments; what they leave is searched before anything tidies it up.
    died = 0
    for milliseconds in (0, 100, 300, 500, 700, 900, 1200, 1600, 2000):
        aside = home.path / "aside"
        shutil.copytree(home.bots, aside / "bots", symlinks=True)
        shutil.copytree(settings.parent, aside / "home/.hummingbot")
        child = subprocess.Popen(
            [program(), "password", "change", "--new-password-stdin", "--bots", str(aside / "bots")],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd=home.path,
            env=home.environment(HOME=str(aside / "home")))
        for name in ("cmdline", "environ"):
            if hits := found(Path(f"/proc/{child.pid}/{name}").read_bytes()):
                leaks[f"{name} of password change"] = hits
        child.stdin.write(NEW.encode() + b"\n")
        child.stdin.close()
        time.sleep(milliseconds / 1000)
        child.send_signal(signal.SIGKILL)
        if hits := found(child.stdout.read()):
            leaks["output of a killed change"] = hits
        died += child.wait() == -signal.SIGKILL
        if hits := in_files(aside / "bots"):
            leaks["what a killed change left"] = hits
        shutil.rmtree(aside)
    checks.that(died >= 3, f"{died} of 9 changes of the password were killed on the way")

    run("password", "change", "--new-password-stdin", stdin=NEW + "\n")
    run("vault", "adopt")
    run("password", "check")
    checks.equal({code for name, code in codes.items()}, {0}, f"every command was done: {sorted(codes)}")
    checks.that(NEW in settings.read_text(), "the new password lies where it must: in the settings")
    with Server(home, "--no-verify", "--log-level", "trace") as server:
        for body in ({"current": OLD, "new": OVER_HTTP}, {"current": NEW, "new": ""}, {"current": [NEW], "new": NEW},
                     {"current": NEW, "new": OVER_HTTP}):
            status, headers, text = server.request("POST", "/v1/vault/password", body)
            if hits := found(text + str(headers)):
                leaks[f"POST /v1/vault/password {status}"] = hits
        checks.equal(status, 200, "the password is changed over HTTP")
        for name in ("cmdline", "environ"):
            checks.equal(found(Path(f"/proc/{server.process.pid}/{name}").read_bytes()), [], f"not in the server's {name}")
        limits = Path(f"/proc/{server.process.pid}/limits").read_text()
        core = next(line.split() for line in limits.splitlines() if line.startswith("Max core file size"))
        checks.equal(core[4:6], ["0", "0"], "the server writes no core dump")
        server.stop()
        checks.equal(found(server.output()), [], "not in the log to its end")
    checks.equal(leaks, {}, "no output, no answer and nothing that a dead process left holds one")
    checks.equal(in_files(home.path, ".env"), {}, "no file of the home holds one but the settings")
checks.finish()
