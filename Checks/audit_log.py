"""The script in docs/audit-log.md, as it stands there, and `keys-manager log verify` judge each log alike, and rightly.

AUDIT_SEED sets the changes that are made at random.
"""

import hashlib
import json
import os
import random
import re
import subprocess
import sys

from support import ROOT, Checks, vault_home

SEED = int(os.environ.get("AUDIT_SEED", random.randrange(1 << 32)))
# A log of this size is set aside.
ROTATION = 8 << 20
DOCUMENT = (ROOT / "docs/audit-log.md").read_text()


def documented(language):
    """The only block of this language in the document."""
    (block,) = re.findall(rf"^```{language}\n(.*?)^```$", DOCUMENT, re.DOTALL | re.MULTILINE)
    return block


class Log:
    """The audit log of a vault, and the two that judge it."""

    def __init__(self, home):
        self.home, self.folder = home, home.bots / ".keys-manager/log"
        self.script = home.path / "documented.py"
        self.script.write_text(documented("python"))

    def files(self):
        return {path.name: path.read_bytes() for path in self.folder.glob("*.jsonl")}

    def put(self, files):
        """Makes these the files of the log."""
        for path in self.folder.glob("*.jsonl"):
            path.unlink()
        for name, content in files.items():
            (self.folder / name).write_bytes(content)

    def verdicts(self):
        """What the program and the script say: whether the log is whole, how many lines it has, the last one's hash."""
        run = self.home.run("log", "verify", "--format", "json", "--bots", str(self.home.bots))
        found = json.loads(run.stdout) if run.returncode in (0, 65) else {}
        program = (run.returncode == 0, found.get("lines"), found.get("last_hash"))
        run = subprocess.run([sys.executable, str(self.script), str(self.home.bots)], capture_output=True, text=True)
        last = re.search(r"^(.*) lines, (\d+) faults, last hash (.*)$", run.stdout, re.MULTILINE)
        if not last or run.stderr or run.returncode != min(1, int(last[2])):
            return program, (run.stdout + run.stderr, 0, "")
        return program, (run.returncode == 0, int(last[1]) if last[2] == "0" else None, last[3])

    def wrong(self, files, is_whole):
        """What both say of these files, where it is not the same or not right; of a whole log numbers count, too."""
        self.put(files)
        program, script = self.verdicts()
        are_alike = program == script if is_whole else program[0] == script[0]
        return None if are_alike and program[0] == is_whole else (program, script)


def whole(log, checks):
    files = log.files()
    lines = files["current.jsonl"].splitlines(keepends=True)
    checks.equal(list(files), ["current.jsonl"], "the log is one file")
    checks.equal(log.wrong(files, True), None, f"a whole log of {len(lines)} lines is whole")
    program, _ = log.verdicts()
    checks.equal(program, (True, len(lines), json.loads(lines[-1])["hash"]), "its lines and its last hash are told")
    checks.equal(log.wrong({}, True), None, "a log without a line is whole")
    return lines


def noted(log, lines, checks):
    """The commands of the document, and what a hash shows that was noted before lines at the end went."""
    last = json.loads(lines[-1])["hash"]

    def run(command):
        words = re.sub(r"\b[0-9a-f]{64}\b", last, command).split()
        done = log.home.run(*words[1:], "--bots", str(log.home.bots))
        return done.returncode, done.stdout + done.stderr

    commands = re.findall(r"^\$ (.*)\n(.*\n)", documented("console"), re.MULTILINE)
    log.put({"current.jsonl": b"".join(lines)})
    for command, printed in commands:
        printed = re.sub(r"\b[0-9a-f]{64}\b", last, re.sub(r"\d+ lines", f"{len(lines)} lines", printed))
        checks.equal(run(command), (0, printed), f"{' '.join(command.split()[1:4])}: prints what the document shows")
    log.put({"current.jsonl": b"".join(lines[:-1])})
    code, printed = run(commands[-1][0])
    checks.that(code == 65 and "lines at the end are gone" in printed, "a line that is gone from the end shows then",
                printed)


def broken(log, lines, checks):
    """Every kind of accident at every place of a log."""
    def all_tell(sentence, cases, is_whole=False):
        wrong = {case: told for case, changed in cases.items()
                 if (told := log.wrong({"current.jsonl": b"".join(changed)}, is_whole))}
        checks.equal(wrong, {}, f"{sentence} ({len(cases)} logs)")

    def changed(number, position):
        line = bytearray(lines[number])
        line[position] ^= 1
        return [*lines[:number], bytes(line), *lines[number + 1:]]

    count = range(len(lines))
    middle = count[1:-1]
    all_tell("a changed byte shows", {(at, position): changed(at, position) for at in count
                                      for position in (len(lines[at]) // 3, len(lines[at]) - 30)})
    all_tell("a line that is gone from the beginning or the middle shows",
             {at: [*lines[:at], *lines[at + 1:]] for at in count[:-1]})
    all_tell("lines that are gone from the end do not show", {at: lines[:at] for at in middle}, is_whole=True)
    all_tell("a line that was moved shows",
             {at: [*lines[:at], lines[at + 1], lines[at], *lines[at + 2:]] for at in count[:-1]})
    all_tell("a line that was put in twice shows", {at: [*lines[:at], lines[at], *lines[at:]] for at in count})
    all_tell("an empty line that was put in shows", {at: [*lines[:at], b"\n", *lines[at:]] for at in count})
    none = (b"none", b"[]", b"null", b'{"n":"4"}', b'{"n":1.5}', b'{"n":[],"hash":"0"}', b'{"hash":""}', b"\xff\xfe",
            b"[" * 9000)
    all_tell("a line that is none shows at the end", {text: [*lines, text + b"\n"] for text in none})
    all_tell("and in the middle", {text: [*lines[:3], text + b"\n", *lines[3:]] for text in none})
    all_tell("half a last line is left to the next writer", {"half": [*lines, lines[-1][:40]]}, is_whole=True)
    at_random(log, b"".join(lines), checks)


def at_random(log, content, checks):
    generator = random.Random(SEED)
    wrong = {}
    for _ in range(30):
        start = generator.randrange(len(content) - 1)
        end = start + generator.choice((0, 1, 1, 3, 200))
        piece = generator.choice((b"", b"\n", b'"', b"{", b"9", generator.randbytes(3)))
        other = content[:start] + piece + content[end:]
        log.put({"current.jsonl": other})
        program, script = log.verdicts()
        if program[0] != script[0]:
            wrong[(start, end, piece)] = (program, script)
    checks.equal(wrong, {}, f"of 30 logs with some bytes others, both think the same (seed {SEED})")


def split(log, lines, checks):
    """Files as they would be, had they been set aside early: by their numbers, not their letters."""
    parts = {"until-2.jsonl": lines[:2], "until-9.jsonl": lines[2:9], "until-10.jsonl": lines[9:10],
             "current.jsonl": lines[10:]}
    files = {name: b"".join(part) for name, part in parts.items()}
    checks.equal(log.wrong(files, True), None, "a log in four files is whole")
    without_current = {name: content for name, content in files.items() if name != "current.jsonl"}
    checks.equal(log.wrong(without_current, True), None, "it is whole before the new file is begun")
    for name in ("until-2.jsonl", "until-9.jsonl", "until-10.jsonl"):
        checks.equal(log.wrong({other: content for other, content in files.items() if other != name}, False), None,
                     f"that {name} is gone shows")
        changed = files[name].replace(b"done", b"dome", 1).replace(b"intent", b"intend", 1)
        checks.equal(log.wrong(files | {name: changed}, False), None, f"a changed byte in {name} shows")


def rotated(log, lines, checks):
    """A log that the program itself sets aside, because it has grown."""
    content, last = b"".join(lines), json.loads(lines[-1])
    number, previous = last["n"], last["hash"]
    grown = [content]
    while sum(map(len, grown)) <= ROTATION:
        number += 1
        body = json.dumps({"n": number, "time": last["time"], "event": "event", "action": "login_failed", "door": "api",
                           "detail": "x" * 12_000}, separators=(",", ":"))[:-1]
        previous = hashlib.sha256((previous + body).encode()).hexdigest()
        grown.append(f'{body},"hash":"{previous}"}}\n'.encode())
    checks.equal(log.wrong({"current.jsonl": b"".join(grown)}, True), None, "a log that has grown is whole")
    made = log.home.run("account", "create", "afterwards", "--bots", str(log.home.bots))
    files = log.files()
    checks.equal((made.returncode, sorted(files)), (0, ["current.jsonl", f"until-{number}.jsonl"]),
                 "the next change sets it aside")
    checks.equal(log.wrong(files, True), None, "both files together are whole")
    checks.equal(log.verdicts()[0][1], number + 2, "the numbers go on")
    for name, content in files.items():
        middle = len(content) // 2
        changed = content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1:]
        checks.equal(log.wrong(files | {name: changed}, False), None, f"a changed byte in {name} shows")
    checks.equal(log.wrong({"current.jsonl": files["current.jsonl"]}, False), None, "that the older file is gone shows")


checks = Checks()
with vault_home() as home:
    def run(*words):
        done = home.run(*words, "--bots", str(home.bots))
        if done.returncode:
            sys.exit(f"{words}: {done.stderr}")

    run("vault", "create")
    for words in (["create", "desk"], ["create", "spare"], ["delete", "spare", "--yes"], ["create", "spare"],
                  ["delete", "desk", "--yes"], ["create", "desk"]):
        run("account", *words)
    log = Log(home)
    lines = whole(log, checks)
    noted(log, lines, checks)
    broken(log, lines, checks)
    split(log, lines, checks)
    rotated(log, lines, checks)
checks.finish()
