"""The commands of docs/dex-keys.md as a new user types them, with keys that simulated exchanges know: what the document
shows is what comes, but for dates and the address of the key.

Each is run with the file that the document describes, and on a terminal where every field is asked for.
"""

import json
import os
import re
import shlex
import subprocess

from eth_account import Account

from exchange_keys import FAR, made_up
from simulated_exchanges import SimulatedExchanges
from support import INJECTIVE_KEY, ROOT, Checks, on_terminal, program, vault_home

DOCUMENT = (ROOT / "docs/dex-keys.md").read_text()

# The well-known phrase of BIP 39 and its address at dYdX, the XRP Ledger's first account, the address of INJECTIVE_KEY.
PHRASE = "abandon " * 11 + "about"
DYDX_ADDRESS = "dydx19rl4cm2hmr8afy4kldpxz3fka4jguq0a4erelz"
SEED, LEDGER_ADDRESS = "snoPBrXtMeMyMHUVTgbuqAfg1SUTb", "rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh"
TRADING_ADDRESS = "inj1r8n7xah8cgfm0el8u3kvwzja6zrd4le2krtp7d"
GRANTER = "inj14au322k9munkmx5wrchz9q30juf5wjgz2cfqku"

hyperliquid = made_up("hyperliquid_perpetual")
vault_address = Account.create().address

# What the document leaves open in its JSON.
VALUES = {
    "hyperliquid_perpetual": {"address": hyperliquid.main_address, "secret_key": hyperliquid.agent_key},
    "dydx_v4_perpetual": {"secret_phrase": PHRASE, "chain_address": DYDX_ADDRESS},
    "injective_v2_perpetual": {"private_key": INJECTIVE_KEY, "granter_address": GRANTER},
    "xrpl": {"secret_key": SEED},
}
# What the document says may be added to it.
ADDED = {
    "hyperliquid_perpetual": ('"use_vault": true', {"use_vault": True, "address": vault_address}),
    "injective_v2_perpetual": ('"network": {"testnet_node": "lb"}', {"network": {"testnet_node": "lb"}}),
}
# What is answered on the terminal, by the question or the heading of its list; Enter to every other question.
HIDDEN = {
    "hyperliquid_perpetual": {"Wallet address": hyperliquid.main_address, "Private key": hyperliquid.agent_key},
    "dydx_v4_perpetual": {"Secret phrase": PHRASE, "dYdX Chain address": DYDX_ADDRESS},
    "injective_v2_perpetual": {"Trading wallet private key": INJECTIVE_KEY},
    "xrpl": {"Wallet seed": SEED},
}
PLAIN = {
    "hyperliquid_perpetual": {"Wallet mode": "api_wallet"},
    "injective_v2_perpetual": {
        "Account": "delegate_account", "Trading subaccount index": "0", "Granter address": GRANTER,
        "Granter subaccount index": "0"},
}


def set_up(exchanges):
    """What the exchanges know of these wallets."""
    exchanges.setup("hyperliquid", **hyperliquid.setup())
    exchanges.setup("hyperliquid", wallets=[
        {"address": vault_address, "role": "subAccount", "master": hyperliquid.main_address}])
    exchanges.setup("dydx_v4_perpetual", wallets=[{"address": DYDX_ADDRESS, "role": "user", "account_value": "1000"}])
    grant = {"name": "bot", "address": TRADING_ADDRESS, "valid_until": FAR}
    exchanges.setup("injective_v2", wallets=[
        {"address": GRANTER, "role": "user", "agents": [grant]}, {"address": TRADING_ADDRESS, "role": "user"}])
    exchanges.setup("xrpl", wallets=[{"address": LEDGER_ADDRESS, "role": "user"}])


def transcripts():
    """(connector, command, what is printed, the JSON of its file) of every command that is shown with a file."""
    blocks = re.findall(r"^```(\w*)\n(.*?)^```$", DOCUMENT, re.DOTALL | re.MULTILINE)
    for (_, shown), (language, values) in zip(blocks, blocks[1:]):
        command, *lines = shown.splitlines()
        if command.startswith("$ ") and language == "json":
            words = shlex.split(command[2:])
            yield words[3], words, lines, json.loads(values)


def filled(template, values):
    """The documented JSON with real values where it has an ellipsis."""
    if isinstance(template, dict):
        return {name: values.get(name, child) if isinstance(child, str) and "…" in child else filled(child, values)
                for name, child in template.items()}
    return template


def comparable(lines):
    """Lines without what must differ: dates, the address of the ledger's account, where the exchanges are simulated."""
    return [re.sub(r"\d{4}-\d\d-\d\d", "DATE", line).replace(LEDGER_ADDRESS, "r…") for line in lines
            if not line.startswith("keys-manager: note: Exchanges are asked elsewhere than usual")]


def by_file(home, words, values, *more):
    """Runs a documented command beside the file that it names; the exit code and all lines, as a terminal shows them."""
    file = next(word[1:] for word in words if word.startswith("@"))
    (home.path / file).write_text(json.dumps(values, indent=2, ensure_ascii=False))
    run = subprocess.run([program(), *words[1:], *more], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                         stderr=subprocess.STDOUT, text=True, cwd=home.path, env=home.environment())
    return run.returncode, run.stdout.splitlines()


def at_prompts(home, words, answers):
    """Answers every question of a command; the exit code, all that the terminal showed, and the questions."""
    since, asked = 0, []

    def answer(shown, terminal, process):
        nonlocal since
        lines = shown[since:].decode(errors="replace").splitlines()
        if lines and lines[-1].endswith(": "):
            # The members of a list come below its heading.
            heading = [line[:-1] for line in lines if re.fullmatch(r"\S.*:", line)][-1:]
            question = heading[0] if lines[-1].startswith("Which one") else re.split(r" [(\[]|: ", lines[-1])[0]
            asked.append(question)
            since = len(shown)
            os.write(terminal, answers.get(question, "").encode() + b"\n")

    code, shown = on_terminal(home, [program(), *words[1:]], answer)
    return code, shown.decode(), asked


def told(shown):
    """The lines in which a command tells its result, without the line of progress that was taken away."""
    lines = [line.rpartition("\x1b[K")[2] for line in shown.replace("\r\n", "\n").splitlines()]
    return [line for line in lines if line.startswith(("Added ", "keys-manager: "))]


def with_files(home, checks):
    found = list(transcripts())
    checks.equal([connector for connector, *_ in found], list(HIDDEN), "the document shows a command for each exchange")
    home.run("account", "create", "other")
    for connector, words, lines, template in found:
        def shows(sentence, values, before="", after="", words=words, more=()):
            code, printed = by_file(home, words, values, *more)
            wanted = [line.replace(before, after) for line in lines] if before else lines
            checks.equal((code, comparable(printed)), (0, comparable(wanted)), sentence)

        values = filled(template, VALUES[connector])
        shows(f"{connector}: prints what the document shows", values)
        spot = connector.removesuffix("_perpetual")
        if f"`{spot}` (spot) takes the same." in DOCUMENT:
            shows(f"{spot}: takes the same", values, connector, spot,
                  [spot if word == connector else word for word in words])
        if connector in ADDED:
            text, members = ADDED[connector]
            checks.that(f"add `{text}`" in DOCUMENT, f"{connector}: the document says what to add")
            shows(f"{connector}: takes {text}, too", values | members, "master_account", "other",
                  more=["--account", "other"])
        described = home.run("connector", "show", connector).stdout
        checks.that(all(name in described for name in template), f"{connector}: its fields are listed", described)


def with_a_wrong_word(home, checks):
    words = next(words for connector, words, *_ in transcripts() if connector.startswith("dydx"))
    phrase = PHRASE.split()
    phrase[4] = "abandom"
    code, printed = by_file(home, words, VALUES["dydx_v4_perpetual"] | {"secret_phrase": " ".join(phrase)})
    printed = "\n".join(printed)
    documented = re.findall(r"`(Word 5 [^`]*)`", DOCUMENT)
    checks.that(code == 77 and documented and documented[0] in printed and "abandom" not in printed,
                "a phrase that is not right is told as the document says", (code, printed, documented))


def by_hand(home, checks):
    """The commands of the document's first block, which ask."""
    block = re.search(r"^```\n(keys-manager credential add .*?)^```$", DOCUMENT, re.DOTALL | re.MULTILINE)[1]
    shown_lines = {connector: lines for connector, _, lines, _ in transcripts()}
    for command in block.splitlines():
        words = shlex.split(command)
        connector = words[3]
        hidden, plain = HIDDEN[connector], PLAIN.get(connector, {})
        code, shown, asked = at_prompts(home, words, hidden | plain)
        checks.equal((code, comparable(told(shown))), (0, comparable(shown_lines[connector])),
                     f"{connector}: on a terminal it ends as with a file")
        checks.equal({*hidden, *plain} - {*asked}, set(), f"{connector}: every field is asked for")
        checks.that(all(question + " (hidden): " in shown for question in hidden)
                    and not any(secret in shown for secret in hidden.values()),
                    f"{connector}: what is pasted into the secret ones stays unseen", shown)


checks = Checks()
with SimulatedExchanges() as exchanges:
    set_up(exchanges)
    for part in (with_files, with_a_wrong_word, by_hand):
        with vault_home(**exchanges.environment()) as home:
            home.run("vault", "create")
            part(home, checks)
checks.finish()
