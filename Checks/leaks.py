"""Finds a secret wherever it must not be, in whatever spelling it hides there."""

import base64
import json
import urllib.parse


def disguises(text):
    """Every spelling under which a text may hide: as it is, in hex, in Base64, escaped for URLs and for JSON."""
    raw = text.encode()
    base = [raw, raw.hex().encode(), raw.hex().upper().encode(), urllib.parse.quote(text, safe="").encode(),
            urllib.parse.quote_plus(text).encode(), json.dumps(text)[1:-1].encode(),
            json.dumps(text, ensure_ascii=False)[1:-1].encode(), repr(text)[1:-1].encode()]
    # The middle of the Base64 of the text at each of the three alignments.
    for shift in range(3):
        encoded = base64.b64encode(b"\0" * shift + raw)
        base += [encoded[4:-4], encoded[4:-4].replace(b"+", b"-").replace(b"/", b"_")]
    return set(base)


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
