"""Makes the test kit of docs/storage-format.md, without any code of keys-manager: needs pycryptodome."""

import hashlib
import hmac
import json
from pathlib import Path

from Crypto.Cipher import AES
from Crypto.Hash import keccak
from Crypto.Util import Counter

FOLDER = Path(__file__).parent
PASSWORD = "correct horse ü"
SALT = bytes(range(16))
IV = bytes(range(16, 32))


def seal(text, password=PASSWORD, salt=SALT, iv=IV, rounds=1000, **change):
    raw = text if isinstance(text, bytes) else text.encode()
    key = hashlib.pbkdf2_hmac("sha256", password.encode(), salt, rounds, 32)
    cipher = AES.new(key[:16], AES.MODE_CTR, counter=Counter.new(128, initial_value=int.from_bytes(iv)))
    ciphertext = cipher.encrypt(raw)
    mac = keccak.new(digest_bits=256, data=key[16:] + ciphertext).hexdigest()
    keyfile = {
        "crypto": {"cipher": "aes-128-ctr", "cipherparams": {"iv": iv.hex()}, "ciphertext": ciphertext.hex(),
                   "kdf": "pbkdf2", "kdfparams": {"c": rounds, "dklen": 32, "prf": "hmac-sha256", "salt": salt.hex()},
                   "mac": mac},
        "version": 3, "alias": ""}
    for path, value in change.items():
        node = keyfile
        *steps, last = path.split("__")
        for step in steps:
            node = node[step]
        if value is None:
            del node[last]
        else:
            node[last] = value
    return json.dumps(keyfile).encode().hex()


def case(kind, name, about, **members):
    (FOLDER / kind).mkdir(exist_ok=True)
    text = json.dumps({"about": about} | members, indent=1, ensure_ascii=False)
    (FOLDER / kind / f"{name}.json").write_text(text + "\n")


def value(name, about, armor, plaintext=None, because=None, password=PASSWORD):
    expected = {"expect": "refused", "because": because} if because else {
        "expect": "opens", "plaintext": plaintext if isinstance(plaintext, str) else plaintext.hex()}
    case("sealed-values", name, about, password=password, value=armor, **expected)


def connector(name, about, of, file, expect, because=""):
    members = {"connector": of, "expect": expect} | ({"because": because} if because else {})
    members["file" if isinstance(file, str) else "file_hex"] = file if isinstance(file, str) else file.hex()
    case("connector-files", name, about, **members)


def verification(name, about, file, expect, password=PASSWORD):
    case("password-verification", name, about, password=password, file=file, expect=expect)


def sealed_values():
    good = seal("an API key")
    value("plain", "One sealed text.", good, b"an API key")
    value("empty", "A text of no length has a MAC all the same.", seal(""), b"")
    value("unicode", "UTF-8, of any length.", seal("schlüssel 🔑" * 9), "schlüssel 🔑".encode() * 9)
    value("one-block-more", "Seventeen bytes: the counter goes on.", seal("x" * 17), b"x" * 17)
    value("counter-overflow", "The counter is 128 bits, big-endian, and wraps around.",
          seal("y" * 40, iv=b"\xff" * 16), b"y" * 40)
    value("iv-without-zeros", "Hummingbot drops the IV's leading zeros: pad it on the left.",
          seal("padded", iv=bytes(2) + IV[2:], crypto__cipherparams__iv=IV[2:].hex()), b"padded")
    value("upper-case", "Hex of either case.", good.upper(), b"an API key")
    value("white-space", "White space around the armor is skipped.", f" {good}\n", b"an API key")
    value("salt-of-32-bytes", "A salt of another length.", seal("salted", salt=bytes(32)), b"salted")
    other = json.loads(bytes.fromhex(good))
    other = {"Crypto": other["crypto"], "version": 3, "id": "unknown members are ignored"}
    value("capital-crypto", "`Crypto` stands for `crypto`; unknown members are ignored.",
          json.dumps(other).encode().hex(), b"an API key")
    value("wrong-password", "Another password.", good, because="mac", password="Correct horse ü")
    value("not-normalised", "The password's bytes count: ü as u and a diaeresis is another password.", good,
          because="mac", password="correct horse u\u0308")
    value("damaged-ciphertext", "One bit of the ciphertext.",
          seal("an API key", crypto__ciphertext="00" * 10), because="mac")
    value("damaged-iv", "The MAC does not cover the IV: a damaged one opens, to garbage. Look at the result.",
          seal("an API key", crypto__cipherparams__iv="00" * 16), plaintext=garbage())
    value("empty-password", "No password is empty.", good, because="password", password="")
    value("odd-digits", "An odd number of digits.", good[:-1], because="not hex")
    value("not-hex", "A digit that is none.", "7b2z" + good[4:], because="not hex")
    value("no-armor", "Nothing.", "", because="not hex")
    value("cut", "A text that was cut.", good[:200], because="not JSON")
    value("rounds-missing", "A parameter is missing.", seal("x", crypto__kdfparams__c=None), because="missing")
    value("rounds-text", "A parameter of another type.", seal("x", crypto__kdfparams__c="1000"), because="type")
    value("rounds-too-many", "More work than 10,000,000 rounds is refused before it is begun.",
          seal("x", crypto__kdfparams__c=10_000_001), because="bounds")
    value("rounds-zero", "No rounds.", seal("x", crypto__kdfparams__c=0), because="bounds")
    value("salt-empty", "No salt.", seal("x", crypto__kdfparams__salt=""), because="bounds")
    value("key-of-16-bytes", "A derived key of 16 bytes leaves none for the MAC.",
          seal("x", crypto__kdfparams__dklen=16), because="bounds")
    value("mac-short", "A MAC of 31 bytes.", seal("x", crypto__mac="00" * 31), because="length")
    value("iv-of-17-bytes", "An IV of 17 bytes.", seal("x", crypto__cipherparams__iv="00" * 17), because="length")
    value("version-1", "Version 3 is the only one.", seal("x", version=1), because="unsupported")
    value("other-cipher", "aes-128-ctr is the only cipher.", seal("x", crypto__cipher="aes-256-ctr"),
          because="unsupported")
    value("other-kdf", "pbkdf2 and scrypt are the only functions.", seal("x", crypto__kdf="argon2"),
          because="unsupported")
    value("other-prf", "hmac-sha256 is the only one.", seal("x", crypto__kdfparams__prf="hmac-sha512"),
          because="unsupported")


def garbage():
    key = hashlib.pbkdf2_hmac("sha256", PASSWORD.encode(), SALT, 1000, 32)

    def keystream(iv):
        return AES.new(key[:16], AES.MODE_CTR, counter=Counter.new(128, initial_value=int.from_bytes(iv))).encrypt(
            bytes(10))

    return bytes(a ^ b ^ c for a, b, c in zip(b"an API key", keystream(IV), keystream(bytes(16))))


def connector_files():
    def binance(first=seal("k"), second=seal("s"), more="", head="connector: binance"):
        return f"{head}\n\nbinance_api_key: {first}\n\nbinance_api_secret: {second}\n{more}"

    connector("good", "Two sealed values.", "binance", binance(), "good")
    connector("with-header", "Comments do not count.", "binance", "####\n### x ###\n####\n\n" + binance(), "good")
    connector("order", "Neither does the order.", "binance",
              f"binance_api_secret: {seal('s')}\nbinance_api_key: {seal('k')}\nconnector: binance\n", "good")
    connector("byte-order-mark", "A byte order mark is skipped.", "binance", b"\xef\xbb\xbf" + binance().encode(), "good")
    connector("crlf", "Lines may end with CR and LF.", "binance", binance().replace("\n", "\r\n"), "good")
    connector("quoted", "Quotes change nothing.", "binance", binance(first=f"'{seal('k')}'"), "good")
    connector("unsealed", "A secret in the clear: Hummingbot refuses the account.", "binance", binance(first="k"),
              "misfit", "not sealed")
    connector("damaged-armor", "Hex that is no keyfile any more.", "binance", binance(first=seal("k")[:100]), "misfit",
              "damaged")
    connector("unknown-key", "Hummingbot refuses the account for one unknown key.", "binance", binance(more="x: 1\n"),
              "misfit", "does not know")
    connector("missing-field", "A required field is missing.", "binance",
              f"connector: binance\nbinance_api_key: {seal('k')}\n", "misfit", "missing")
    connector("another-connector", "The file's name and its word differ.", "binance",
              binance(head="connector: bybit"), "misfit", "another connector")
    connector("no-connector", "The file does not say what it is for.", "binance", binance(head="a: b"), "damaged",
              "does not say")
    connector("unknown-connector", "A connector that Hummingbot does not have.", "nope", "connector: nope\n", "unknown",
              "no connector")
    connector("empty", "An empty file, as a crash of another program leaves it.", "binance", "", "damaged", "empty")
    connector("only-comments", "Nothing but comments.", "binance", "# nothing\n", "damaged", "empty")
    connector("list", "A list instead of names.", "binance", "- connector\n", "damaged", "no named values")
    connector("repeated-key", "A key that stands twice; the last would win silently.", "binance",
              binance(more="connector: binance\n"), "damaged", "twice")
    connector("not-yaml", "A quote that nothing closes.", "binance", "connector: 'binance\n", "damaged", "YAML")
    connector("not-utf8", "Bytes that are no UTF-8.", "binance", b"connector: binance\xff\n", "damaged", "UTF-8")
    connector("foreign-tag", "A tag that safe_load refuses.", "binance", "connector: !!python/name:os.system x\n",
              "damaged", "tag")
    connector("number-as-key", "A key that is a number.", "binance", binance(more="1: x\n"), "damaged", "no text")
    connector("deep", "Nested beyond any credential.", "binance", "a: " + "[" * 300 + "]" * 300 + "\n", "damaged",
              "nested")
    connector("cut", "Cut in the middle of an armor, as a truncated write leaves it.", "binance",
              binance()[:300], "misfit", "")


def verifications():
    word = seal("HummingBot")
    verification("right", "It opens to the word HummingBot.", word, "right")
    verification("newline", "A newline at the end does no harm.", word + "\n", "right")
    verification("wrong", "Another password.", word, "wrong", password="another")
    verification("other-word", "It opens to another word: not Hummingbot's.", seal("hummingbot"), "foreign")
    verification("garbled", "Its IV is damaged: the word does not come out.",
                 seal("HummingBot", crypto__cipherparams__iv="00" * 16), "foreign")
    verification("empty", "An empty file.", "", "damaged")
    verification("text", "The word itself.", "HummingBot", "damaged")
    verification("too-costly", "More rounds than anybody waits for.",
                 seal("HummingBot", crypto__kdfparams__c=10 ** 12), "damaged")


def indented(members):
    return json.dumps(members, indent=2, ensure_ascii=False) + "\n"


def compact(value):
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def revision(data):
    return hashlib.sha256(data.encode() if isinstance(data, str) else data).hexdigest()[:32]


def keyed(purpose, message, password=PASSWORD, salt=SALT):
    key = hashlib.pbkdf2_hmac("sha256", password.encode(), salt, 1000, 32)
    own = hmac.digest(key, purpose.encode(), "sha256")
    return hmac.digest(own, message, "sha256").hex()


ACCOUNT, NAME, CLIENT = "master_account", "binance.yml", "instance_id: keys-manager\n"
ID = "20261121T090301Z-0f3a5c7e9b1d2f40"
WORD = seal("HummingBot")
# What a change of the password makes of it.
NEW = {"password": "another horse", "salt": bytes(range(80, 96))}


def credential(key="an API key", iv=32, **new):
    def sealed(text, count):
        return seal(text, iv=bytes(range(iv + count, iv + count + 16)), **new)

    rule = "#" * 26
    return (f"{rule}\n###   binance config   ###\n{rule}\n\nconnector: binance\n\n"
            f"binance_api_key: {sealed(key, 0)}\n\nbinance_api_secret: {sealed('an API secret', 16)}\n")


def digest_record(data, account=ACCOUNT, name=NAME, salt=SALT, password=PASSWORD):
    parts = [account, name, revision(data), salt.hex()]
    code = keyed("keys-manager file digest 1", "\0".join(parts).encode(), password, salt)
    return dict(zip(["account", "file", "revision", "salt", "hmac"], parts + [code]))


def digests():
    def digest(name, about, record, expect, data=credential(), account=ACCOUNT, file=NAME):
        case("digests", name, about, password=PASSWORD, verification=WORD, account=account, file_name=file, file=data,
             digest=record if isinstance(record, str) else indented(record), expect=expect)

    good = digest_record(credential())
    digest("ours", "A connector file and its digest.", good, "ours")
    digest("verification", "A verification file has one, too.", digest_record(WORD, name=".password_verification"),
           "ours", WORD, file=".password_verification")
    digest("configuration", "And a configuration file.", digest_record(CLIENT, name="conf_client.yml"), "ours", CLIENT,
           file="conf_client.yml")
    digest("other-bytes", "The file has other bytes than the digest tells of.", good, "other-bytes",
           credential("another API key", iv=112))
    digest("another-account", "The code covers the account.", good | {"account": "another_account"}, "changed")
    digest("another-file", "It covers the file's name.", good | {"file": "bybit.yml"}, "changed")
    digest("another-revision", "It covers the revision.", good | {"revision": revision("")}, "changed")
    digest("another-password", "A code under the key of another password.",
           digest_record(credential(), password="another"), "changed")
    digest("another-salt", "A digest under another salt says nothing about the file.",
           digest_record(credential(), salt=bytes(16)), "other-key")
    digest("cut", "The digest's file was cut.", indented(good)[:-20], "damaged")
    digest("no-newline", "Its bytes are fixed: the newline at the end is a part of them.", indented(good)[:-1],
           "damaged")
    digest("compact", "And so is the layout.", compact(good), "damaged")
    digest("more-members", "And the members.", good | {"more": 1}, "damaged")


def entry_record(kind="credential", reason="replaced", **change):
    is_credential = kind == "credential"
    members = {"id": ID, "kind": kind, "reason": reason, "account": ACCOUNT if is_credential else "scalping",
               "connector": "binance" if is_credential else None, "deleted_at": 1795251781,
               "revision": revision(credential()) if is_credential else None,
               "contents": [] if is_credential else ["binance", "kucoin"]} | change
    return members | {"checksum": revision(indented(members)[:-1])}


def entries():
    def entry(name, about, record, expect):
        case("entries", name, about, file=record if isinstance(record, str) else indented(record), expect=expect)

    good = entry_record()
    entry("replaced", "A credential that was replaced.", good, "whole")
    entry("removed", "A credential that was removed.", entry_record(reason="removed"), "whole")
    entry("account", "An account that was deleted, with two credentials.", entry_record("account", "removed"), "whole")
    entry("empty-account", "An account without credentials.", entry_record("account", "removed", contents=[]), "whole")
    entry("without-revision", "What was displaced could not be read.",
          entry_record(reason="removed", revision=None), "whole")
    entry("without-checksum", "Of an earlier version; it is believed.",
          {name: value for name, value in good.items() if name != "checksum"}, "whole")
    entry("another-account", "Another account than was written.", good | {"account": "scalping"}, "changed")
    entry("another-time", "Another time.", good | {"deleted_at": 1795251782}, "changed")
    entry("another-checksum", "Another checksum.", good | {"checksum": "0" * 32}, "changed")
    entry("more-members", "A member that is not known is none that we wrote.", good | {"more": 1}, "changed")
    entry("compact", "Another layout.", compact(good), "changed")
    entry("another-kind", "A kind that is none.", good | {"kind": "file"}, "unreadable")
    entry("no-connector", "A credential without its connector.", good | {"connector": None}, "unreadable")
    entry("climbing", "A name that would lead elsewhere.", good | {"account": ".."}, "unreadable")
    entry("cut", "Cut in the middle.", indented(good)[:100], "unreadable")


def plans():
    def plan(name, about, record, expect):
        case("plans", name, about, file=record if isinstance(record, str) else indented(record), expect=expect)

    def item(staged, old, new, *path):
        return {"staged": staged, "path": list(path), "old": revision(old), "new": revision(new)}

    home = {"folder": "/home/trader/.hummingbot", "name": ".env", "staged": f".env.keys-manager-{ID}",
            "new": revision("CONFIG_PASSWORD='another horse'\n")}
    connectors, trash = ["credentials", ACCOUNT, "connectors"], [".keys-manager", "trash", ID]
    new_word, new_file = seal("HummingBot", **NEW), credential(**NEW)
    first = item("0", WORD, new_word, "credentials", ACCOUNT, ".password_verification")
    second = item("1", credential("later", iv=112), credential("later", iv=112, **NEW), *connectors, NAME)
    record = indented(entry_record()), indented(entry_record(revision=revision(new_file)))
    client = [indented(digest_record(CLIENT, name="conf_client.yml", **new)) for new in ({}, NEW)]
    whole = {"files": [first, second, item("2", credential(), new_file, *trash, "credential.yml"),
                       item("2.entry", *record, *trash, "entry.json"),
                       item("digest-" + revision(CLIENT), *client, ".keys-manager", "digests", revision(CLIENT))],
             "outside": home}
    plan("password-change", "A change of the password: two files of an account, one of the undo store with its record, "
         "a digest that is there under the old key, and the .env.", whole, "plan")
    adopted = item("1", credential("later", iv=112, salt=NEW["salt"]), credential("later", iv=112), *connectors, NAME)
    plan("adopt", "Files of the vault only.", {"files": [adopted], "outside": None}, "plan")
    plan("conf", "A conf folder is its account.",
         {"files": [item("0", "old", "new", "connectors", NAME)], "outside": None}, "plan")
    plan("outside", "`outside.json`: the file outside, before anything is staged.", {"files": [], "outside": home},
         "plan")
    plan("not-json", "No JSON.", indented(whole)[:-10], "refused")
    plan("no-files", "No list of files.", {"outside": None}, "refused")
    plan("climbing", "A path that leads out of the vault.",
         {"files": [item("0", "old", "new", "..", "..", "etc", "passwd")], "outside": None}, "refused")
    plan("slash", "A name with a slash.", {"files": [item("0", "old", "new", "credentials/x")], "outside": None},
         "refused")
    plan("no-path", "A path of no names.", {"files": [item("0", "old", "new")], "outside": None}, "refused")
    plan("staged-elsewhere", "A staged file that does not lie beside the plan.",
         {"files": [second | {"staged": "../1"}], "outside": None}, "refused")
    plan("no-revision", "A revision that is none.",
         {"files": [first | {"new": "new"}], "outside": None}, "refused")
    plan("relative-folder", "The folder of the file outside is no absolute path.",
         {"files": [], "outside": home | {"folder": ".hummingbot"}}, "refused")
    plan("other-staged-name", "The file that is staged outside has a name that we never give.",
         {"files": [], "outside": home | {"staged": ".env.new"}}, "refused")


def backups():
    entry = f".keys-manager/trash/{ID}/"
    revision_name = revision(credential())
    tree = {
        f"credentials/{ACCOUNT}/.password_verification": WORD,
        f"credentials/{ACCOUNT}/conf_client.yml": CLIENT,
        f"credentials/{ACCOUNT}/connectors/binance.yml": credential(),
        entry + "credential.yml": credential(),
        entry + "entry.json": indented(entry_record()),
        f".keys-manager/digests/{revision_name}": indented(digest_record(credential())),
    }

    def backup(files, **change):
        header = {"format": "keys-manager backup", "version": 1, "made_at": 1795338181,
                  "verification": seal("HummingBot", iv=bytes(range(64, 80))), "left": []} | change
        lines = [compact(header)]
        for path, content in files.items():
            names = path.split("/")
            lines.append(compact({"path": names, "text": content} if isinstance(content, str)
                                 else {"path": names, "hex": content.hex()}))
        text = "\n".join(lines) + "\n"
        return text + compact({"hmac": keyed("keys-manager backup 1", text.encode())}) + "\n"

    def make(name, about, text, expect, files=(), left=(), password=PASSWORD):
        more = {"made_at": 1795338181, "left": list(left), "files": [path.split("/") for path in files]}
        more = more if expect == "whole" else {}
        case("backups", name, about, password=password, backup=text, expect=expect, **more)

    good = backup(tree)
    lines = good.split("\n")
    make("whole", "An account, an entry of the undo store and a digest.", good, "whole", tree)
    make("empty", "A vault without a file.", backup({}), "whole")
    other = {f"credentials/{ACCOUNT}/connectors/kraken.yml": b"connector: kraken\n\xff\n",
             f"credentials/{ACCOUNT}/connectors/okx.yml": "schlüssel: '\"\\\t'\n"}
    make("hex", "Bytes that are no UTF-8 stand in hex; characters beyond ASCII stand as they are.", backup(other),
         "whole", other)
    left = [f"credentials/{ACCOUNT}/connectors/bybit.yml: it holds a secret that is not sealed."]
    make("left-out", "It says what was left out of it.", backup(tree, left=left), "whole", tree, left)
    make("wrong-password", "Another password.", good, "wrong-password", password="another")
    make("changed", "One digit of a credential.", good.replace("binance_api_key: 7b22", "binance_api_key: 7b23", 1),
         "changed")
    make("order", "Two lines have changed places.", "\n".join([lines[0], lines[2], lines[1]] + lines[3:]), "changed")
    make("line-missing", "A file was taken out.", "\n".join(lines[:3] + lines[4:]), "changed")
    make("cut-at-line", "Cut behind a line: the checksum is missing.", "\n".join(lines[:5]) + "\n", "changed")
    make("cut-in-line", "Cut within a line.", good[:-20], "no-backup")
    make("space", "White space in the last line.", good.replace('{"hmac":', '{"hmac": '), "changed")
    make("climbing", "A path that leads out of the vault, under a good checksum.",
         backup({f"credentials/../{ACCOUNT}/x.yml": "x"}), "changed")
    make("elsewhere", "A file that is neither under credentials nor under .keys-manager.", backup({"a/b/c": "x"}),
         "changed")
    make("planted", "Of .keys-manager nothing but trash and digests is taken: a plan would be carried out.",
         backup({".keys-manager/rewrite/plan.json": "{}"}), "changed")
    make("other-format", "Another program's file.", backup(tree, format="other"), "no-backup")
    make("version-2", "A later version.", backup(tree, version=2), "no-backup")
    make("no-verification", "A header that tells no password.", backup(tree, verification="x"), "no-backup")


def chained(records, previous="0" * 64, first=1):
    """The lines of records, and the last hash."""
    lines = []
    for number, (time, members) in enumerate(records, first):
        body = compact({"n": number, "time": f"2026-11-21T09:03:{time}Z"} | members)[:-1]
        previous = hashlib.sha256((previous + body).encode()).hexdigest()
        lines.append(f'{body},"hash":"{previous}"}}')
    return lines, previous


def logs():
    intent = {"event": "intent", "action": "credential_add", "door": "api", "login": "admin", "address": "192.0.2.7",
              "account": "master_account", "connector": "binance"}
    failed = {"event": "event", "action": "login_failed", "door": "api", "address": "192.0.2.9", "count": 3}
    odd = {"event": "event", "action": "vault_unlock", "door": "cli", "user": "jürgen \"\\\t", "outcome": "done"}
    records = [("01.120", intent), ("01.480", {"event": "outcome", "of": 1, "outcome": "done"}), ("02.000", failed),
               ("03.000", odd)]
    lines, last = chained(records)

    def text(some):
        return "".join(line + "\n" for line in some)

    def log(name, about, files, count, last, breaks=(), under_way=()):
        files = files if isinstance(files, dict) else {"current.jsonl": files}
        case("logs", name, about, files=files, expect="broken" if breaks else "whole", lines=count, last_hash=last,
             breaks=list(breaks), open=list(under_way))

    log("whole", "A change with its outcome, failed logins, and a user's name beyond ASCII.", text(lines), 4, last)
    log("empty", "Nothing was recorded yet.", "", 0, "0" * 64)
    many, end = chained([(f"{second:02}.000", failed) for second in range(11)])
    parts = {"until-9.jsonl": text(many[:9]), "until-10.jsonl": text(many[9:10]), "current.jsonl": text(many[10:])}
    log("rotated", "The chain goes on over files, in the order of their numbers.", parts, 11, end)
    log("under-way", "A change without an outcome.", text(lines[:1]), 1, chained(records[:1])[1], under_way=[1])
    log("torn", "A crash tore the last line; it has no line break and does not count.", text(lines[:3]) + lines[3][:40],
        3, chained(records[:3])[1])
    log("changed", "A line was changed.", text([lines[0].replace("binance", "bybit")] + lines[1:]), 4, last, [1])
    log("hash-changed", "A line and its hash were changed: the next line does not fit.",
        text(chained([("01.120", intent | {"connector": "bybit"})])[0] + lines[1:]), 4, last, [2])
    log("removed", "A line was taken out.", text([lines[0]] + lines[2:]), 3, last, [2], under_way=[1])
    log("repeated", "A line stands twice.", text(lines[:2] + lines[1:]), 5, last, [3])
    log("moved", "Two lines have changed places.", text([lines[1], lines[0]] + lines[2:]), 4, last, [1, 2, 3],
        under_way=[1])
    log("space", "White space: the bytes count, not what they mean.",
        text([lines[0].replace('{"n":1', '{"n": 1')] + lines[1:]), 4, last, [1])
    body = '{"n":9007199254740992,"time":"2026-11-21T09:03:02.000Z","event":"event"'
    huge = f'{body},"hash":"{hashlib.sha256((chained(records[:2])[1] + body).encode()).hexdigest()}"}}'
    rest, end = chained(records[2:3], hashlib.sha256(huge.encode()).hexdigest())
    log("number-too-high", "A number of 2^53 or more is none, whatever its hash; the line is no line.",
        text([*lines[:2], huge, *rest]), 4, end, [3])
    stray = "no line of the log"
    rest, end = chained(records[2:3], hashlib.sha256(stray.encode()).hexdigest())
    log("stray", "What is no line is followed on by the number 1 and by the hash of its bytes alone.",
        text([*lines[:2], stray, *rest]), 4, end, [3])


def fingerprints():
    def fingerprint(name, about, exchange, key):
        case("fingerprints", name, about, exchange=exchange, key=key,
             fingerprint=revision(f"keys-manager nonce {exchange} {key}"))

    fingerprint("kraken", "An API key of Kraken's.", "Kraken", "an API key")
    fingerprint("ndax", "The same text at another exchange is another key.", "NDAX", "an API key")
    fingerprint("unicode", "The key's UTF-8 bytes.", "Gemini", "schlüssel")


sealed_values()
connector_files()
verifications()
digests()
entries()
plans()
backups()
logs()
fingerprints()
