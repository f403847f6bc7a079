"""Finds a secret wherever it must not be, in whatever spelling it hides there."""

import base64
import json
import os
import re
import shutil
import subprocess
import tempfile
import threading
import urllib.parse
from pathlib import Path


def disguises(text):
    """Every spelling under which a text may hide: as it is, in hex, in Base64, escaped for URLs and for JSON."""
    raw = text.encode()
    quoted = {urllib.parse.quote(text, safe=""), urllib.parse.quote(text), urllib.parse.quote_plus(text)}
    # The hex digits of an escape may be small.
    quoted |= {re.sub("%[0-9A-F]{2}", lambda match: match[0].lower(), each) for each in quoted}
    escaped = {json.dumps(text)[1:-1], json.dumps(text, ensure_ascii=False)[1:-1]}
    escaped |= {each.replace("/", "\\/") for each in escaped} | {json.dumps(each)[1:-1] for each in escaped}
    spellings = [raw, raw.hex().encode(), raw.hex().upper().encode(), repr(text)[1:-1].encode(),
                 *(each.encode() for each in quoted | escaped)]
    # The middle of the Base64 of the text at each of the three alignments.
    for shift in range(3):
        encoded = base64.b64encode(b"\0" * shift + raw)
        spellings += [encoded[4:-4], encoded[4:-4].replace(b"+", b"-").replace(b"/", b"_")]
    return set(spellings)


def found(data, needles):
    """The spellings that data holds."""
    if isinstance(data, str):
        data = data.encode(errors="replace")
    return sorted(needle.decode(errors="replace") for needle in needles if needle in data)


def files_with(folder, needles, besides=()):
    """The spellings in each file of a folder that has any, and how many files there are."""
    paths = [path for path in folder.rglob("*") if path.is_file() and path.name not in besides]
    hits = {str(path): hit for path in paths if (hit := found(path.read_bytes(), needles))}
    return hits, len(paths)


def traces_of(pid):
    """The command line and environment of a process as others may see them; empty where it is gone or not to be seen."""
    traces = {}
    for name in ("cmdline", "environ"):
        try:
            traces[name] = Path(f"/proc/{pid}/{name}").read_bytes()
        except OSError:
            traces[name] = b""
    return traces


def is_given(words, scripts):
    """Whether a command line is that of a script, or of a shell or strace that runs it: its caller gave those words."""
    names = [os.path.basename(word) for word in words]
    if names[0] != "strace":
        names = names[:3]
    return any(name in scripts for name in names) and names[0] in (*scripts, "bash", "env", "sh", "strace")


class ProcessWatch:
    """Looks, again and again, at every process below this one while a block runs.

    Whatever a process is for less than a millisecond may escape it; `execs_of` sees every start of a program.
    """

    def __init__(self, needles, scripts=()):
        self.needles, self.scripts = needles, scripts
        self.hits, self.seen = {}, set()

    def __enter__(self):
        self._ends = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._ends.set()
        self._thread.join()

    def _run(self):
        while not self._ends.wait(0.001):
            for pid in self._below(os.getpid()):
                self._look(pid)

    def _look(self, pid):
        traces = traces_of(pid)
        words = traces["cmdline"].decode(errors="replace").split("\0")
        if not words[0]:
            return
        self.seen.add(os.path.basename(words[0]))
        for name, data in traces.items():
            hit = found(data, self.needles)
            if hit and not (name == "cmdline" and is_given(words, self.scripts)):
                self.hits[f"{name} of {words[0]} {words[1:2]}"] = hit

    def _below(self, root):
        parents = {}
        for name in os.listdir("/proc"):
            if name.isdigit():
                try:
                    stat = Path(f"/proc/{name}/stat").read_text()
                except OSError:
                    continue
                parents.setdefault(int(stat[stat.rindex(")") + 2:].split()[1]), []).append(int(name))
        found, todo = [], [root]
        while todo:
            children = parents.get(todo.pop(), [])
            found += children
            todo += children
        return found


def can_trace():
    """`None`, or why the system calls of a process cannot be seen here."""
    if shutil.which("strace") is None:
        return "strace is not installed"
    with tempfile.NamedTemporaryFile() as trial:
        run = subprocess.run(["strace", "-o", trial.name, "true"], capture_output=True, text=True)
    return None if run.returncode == 0 else f"this machine forbids ptrace ({run.stderr.strip()[:100]})"


def execs_of(arguments, scripts, **more):
    """Runs a command; every program that anything below it started, as (words, everything that it got), and the result.

    What its caller gave to a script itself, and so to the shell that runs it, is left out.
    """
    with tempfile.NamedTemporaryFile() as trace:
        done = subprocess.run(
            ["strace", "-f", "-qq", "-v", "-s", "1000000", "-xx", "-e", "trace=execve,execveat", "-o", trace.name,
             *map(str, arguments)], **more)
        starts = []
        for line in Path(trace.name).read_text().splitlines():
            if "exec" not in line or "= -1" in line or "resumed>" in line:
                continue
            texts = [bytes.fromhex(text.replace("\\x", "")) for text in re.findall(r'"((?:\\x[0-9a-f]{2})*)"', line)]
            count = line.split("], [")[0].count('"') // 2
            argv = [text.decode(errors="replace") for text in texts[1:count]]
            starts.append((argv, b"\0".join(texts[count:] if is_given(argv, scripts) else texts)))
    return starts, done
