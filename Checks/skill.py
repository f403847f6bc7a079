"""The skill: its six scripts against the folder and against a server, and SKILL.md against the Agent Skills rules.

What the scripts print is read with jq where an agent would use jq. The keys are checked with simulated exchanges.
"""

import json
import os
import subprocess
from pathlib import Path

from skills_ref import validate

from exchange_keys import made_up
from simulated_exchanges import SimulatedExchanges
from support import LOGIN, PASSWORD, ROOT, Checks, Server, program, vault_home

SKILL = ROOT / "skills" / "keys-manager"
SCRIPTS = sorted(path.name for path in (SKILL / "scripts").glob("*.sh") if path.name != "common.sh")


class Scripts:
    """Runs the scripts as an agent's shell would: the program on the search path, settings in the environment."""

    def __init__(self, home, **settings):
        self.home, self.settings = home, settings

    def __call__(self, name, *arguments):
        """The exit code and the one JSON object that the script printed, or its raw text."""
        environment = self.home.environment(**self.settings)
        environment["PATH"] = f"{Path(program()).parent}:{environment['PATH']}"
        run = subprocess.run(
            [str(SKILL / "scripts" / name), *arguments], capture_output=True, text=True, stdin=subprocess.DEVNULL,
            env=environment, cwd=self.home.path, timeout=120)
        try:
            return run.returncode, json.loads(run.stdout)
        except ValueError:
            return run.returncode, run.stdout + run.stderr


def has(answer, **members):
    """Whether an answer is an object with these members, whatever else it has."""
    return isinstance(answer, dict) and all(answer.get(name) == value for name, value in members.items())


def members(answer):
    return set(answer) if isinstance(answer, dict) else answer


def entered(key):
    """What an agent hands over for a key: its values, by the names that every connector knows."""
    return json.dumps({"api_key": key.values[key.key_field], "api_secret": key.values[key.secret_field]})


def drive(run, exchanges, checks):
    """The scripts from an empty vault on; the same wherever they work."""
    binance, kraken = made_up("binance"), made_up("kraken")
    for key in (binance, kraken):
        exchanges.setup(key.host, **key.setup())

    def shape(sentence, got, code, names, **values):
        checks.that(
            got[0] == code and isinstance(got[1], dict) and set(names) <= set(got[1]) and has(got[1], **values),
            sentence, got)

    shape("set-up without arguments lists the exchanges", run("setup_connector.sh"), 0,
          ["message", "connectors", "next_step", "example"], action="list_exchanges", total_connectors=63,
          current_accounts={"master_account": []})
    step = run("setup_connector.sh", "--connector", "Gate-IO")
    shape("set-up with a connector, however it is written, shows its fields", step, 0,
          ["message", "field_details", "example_credentials", "next_step", "example"], action="show_config",
          connector="gate_io", required_fields=["gate_io_api_key", "gate_io_secret_key"], optional_fields=[])
    shape("a field tells its type and whether it is required",
          (0, step[1].get("field_details", {}) if isinstance(step[1], dict) else step[1]), 0, [],
          gate_io_api_key={"type": "SecretStr", "required": True})
    shape("a choice tells its words",
          (0, run("setup_connector.sh", "--connector", "okx")[1].get("field_details")), 0, [],
          okx_registration_sub_domain={"type": "Literal", "required": False, "allowed_values": ["www", "app", "my"]})
    shape("set-up of an unknown connector is an error", run("setup_connector.sh", "--connector", "nope"), 1,
          ["detail"], error="Connector 'nope' not found")
    shape("set-up with credentials asks for the account",
          run("setup_connector.sh", "--connector", "binance", "--credentials", entered(binance)), 0,
          ["message", "next_step", "example", "note"], action="select_account", connector="binance",
          credentials_provided=True, accounts=[{"account": "master_account", "has_binance": False}],
          default_account="master_account")
    def whole(key):
        return "setup_connector.sh", "--connector", "binance", "--credentials", entered(key), *in_master

    in_master = ("--account", "master_account")
    mistyped = binance.with_values(secret=binance.make_secret())
    refused = run(*whole(mistyped))
    shape("set-up with a bad key adds nothing", refused, 1, ["detail", "verification"], error="Invalid credentials")
    checks.that(
        "the secret does not belong to the key" in str(refused[1]) and "Enter the secret once more" in str(refused[1]),
        "it names the cause and the cure", refused)
    checks.that(not stored(run, "binance").exists(), "and there is no file of it")
    shape("set-up with everything adds", run(*whole(binance)), 0, ["message", "next_step"], action="credentials_added",
          account="master_account", connector="binance", was_override=False, configured_connectors=["binance"])
    shape("set-up again asks for confirmation, with exit code 0", run(*whole(binance)), 0,
          ["message", "warning", "next_step", "example"], action="requires_confirmation", account="master_account",
          connector="binance", existing_connectors=["binance"])
    before = stored(run, "binance").read_bytes()
    shape("set-up with --force and a bad key replaces nothing", run(*whole(mistyped), "--force"), 1, ["detail"],
          error="Invalid credentials")
    checks.that(stored(run, "binance").read_bytes() == before, "the stored file is the same, byte for byte")
    shape("set-up with --force replaces", run(*whole(binance), "--force"), 0, ["message", "next_step"],
          action="credentials_overridden", was_override=True, configured_connectors=["binance"])
    checks.that(stored(run, "binance").read_bytes() != before, "by a file of its own")
    shape("refused values are an error that names the field",
          run("setup_connector.sh", "--connector", "kraken", "--credentials", '{"api_key":"x"}', *in_master), 1,
          ["detail"], error="Failed to add credentials")

    shape("the connectors are listed", run("list_connectors.sh"), 0, ["available_connectors"], total_connectors=63,
          accounts=["master_account"], configured_credentials={"master_account": ["binance"]})
    shape("a connector's fields are told", run("get_connector_config.sh", "--connector", "kucoin"), 0,
          ["field_details", "example_credentials", "documentation_hint", "optional_fields"], connector="kucoin",
          required_fields=["kucoin_api_key", "kucoin_secret_key", "kucoin_passphrase"])
    shape("fields of an unknown connector are an error", run("get_connector_config.sh", "--connector", "nope"), 1,
          ["detail"], error="Connector 'nope' not found")
    code, answer = run("get_connector_config.sh")
    checks.that(code == 1 and str(answer.get("error", "")).startswith("connector is required."),
                "fields of no connector are an error", (code, answer))

    add = ("add_credentials.sh", "--connector", "kraken", "--credentials", entered(kraken))
    exchanges.setup("kraken", faults=[{"kind": "maintenance"}])
    code, answer = run(*add)
    checks.that(
        code == 1 and has(answer, error="Failed to add credentials") and "try again" in answer.get("detail", ""),
        "while the exchange cannot tell, nothing is added", (code, answer))
    exchanges.setup("kraken", clear_faults=True)
    shape("credentials are added to master_account", run(*add), 0, [], status="success", action="credentials_added",
          connector="kraken", account="master_account", was_override=False, configured_connectors=["binance", "kraken"])
    code, answer = run(*add)
    checks.that(
        code == 1 and "already exist" in answer.get("error", "") and "action_required" in answer
        and answer.get("existing_connectors") == ["binance", "kraken"], "adding again is an error", (code, answer))
    shape("adding with --force replaces", run(*add, "--force"), 0, [], status="success", was_override=True)
    shape("refused values are an error", run("add_credentials.sh", "--connector", "okx", "--credentials", "{}"), 1,
          ["detail"], error="Failed to add credentials")
    code, answer = run(*add, "--account", "nobody")
    checks.that(code == 1 and "nobody" in json.dumps(answer), "an unknown account is an error", (code, answer))
    code, answer = run("add_credentials.sh", "--connector", "okx", "--credentials", '{"api_key": "canary-value"')
    checks.that(code == 1 and "error" in answer and "canary-value" not in json.dumps(answer),
                "values that are no JSON are an error that does not repeat them", (code, answer))

    shape("an account's credentials are listed", run("list_account_credentials.sh", "--account", "master_account"), 0,
          [], account="master_account", connectors=["binance", "kraken"], count=2)
    shape("all accounts' credentials are listed", run("list_account_credentials.sh"), 0, [],
          accounts=["master_account"], total_accounts=1,
          credentials_by_account={"master_account": {"connectors": ["binance", "kraken"], "count": 2}})
    shape("credentials of an unknown account are an error", run("list_account_credentials.sh", "--account", "nobody"),
          1, ["detail"], error="Account 'nobody' not found")

    remove = ("remove_credentials.sh", "--connector", "kraken")
    shape("credentials are removed", run(*remove), 0, [], status="success", action="credentials_removed",
          connector="kraken", account="master_account", remaining_connectors=["binance"])
    code, answer = run(*remove)
    checks.that(
        code == 1 and "do not exist" in answer.get("error", "") and answer.get("existing_connectors") == ["binance"],
        "removing what is not there is an error", (code, answer))

    for script in SCRIPTS:
        code, answer = run(script, "--colour", "red")
        checks.that(
            code == 1 and has(answer) and "--colour" in str(answer.get("error")),
            f"{script} names an option that it does not know", (code, answer))


def stored(run, connector):
    """The file of a credential of master_account."""
    return run.home.bots / "credentials" / "master_account" / "connectors" / f"{connector}.yml"


def jq_reads(run, checks):
    _, answer = run("list_connectors.sh")
    read = subprocess.run(
        ["jq", "-e", "-r", ".configured_credentials.master_account[0]"], input=json.dumps(answer), text=True,
        capture_output=True)
    checks.equal((read.returncode, read.stdout), (0, "binance\n"), "jq reads what a script printed")


checks = Checks()

print("The document")
checks.equal(validate(SKILL), [], "SKILL.md keeps the Agent Skills rules")
lines = (SKILL / "SKILL.md").read_text().splitlines()
checks.that(len(lines) < 200, "SKILL.md is short", f"{len(lines)} lines")
checks.equal(
    SCRIPTS,
    ["add_credentials.sh", "get_connector_config.sh", "list_account_credentials.sh", "list_connectors.sh",
     "remove_credentials.sh", "setup_connector.sh"], "the six scripts are there")
checks.that(all(os.access(SKILL / "scripts" / name, os.X_OK) for name in SCRIPTS), "they can be run")

print("On the folder")
with SimulatedExchanges() as exchanges, vault_home(**exchanges.environment()) as home:
    run = Scripts(home, KEYS_MANAGER_BOTS=str(home.bots))
    made = home.run("vault", "create", "--bots", str(home.bots))
    checks.equal(made.returncode, 0, "a vault is created")
    drive(run, exchanges, checks)
    jq_reads(run, checks)

print("Through a server")
with SimulatedExchanges() as exchanges, vault_home(**exchanges.environment()) as home, Server(home) as server:
    drive(Scripts(home, API_URL=server.url), exchanges, checks)
    code, answer = Scripts(home, API_URL=server.url, API_PASS="wrong")("list_connectors.sh")
    checks.that(code == 1 and "error" in answer, "a wrong login is an error", (code, answer))
    run = Scripts(home, API_URL="http://127.0.0.1:9", API_USER="x", API_PASS="y")
    code, answer = run(
        "list_connectors.sh", "--api-url", server.url, "--api-user", LOGIN[0], "--api-pass", LOGIN[1])
    checks.equal((code, answer.get("accounts")), (0, ["master_account"]), "options win over the environment")

print("With settings from a .env file")
with vault_home() as home, Server(home) as server:
    run = Scripts(home)
    (home.path / ".hummingbot").mkdir()
    (home.path / ".hummingbot" / ".env").write_text(f"export API_URL={server.url}  # ours\nAPI_PASS='{LOGIN[1]}'\n")
    run.home.settings = {"API_USER": LOGIN[0]}
    code, answer = run("list_connectors.sh")
    checks.equal((code, answer.get("accounts")), (0, ["master_account"]), "the address and login are found in it")
    run.home.settings = {"CONFIG_PASSWORD": PASSWORD}

checks.finish()
