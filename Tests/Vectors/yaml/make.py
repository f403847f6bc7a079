"""Records what PyYAML 6.0 writes for texts and reads from plain scalars: python3 make.py, in this folder."""

import json
import re

import yaml

TEXTS = [
    "", " ", "a", "a b", " a", "a ", "~", "null", "Null", "NULL", "nULL", "true", "True", "TRUE", "tRue", "false",
    "yes", "Yes", "no", "No", "NO", "on", "On", "off", "OFF", "y", "n", "Y", "N", "0", "00", "07", "08", "1", "-1",
    "+1", "--1", "1_000", "_1", "0x1", "0x", "0xg", "0X1", "0b1", "0b2", "0o7", "1:30", "1:60", "190:20:30", "1.5",
    "1.", ".5", ".", "..", "...", "... a", "....", "-.5", "+.inf", ".inf", "-.INF", ".nan", ".NaN", "1e5", "1.0e5",
    "1.0e+5", "1:30.5", "12345678901234567890123", "2026-11-21", "2026-1-1", "2026-11-21 09:00:00",
    "2026-11-21T09:00:00Z", "2026-11-21t9:00:00.5 +01:00", "20261121", "=", "==", "<<", "<", "-", "--", "---",
    "--- a", "---a", "- a", "-a", "?", "? a", "?a", ":", ": a", ":a", "a:", "a: b", "a:b", "a :b", "a #b", "a#b", "#",
    "#a", ",", ",a", "a,b", "[", "[a]", "]", "a[b]", "{", "{a}", "}", "a{b}", "&", "&a", "a&b", "*", "*a", "!", "!a",
    "|", "|a", ">", ">a", "'", "'a'", "a'b", "\"", "\"a\"", "a\"b", "%", "%a", "a%", "@", "@a", "a@b", "`", "`a",
    "\\", "a\\b", "\\n", "a\tb", "\ta", "a\t", "a\nb", "a\n", "\na", "a\n\nb", "a\rb", "\x00", "\x07", "\x1b",
    "\x7f", "\x85", "\xa0", "é", "ключ", "日本", "😀", "\u2028", "a\ufeff", "\ufffd", "\ud7ff", "\ue000",
    "https://api.example.com/v1?x=1&y=2#z", "wss://s1.example.com/", "XRP-USD", "0xAbCdEf0123456789", "HL:0xabc",
    "-----BEGIN EC PRIVATE KEY-----\nMHcC\n-----END EC PRIVATE KEY-----\n", "x" * 500, "7b22" * 200,
    "twelve words of a seed phrase stand here and more of them follow after the eightieth column of the line",
    "word " * 60 + "end", "it's " * 40 + "so", "a: b " * 40 + "c", "é " * 80 + "é", "two  spaces  " * 20 + "end",
    "trailing colon:", "12:30:45", "1,000", "$1", "a=b", "100%", "(a)", "a;b", "key|value", "a>b", "a<b", "^", "~a", "~/x",
]

PLAIN = [
    "", "~", "null", "Null", "NULL", "nULL", "true", "True", "TRUE", "tRUE", "false", "False", "FALSE", "yes", "Yes",
    "YES", "yEs", "no", "No", "NO", "on", "On", "ON", "off", "Off", "OFF", "y", "n", "Y", "N", "t", "f", "none", "None",
    "0", "1", "-1", "+1", "007", "08", "0_1", "1_000", "_1", "0x1F", "0xg", "-0x1F", "0b101", "0b2", "0o17", "-0", "+0",
    "1:30", "1:60", "190:20:30", "-190:20:30", "1.5", "-1.5", "+1.5", "1.", ".5", "-.5", "1_0.5", "1e5", "1.0e5",
    "1.0e+5", "1.0E-5", ".5e+5", "1:30.5", ".inf", "-.Inf", "+.INF", ".nan", ".NaN", ".NAN", "-.nan", "inf", "nan",
    "9223372036854775807", "9223372036854775808", "-9223372036854775808", "123456789012345678901234567890",
    "2026-11-21", "2026-1-1", "2026-11-21 09:00:00", "2026-11-21T09:00:00Z", "2026-11-21t9:00:00.5 +01:00",
    "2026-11-21 09:00", "20261121", "a", "a b", "binance", "XRP-USD", "https://a/b?c", "0xAbCdEf", "1a", "-a", "--1",
    "12 34", "1,000", "1.2.3", "+", "-1-", "..", ". .", "é", "a:b", "a#b", "?a", "=a", "<a",
]


def kind(scalar, value):
    """The type, as far as a field could take it: integers in a base, with signs inside or too long are no field's."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        is_usual = re.fullmatch(r"[-+]?(0|[1-9][0-9]*)", scalar) and -(2**63) <= value < 2**63
        return f"integer {value}" if is_usual else "other"
    if isinstance(value, str):
        return "text " + value
    return "other"


def dumped(text):
    return yaml.safe_dump({"k": text}, sort_keys=False)


texts = [{"text": text, "yaml": dumped(text)} for text in TEXTS]
assert all(yaml.safe_load(entry["yaml"])["k"] == entry["text"] for entry in texts)
plain = [{"scalar": scalar, "kind": kind(scalar, yaml.safe_load("k: " + scalar + "\n")["k"])} for scalar in PLAIN]
with open("scalars.json", "w", encoding="ascii") as file:
    json.dump({"pyyaml": yaml.__version__, "texts": texts, "plain": plain}, file, indent=1)
    file.write("\n")
