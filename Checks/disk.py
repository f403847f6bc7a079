"""Every kind of write on a disk that is full, on folders that are read-only, for another user, and without open files.

What must hold each time: exit code 74, the cause in words, every credential as it was, and nothing left behind once the
disk is well again. On a full disk what frees room still works as far as it can: purging the undo store.

Mounting and changing the user take root; what this machine does not permit is skipped, and said.
"""

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

from support import Checks, program

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
}


class SmallVault:
    """A vault with something for every kind of write: credentials, an account, an entry of the undo store."""

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
        self.seal_foreign("master_account", "gate_io")
        self.entry = json.loads(self.run(["trash", "list", "--format", "json"]).stdout)[0]["id"]

    def seal_foreign(self, account, connector):
        def armored(text):
            # eth-keyfile takes texts of 32 bytes.
            sealed = create_keyfile_json(text.encode(), PASSWORD.encode(), kdf="pbkdf2", iterations=1000)
            return json.dumps(sealed).encode().hex()

        path = self.folder / f"bots/credentials/{account}/connectors/{connector}.yml"
        path.write_text(f"connector: {connector}\n\n{connector}_api_key: {armored('k' * 32)}\n\n"
                        f"{connector}_secret_key: {armored('s' * 32)}\n")
        path.chmod(0o600)

    def run(self, words, stdin="", prefix=(), limits=None):
        words = [self.entry if word == "ID" else word for word in words]
        return subprocess.run(
            [*prefix, self.binary, *words, "--bots", str(self.folder / "bots")], input=stdin, text=True,
            capture_output=True, timeout=120, cwd=self.folder,
            env={"PATH": os.environ["PATH"], "HOME": str(self.home), "LANG": "C.UTF-8"}, preexec_fn=limits)

    def fingerprint(self):
        """Everything that counts: credentials, undo store, settings. Not locks, which hold nothing, nor the audit log,
        which tells of what was refused, too."""
        found = {}
        for root in (self.folder / "bots", self.home):
            for path in sorted(root.rglob("*")):
                if path.is_file() and path.name != "lock" and ".keys-manager/log/" not in str(path):
                    found[str(path.relative_to(self.folder))] = hashlib.sha256(path.read_bytes()).hexdigest()
        return found

    def credentials(self):
        """The digest of every version of a credential, in place or in the undo store."""
        for path in (self.folder / "bots").rglob("*.yml"):
            if path.parent.name == "connectors" or path.name == "credential.yml":
                yield hashlib.sha256(path.read_bytes()).hexdigest()

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
        lost = {path for path, digest in before.items() if vault.fingerprint().get(path) != digest}
        checks.equal(lost, set(), f"{kind}: {name} leaves every file as it was")


def recovers(checks, vault, kind):
    """With the disk well again, every kind of write works, and nothing is left over."""
    for name in ("replace", "restore", "account create", "adopt", "password change", "remove", "account delete"):
        words, stdin = WRITES[name]
        done = vault.run(words, stdin)
        checks.that(done.returncode == 0, f"{kind}: afterwards {name} works", f"{done.returncode} {done.stderr[-400:]}")
    checks.equal(vault.leftovers(), [], f"{kind}: nothing is left over")


def full(checks, disk):
    """A tmpfs of a megabyte, filled to its last byte."""
    vault = SmallVault(disk)
    filler = disk / "filler"
    with open(filler, "wb", buffering=0) as file:
        for size in (1 << 14, 1 << 10, 1):
            try:
                while True:
                    file.write(bytes(size))
            except OSError:
                continue
    needs_room = {name: WRITES[name] for name in ("add", "replace", "account create", "password change", "adopt")}
    refuses(checks, vault, "full", ["full", "no space"], writes=needs_room)
    listed = vault.run(["credential", "list", "--format", "json"])
    checks.that(listed.returncode == 0 and "binance" in listed.stdout, "full: listing works", listed.stderr)
    shown = vault.run(["credential", "show", "binance", "--reveal", "--format", "json"])
    checks.that(shown.returncode == 0 and '"k"' in shown.stdout, "full: a credential can be shown", shown.stderr)
    # What takes next to no room is done or refused, never half-done.
    contents = sorted(vault.credentials())
    for name in ("restore", "account delete", "remove"):
        done = vault.run(*WRITES[name])
        checks.that(done.returncode in (0, 74), f"full: {name} is done, or refused with 74 ({done.returncode})",
                    done.stderr)
        checks.equal(sorted(vault.credentials()), contents, f"full: {name} loses no version of a credential")
    # What makes room must not need room.
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


def open_files(checks, disk):
    """Fewer open files than a write needs: refused with the cause at every number, until there are enough."""
    vault = SmallVault(disk)
    before = vault.fingerprint()
    words, stdin = WRITES["replace"]
    outcomes = {}
    for quota in range(4, 64):
        done = vault.run(words, stdin, limits=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (quota, quota)))
        outcomes[quota] = done.returncode
        now = vault.fingerprint()
        if done.returncode == 0:
            break
        said = done.stderr.lower()
        # With next to none the threads cannot be made, and the process ends before it looks at the vault.
        if quota >= 12:
            checks.that(done.returncode == 74 and ("too many" in said or "open files" in said),
                        f"{quota} open files: ends with 74 and names the cause", f"{done.returncode} {said[-300:]}")
        lost = {path for path, digest in before.items() if now.get(path) != digest}
        if lost:
            checks.that(False, f"{quota} open files: nothing is lost", lost)
    print(f"          exit codes by quota: {outcomes}")
    checks.that(0 in outcomes.values(), "with enough open files it works again", outcomes)
    checks.that(74 in outcomes.values(), "with too few it ends with 74", outcomes)
    checks.equal(vault.leftovers(), [], "a quota of open files: nothing is left over")


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
