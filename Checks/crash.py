"""Processes that die in the middle of every kind of change, the order of what they ask of the disk, and disks that refuse.

A kill tests what a dead process leaves; it cannot test a power cut, which loses what was not synced. So the order of the
system calls is asserted, too: nothing is renamed into place before its bytes are on the disk, and nothing is acknowledged
before the names are.

CRASH_RUNS sets the number of kills (300), CRASH_SEED the order of the changes.
"""

import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from support import ROOT, Checks, program

RUNS = int(os.environ.get("CRASH_RUNS", "300"))
SEED = int(os.environ.get("CRASH_SEED", random.randrange(1 << 32)))


def crash_program():
    built = [ROOT / ".build" / kind / "crash-program" for kind in ("debug", "release")]
    found = [str(path) for path in built if path.exists()]
    if not found:
        sys.exit("There is no crash-program; build it with `swift build --product crash-program`.")
    return found[0]


def campaign(checks, folder):
    run = subprocess.run([crash_program(), "campaign", str(folder / "campaign"), str(RUNS), str(SEED)],
                         capture_output=True, text=True)
    print(run.stdout)
    checks.that(run.returncode == 0, f"{RUNS} kills: every credential is old or new, whole, and opens (seed {SEED})",
                run.stdout[-2000:] + run.stderr[-500:])


# The order of system calls.

CALL = re.compile(r"^\d+\s+(\w+)\((.*)\)\s+= (-?\d+)(?:<([^>]*)>)?")
AT = re.compile(r'\d+<([^>]*)>, "([^"]*)"')


def calls(trace):
    """(name, paths, flags) of every call that succeeded, interrupted lines put together again."""
    unfinished = {}
    for line in trace.read_text(errors="replace").splitlines():
        process, _, rest = line.partition(" ")
        if "<unfinished ...>" in line:
            unfinished[process] = line.replace("<unfinished ...>", "").rstrip()
            continue
        resumed = re.search(r"<\.\.\. \w+ resumed>", line)
        if resumed:
            line = unfinished.pop(process, "") + line[resumed.end():]
        match = CALL.match(line)
        if not match or int(match[3]) < 0:
            continue
        name, arguments = match[1], match[2]
        if name in ("write", "fsync", "fdatasync", "fchmod", "fchown", "ftruncate"):
            yield name, [re.match(r"\d+<([^>]*)>", arguments)[1]] if "<" in arguments else [""], arguments
        elif name == "openat":
            yield name, [match[4] or ""], arguments
        elif name in ("renameat", "renameat2", "mkdirat", "unlinkat"):
            yield name, [f"{folder}/{entry}" for folder, entry in AT.findall(arguments)], arguments


class Order:
    """Follows what is on the disk and what is not yet, and notes what came too early."""

    def __init__(self, folder):
        self.folder = str(folder)
        self.unsynced_files = set()    # written, not synced
        self.unsynced_folders = set()  # a name in them changed, not synced
        self.faults = []
        self.events = []

    def holds(self, path):
        return path.startswith(self.folder)

    def follow(self, name, paths, arguments):
        if not all(self.holds(path) for path in paths):
            return
        if name == "openat" and "O_CREAT" in arguments and "O_EXCL" in arguments and not paths[0].endswith("/lock"):
            self.unsynced_files.add(paths[0])
            self.unsynced_folders.add(os.path.dirname(paths[0]))
        elif name in ("write", "fchmod", "fchown", "ftruncate"):
            if not os.path.isdir(paths[0]) and not paths[0].endswith("/lock"):
                self.unsynced_files.add(paths[0])
        elif name == "mkdirat":
            self.unsynced_folders.add(os.path.dirname(paths[0]))
        elif name in ("fsync", "fdatasync"):
            self.unsynced_files.discard(paths[0])
            self.unsynced_folders.discard(paths[0])
            self.events.append(("sync", paths[0]))
        elif name == "unlinkat":
            self.unsynced_files.discard(paths[0])
        elif name.startswith("renameat"):
            self.rename(paths[0], paths[1], "RENAME_EXCHANGE" in arguments)

    def rename(self, source, target, is_exchange):
        in_staging = f"{self.folder}/bots/.keys-manager/staging/"
        if not target.startswith(in_staging):
            for path in self.unsynced_files:
                if path == source or path.startswith(source + "/"):
                    self.faults.append(f"{target} gets bytes that are not on the disk ({path})")
            for path in self.unsynced_folders:
                if path == source or path.startswith(source + "/"):
                    self.faults.append(f"{target} is moved before the names in {path} are on the disk")
            if target.endswith("/.keys-manager/rewrite"):
                # What the record tells of outside its folder has to be there, too.
                self.faults += [f"the commit comes before the names in {path} are on the disk"
                                for path in self.unsynced_folders if not path.startswith(in_staging[:-1])]
            self.unsynced_folders.add(os.path.dirname(target))
        if not source.startswith(in_staging) or is_exchange:
            self.unsynced_folders.add(os.path.dirname(source))
        self.events.append(("rename", source, target))


def change(home, *words):
    subprocess.run([crash_program(), "do", str(home), "none", *words], check=True, capture_output=True)


def make_source(home):
    """What an import takes from: another vault, with two credentials to replace, one to add and an account to make."""
    other = home.parent / "other"
    subprocess.run([crash_program(), "make", str(other)], check=True)
    for account in ("desk", "spare"):
        change(other, "replace", account, "binance", "theirs")
    change(other, "create-account", "fourth")
    change(other, "add", "fourth", "mexc", "theirs")
    change(other, "change-password", "source")
    (other / "bots").rename(home / "source")


def order(checks, folder, words):
    """One change under strace; what it asks of the disk comes in the right order."""
    home = folder / "-".join(words[:1])
    subprocess.run([crash_program(), "make", str(home)], check=True)
    if words[0] == "restore":
        change(home, "remove", "desk", "binance")
        words = ["restore", max(os.listdir(home / "bots/.keys-manager/trash"))]
    if words[0] == "adopt":
        subprocess.run([crash_program(), "foreign", str(home), "desk", "mexc", "theirs"], check=True)
    if words[0] == "import":
        make_source(home)
    trace = folder / "trace"
    run = subprocess.run(
        ["strace", "-f", "-y", "-s", "0", "-o", str(trace), "-e",
         "trace=openat,write,fsync,fdatasync,fchmod,fchown,ftruncate,renameat,renameat2,mkdirat,unlinkat",
         crash_program(), "do", str(home), "none", *words], capture_output=True, text=True)
    if not checks.that("acknowledged" in run.stdout, f"{words[0]}: done under strace", run.stdout + run.stderr):
        return
    found = Order(home)
    for call in calls(trace):
        found.follow(*call)
    renames = [event for event in found.events if event[0] == "rename"]
    checks.that(renames and not found.faults, f"{words[0]}: nothing is in place before it is on the disk",
                "\n          ".join(found.faults[:5]) or "no rename was seen")
    # The acknowledgement is the end: names under credentials, in the undo store and in our folder are on the disk.
    late = [path for path in found.unsynced_folders
            if "/.keys-manager/staging" not in path and "/.keys-manager/pending" not in path]
    checks.that(not late, f"{words[0]}: every name is on the disk before it is acknowledged", ", ".join(late))
    if words[0] in ("change-password", "adopt"):
        many_files(checks, words[0], home, found.events)


def many_files(checks, name, home, events):
    """Stage all, commit, sync, exchange all, sync, end."""
    own = f"{home}/bots/.keys-manager"
    commit = next((i for i, event in enumerate(events) if event[0] == "rename" and event[2] == f"{own}/rewrite"), None)
    end = next((i for i, event in enumerate(events) if event[0] == "rename" and event[1] == f"{own}/rewrite"), None)
    if not checks.that(commit is not None and end is not None, f"{name}: there are a commit and an end"):
        return
    exchanges = [i for i, event in enumerate(events)
                 if event[0] == "rename" and (event[1].startswith(f"{own}/rewrite/") or ".keys-manager-" in event[1])]
    checks.that(exchanges and min(exchanges) > commit and max(exchanges) < end,
                f"{name}: every exchange lies between the commit and the end")
    synced = [i for i, event in enumerate(events) if event == ("sync", own) and commit < i < min(exchanges)]
    checks.that(synced, f"{name}: the commit is on the disk before the first exchange")
    places = {os.path.dirname(events[i][2]) for i in exchanges}
    missing = [place for place in places
               if not any(event == ("sync", place) and max(
                   j for j in exchanges if os.path.dirname(events[j][2]) == place) < i < end
                   for i, event in enumerate(events))]
    checks.that(not missing, f"{name}: every exchange is on the disk before the record of it goes", ", ".join(missing))


def can_trace(folder):
    if shutil.which("strace") is None:
        return "strace is not installed"
    run = subprocess.run(["strace", "-o", str(folder / "trial"), "true"], capture_output=True, text=True)
    return None if run.returncode == 0 else f"this machine forbids ptrace ({run.stderr.strip()[:100]})"


# Disks that refuse. They take a mount of their own, so they run in a mount namespace, as root.

DISK = r"""
set -u
disk=$1 program=$2; shift 2
mount -t tmpfs -o size=1m none "$disk" || exit 99
export HOME="$disk/home"; mkdir -p "$HOME/.hummingbot" "$disk/bots"; cd "$HOME"
printf 'CONFIG_PASSWORD=old-password\n' > .hummingbot/.env; chmod 600 .hummingbot/.env
run() { "$program" "$@" --bots "$disk/bots" >"$disk/../out" 2>&1; echo "$1 $2: $?"; tail -n 2 "$disk/../out"; }
run vault create
printf '{"api_key":"k","api_secret":"s"}' | run credential add binance --no-verify --credentials -
printf '{"api_key":"k","api_secret":"s"}' | run credential add bybit --no-verify --credentials -
snapshot() { (cd "$disk" && find bots home -type f -not -path '*/lock' -not -name '.env.*' -not -path '*/digests/*' -not -path '*/.keys-manager/log/*' | sort | xargs sha256sum) | sha256sum; }
before=$(snapshot)  # but for digests of files that were never put in place: they say nothing about any other
case $1 in
    full) dd if=/dev/zero of="$disk/filler" bs=4k 2>/dev/null; dd if=/dev/zero of="$disk/filler2" bs=1 2>/dev/null ;;
    readonly) mount -o remount,ro "$disk" || exit 99 ;;
    bound) mount --bind "$disk/bots/credentials" "$disk/bots/credentials" && mount -o remount,ro,bind "$disk/bots/credentials" || exit 99 ;;
esac
echo "--- $1"
printf 'new-password\n' | run password change --new-password-stdin
run vault adopt
printf '{"api_key":"k","api_secret":"s2"}' | run credential replace binance --no-verify --credentials - --yes
printf '{"api_key":"k","api_secret":"s2"}' | run credential add mexc --no-verify --credentials -
[ $1 = full ] || run credential remove binance --yes  # on a full disk it goes on, from reserved space
run credential list
case $1 in
    full) rm -f "$disk/filler" "$disk/filler2" ;;
    readonly) mount -o remount,rw "$disk" ;;
    bound) umount "$disk/bots/credentials" ;;
esac
echo "--- after"
[ "$(snapshot)" = "$before" ] && echo "unchanged: 0" || echo "unchanged: 1"
run password check
printf 'new-password\n' | run password change --new-password-stdin
run credential list
find "$disk" -name '.env.*' -o -path '*/staging/*' -o -path '*/pending/*' | sed 's/^/left: /'
"""


def disks(checks, folder):
    if os.geteuid() != 0:
        print("  skipped the disks that refuse: mounting takes root")
        return
    for kind, cause in (("full", "The disk is full"), ("readonly", "read-only"), ("bound", "")):
        disk = folder / f"disk-{kind}" / "disk"
        disk.mkdir(parents=True)
        run = subprocess.run(["unshare", "-m", "bash", "-c", DISK, "disk", str(disk), program(), kind],
                             capture_output=True, text=True)
        if run.returncode == 99 or "unshare failed" in run.stderr:
            print(f"  skipped {kind}: this machine forbids mounting ({run.stderr.strip()[:100]})")
            continue
        parts = run.stdout.split("--- ")
        refused = parts[1] if len(parts) > 1 else ""
        after = parts[2] if len(parts) > 2 else ""
        commands = ["password change", "credential replace", "credential add"]
        for command in commands + ([] if kind == "full" else ["credential remove"]):
            checks.that(f"{command}: 74" in refused, f"{kind}: {command} ends with 74", refused)
        checks.that(cause in refused, f"{kind}: the cause is named", refused)
        checks.that("credential list: 0" in refused, f"{kind}: listing works", refused)
        checks.that("unchanged: 0" in after, f"{kind}: nothing is lost or changed", after)
        checks.that("password check: 0" in after and "password change: 0" in after and "left:" not in after,
                    f"{kind}: afterwards everything works, and nothing is left over", after)


def unprivileged(checks, folder):
    """A vault of another user: nothing can be done, and the cause is named."""
    if os.geteuid() != 0:
        print("  skipped the unprivileged user: becoming one takes root")
        return
    # Somewhere that every user can reach.
    place = Path(tempfile.mkdtemp(prefix="keys-manager-check-", dir="/tmp"))
    try:
        place.chmod(0o755)
        shutil.copy(program(), place / "keys-manager")
        home = place / "home"
        (home / ".hummingbot").mkdir(parents=True)
        environment = {"PATH": os.environ["PATH"], "HOME": str(home), "CONFIG_PASSWORD": "old-password"}

        def run(*words, stdin="", user=None):
            switch = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] if user else []
            return subprocess.run([*switch, str(place / "keys-manager"), *words, "--bots", str(place / "bots")],
                                  input=stdin, text=True, capture_output=True, env=environment, cwd=place)

        values = '{"api_key":"k","api_secret":"s"}'
        run("vault", "create")
        run("credential", "add", "binance", "--no-verify", "--credentials", "-", stdin=values)
        for folder_mode in (0o700, 0o755):
            for path in [place / "bots", *(place / "bots").rglob("*")]:
                path.chmod(folder_mode if path.is_dir() else 0o600 if folder_mode == 0o700 else 0o644)
            for words, stdin in ((["password", "change", "--new-password-stdin"], "new-password\n"),
                                 (["vault", "adopt"], ""),
                                 (["credential", "add", "mexc", "--no-verify", "--credentials", "-"], values)):
                refused = run(*words, stdin=stdin, user=65534)
                checks.that(refused.returncode == 74 and "permission" in refused.stderr.lower(),
                            f"another user, folders {folder_mode:o}: {' '.join(words[:2])} ends with 74",
                            f"{refused.returncode} {refused.stderr}")
        checks.that(run("password", "check").returncode == 0, "another user: nothing was changed")
    finally:
        shutil.rmtree(place)


def main():
    checks = Checks()
    with tempfile.TemporaryDirectory(prefix="keys-manager-check-") as name:
        folder = Path(name)
        reason = can_trace(folder)
        if reason:
            print(f"  skipped the order of system calls: {reason}")
        else:
            for words in (["add", "desk", "mexc", "v"], ["replace", "desk", "binance", "v"],
                          ["remove", "desk", "binance"], ["restore"], ["create-account", "new"],
                          ["delete-account", "desk"], ["change-password", "p1"], ["adopt"],
                          ["import", "desk", "binance", "theirs"]):
                order(checks, folder, words)
        disks(checks, folder)
        unprivileged(checks, folder)
        campaign(checks, folder)
    checks.finish()


if __name__ == "__main__":
    main()
