"""The exchanges' own Python SDKs, and the wallets' libraries, against the simulated exchanges.

Every exchange with an SDK of its own on PyPI is here, but for these:

    GRVT          grvt-pysdk 0.2.1 asks for websockets 13.1.
    Derive        derive-py 0.1.5 needs pandas and web3.
    Dexalot       dexalot-sdk 0.6.3 asks for Python 3.12 and for websockets below 15.
    Architect     architect-py 5.9.10 speaks gRPC, and with Architect's brokerage, which is another service.
    MEXC          mexc-sdk 0.0.1 holds no code.

Aevo, Backpack, BingX, Bitget, Bitrue, Bitstamp, BTC Markets, EVEDEX, Gemini, HTX, Kraken, LambdaPlex, NDAX and Pacifica
have none there: what bears their names was written by others. Most of both kinds are held against ccxt.
"""

import asyncio
import base64
import dataclasses
import json
import logging
import re
import secrets
import urllib.error
import urllib.request
import uuid

import gate_api
import kalshi_python
import lighter
import requests
from aptos_sdk.account_address import AccountAddress
from aptos_sdk.async_client import ApiError
from bech32 import bech32_encode, convertbits
from binance_common.configuration import ConfigurationRestAPI
from binance_common.errors import BadRequestError, UnauthorizedError
from binance_sdk_wallet.wallet import Wallet as BinanceWallet
from bitmart.api_contract import APIContract
from bitmart.api_spot import APISpot
from bitmart.lib.cloud_exceptions import APIException
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from coinbase.rest import RESTClient
from decibel import LOCAL_CONFIG
from decibel._utils import FetchError
from decibel.read import DecibelReadDex
from dydx_v4_client.indexer.rest.indexer_client import IndexerClient
from eth_account import Account
from eth_account.messages import encode_defunct
from foxbit_group import rest_api as foxbit
from httpx import HTTPStatusError
from hyperliquid.info import Info
from hyperliquid.utils.error import ClientError
from kucoin_universal_sdk.api import DefaultClient
from kucoin_universal_sdk.generate.account.account import GetFuturesAccountReqBuilder, GetSpotAccountListReqBuilder
from kucoin_universal_sdk.model import ClientOptionBuilder, TransportOptionBuilder
from kucoin_universal_sdk.model.common import RestError
from okx.Account import AccountAPI
from pybit.exceptions import InvalidRequestError
from pybit.unified_trading import HTTP
from pyinjective.wallet import PrivateKey
from xrpl.clients import JsonRpcClient
from xrpl.models.requests import AccountInfo
from xrpl.wallet import Wallet


def check_sdks(simulated, checks):
    for check in (
        check_binance, check_bitmart, check_bybit, check_coinbase, check_decibel, check_dexalot, check_dydx,
        check_foxbit, check_gate, check_hyperliquid, check_injective, check_kalshi, check_kucoin, check_lighter,
        check_okx, check_ripple,
    ):
        check(simulated, checks)


def hold(host, ask, make, readings, refusals, simulated, checks):
    """What an SDK reads with a key that its exchange knows, and its refusals with another part of the key.

    - `ask(call, **key)`: makes a client of the SDK with the key; the call's answer, or the code of its refusal.
    - `make()`: a new key, with the simulators' names for its parts.
    - `readings`: by what is read: the call, and what it must answer.
    - `refusals`: by the part of the key that is another one: the code, and the cause.
    """
    title, key = f"{host}'s SDK", make()
    simulated.setup(host, keys=[{"name": title, **key}])
    for what, (call, wanted) in readings.items():
        checks.equal(ask(call, **key), wanted, f"{title}: {what}")
        last = simulated.requests(host)[-1]
        checks.equal((last["verdict"], last.get("key")), ("accepted", title), f"{title}: the key held for {what}")
    call = next(iter(readings.values()))[0]
    for part, (code, cause) in refusals.items():
        checks.equal(ask(call, **key | {part: make()[part]}), code, f"{title}: refused for another {part}")
        checks.equal(simulated.requests(host)[-1]["verdict"], cause, f"{title}: the {part} was the cause")


def check_binance(simulated, checks):
    """The wallet's SDK; those for spot and futures sign with the same library."""
    def ask(call, key, secret):
        configuration = ConfigurationRestAPI(
            api_key=key, api_secret=secret, base_path=simulated.hosts["binance"], retries=0)
        try:
            return call(BinanceWallet(configuration).rest_api)
        except (BadRequestError, UnauthorizedError) as error:
            return error.status_code

    hold("binance", ask, lambda: {"key": secrets.token_hex(32), "secret": secrets.token_hex(32)}, {
        "the key's rights": (lambda it: it.get_api_key_permission().data().enable_spot_and_margin_trading, True),
        "the balance": (lambda it: it.all_coins_information().data()[0].free, "0.5"),
    }, {"key": (-2015, "unknown_key"), "secret": (-1022, "wrong_secret")}, simulated, checks)


def check_bitmart(simulated, checks):
    """What wants a signature is told apart from what wants the key alone: so does the official SDK."""
    logging.getLogger("bitmart").setLevel(logging.CRITICAL)
    url, key, secret = simulated.hosts["bitmart"], secrets.token_hex(20), secrets.token_hex(32)
    simulated.setup("bitmart", keys=[{"name": "bitmart", "key": key, "secret": secret, "passphrase": "memo"}])

    def code(call):
        try:
            return call()[0]["code"]
        except APIException as error:
            return json.loads(error.response)["code"]

    def spot(key=key, secret=secret, memo="memo"):
        return APISpot(key, secret, memo, url=url)

    contract = APIContract(key, secret, "memo", url=url)
    checks.equal(code(lambda: spot().v4_query_open_orders(limit=1)), 1000, "bitmart's SDK: the orders are read")
    checks.equal(code(lambda: contract.get_transfer_list(1, 10)), 1000, "bitmart's SDK: the transfers are read")
    checks.equal(code(contract.get_assets_detail), 1000, "bitmart's SDK: the contracts' balance is read")
    checks.equal(
        code(lambda: spot(secret="x", memo="x").get_wallet()), 1000, "bitmart's SDK: the wallet wants the key alone")
    for changed, wanted in (({"key": "x"}, 30002), ({"secret": "x"}, 30005), ({"memo": "x"}, 30005)):
        name = next(iter(changed))
        checks.equal(
            code(lambda: spot(**changed).v4_query_open_orders(limit=1)), wanted,
            f"bitmart's SDK: refused for another {name}")


def check_bybit(simulated, checks):
    """It knows Bybit's own hosts only: where it sends is changed in the client."""
    logging.getLogger("pybit").setLevel(logging.CRITICAL)

    def ask(call, key, secret):
        client = HTTP(api_key=key, api_secret=secret)
        client.endpoint = simulated.hosts["bybit"]
        try:
            return call(client)
        except InvalidRequestError as error:
            return error.status_code

    def balance(client):
        return client.get_wallet_balance(accountType="UNIFIED", coin="USDT,BTC")["result"]["list"][0]["totalEquity"]

    hold("bybit", ask, lambda: {"key": secrets.token_hex(9), "secret": secrets.token_hex(18)}, {
        "the key's rights": (lambda it: it.get_api_key_information()["result"]["permissions"]["Spot"], ["SpotTrade"]),
        "the balance": (balance, "1000"),
    }, {"key": (10003, "unknown_key"), "secret": (10004, "wrong_secret")}, simulated, checks)


def check_coinbase(simulated, checks):
    """Tokens name Coinbase's host, so only the sending is turned to the loopback; of both kinds of keys."""
    logging.getLogger("coinbase.RESTClient").setLevel(logging.CRITICAL)
    host = "coinbase_advanced_trade"

    def ask(call, key, secret):
        client = RESTClient(api_key=key, api_secret=secret)
        send = client.session.request
        client.session.request = lambda method, url, **more: send(
            method, url.replace("https://api.coinbase.com", simulated.hosts[host], 1), **more)
        try:
            return call(client)
        except requests.HTTPError as error:
            return error.response.status_code

    def ecdsa():
        return {
            "key": f"organizations/{uuid.uuid4()}/apiKeys/{uuid.uuid4()}",
            "secret": ec.generate_private_key(ec.SECP256R1()).private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL,
                serialization.NoEncryption()).decode()}

    def edwards():
        key = ed25519.Ed25519PrivateKey.generate()
        halves = key.private_bytes_raw() + key.public_key().public_bytes_raw()
        return {"key": str(uuid.uuid4()), "secret": base64.b64encode(halves).decode()}

    for make in (ecdsa, edwards):
        hold(host, ask, make, {
            "the key's rights": (lambda it: it.get_api_key_permissions().can_trade, True),
            "the balance": (lambda it: it.get_accounts().accounts[0].available_balance["value"], "0.5"),
        }, {"key": (401, "unknown_key"), "secret": (401, "wrong_secret")}, simulated, checks)


def check_decibel(simulated, checks):
    """The bearer key of the exchange; and the chain's node, through Aptos's own SDK, which sends none."""
    async def answer(url, key, call):
        configuration = dataclasses.replace(
            LOCAL_CONFIG, fullnode_url=url + "/v1", trading_http_url=url + "/decibel")
        async with DecibelReadDex(configuration, api_key=key) as dex:
            try:
                return await call(dex.account_overview)
            except FetchError as error:
                return error.status
            except ApiError as error:
                return error.status_code
            finally:
                await dex.account_overview.aptos.close()

    for host in ("decibel_perpetual", "decibel_perpetual_testnet"):
        title, key, address = f"{host}'s SDK", secrets.token_hex(16), "0x" + secrets.token_hex(32)
        simulated.setup(
            host, keys=[{"name": title, "key": key, "secret": ""}],
            wallets=[{"address": address, "role": "user", "account_value": "123.5"}])

        def ask(key, call):
            return asyncio.run(answer(simulated.hosts[host], key, call))

        async def value(reader):
            return (await reader.get_by_addr(sub_addr=address)).perp_equity_balance

        async def number(reader):
            return (await reader.aptos.account(AccountAddress.from_str(address)))["sequence_number"]

        checks.equal(ask(key, value), 123.5, f"{title}: the account's value")
        checks.equal(simulated.requests(host)[-1]["verdict"], "accepted", f"{title}: the key held")
        checks.equal(ask(secrets.token_hex(16), value), 401, f"{title}: refused for another key")
        checks.equal(simulated.requests(host)[-1]["verdict"], "wrong_secret", f"{title}: the key was the cause")
        checks.equal(ask(key, number), "7", f"{title}: the account on the chain")


def check_dexalot(simulated, checks):
    """Messages as eth-account signs them."""
    person, other = Account.create(), Account.create()

    def status(address, signer):
        signature = signer.sign_message(encode_defunct(text="dexalot")).signature.hex()
        request = urllib.request.Request(
            simulated.hosts["dexalot"] + "/privapi/signed/orders", headers={"x-signature": f"{address}:0x{signature}"})
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return answer.status
        except urllib.error.HTTPError as error:
            return error.code

    checks.equal(status(person.address, person), 200, "eth-account: a wallet's own signature is taken by dexalot")
    checks.equal(status(person.address, other), 401, "eth-account: another wallet's is not")


def check_dydx(simulated, checks):
    host, client = "dydx_v4_perpetual", IndexerClient(simulated.hosts["dydx_v4_perpetual"])
    used, unused = (bech32_encode("dydx", convertbits(secrets.token_bytes(20), 8, 5)) for _ in range(2))
    simulated.setup(host, wallets=[{"address": used, "role": "user", "account_value": "123.5"}])

    def value(address):
        try:
            return asyncio.run(client.account.get_subaccount(address, 0))["subaccount"]["equity"]
        except HTTPStatusError as error:
            return error.response.status_code

    checks.equal(value(used), "123.5", f"{host}'s SDK: the account's value")
    checks.equal(value(unused), 404, f"{host}'s SDK: an unused address")


def check_foxbit(simulated, checks):
    def ask(call, key, secret):
        configuration = foxbit.Configuration(host=simulated.hosts["foxbit"], api_key=key, api_secret=secret)
        try:
            with foxbit.ApiClient(configuration) as client:
                return call(client)
        except foxbit.ApiException as error:
            return json.loads(error.body)["error"]["code"]

    hold("foxbit", ask, lambda: {"key": secrets.token_hex(16), "secret": secrets.token_hex(32)}, {
        "the balance": (lambda it: foxbit.AccountApi(it).list_accounts().data[0].balance_available, "975.0"),
        "the person": (lambda it: foxbit.MemberInfoApi(it).current_member().sn, "1000001"),
    }, {"key": (2003, "unknown_key"), "secret": (2002, "wrong_secret")}, simulated, checks)


def check_gate(simulated, checks):
    def ask(call, key, secret):
        configuration = gate_api.Configuration(host=simulated.hosts["gate_io"] + "/api/v4", key=key, secret=secret)
        try:
            with gate_api.ApiClient(configuration) as client:
                return call(client)
        except gate_api.exceptions.GateApiException as error:
            return error.label

    hold("gate_io", ask, lambda: {"key": secrets.token_hex(16), "secret": secrets.token_hex(32)}, {
        "the account": (lambda it: gate_api.AccountApi(it).get_account_detail().user_id, 1000001),
        "the balance": (lambda it: gate_api.SpotApi(it).list_spot_accounts(currency="USDT")[0].available, "975"),
        "the futures' balance": (lambda it: gate_api.FuturesApi(it).list_futures_accounts("usdt").available, "1000"),
    }, {"key": ("INVALID_KEY", "unknown_key"), "secret": ("INVALID_SIGNATURE", "wrong_secret")}, simulated, checks)


def check_hyperliquid(simulated, checks):
    """Addresses alone; whatever this SDK signs would change something."""
    for host in ("hyperliquid", "hyperliquid_testnet"):
        person, agent = Account.create().address, Account.create().address
        simulated.setup(host, wallets=[
            {"address": person, "role": "user", "account_value": "123.5", "agents": [
                {"name": "bot", "address": agent, "valid_until": 2_000_000_000_000}]},
            {"address": agent, "role": "agent", "master": person}])
        info = Info(simulated.hosts[host], skip_ws=True)
        value = info.user_state(person)["marginSummary"]["accountValue"]
        checks.equal(value, "123.5", f"{host}'s SDK: the account's value")
        checks.equal(
            [it["address"] for it in info.extra_agents(person)], [agent.lower()], f"{host}'s SDK: the account's agents")
        checks.equal(
            info.user_role(agent), {"role": "agent", "data": {"user": person.lower()}}, f"{host}'s SDK: an agent")
        checks.equal(
            info.user_role(Account.create().address), {"role": "missing"}, f"{host}'s SDK: an address without account")
        try:
            refused = info.user_role("0x12")
        except ClientError as error:
            refused = error.status_code
        checks.equal(refused, 422, f"{host}'s SDK: refused for half an address")


def check_injective(simulated, checks):
    """An address that this SDK derives from its words, as the node of each network knows it."""
    for host in ("injective_v2", "injective_v2_testnet"):
        _, key = PrivateKey.generate()
        address = key.to_public_key().to_address()

        def number():
            try:
                return address.init_num_seq(simulated.hosts[host]).number
            except ValueError as error:
                return error.args[-1]

        checks.equal(number(), 404, f"{host}'s SDK: an address that was never used")
        simulated.setup(host, wallets=[{"address": address.to_acc_bech32(), "role": "user"}])
        checks.equal(number(), 1, f"{host}'s SDK: the account's number")


def check_kalshi(simulated, checks):
    """RSA-PSS as Kalshi's SDK makes it."""
    def pem():
        key = rsa.generate_private_key(65537, 2048)
        return key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL,
            serialization.NoEncryption()).decode()

    private = pem()
    simulated.setup("kalshi_perpetual", keys=[{"name": "kalshi", "key": "key-id", "secret": private}])

    def balance(key, private):
        configuration = kalshi_python.Configuration(host=simulated.hosts["kalshi_perpetual"] + "/trade-api/v2")
        configuration.api_key_id, configuration.private_key_pem = key, private
        try:
            return kalshi_python.KalshiClient(configuration).get_balance().balance
        except kalshi_python.ApiException as error:
            return error.status

    checks.equal(balance("key-id", private), 100_000, "kalshi's SDK: the balance is read")
    checks.equal(balance("another", private), 401, "kalshi's SDK: refused for an unknown key")
    checks.equal(balance("key-id", pem()), 401, "kalshi's SDK: refused for another private key")
    verdicts = [it["verdict"] for it in simulated.requests("kalshi_perpetual")]
    checks.equal(verdicts, ["accepted", "unknown_key", "wrong_secret"], "kalshi's SDK: for those causes")


def check_kucoin(simulated, checks):
    url = simulated.hosts["kucoin"]

    def ask(call, key, secret, passphrase):
        options = ClientOptionBuilder().set_key(key).set_secret(secret).set_passphrase(passphrase)
        options.set_spot_endpoint(url).set_futures_endpoint(url).set_broker_endpoint(url)
        options.set_transport_option(TransportOptionBuilder().build())
        try:
            return call(DefaultClient(options.build()).rest_service().get_account_service().get_account_api())
        except RestError as error:
            return re.search(r'"code":"(\d+)"', str(error))[1]

    spot = GetSpotAccountListReqBuilder().set_currency("USDT").set_type("trade").build()
    futures = GetFuturesAccountReqBuilder().set_currency("USDT").build()
    hold("kucoin", ask, lambda: {
        "key": secrets.token_hex(12), "secret": str(uuid.uuid4()), "passphrase": "pass " + secrets.token_hex(4),
    }, {
        "the key's rights": (lambda it: it.get_apikey_info().permission, "General,Spot,Futures"),
        "the balance": (lambda it: it.get_spot_account_list(spot).data[0].available, "975"),
        "the futures' balance": (lambda it: it.get_futures_account(futures).available_balance, 1000),
    }, {
        "key": ("400003", "unknown_key"), "secret": ("400005", "wrong_secret"),
        "passphrase": ("400004", "wrong_passphrase"),
    }, simulated, checks)


def check_lighter(simulated, checks):
    """Whether the exchange knows a private key's public half: this SDK compares them itself, and needs no signature."""
    async def compared(url, key):
        client = lighter.SignerClient(url=url, account_index=12, api_private_keys={3: key})
        try:
            return client.check_client()
        finally:
            await client.close()

    async def value(url, address):
        async with lighter.ApiClient(lighter.Configuration(host=url)) as client:
            try:
                found = await lighter.AccountApi(client).account(by="l1_address", value=address)
                return found.accounts[0].collateral
            except lighter.exceptions.BadRequestException as error:
                return json.loads(error.body)["code"]

    for host in ("lighter", "lighter_testnet"):
        url, person = simulated.hosts[host], Account.create().address
        (private, public, _), (another, _, _) = lighter.create_api_key(), lighter.create_api_key()
        simulated.setup(host, reset=True, wallets=[{
            "address": person, "role": "user", "account_value": "123.5", "subaccounts": [12], "agents": [{
                "name": "", "address": public.removeprefix("0x"), "valid_until": 2_000_000_000_000, "slot": 3}]}])
        checks.equal(asyncio.run(value(url, person)), "123.5", f"{host}'s SDK: the account's value")
        checks.equal(
            asyncio.run(value(url, Account.create().address)), 21100, f"{host}'s SDK: an address without account")
        checks.equal(asyncio.run(compared(url, private)), None, f"{host}'s SDK: the key is the registered one")
        checks.that(asyncio.run(compared(url, another)), f"{host}'s SDK: another key is not")


def check_okx(simulated, checks):
    for host in ("okx", "okx_us", "okx_eea"):
        def ask(call, key, secret, passphrase):
            with AccountAPI(key, secret, passphrase, flag="0", domain=simulated.hosts[host]) as client:
                answer, field = call(client)
            return answer["data"][0][field] if answer["code"] == "0" else answer["code"]

        hold(host, ask, lambda: {
            "key": str(uuid.uuid4()), "secret": secrets.token_hex(16).upper(),
            "passphrase": "pass " + secrets.token_hex(4),
        }, {
            "the key's rights": (lambda it: (it.get_account_config(), "perm"), "read_only,trade"),
            "the balance": (lambda it: (it.get_account_balance("USDT,BTC"), "totalEq"), "1000"),
        }, {
            "key": ("50119", "unknown_key"), "secret": ("50113", "wrong_secret"),
            "passphrase": ("50105", "wrong_passphrase"),
        }, simulated, checks)


def check_ripple(simulated, checks):
    """Addresses as xrpl-py derives them."""
    wallet, client = Wallet.create(), JsonRpcClient(simulated.hosts["xrpl"] + "/")

    def info(address):
        return client.request(AccountInfo(account=address, ledger_index="validated")).result

    checks.equal(info(wallet.address).get("error"), "actNotFound", "xrpl-py: an address that was never used")
    simulated.setup("xrpl", wallets=[{"address": wallet.address, "role": "user", "account_value": "25000000"}])
    checks.equal(info(wallet.address)["account_data"]["Balance"], "25000000", "xrpl-py: the balance is read")
