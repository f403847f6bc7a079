"""Eight processes write to one vault at once: 500 additions, none lost, none mixed up, all readable.

Four of the eight are servers, driven over HTTP; four are command lines, one process for each credential. Then all
eight replace the same credential: whoever was told that it was saved is either there or in the undo store.
"""

import concurrent.futures
import contextlib
import functools
import itertools
import json

import eth_keyfile.keyfile
import yaml

from support import Checks, Server, made_up_values, open_sealed, sealed_values, vault_home

# eth-account derives the key anew for every secret. All of a vault share one salt, so its own derivation is asked once.
eth_keyfile.keyfile._pbkdf2_hash = functools.lru_cache(eth_keyfile.keyfile._pbkdf2_hash)

ACCOUNTS = 10
CONNECTORS = 50
PER_COMMAND_LINE = 25
WRITERS = 4


def marked(values, account, connector):
    """The values with their place written into them, so that a mix-up shows."""
    return {name: f"{account}-{connector}-{name}" if str(value).startswith("FAKE-") else value
            for name, value in values.items()}


def add_over_http(server, items):
    return [(item[:2], server.request("POST", f"/accounts/add-credential/{item[0]}/{item[1]}", item[2])[0] == 201)
            for item in items]


def add_by_command(home, items):
    outcomes = []
    for account, connector, values in items:
        run = home.run("credential", "add", connector, "--account", account, "--bots", str(home.bots),
                       "--credentials", "-", "--no-verify", stdin=json.dumps(values))
        outcomes.append(((account, connector), run.returncode == 0))
        if run.returncode != 0:
            print(run.stderr)
    return outcomes


def replace_over_http(server, number):
    values = {"api_key": f"key {number}", "api_secret": f"secret {number}"}
    return number, server.request("POST", "/accounts/add-credential/master_account/binance", values)[0] == 201


def replace_by_command(home, number):
    values = {"api_key": f"key {number}", "api_secret": f"secret {number}"}
    run = home.run("credential", "replace", "binance", "--bots", str(home.bots), "--credentials", "-", "--yes",
                   "--no-verify", stdin=json.dumps(values))
    if run.returncode not in (0, 75):
        print(run.returncode, run.stderr)
    return number, run.returncode == 0


def pair(text):
    """The key and secret of a binance file."""
    return tuple(open_sealed(armored) for _, armored in sealed_values(yaml.safe_load(text)))


checks = Checks()
with vault_home() as home, contextlib.ExitStack() as stack:
    servers = [stack.enter_context(Server(home, "--no-verify")) for _ in range(WRITERS)]
    _, names = servers[0].json("GET", "/connectors/")
    shapes = {name: made_up_values(servers[0].json("GET", f"/connectors/{name}/config-map")[1])
              for name in names[:CONNECTORS]}
    accounts = [f"account-{number}" for number in range(ACCOUNTS)]
    for account in accounts:
        servers[0].request("POST", f"/accounts/add-account?account_name={account}")
    items = [(account, name, marked(values, account, name))
             for (name, values), account in itertools.product(shapes.items(), accounts)]

    by_command = items[:WRITERS * PER_COMMAND_LINE]
    over_http = items[len(by_command):]
    with concurrent.futures.ThreadPoolExecutor(2 * WRITERS) as pool:
        jobs = [pool.submit(add_by_command, home, by_command[index::WRITERS]) for index in range(WRITERS)]
        jobs += [pool.submit(add_over_http, server, over_http[index::WRITERS]) for index, server in enumerate(servers)]
        outcomes = [outcome for job in jobs for outcome in job.result()]
    checks.equal(len(outcomes), 500, "500 additions were tried")
    checks.equal([place for place, saved in outcomes if not saved], [], "every one was acknowledged")

    lost, wrong = [], []
    for account, name, values in items:
        path = home.bots / "credentials" / account / "connectors" / f"{name}.yml"
        if not path.exists():
            lost.append((account, name))
            continue
        loaded = yaml.safe_load(path.read_text())
        for place, armored in sealed_values(loaded):
            wanted = functools.reduce(lambda node, step: node[step], place, values)
            if open_sealed(armored) != str(wanted):
                wrong.append((account, name, place))
    checks.equal(lost, [], "none is lost")
    checks.equal(wrong, [], "every secret opens with eth-account to what this account entered")
    for server in servers:
        status, overview = server.json("GET", "/v1/overview")
        seen = sum(len(account["credentials"]) for account in overview["accounts"])
        checks.equal((status, seen), (200, 500), "a server lists all 500, those that other processes wrote included")

    servers[0].request("POST", "/accounts/add-credential/master_account/binance",
                       {"api_key": "key start", "api_secret": "secret start"})
    with concurrent.futures.ThreadPoolExecutor(2 * WRITERS) as pool:
        jobs = [pool.submit(replace_over_http, servers[number % WRITERS], number) for number in range(40)]
        jobs += [pool.submit(replace_by_command, home, number) for number in range(40, 52)]
        saved = {number for number, done in (job.result() for job in jobs) if done}
    present = pair((home.bots / "credentials/master_account/connectors/binance.yml").read_text())
    kept = {pair(path.read_text()) for path in (home.bots / ".keys-manager").rglob("*.yml")}
    everything = kept | {present}
    checks.that(all(key.removeprefix("key ") == secret.removeprefix("secret ") for key, secret in everything),
                "no key is ever beside another's secret", sorted(everything))
    missing = [number for number in saved if (f"key {number}", f"secret {number}") not in everything]
    checks.that(len(saved) >= 40, f"{len(saved)} of 52 replacements at once were acknowledged")
    checks.equal(missing, [], "each of them is in place or in the undo store")
checks.finish()
