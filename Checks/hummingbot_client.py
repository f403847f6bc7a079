"""Drives accounts, connectors and credentials with the Python client that people have, unmodified.

The keys are checked with simulated exchanges, which know them; what happens to keys that an exchange refuses is in
verification.py.
"""

import asyncio

import aiohttp
from hummingbot_api_client import HummingbotAPIClient

from exchange_keys import made_up
from simulated_exchanges import SimulatedExchanges
from support import LOGIN, Checks, Server, vault_home


async def refusal(call):
    """The status and the text that the client raises, or what the call answered instead."""
    try:
        return ("no refusal", await call)
    except aiohttp.ClientResponseError as error:
        return (error.status, error.message)


async def drive(server, exchanges, checks):
    async with HummingbotAPIClient(server.url, *LOGIN) as client:
        accounts, connectors = client.accounts, client.connectors

        checks.equal(await accounts.list_accounts(), ["master_account"], "a new vault has master_account alone")
        checks.equal(
            await accounts.add_account("zeta"), {"message": "Account added successfully."}, "an account is added")
        await accounts.add_account("alpha")
        checks.equal(
            await accounts.list_accounts(), ["master_account", "alpha", "zeta"],
            "accounts are listed with master_account first, then by name")
        checks.equal(
            await refusal(accounts.add_account("zeta")), (400, "Account already exists."),
            "adding an account twice is refused")
        checks.equal(
            await refusal(accounts.add_account("a b")),
            (400, "Invalid account name: 'a b'. Only letters, numbers, underscores and hyphens are allowed."),
            "a name with a space is refused")
        checks.equal(
            await refusal(accounts.delete_account("master_account")), (400, "Cannot delete master account."),
            "master_account cannot be deleted")
        checks.equal(
            await refusal(accounts.delete_account("nobody")), (404, "Folder 'nobody' not found in 'credentials'"),
            "deleting an unknown account is refused")
        checks.equal(
            await accounts.delete_account("zeta"), {"message": "Account deleted successfully."},
            "an account is deleted")
        checks.equal(await accounts.list_accounts(), ["master_account", "alpha"], "a deleted account is listed no more")

        names = await connectors.list_connectors()
        checks.equal(len(names), 63, "all 63 connectors are listed")
        checks.equal(names, sorted(names), "connectors are sorted")
        config_map = await connectors.get_config_map("binance")
        secret = {"type": "SecretStr", "required": True}
        checks.equal(
            config_map, {"binance_api_key": secret, "binance_api_secret": secret}, "binance asks for its two secrets")
        okx = await connectors.get_config_map("okx")
        checks.equal(
            okx.get("okx_registration_sub_domain"),
            {"type": "Literal", "required": False, "allowed_values": ["www", "app", "my"]}, "a choice names its words")
        status, text = await refusal(connectors.get_config_map("nope_exchange"))
        checks.that(
            status == 404 and "nope_exchange" in str(text), "an unknown connector is refused by name", (status, text))

        checks.equal(
            await accounts.list_account_credentials("alpha"), [], "a new account has no credentials")
        for connector in ("kucoin", "binance"):
            key = made_up(connector)
            exchanges.setup(key.host, **key.setup())
            checks.equal(
                await accounts.add_credential("alpha", connector, key.values),
                {"message": "Connector credentials added successfully."}, f"{connector} is added")
        checks.equal(
            await accounts.list_account_credentials("alpha"), ["binance", "kucoin"], "credentials are listed by name")
        key = made_up("binance")
        exchanges.setup("binance", **key.setup())
        pair = {name.removeprefix("binance_"): value for name, value in key.values.items()}
        checks.equal(
            await accounts.add_credential("alpha", "binance", pair),
            {"message": "Connector credentials added successfully."},
            "adding again replaces, and field names may go without the connector's prefix")

        canary = "not-to-be-echoed"
        for case, values, expected in [
            ("an unknown field", {"binance_api_key": canary, "binance_api_secret": canary, "colour": canary}, "colour"),
            ("a missing field", {"binance_api_key": canary}, "binance_api_secret"),
            ("a value of the wrong type", {"binance_api_key": [7], "binance_api_secret": canary}, "binance_api_key"),
        ]:
            status, text = await refusal(accounts.add_credential("alpha", "binance", values))
            checks.that(
                status == 400 and expected in str(text) and canary not in str(text),
                f"{case} is refused by its name, without its value", (status, text))
        status, text = await refusal(accounts.add_credential("alpha", "nope_exchange", {"a": "b"}))
        checks.that(
            status in (400, 404) and "nope_exchange" in str(text), "adding to an unknown connector is refused",
            (status, text))
        checks.equal(
            await refusal(accounts.add_credential("nobody", "binance", {"api_key": "a", "api_secret": "b"})),
            (400, "Directory 'credentials/nobody/connectors' not found"), "adding to an unknown account is refused")
        checks.equal(
            await refusal(accounts.list_account_credentials("nobody")),
            (404, "Directory 'credentials/nobody/connectors' not found"), "listing an unknown account is refused")

        checks.equal(
            await accounts.delete_credential("alpha", "kucoin"), {"message": "Credential deleted successfully."},
            "a credential is deleted")
        checks.equal(await accounts.list_account_credentials("alpha"), ["binance"], "a deleted one is listed no more")
        status, text = await refusal(accounts.delete_credential("alpha", "kucoin"))
        checks.that(status == 404, "deleting what is not there is refused", (status, text))

        checks.equal(
            (await refusal(accounts.list_gateway_wallets()))[0], 503, "wallets are said to be unavailable")
        checks.that(await client.docker.is_running(), "the Dashboard's start-up question is answered with yes")

    async with HummingbotAPIClient(server.url, LOGIN[0], "wrong") as client:
        checks.equal(
            await refusal(client.accounts.list_accounts()), (401, "Incorrect username or password"),
            "a wrong login is refused")


checks = Checks()
with SimulatedExchanges() as exchanges, vault_home(**exchanges.environment()) as home, Server(home) as server:
    asyncio.run(drive(server, exchanges, checks))
checks.finish()
