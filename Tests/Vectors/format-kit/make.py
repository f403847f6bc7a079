"""Makes the test kit of docs/storage-format.md, without any code of keys-manager: needs pycryptodome."""

import hashlib
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


sealed_values()
connector_files()
verifications()
