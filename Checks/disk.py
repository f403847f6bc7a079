"""Every kind of write on a disk that is full, on folders that are read-only, for another user, and without open files.

What must hold each time: exit code 74, the cause in words, every credential as it was, and nothing left behind once the
disk is well again. On a full disk deleting, locking and revealing go on, from the space that is kept for them. With few
open files a change may end with 0, too; either way everything is old or new, and whole.

Mounting and changing the user take root; what this machine does not permit is skipped, and said.
"""

import copy
import hashlib
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from eth_keyfile import create_keyfile_json

from support import LOGIN, Checks, Home, Server, program

VALUES = '{"api_key": "k", "api_secret": "s"}'
OTHER_VALUES = '{"api_key": "k", "api_secret": "s2"}'
PASSWORD = "old-password"

# Every kind of write, by a name: the words of the command line and what it reads from standard input.
WRITES = {
    "add": (["credential", "add", "mexc", "--no-verify", "--credentials", "-"], VALUES),
    "replace": (["credential", "replace", "binance", "--no-verify", "--yes", "--credentials", "-"], OTHER_VALUES),
    "remove": (["credential", "remove", "binance", "--yes"], ""),
    "restore": (["trash", "restore", "ID", "--yes"], ""),
    "account create": (["account", "create", "fresh"], ""),
    "account delete": (["account", "delete", "desk", "--yes"], ""),
    "password change": (["password", "change", "--new-password-stdin"], "new-password\n"),
    "adopt": (["vault", "adopt"], ""),
    "import": (["vault", "import", "source", "--force"], ""),
}
REVEAL = (["credential", "show", "gate_io", "--reveal", "--format", "json"], "")


class SmallVault:
    """A vault with something for every kind of write: credentials, an account, an entry of the undo store, and beside it a
    folder of Hummingbot's to import from."""

    def __init__(self, folder, binary=None):
        self.folder, self.binary = folder, binary or program()
        self.home = folder / "home"
        (self.home / ".hummingbot").mkdir(parents=True)
        settings = self.home / ".hummingbot/.env"
        settings.write_text(f"CONFIG_PASSWORD={PASSWORD}\n")
        settings.chmod(0o600)
        for words, stdin in ((["vault", "create"], ""), (["account", "create", "desk"], ""),
                             (["credential", "add", "binance", "--no-verify", "--credentials", "-"], VALUES),
                             (["credential", "add", "bybit", "--no-verify", "--credentials", "-"], VALUES),
                             (["credential", "add", "kraken", "--no-verify", "--credentials", "-", "--account", "desk"],
                              VALUES.replace("api_secret", "secret_key")),
                             (["credential", "remove", "bybit", "--yes"], "")):
            done = self.run(words, stdin)
            if done.returncode:
                raise RuntimeError(f"{words}: {done.stderr}")
        # What Hummingbot sealed has a salt of its own, so that there is something to adopt.
        self.seal_foreign("bots", "gate_io", "s" * 32)
        # One to replace, and one that is not there.
        self.seal_foreign("source", "gate_io", "t" * 32)
        self.seal_foreign("source", "htx", "t" * 32)
        self.entry = json.loads(self.run(["trash", "list", "--format", "json"]).stdout)[0]["id"]

    def copy(self, folder):
        """The same vault in another folder."""
        shutil.copytree(self.folder, folder)
        other = copy.copy(self)
        other.folder, other.home = folder, folder / "home"
        return other

    def seal_foreign(self, root, connector, secret):
        def armored(text):
            # eth-keyfile takes texts of 32 bytes.
            sealed = create_keyfile_json(text.encode(), PASSWORD.encode(), kdf="pbkdf2", iterations=1000)
            return json.dumps(sealed).encode().hex()

        path = self.folder / f"{root}/credentials/master_account/connectors/{connector}.yml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"connector: {connector}\n\n{connector}_api_key: {armored('k' * 32)}\n\n"
                        f"{connector}_secret_key: {armored(secret)}\n")
        path.chmod(0o600)

    def run(self, words, stdin="", prefix=(), limits=None):
        words = [self.entry if word == "ID" else word for word in words]
        return subprocess.run(
            [*prefix, self.binary, *words, "--bots", str(self.folder / "bots")], input=stdin, text=True,
            capture_output=True, timeout=120, cwd=self.folder,
            env={"PATH": os.environ["PATH"], "HOME": str(self.home), "LANG": "C.UTF-8"}, preexec_fn=limits)

    def fingerprint(self):
        """Everything that counts: credentials, undo store, settings, and what is imported from. Not locks, which hold
        nothing, nor the audit log, which tells of what was refused, too."""
        found = {}
        for root in (self.folder / "bots", self.folder / "source", self.home):
            for path in sorted(root.rglob("*")):
                if path.is_file() and path.name != "lock" and ".keys-manager/log/" not in str(path):
                    found[str(path.relative_to(self.folder))] = hashlib.sha256(path.read_bytes()).hexdigest()
        return found

    def lost(self, before):
        """The files that are not what they were."""
        now = self.fingerprint()
        return {path for path, digest in before.items() if now.get(path) != digest}

    def credentials(self):
        """The digest of every version of a credential, in place or in the undo store."""
        for path in (self.folder / "bots").rglob("*.yml"):
            if path.parent.name == "connectors" or path.name == "credential.yml":
                yield hashlib.sha256(path.read_bytes()).hexdigest()

    def places(self):
        """Which accounts and credentials there are, and how many entries the undo store has."""
        credentials = self.folder / "bots/credentials"
        return (sorted(str(path.relative_to(credentials)) for path in credentials.rglob("*")),
                len(list((self.folder / "bots/.keys-manager/trash").iterdir())))

    def recorded(self, action):
        """How each change, or event, of this kind ended, as the audit log tells."""
        listed = self.run(["log", "list", "--action", action, "--format", "json"])
        return [entry["outcome"] for entry in json.loads(listed.stdout)]

    def leftovers(self):
        own = self.folder / "bots/.keys-manager"
        found = [str(path) for part in ("staging", "pending", "rewrite") for path in (own / part).rglob("*")]
        return found + [str(path) for path in (self.home / ".hummingbot").glob(".env.*")]


def refuses(checks, vault, kind, causes, prefix=(), limits=None, writes=WRITES):
    """Each write ends with 74, names the cause, and changes nothing."""
    before = vault.fingerprint()
    for name, (words, stdin) in writes.items():
        refused = vault.run(words, stdin, prefix, limits)
        said = refused.stderr.lower()
        checks.that(refused.returncode == 74 and any(cause in said for cause in causes),
                    f"{kind}: {name} ends with 74 and names the cause", f"{refused.returncode} {refused.stderr[-400:]}")
        checks.that("crash" not in said and "fatal" not in said, f"{kind}: {name} does not crash", said[-300:])
        checks.equal(vault.lost(before), set(), f"{kind}: {name} leaves every file as it was")


def recovers(checks, vault, kind):
    """With the disk well again, every kind of write works, and nothing is left over."""
    for name in ("replace", "restore", "account create", "adopt", "import", "password change", "remove",
                 "account delete"):
        words, stdin = WRITES[name]
        done = vault.run(words, stdin)
        checks.that(done.returncode == 0, f"{kind}: afterwards {name} works", f"{done.returncode} {done.stderr[-400:]}")
    checks.equal(vault.leftovers(), [], f"{kind}: nothing is left over")


def fill(vault):
    """Fills the disk to its last byte, so that only what is kept for deletions is left. Returns the filler."""
    filler = vault.folder / "filler"
    if not (vault.folder / "bots/.keys-manager/log/reserve").exists():
        raise RuntimeError("nothing is kept for deletions")
    with open(filler, "wb", buffering=0) as file:
        for size in (1 << 14, 1 << 10, 1):
            try:
                while True:
                    file.write(bytes(size))
            except OSError:
                continue
    # The log's last block has room for some lines: a refused change writes two.
    write_until_full(vault, *WRITES["account create"])
    return filler


def write_until_full(vault, words, stdin=""):
    """Repeats a command until the log takes no more of its lines."""
    log, before = vault.folder / "bots/.keys-manager/log/current.jsonl", None
    while (size := log.stat().st_size) != before:
        before = size
        vault.run(words, stdin)


def empty(vault, filler):
    """Makes room again; the next line of the log sees to the reserve."""
    filler.unlink()
    vault.run(*REVEAL)


def locking(checks, vault):
    """A server locks its vault on a full disk. Returns the filler."""
    login = dict(zip(("API_USER", "API_PASS"), LOGIN))
    with Home(CONFIG_PASSWORD=PASSWORD, **login) as home:
        with Server(home, "--bots", str(vault.folder / "bots"), environment=home.environment()) as server:
            filler = fill(vault)
            # Opening the vault writes a shorter line than locking does.
            write_until_full(vault, ["vault", "check"])
            answers = [server.json("GET", "/v1/vault"), server.json("POST", "/v1/vault/lock")]
            checks.equal([(status, told["state"]) for status, told in answers], [(200, "unlocked"), (200, "locked")],
                         "full: locking works")
            checks.equal(vault.recorded("vault_lock"), ["done"], "full: locking is in the audit log")
    return filler


def full(checks, disk):
    """A tmpfs of a megabyte, filled to its last byte."""
    vault = SmallVault(disk)
    filler = fill(vault)
    needs_room = {name: WRITES[name] for name in (
        "add", "replace", "account create", "password change", "adopt", "import")}
    refuses(checks, vault, "full", ["full", "no space"], writes=needs_room)
    listed = vault.run(["credential", "list", "--format", "json"])
    checks.that(listed.returncode == 0 and "binance" in listed.stdout, "full: listing works", listed.stderr)
    # What takes next to no room is done or refused, never half-done.
    contents = sorted(vault.credentials())
    restored = vault.run(*WRITES["restore"])
    checks.that(restored.returncode in (0, 74), f"full: restore is done, or refused with 74 ({restored.returncode})",
                restored.stderr)
    checks.equal(sorted(vault.credentials()), contents, "full: restore loses no version of a credential")
    shown = vault.run(*REVEAL)
    checks.that(shown.returncode == 0 and "s" * 32 in shown.stdout, "full: a credential can be shown", shown.stderr)
    for name, action in (("remove", "credential_remove"), ("account delete", "account_delete")):
        empty(vault, filler)
        filler = fill(vault)
        done = vault.run(*WRITES[name])
        checks.that(done.returncode == 0, f"full: {name} works", f"{done.returncode} {done.stderr}")
        checks.equal(sorted(vault.credentials()), contents, f"full: {name} loses no version of a credential")
        checks.equal(vault.recorded(action)[-1:], ["done"], f"full: {name} is in the audit log, with its outcome")
    empty(vault, filler)
    filler = locking(checks, vault)
    empty(vault, filler)
    filler = fill(vault)
    purged = vault.run(["trash", "purge", "--older-than", "0s", "--yes"])
    left = json.loads(vault.run(["trash", "list", "--format", "json"]).stdout or "[]")
    checks.that(purged.returncode == 0 and left == [], "full: purging the undo store works, and makes room",
                f"{purged.returncode} {purged.stderr} {left}")
    filler.unlink()
    vault.run(["credential", "add", "okx", "--no-verify", "--credentials", "-"],
              '{"api_key": "k", "secret_key": "s", "passphrase": "p"}')
    checks.that(vault.run(["credential", "remove", "okx", "--yes"]).returncode == 0, "full: afterwards removing works")
    checks.equal(vault.leftovers(), [], "full: nothing is left over")


def read_only(checks, disk):
    """A bind mount of the credentials that permits no writing, and then of the whole vault."""
    for part in ("bots/credentials", "bots"):
        place = disk / part.replace("/", "-")
        place.mkdir()
        vault = SmallVault(place)
        mounted = str(place / part)
        subprocess.run(["mount", "--bind", mounted, mounted], check=True)
        subprocess.run(["mount", "-o", "remount,ro,bind", mounted], check=True)
        kind = f"read-only {part}"
        refuses(checks, vault, kind, ["read-only", "different file systems"])
        checks.that(vault.run(["credential", "list"]).returncode == 0, f"{kind}: listing works")
        subprocess.run(["umount", mounted], check=True)
        recovers(checks, vault, kind)


def unprivileged(checks, disk):
    """A user who may read the vault and not write it."""
    disk.chmod(0o755)
    binary = disk / "keys-manager"
    shutil.copy(program(), binary)
    binary.chmod(0o755)
    vault = SmallVault(disk / "vault", str(binary))
    for path in [vault.folder, *vault.folder.rglob("*")]:
        path.chmod(0o755 if path.is_dir() else 0o644)
    user = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
    refuses(checks, vault, "another user", ["permission"], prefix=user)
    recovers(checks, vault, "another user")


def files(quota):
    """What sets the quota of open files in a new process."""
    return lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (quota, quota))


def names_open_files(refused):
    return refused.returncode == 74 and "too many files are open" in refused.stderr.lower()


def open_files(checks, disk):
    """Fewer open files than a write needs: refused with the cause, or done, and everything old or new, and whole."""
    vault = SmallVault(disk / "vault")
    before = vault.fingerprint()
    outcomes = {}
    for quota in range(4, 64):
        done = vault.run(*WRITES["replace"], limits=files(quota))
        outcomes[quota] = done.returncode
        if done.returncode == 0:
            break
        # With next to none the threads cannot be made, and the process ends before it looks at the vault.
        if quota >= 12:
            checks.that(names_open_files(done), f"{quota} open files: ends with 74 and names the cause",
                        f"{done.returncode} {done.stderr[-300:]}")
        checks.equal(vault.lost(before), set(), f"{quota} open files: leaves every file as it was")
    print(f"          exit codes by quota: {outcomes}")
    checks.that(0 in outcomes.values(), "with enough open files it works again", outcomes)
    checks.that(74 in outcomes.values(), "with too few it ends with 74", outcomes)
    checks.equal(vault.leftovers(), [], "a quota of open files: nothing is left over")
    vault = SmallVault(disk / "every kind")
    for name, write in WRITES.items():
        few_files(checks, vault, name, write)
    many_accounts(checks, vault)


def few_files(checks, vault, name, write):
    """One kind of write with some quotas, each on a vault of its own."""
    old, before = vault.places(), vault.fingerprint()
    changed = vault.copy(vault.folder.parent / name)
    changed.run(*write)
    for quota in (14, 16, 20):
        tried = vault.copy(vault.folder.parent / f"{name} {quota}")
        done = tried.run(*write, limits=files(quota))
        kind = f"{quota} open files: {name}"
        checks.that(done.returncode == 0 or names_open_files(done),
                    f"{kind} is done, or refused with 74 and the cause ({done.returncode})",
                    f"{done.returncode} {done.stderr[-300:]}")
        is_old = done.returncode != 0 and not tried.lost(before)
        # Whoever comes next finishes what was begun.
        looked = None if is_old else tried.run(["vault", "check"])
        checks.that(is_old or looked.returncode == 0 and tried.places() in (old, changed.places()),
                    f"{kind} leaves everything old or new, and whole", looked and looked.stdout + looked.stderr)


def many_accounts(checks, vault):
    """A quota that is enough for a vault is enough for one of many accounts."""
    accounts = vault.folder / "bots/credentials"
    for number in range(100):
        shutil.copytree(accounts / "desk", accounts / f"desk-{number}")
    done = vault.run(*WRITES["password change"], limits=files(64))
    checks.that(done.returncode == 0, "64 open files: the password of a vault of 100 accounts can be changed",
                f"{done.returncode} {done.stderr}")
    listed = vault.run(["credential", "list"], limits=files(64))
    checks.that(listed.returncode == 0, "64 open files: its credentials can be listed",
                f"{listed.returncode} {listed.stderr}")


PARTS = {"full": full, "read-only": read_only, "unprivileged": unprivileged, "open-files": open_files}


def run_part(name, folder):
    """One part, inside the mount namespace that was made for it."""
    disk = Path(folder)
    size = "256m" if name == "unprivileged" else "1m" if name == "full" else "16m"
    if name in ("full", "read-only"):
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "none", folder], capture_output=True,
                                 text=True)
        if mounted.returncode:
            print(f"  skipped: {mounted.stderr.strip()[:120]}")
            sys.exit(99)
    checks = Checks()
    PARTS[name](checks, disk)
    checks.finish()


def main():
    passed = failed = 0
    for name in PARTS:
        needs_root = name != "open-files"
        if needs_root and os.geteuid() != 0:
            print(f"  skipped {name}: it takes root")
            continue
        folder = tempfile.mkdtemp(prefix="keys-manager-check-", dir="/tmp")
        try:
            # A mount in a namespace of its own ends with it.
            namespace = ["unshare", "-m"] if name in ("full", "read-only") else []
            run = subprocess.run([*namespace, sys.executable, __file__, name, folder], text=True, capture_output=True)
            lines = run.stdout.rstrip().splitlines()
            if run.returncode == 99 or "unshare failed" in run.stderr:
                print(f"  skipped {name}: this machine forbids mounting ({(run.stdout + run.stderr).strip()[:120]})")
                continue
            print("\n".join(lines[:-1]), flush=True)
            counts = lines[-1].split() if lines else []
            if len(counts) == 4 and counts[1] == "passed,":
                passed, failed = passed + int(counts[0]), failed + int(counts[2])
            else:
                failed += 1
                print(f"  FAILED  {name} to its end\n{run.stdout[-300:]}{run.stderr[-1500:]}")
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed or not passed else 0)


if __name__ == "__main__":
    run_part(*sys.argv[1:]) if len(sys.argv) == 3 else main()
