"""What the checks share: a program to run, a server to start, and a count of what held."""

import base64
import fcntl
import functools
import json
import os
import pty
import random
import signal
import socket
import subprocess
import sys
import tempfile
import termios
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VECTORS = ROOT / "Tests" / "Vectors" / "hummingbot-tree"
PASSWORD = "correct horse battery staple"
LOGIN = ("trader", "a login of the checks")


def program():
    """The program under test."""
    path = Path(os.environ.get("KEYS_MANAGER_BIN", ROOT / ".build" / "release" / "keys-manager"))
    if not path.exists():
        sys.exit(f"There is no program at {path}; build it or set KEYS_MANAGER_BIN.")
    return str(path)


# A closed port: where every exchange is that a check does not simulate.
NOWHERE = "http://127.0.0.1:9"


@functools.cache
def exchanges_nowhere():
    """Variables that point every connector at a closed port, so that nothing ever leaves the machine.

    A check that forgot to simulate an exchange fails; it does not ask the real one.
    """
    listed = subprocess.run(
        [program(), "connector", "list", "--testnets", "--format", "json"], capture_output=True, text=True, check=True,
        env={"PATH": os.environ["PATH"], "LANG": "C.UTF-8"})
    names = [connector["connector"] for connector in json.loads(listed.stdout)]
    if not names:
        sys.exit("The program lists no connectors, so its requests could not be kept on this machine.")
    return {f"EXCHANGE_URL_{name.upper()}": NOWHERE for name in names}


class Checks:
    """Counts what held and what did not, and says so line by line."""

    def __init__(self):
        self.passed = self.failed = 0

    def that(self, holds, sentence, detail=""):
        if holds:
            self.passed += 1
            print(f"  ok      {sentence}")
        else:
            self.failed += 1
            print(f"  FAILED  {sentence}" + (f"\n          {detail}" if detail else ""))
        sys.stdout.flush()
        return bool(holds)

    def equal(self, got, wanted, sentence):
        return self.that(got == wanted, sentence, f"got {got!r}\n          not {wanted!r}")

    def finish(self):
        print(f"{self.passed} passed, {self.failed} failed")
        sys.exit(1 if self.failed or not self.passed else 0)


class Home:
    """An empty home folder that is also the working directory, gone when the block ends."""

    def __init__(self, **settings):
        self.settings = settings

    def __enter__(self):
        self._folder = tempfile.TemporaryDirectory(prefix="keys-manager-check-")
        self.path = Path(self._folder.name)
        return self

    def __exit__(self, *_):
        self._folder.cleanup()

    @property
    def bots(self):
        return self.path / "bots"

    def environment(self, **more):
        """Nothing of the caller's environment but the search path; no exchange but those of the settings."""
        return {"PATH": os.environ["PATH"], "HOME": str(self.path), "LANG": "C.UTF-8",
                **exchanges_nowhere(), **self.settings, **more}

    def run(self, *arguments, stdin="", environment=None, timeout=120):
        """Runs the program; its arguments and environment are all that the caller gives."""
        return subprocess.run(
            [program(), *arguments], input=stdin, text=True, capture_output=True, timeout=timeout, cwd=self.path,
            env=self.environment() if environment is None else environment)


def vault_home(**more):
    """A home whose vault, password and login come from the environment."""
    return Home(CONFIG_PASSWORD=PASSWORD, API_USER=LOGIN[0], API_PASS=LOGIN[1], **more)


def free_port():
    """A port that is free, below those that the system gives to whoever asks for any."""
    while True:
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", random.randint(20_000, 30_000)))
            except OSError:
                continue
            return probe.getsockname()[1]


class Server:
    """`keys-manager serve` on a free port of the loopback, stopped when the block ends."""

    def __init__(self, home, *arguments, environment=None, login=LOGIN, port=None):
        self.home, self.login = home, login
        self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.arguments = ["serve", "--port", str(self.port), *arguments]
        if environment is None:
            self.arguments += ["--bots", str(home.bots)]
        self.environment = environment or home.environment()

    def __enter__(self):
        self.log = open(self.home.path / f"server-{self.port}.log", "w+b")
        self.started = time.monotonic()
        self.process = subprocess.Popen(
            [program(), *self.arguments], stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log,
            cwd=self.home.path, env=self.environment)
        try:
            self.await_answer()
        except BaseException:
            self.stop()
            raise
        return self

    def await_answer(self, limit=30):
        """Waits for the first answer, however it was asked."""
        while True:
            try:
                with urllib.request.urlopen(self.url + "/health", timeout=5):
                    break
            except urllib.error.HTTPError:
                break
            except OSError:
                if self.process.poll() is not None:
                    raise RuntimeError(f"the server ended with {self.process.returncode}:\n{self.output()}")
                if time.monotonic() - self.started > limit:
                    raise RuntimeError(f"no answer within {limit} s:\n{self.output()}")
                time.sleep(0.005)
        self.first_answer = time.monotonic() - self.started

    def __exit__(self, *_):
        self.stop()
        self.log.close()

    def stop(self):
        """Asks the server to end; says after how many seconds it did."""
        begin = time.monotonic()
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(15)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        return time.monotonic() - begin

    def output(self):
        self.log.flush()
        return Path(self.log.name).read_text(errors="replace")

    def memory(self, name="VmHWM"):
        """A line of the process's status, in kilobytes: VmHWM is the peak, VmRSS the present."""
        for line in Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith(name + ":"):
                return int(line.split()[1])
        return 0

    def request(self, method, path, body=None, headers=None, login="own", timeout=60):
        """One request; the answer as (status, headers, text)."""
        headers = dict(headers or {})
        login = self.login if login == "own" else login
        if login:
            headers["Authorization"] = "Basic " + base64.b64encode(":".join(login).encode()).decode()
        if body is not None and not isinstance(body, bytes):
            body = json.dumps(body).encode()
            headers.setdefault("Content-Type", "application/json")
        request = urllib.request.Request(self.url + path, data=body, method=method, headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=timeout) as answer:
                return answer.status, answer.headers, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.headers, error.read().decode(errors="replace")

    def json(self, method, path, body=None, **more):
        """One request; the answer as (status, value)."""
        status, _, text = self.request(method, path, body, **more)
        try:
            return status, json.loads(text)
        except ValueError:
            return status, text


# Made-up values for every connector.

INJECTIVE_KEY = "0x" + "1" * 64
NESTED = {
    "network": {"testnet_node": "sentry"},
    "account_type": {
        "private_key": INJECTIVE_KEY, "subaccount_index": 0,
        "granter_address": "inj14au322k9munkmx5wrchz9q30juf5wjgz2cfqku", "granter_subaccount_index": 1,
    },
    "fee_calculator": {"name": "message_based_transaction_fee_calculator"},
    "custom_markets": {
        "SOLO-XRP": {
            "base": "SOLO", "quote": "XRP", "base_issuer": "rsoLo2S1kiGeCcn6hCUXVrCpGMWLrRrLZz", "quote_issuer": "",
            "trading_pair_symbol": None,
        }
    },
}


def made_up_values(config_map):
    """A value for every field of a config map as the API describes it."""
    values = {}
    for name, field in config_map.items():
        kind = field["type"]
        if kind.startswith("typing."):
            values[name] = NESTED[name]
        elif name == "kraken_api_tier":
            values[name] = "Pro"
        elif kind in ("str", "SecretStr"):
            values[name] = f"FAKE-{name}-0123456789+/=ü"
        elif kind == "int":
            values[name] = 3
        elif kind == "bool":
            values[name] = True
        elif kind == "Literal":
            values[name] = field["allowed_values"][-1]
        elif kind == "list[str]":
            values[name] = ["wss://one.example/", "wss://two.example/"]
        else:
            raise ValueError(f"no made-up value for {name} of type {kind}")
    return values


def sealed_values(node, path=()):
    """Every hex-armored keyfile in a loaded file, as (path, hex)."""
    if isinstance(node, dict):
        for name, child in node.items():
            yield from sealed_values(child, (*path, name))
    elif isinstance(node, list):
        for index, child in enumerate(node):
            yield from sealed_values(child, (*path, index))
    elif isinstance(node, str) and node.startswith("7b22"):
        yield path, node


def keyfile(armored):
    """The keyfile behind a sealed value."""
    return json.loads(bytes.fromhex(armored))


def open_sealed(armored, password=PASSWORD):
    """Opens a sealed value with eth-account, as Hummingbot does."""
    from eth_account import Account

    return Account.decrypt(bytes.fromhex(armored).decode(), password).decode()


def on_terminal(home, command, answer):
    """Runs a command on a terminal of its own; the exit code and all that the terminal showed.

    `answer(shown, terminal, process)` is called whenever something came, with all of it, and may write to the terminal.
    """
    ours, its = pty.openpty()
    process = subprocess.Popen(
        command, stdin=its, stdout=its, stderr=its, cwd=home.path, env=home.environment(TERM="xterm"),
        start_new_session=True, preexec_fn=lambda: fcntl.ioctl(its, termios.TIOCSCTTY, 0))
    os.close(its)
    shown = b""
    while True:
        try:
            piece = os.read(ours, 4096)
        except OSError:  # The terminal's other end is closed.
            break
        if not piece:
            break
        shown += piece
        answer(shown, ours, process)
    os.close(ours)
    return process.wait(30), shown
