"""Exchanges on the loopback that check keys as the real ones do, for checks that verify keys.

The program `exchange-simulator` runs them; this starts it, tells it keys and faults, and reads what came.
"""

import json
import os
import subprocess
import sys
import urllib.error
import urllib.request

from support import ROOT


def simulator_program():
    """The program that runs the exchanges: the one named by the environment, or the newest that was built."""
    named = os.environ.get("EXCHANGE_SIMULATOR_BIN")
    built = [ROOT / ".build" / kind / "exchange-simulator" for kind in ("release", "debug")]
    built = sorted((path for path in built if path.exists()), key=lambda path: path.stat().st_mtime)
    if not named and not built:
        sys.exit("There is no exchange-simulator; build it with `swift build --product exchange-simulator`.")
    return named or str(built[-1])


class SimulatedExchanges:
    """All exchanges while the block runs. The program ends with its standard input, so it never outlives us."""

    def __enter__(self):
        self.process = subprocess.Popen(
            [simulator_program()], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            env={"PATH": os.environ["PATH"], "LANG": "C.UTF-8"})
        places = json.loads(self.process.stdout.readline())
        self.control = places["control"]
        self.hosts = places["hosts"]
        self.connectors = places["connectors"]
        self.names = places["names"]
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        try:
            self.process.wait(10)
        finally:
            if self.process.poll() is None:
                self.process.kill()
                self.process.wait()
            self.process.stdout.close()

    def environment(self):
        """What points the program under test at the exchanges, connector by connector."""
        return {f"EXCHANGE_URL_{connector.upper()}": url for connector, url in self.connectors.items()}

    def setup(self, host, **part):
        """Keys, wallets, faults and behaviour of one host: see `SimulatorSetup`."""
        self._ask("/_control/setup", {host: part})

    def requests(self, host):
        """What came to a host, oldest first: method, path, verdict, the key's name, status."""
        return self._ask("/_control/requests")[host]["requests"]

    def most_at_once(self, host):
        """The most requests that a host was answering at one time: in all, and for one key."""
        record = self._ask("/_control/requests")[host]
        return record["most_at_once"], record["most_at_once_for_one_key"]

    def _ask(self, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.control + path, data=data)
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return json.loads(answer.read())
        except urllib.error.HTTPError as error:
            raise RuntimeError(error.read().decode()) from error
