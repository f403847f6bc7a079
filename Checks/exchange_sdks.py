"""The exchanges' own Python SDKs, and the wallets' libraries, against the simulated exchanges."""

import json
import logging
import secrets
import urllib.error
import urllib.request

import kalshi_python
from bitmart.api_contract import APIContract
from bitmart.api_spot import APISpot
from bitmart.lib.cloud_exceptions import APIException
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from eth_account import Account
from eth_account.messages import encode_defunct
from xrpl.clients import JsonRpcClient
from xrpl.models.requests import AccountInfo
from xrpl.wallet import Wallet


def check_sdks(simulated, checks):
    check_bitmart(simulated, checks)
    check_kalshi(simulated, checks)
    check_dexalot(simulated, checks)
    check_ripple(simulated, checks)


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


def check_ripple(simulated, checks):
    """Addresses as xrpl-py derives them."""
    wallet, client = Wallet.create(), JsonRpcClient(simulated.hosts["xrpl"] + "/")

    def info(address):
        return client.request(AccountInfo(account=address, ledger_index="validated")).result

    checks.equal(info(wallet.address).get("error"), "actNotFound", "xrpl-py: an address that was never used")
    simulated.setup("xrpl", wallets=[{"address": wallet.address, "role": "user", "account_value": "25000000"}])
    checks.equal(info(wallet.address)["account_data"]["Balance"], "25000000", "xrpl-py: the balance is read")
