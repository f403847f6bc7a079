"""Eight processes change the same few credentials at once, while another program rewrites files underneath.

Four servers and four rows of command lines replace, remove and restore. A checker that knows what was acknowledged then
looks at what there is: every acknowledged version is in place or in the undo store, once; none that was refused is there;
what lies in the undo store was displaced while a change of just that credential was acknowledged; and what is in place is
the work of a change that no later one followed. The other program truncates and rewrites files, or renames others over
them, without a lock, as an editor or Hummingbot does; its versions are kept, too. It knows exactly what it overwrote: what
it finds in the file that it truncates, and what comes out when it exchanges one file for another.

RACE_OPERATIONS sets the operations of each process (20; 500 for a long run), RACE_SEED their row.
"""

import concurrent.futures
import contextlib
import ctypes
import functools
import itertools
import json
import os
import random
import threading
import time

import eth_keyfile.keyfile
import yaml

from support import Checks, Server, open_sealed, sealed_values, vault_home

# All secrets of a vault share one salt, so the derivation of eth-account is asked once.
eth_keyfile.keyfile._pbkdf2_hash = functools.lru_cache(eth_keyfile.keyfile._pbkdf2_hash)

OPERATIONS = int(os.environ.get("RACE_OPERATIONS", "20"))
SEED = int(os.environ.get("RACE_SEED", random.randrange(1 << 32)))
PLACES = [(account, connector) for account in ("master_account", "desk") for connector in ("binance", "mexc")]
# The other program writes here only, so that each version of it has to be displaced by one of the eight.
FOREIGN = [("shared", connector) for connector in ("binance", "mexc", "bybit")]
BUSY = (409, 412, 423, 429, 503)


def values(version):
    return {"api_key": f"key {version}", "api_secret": f"secret {version}"}


class OverHTTP:
    def __init__(self, server):
        self.server = server

    def replace(self, place, version):
        account, connector = place
        status, _, _ = self.server.request("POST", f"/accounts/add-credential/{account}/{connector}", values(version))
        return status == 201, status

    def remove(self, place):
        status, _, _ = self.server.request("DELETE", f"/v1/accounts/{place[0]}/credentials/{place[1]}")
        return status in (200, 204), status

    def trash(self):
        return self.server.json("GET", "/v1/trash")[1]

    def restore(self, entry):
        status, _, _ = self.server.request("POST", f"/v1/trash/{entry}/restore?force=true")
        return status in (200, 201, 204), status


class ByCommand:
    def __init__(self, home):
        self.home = home

    def run(self, *words, stdin=""):
        done = self.home.run(*words, "--bots", str(self.home.bots), stdin=stdin)
        return done.returncode == 0, done.returncode, done

    def replace(self, place, version):
        # Another process may remove it in between, or add it.
        for verb in ("replace", "add"):
            done = self.run("credential", verb, place[1], "--account", place[0], "--no-verify", "--yes",
                            "--credentials", "-", stdin=json.dumps(values(version)))
            if done[1] != 66:
                break
        return done[:2]

    def remove(self, place):
        return self.run("credential", "remove", place[1], "--account", place[0], "--yes")[:2]

    def trash(self):
        return json.loads(self.run("trash", "list", "--format", "json")[2].stdout or "[]")

    def restore(self, entry):
        return self.run("trash", "restore", entry, "--force", "--yes")[:2]


def work(number, door, journal):
    """One process's row of changes, noted with the time before and after each."""
    choice = random.Random(SEED + number)
    for turn in range(OPERATIONS):
        kind = choice.choices(("replace", "remove", "restore"), (6, 2, 2))[0]
        place = choice.choice(PLACES + FOREIGN)
        if place in FOREIGN:
            kind = "replace"
        version = f"{number}-{turn}"
        entry = None
        if kind == "restore":
            entries = [each for each in door.trash() if each.get("connector") and each["account"] != "shared"]
            if not entries:
                continue
            entry = choice.choice(entries)
            place = (entry["account"], entry["connector"])
        begin = time.time()
        done, code = {"replace": lambda: door.replace(place, version), "remove": lambda: door.remove(place),
                      "restore": lambda: door.restore(entry["id"] if entry else "")}[kind]()
        journal.append({"begin": begin, "end": time.time(), "kind": kind, "place": place, "version": version,
                        "entry": entry and entry["id"], "done": done, "code": code})


def exchange(one, other):
    """Exchanges two files in one step: for everybody else a rename over the file, but here one sees what it replaced."""
    at_cwd, exchanging = -100, 2
    if ctypes.CDLL(None, use_errno=True).renameat2(
            at_cwd, os.fsencode(one), at_cwd, os.fsencode(other), exchanging) != 0:
        raise OSError(ctypes.get_errno(), "renameat2", str(other))


def disturb(path, stop, versions, overwritten):
    """Another program: rewrites the file in place, or renames another over it, each time one of the eight wrote it."""
    last = b""
    connector = path.stem
    for number in itertools.count():
        while not stop.is_set():
            with contextlib.suppress(FileNotFoundError):
                if path.read_bytes() != last:
                    break
            time.sleep(0.002)
        if stop.is_set():
            return
        last = (f"connector: {connector}\n\n{connector}_api_key: foreign {number}\n\n"
                f"{connector}_api_secret: foreign {connector}\n").encode()
        if number % 2:
            beside = path.parent.parent / f"beside-{connector}"
            beside.write_bytes(last)
            exchange(beside, path)
            overwritten.append(beside.read_bytes())
            beside.unlink()
        else:
            with open(path, "r+b", buffering=0) as file:
                overwritten.append(file.read())
                file.seek(0)
                file.truncate(0)
                file.write(last[:20])
                file.write(last[20:])
        versions.append(last)


def version_in(raw):
    """Which change wrote a file, its two secrets belonging together; the bytes themselves of a file of the other program."""
    if b"foreign" in raw:
        return raw
    key, secret = [open_sealed(armored) for _, armored in sealed_values(yaml.safe_load(raw))]
    assert key.removeprefix("key ") == secret.removeprefix("secret "), f"{key} is beside {secret}"
    return key.removeprefix("key ")


def moment(entry):
    """The time in an entry's id, in seconds."""
    stamp, rest = entry.split("-")
    whole = time.mktime(time.strptime(stamp, "%Y%m%dT%H%M%SZ")) - time.timezone
    return whole + int(rest[:8], 16) / 1e9


def judge(checks, home, journal, foreign, overwritten):
    own = [each for each in journal if each["place"] not in FOREIGN]
    live = {place: version_in(path.read_bytes()) for place in PLACES
            if (path := home.bots / "credentials" / place[0] / "connectors" / f"{place[1]}.yml").exists()}
    kept, shared = [], []
    for folder in (home.bots / ".keys-manager/trash").iterdir():
        entry = json.loads((folder / "entry.json").read_text())
        version = version_in((folder / "credential.yml").read_bytes())
        if entry["account"] == "shared":
            shared.append(version)
        else:
            kept.append((folder.name, (entry["account"], entry["connector"]), version))

    acknowledged = sorted(each["version"] for each in own if each["kind"] == "replace" and each["done"])
    found = sorted([version for _, _, version in kept] + list(live.values()))
    checks.equal(sorted(set(acknowledged) - set(found)), [], f"none of {len(acknowledged)} acknowledged versions is lost")
    checks.equal(sorted(set(found) - set(acknowledged)), [], "nothing is there that was refused")
    checks.equal(len(found), len(set(found)), "no version is there twice")
    misplaced = [version for _, place, version in kept + [("", place, version) for place, version in live.items()]
                 if not any(each["version"] == version and each["place"] == place for each in own)]
    checks.equal(misplaced, [], "every version is where it was written")

    # What was displaced was displaced by an acknowledged change of the same credential, at that time.
    unexplained = [(name, place) for name, place, _ in kept
                   if not any(each["place"] == place and each["done"]
                              and each["begin"] - 0.05 <= moment(name) <= each["end"] + 0.05 for each in own)]
    checks.equal(unexplained, [], f"each of {len(kept)} entries of the undo store was displaced by an acknowledged change")

    # What is in place is the work of a change that no acknowledged one began after.
    restored = {each["entry"]: each for each in own if each["kind"] == "restore" and each["done"]}
    checks.that(len(restored) == sum(each["kind"] == "restore" and each["done"] for each in own),
                "no entry was restored twice")
    for place in PLACES:
        done = [each for each in own if each["place"] == place and each["done"]]
        if not done:
            continue
        newest = max(each["begin"] for each in done)
        last = [each for each in done if each["end"] >= newest]
        if place in live:
            fits = any(each["kind"] == "restore" or each["kind"] == "replace" and each["version"] == live[place]
                       for each in last)
        else:
            fits = any(each["kind"] == "remove" for each in last)
        checks.that(fits, f"{place[0]}/{place[1]}: what is there is the work of the last change", (live.get(place), last))

    # The other program's versions, and those of the eight beside it.
    shared += [version_in((home.bots / "credentials" / account / "connectors" / f"{connector}.yml").read_bytes())
               for account, connector in FOREIGN]
    checks.that(len(foreign) > 2, f"the other program wrote {len(foreign)} versions underneath")
    gone = [version_in(raw) for raw in overwritten]
    again = [each for each in gone if isinstance(each, bytes)]
    checks.equal([each for each in foreign if each not in shared and each not in again], [],
                 f"each of them is in place or in the undo store, but for {len(again)} that it overwrote itself")
    wanted = [each["version"] for each in journal if each["place"] in FOREIGN and each["done"]]
    checks.equal([each for each in wanted if each not in shared and each not in gone], [],
                 f"of {len(wanted)} acknowledged versions beside it, only what it overwrote is gone")


def main():
    checks = Checks()
    print(f"Seed {SEED}, {OPERATIONS} operations a process")
    with vault_home() as home, contextlib.ExitStack() as stack:
        servers = [stack.enter_context(Server(home, "--no-verify")) for _ in range(4)]
        for account in ("desk", "shared"):
            servers[0].request("POST", f"/accounts/add-account?account_name={account}")
        journal, versions, overwritten, stop = [], [], [], threading.Event()
        others, beside = [], stack.enter_context(concurrent.futures.ThreadPoolExecutor(len(FOREIGN)))
        for place in FOREIGN:
            OverHTTP(servers[0]).replace(place, "start " + place[1])
            path = home.bots / "credentials" / place[0] / "connectors" / f"{place[1]}.yml"
            others.append(beside.submit(disturb, path, stop, versions, overwritten))
        doors = [OverHTTP(server) for server in servers] + [ByCommand(home) for _ in range(4)]
        begin = time.monotonic()
        try:
            with concurrent.futures.ThreadPoolExecutor(len(doors)) as pool:
                for job in [pool.submit(work, number, door, journal) for number, door in enumerate(doors)]:
                    job.result()
        finally:
            stop.set()
            for other in others:
                other.result()
        codes = {}
        for each in journal:
            codes.setdefault((each["kind"], each["done"], each["code"]), []).append(each)
        print("          " + ", ".join(f"{kind} {code}: {len(all_)}" for (kind, _, code), all_ in sorted(codes.items())))
        checks.that(len(journal) >= len(doors) * OPERATIONS * 0.8,
                    f"{len(journal)} operations of {len(doors)} processes in {time.monotonic() - begin:.0f} s")
        odd = [each for each in journal if not each["done"]
               and each["code"] not in (*BUSY, 404, 66, 73, 75)]
        checks.equal(odd, [], "each was done, or refused as a conflict or as not there")
        judge(checks, home, journal, versions, overwritten)
        leftovers = [str(path) for part in ("staging", "pending")
                     for path in (home.bots / ".keys-manager" / part).rglob("*")]
        checks.equal(leftovers, [], "nothing is left over")
    checks.finish()


if __name__ == "__main__":
    main()
