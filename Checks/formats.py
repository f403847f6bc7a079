"""Holds the files that the program writes against the programs that read them: PyYAML and eth-account.

All 63 connectors are written through the server; the connectors of the vectors also through the command line, and
compared byte for byte with what Hummingbot itself wrote. Then the other way round: the program opens that tree.
"""

import concurrent.futures
import json
import os
import re
import shutil
import stat

import yaml

from support import (
    VECTORS, Checks, Home, Server, keyfile, made_up_values, open_sealed, sealed_values, vault_home)

PLAINTEXT = json.loads((VECTORS / "plaintext.json").read_text())
SEALED = re.compile(r"\b7b22[0-9a-f]{400,}\b")


def connectors_folder(bots, account="master_account"):
    return bots / "credentials" / account / "connectors"


def layout(text):
    """A file without what may differ: the sealed values, and lighter's limit, which Hummingbot sealed by mistake."""
    text = SEALED.sub("SEALED", text)
    return re.sub(r"^(lighter_account_limit:) .*$", r"\1 EITHER", text, flags=re.MULTILINE)


def at(values, path):
    for step in path:
        values = values[step]
    return values


def mode(path):
    return stat.S_IMODE(os.stat(path).st_mode)


def check_modes(bots, checks):
    entries = [path for name in ("credentials", ".keys-manager") for path in (bots / name).rglob("*")]
    folders = [f"{oct(mode(path))} {path}" for path in entries if path.is_dir() and mode(path) != 0o700]
    files = [f"{oct(mode(path))} {path}" for path in entries if path.is_file() and mode(path) != 0o600]
    checks.equal(folders, [], "every folder of the vault has mode 0700")
    checks.equal(files, [], "every file of the vault has mode 0600")


def check_written(bots, written, opener, checks):
    """Every file of master_account against the values it was made from."""
    documents = [keyfile((bots / "credentials/master_account/.password_verification").read_text().strip())]
    tasks = []
    for connector, values in written.items():
        path = connectors_folder(bots) / f"{connector}.yml"
        text = path.read_text()
        loaded = yaml.safe_load(text)
        plain = {name: value for name, value in loaded.items() if name != "connector"}
        sealed = dict(sealed_values(plain))
        faults = []
        if loaded.get("connector") != connector:
            faults.append(f"connector is {loaded.get('connector')!r}")
        if list(plain) != list(values):
            faults.append(f"fields are {list(plain)}, not {list(values)}")
        for name, value in values.items():
            stored = plain.get(name)
            if (name,) in sealed or any(path[0] == name for path in sealed):
                continue
            if stored != value:
                faults.append(f"{name} is {stored!r}, not {value!r}")
        tasks += [(connector, path, armored, at(values, path)) for path, armored in sealed.items()]
        checks.that(sealed or not faults, f"{connector}: PyYAML reads what was entered", "; ".join(faults))
        if faults and sealed:
            checks.that(False, f"{connector}: its plain fields are what was entered", "; ".join(faults))
        documents += [keyfile(armored) for armored in sealed.values()]

    opened = list(opener.map(open_sealed, [task[2] for task in tasks], chunksize=8))
    wrong = [f"{task[0]} {task[1]}" for task, value in zip(tasks, opened) if value != str(task[3])]
    checks.equal(wrong, [], f"eth-account opens all {len(tasks)} sealed values to what was entered")
    words = [document["crypto"]["cipherparams"]["iv"].rjust(32, "0") for document in documents]
    checks.equal(len(set(words)), len(words), f"no two of the vault's {len(words)} IVs are equal")
    salts = {document["crypto"]["kdfparams"]["salt"] for document in documents}
    checks.equal(len(salts), 1, "every secret reuses the verification file's salt")
    forms = set()
    for document in documents:
        crypto, parameters = document["crypto"], document["crypto"]["kdfparams"]
        forms.add((*document, *crypto, *parameters, document["version"], document["alias"], crypto["kdf"],
                   parameters["c"], parameters["dklen"], parameters["prf"]))
    wanted = ("crypto", "version", "alias", "cipher", "cipherparams", "ciphertext", "kdf", "kdfparams", "mac",
              "c", "dklen", "prf", "salt", 3, "", "pbkdf2", 1_000_000, 32, "hmac-sha256")
    checks.equal(forms, {wanted}, "every keyfile has Hummingbot's members in Hummingbot's order, with its rounds")


def check_server_writes(opener, checks):
    print("Written through the server")
    with vault_home() as home:
        with Server(home, "--no-verify") as server:
            _, names = server.json("GET", "/connectors/")
            written = {}
            for connector in names:
                _, config_map = server.json("GET", f"/connectors/{connector}/config-map")
                values = made_up_values(config_map)
                status, answer = server.json("POST", f"/accounts/add-credential/master_account/{connector}", values)
                if status == 201:
                    written[connector] = values
                else:
                    checks.that(False, f"{connector} is written", f"{status} {answer}")
            checks.equal(len(written), 63, "all 63 connectors are written")
        verification = (home.bots / "credentials/master_account/.password_verification").read_text()
        checks.equal(open_sealed(verification.strip()), "HummingBot", "eth-account opens the verification file")
        check_written(home.bots, written, opener, checks)
        check_modes(home.bots, checks)
        strays = [p.name for p in (home.bots / "credentials").rglob("*") if p.is_file() and p.suffix != ".yml"
                  and p.name != ".password_verification"]
        checks.equal(strays, [], "nothing else lies under credentials/")


def check_command_line_writes(checks):
    print("Written through the command line, against Hummingbot's own bytes")
    with vault_home() as home:
        home.run("vault", "create", "--bots", str(home.bots))
        for connector, values in PLAINTEXT["connectors"].items():
            run = home.run(
                "credential", "add", connector, "--bots", str(home.bots), "--credentials", "-", "--no-verify",
                stdin=json.dumps(values))
            if not checks.equal(run.returncode, 0, f"{connector} is added"):
                print(run.stderr)
                continue
            ours = (connectors_folder(home.bots) / f"{connector}.yml").read_text()
            theirs = (connectors_folder(VECTORS) / f"{connector}.yml").read_text()
            checks.equal(layout(ours), layout(theirs), f"{connector} has Hummingbot's layout")
        check_modes(home.bots, checks)


def check_reads(checks):
    print("Hummingbot's tree, opened by the program")
    with Home(CONFIG_PASSWORD=PLAINTEXT["password"]) as home:
        shutil.copytree(VECTORS / "credentials", home.bots / "credentials")
        for connector, values in PLAINTEXT["connectors"].items():
            before = (connectors_folder(home.bots) / f"{connector}.yml").read_bytes()
            run = home.run(
                "credential", "show", connector, "--reveal", "--bots", str(home.bots), "--format", "json")
            shown = revealed(run.stdout)
            wrong = [name for name, value in values.items() if not same(shown.get(name), value)]
            checks.that(
                run.returncode == 0 and not wrong, f"{connector} opens to what was entered in Hummingbot",
                f"exit code {run.returncode}, wrong: {wrong} {run.stderr}")
            if (connectors_folder(home.bots) / f"{connector}.yml").read_bytes() != before:
                checks.that(False, f"{connector} is left as it was")
        wrong_password = home.environment(CONFIG_PASSWORD="another")
        run = home.run(
            "credential", "show", "binance", "--reveal", "--bots", str(home.bots), environment=wrong_password)
        checks.equal(run.returncode, 77, "a wrong password reveals nothing")


def revealed(text):
    """The values that `credential show --reveal --format json` prints, unless it has a complaint."""
    try:
        answer = json.loads(text)
        return {} if answer["problems"] else answer["values"]
    except (ValueError, KeyError, TypeError):
        return {}


def same(shown, entered):
    """Whether a revealed value is the entered one; a map may hold more, its defaults."""
    if isinstance(entered, dict):
        return isinstance(shown, dict) and all(same(shown.get(name), value) for name, value in entered.items())
    return str(shown) == str(entered)


checks = Checks()
with concurrent.futures.ProcessPoolExecutor(max_workers=os.cpu_count()) as opener:
    check_server_writes(opener, checks)
check_command_line_writes(checks)
check_reads(checks)
checks.finish()
