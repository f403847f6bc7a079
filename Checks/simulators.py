"""Holds the simulated exchanges against what people use with the real ones, unmodified but for where it sends.

ccxt signs for the exchanges' own host names; only the sending is turned to the loopback, and anything that would leave
it raises. A key that ccxt signs with must be accepted; one with another secret, passphrase, address or time must be
refused with an answer that ccxt's tables know by its cause. The exchanges' own SDKs, where they have any, follow in
`exchange_sdks`.
"""

import base64
import secrets
import socket
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import ccxt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from eth_account import Account

from exchange_sdks import check_sdks
from simulated_exchanges import SimulatedExchanges
from support import Checks


def keep_to_the_loopback():
    """Makes every connection elsewhere fail, whoever asks for it."""
    connect = socket.socket.connect

    def guarded(self, address):
        if self.family in (socket.AF_INET, socket.AF_INET6) and not str(address[0]).startswith("127."):
            raise ConnectionRefusedError(f"{address} is not on the loopback")
        return connect(self, address)

    socket.socket.connect = guarded


def client(kind, names, options, **credentials):
    """A ccxt exchange that sends what it signed for a documented host to that host's simulator."""

    class Redirected(getattr(ccxt, kind)):
        def fetch(self, url, method="GET", headers=None, body=None):
            place = urlsplit(url)
            return super().fetch(
                url.replace(f"https://{place.netloc}", names[place.hostname], 1), method, headers, body)

    return Redirected({"enableRateLimit": False, "options": options, **credentials})


def pem():
    """A private key as Coinbase hands it out: P-256, as an EC PRIVATE KEY."""
    key = ec.generate_private_key(ec.SECP256R1())
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL,
        serialization.NoEncryption()).decode()


def edwards():
    """A private key of Coinbase's newer kind: seed and public key of Ed25519, in Base64."""
    key = ed25519.Ed25519PrivateKey.generate()
    raw = serialization.Encoding.Raw
    seed = key.private_bytes(raw, serialization.PrivateFormat.Raw, serialization.NoEncryption())
    return base64.b64encode(seed + key.public_key().public_bytes(raw, serialization.PublicFormat.Raw)).decode()


def text(count=32):
    return secrets.token_hex(count)


def kraken_secret():
    return base64.b64encode(secrets.token_bytes(64)).decode()


SPOT = {"fetchMarkets": {"types": ["spot"]}, "defaultType": "spot"}
FUTURES = {"fetchMarkets": {"types": ["linear"]}, "defaultType": "swap", "defaultSubType": "linear"}
KUCOIN = {"fetchMarkets": {"types": ["spot"], "fetchTickersFees": False}}


def backpack_pair():
    """A key and a secret of Backpack: the two halves of an Ed25519 key, in Base64."""
    halves = base64.b64decode(edwards())
    return base64.b64encode(halves[32:]).decode(), base64.b64encode(halves[:32]).decode()


@dataclass
class Recipe:
    """An exchange as ccxt knows it: how its keys look, and which calls ask for rights and balance."""

    host: str
    kind: str
    rights: Callable
    balance: Callable = lambda it: it.fetch_balance()
    options: dict = field(default_factory=dict)
    key: Callable = text
    secret: Callable = text
    pair: Callable = None
    has_passphrase: bool = False
    # Whether nonces of a key must rise, instead of lying near the clock.
    has_nonce: bool = False
    # What ccxt takes a wrong clock or nonce for.
    clock: type = ccxt.InvalidNonce
    more: dict = field(default_factory=dict)

    def __post_init__(self):
        self.pair = self.pair or (lambda: (self.key(), self.secret()))


def okx(host, kind):
    return Recipe(
        host, kind, lambda it: it.private_get_account_config(), options=SPOT, key=lambda: str(uuid.uuid4()),
        secret=lambda: text(16).upper(), has_passphrase=True)


def bybit(host):
    return Recipe(
        host, "bybit", lambda it: it.private_get_v5_user_query_api(), options=SPOT, key=lambda: text(9),
        secret=lambda: text(18))


def coinbase(key, secret):
    # Coinbase has one answer for everything.
    return Recipe(
        "coinbase_advanced_trade", "coinbase", lambda it: it.v3_private_get_brokerage_key_permissions(),
        lambda it: it.fetch_balance({"v3": True}), key=key, secret=secret, clock=ccxt.AuthenticationError)


EXCHANGES = {
    "binance": Recipe("binance", "binance", lambda it: it.sapi_get_account_apirestrictions(), options=SPOT),
    "binance futures": Recipe(
        "binance", "binanceusdm", lambda it: it.sapi_get_account_apirestrictions(), options=FUTURES),
    "coinbase": coinbase(lambda: f"organizations/{uuid.uuid4()}/apiKeys/{uuid.uuid4()}", pem),
    "coinbase, Ed25519": coinbase(lambda: str(uuid.uuid4()), edwards),
    "kraken": Recipe(
        "kraken", "kraken", lambda it: it.private_post_getapikeyinfo(), secret=kraken_secret, has_nonce=True),
    "kucoin": Recipe(
        "kucoin", "kucoin", lambda it: it.private_get_user_api_key(), options=KUCOIN, key=lambda: text(12),
        secret=lambda: str(uuid.uuid4()), has_passphrase=True),
    # Gate's label for a wrong clock means a login to ccxt.
    "gate": Recipe(
        "gate_io", "gate", lambda it: it.private_account_get_detail(), options=SPOT, key=lambda: text(16),
        clock=ccxt.AuthenticationError),
    "okx": okx("okx", "okx"),
    "okx, United States": okx("okx_us", "okxus"),
    "okx, Europe": okx("okx_eea", "myokx"),
    "bybit": bybit("bybit"),
    "bybit testnet": bybit("bybit_testnet"),
    "bitget": Recipe(
        "bitget", "bitget", lambda it: it.private_spot_get_v2_spot_account_info(),
        lambda it: it.private_mix_get_v2_mix_account_accounts({"productType": "USDT-FUTURES"}),
        key=lambda: "bg_" + text(16), has_passphrase=True),
    "mexc": Recipe(
        "mexc", "mexc", lambda it: it.spot_private_get_account(), lambda it: it.spot_private_get_kyc_status(),
        key=lambda: "mx0" + text(8)),
    "htx": Recipe(
        "htx", "htx", lambda it: it.spot_private_get_v1_account_accounts(),
        lambda it: it.spot_private_get_v1_account_accounts_account_id_balance({"account-id": "11000001"}),
        clock=ccxt.AuthenticationError),
    "htx, API v2": Recipe(
        "htx", "htx", lambda it: it.spot_private_get_v2_user_uid(),
        lambda it: it.spot_private_get_v2_user_api_key({"uid": "1000001"}), clock=ccxt.AuthenticationError),
    "bingx": Recipe(
        "bing_x", "bingx", lambda it: it.account_v1_private_get_account_apipermissions(),
        lambda it: it.spot_v1_private_get_account_balance()),
    "bitrue": Recipe(
        "bitrue", "bitrue", lambda it: it.spot_v1_private_get_account(),
        lambda it: it.spot_v1_private_get_account()),
    "bitstamp": Recipe(
        "bitstamp", "bitstamp", lambda it: it.private_post_account_balances(),
        lambda it: it.private_post_account_balances(), key=lambda: text(16)),
    "backpack": Recipe(
        "backpack", "backpack", lambda it: it.private_get_api_v1_account(),
        lambda it: it.private_get_api_v1_capital(), pair=backpack_pair),
    "btcmarkets": Recipe(
        "btc_markets", "btcmarkets", lambda it: it.private_get_accounts_me_balances(),
        lambda it: it.private_get_accounts_me_balances(), key=lambda: str(uuid.uuid4()), secret=kraken_secret),
    "foxbit": Recipe(
        "foxbit", "foxbit", lambda it: it.v3_private_get_accounts(), lambda it: it.v3_private_get_accounts()),
    "gemini": Recipe(
        "gemini", "gemini", lambda it: it.private_post_v1_roles(), lambda it: it.private_post_v1_balances(),
        key=lambda: "account-" + text(10), has_nonce=True),
    "ndax": Recipe(
        "ndax", "ndax", lambda it: it.private_get_getuseraccountinfos({"OMSId": 1}),
        lambda it: it.private_get_getaccountpositions({"OMSId": 1, "AccountId": 77}), key=lambda: text(16),
        has_nonce=True, more={"uid": "1000001", "login": "person", "password": "unused"}),
}

KEY_CAUSES = ("an unknown key", "a deleted key", "an expired key")
CLOCK_CAUSES = ("a clock that is ahead", "a clock that is behind")

# Documented answers that ccxt's tables lack, or take for something else: there the documented code must show. Nothing
# at all where ccxt takes the answer for a good one.
UNKNOWN_TO_CCXT = {
    "kraken": {"another secret": "EAPI:Invalid signature"},
    "okx": dict.fromkeys(KEY_CAUSES, "50119"),
    "bybit": {"maintenance": "10016"},
    "mexc": dict.fromkeys(KEY_CAUSES[:2], "10072") | {"the address": "700006"},
    "htx, API v2": {"the address": None},
    "bingx": dict.fromkeys(CLOCK_CAUSES, "100421") | {"rate_limited": "100410"},
    "bitstamp": dict.fromkeys(CLOCK_CAUSES, "API0017") | {"rate_limited": "400.002"},
    "backpack": {
        "the address": "FORBIDDEN", "a clock that is ahead": "Invalid timestamp",
        "a clock that is behind": "Request has expired"},
    "btcmarkets": dict.fromkeys(KEY_CAUSES, "InvalidApiKey") | dict.fromkeys(CLOCK_CAUSES, "InvalidTimeWindow") | {
        "another secret": "InvalidAuthSignature", "the address": "InsufficientAPIPermission",
        "rate_limited": "ThrottleLimitExceeded", "maintenance": "ServiceUnavailable"},
    "foxbit": dict.fromkeys(CLOCK_CAUSES, "Invalid timestamp"),
    "gemini": {"the address": "not in the allow list"},
    "ndax": dict.fromkeys(
        (*KEY_CAUSES, "another secret", "the address", "a nonce below the highest"), "Not Authorized") | {
        "maintenance": "Server Error"},
}


def raised(call):
    """What a call raises; None when it succeeds."""
    try:
        call()
    except ccxt.BaseError as error:
        return error
    return None


def main():
    keep_to_the_loopback()
    checks = Checks()
    with SimulatedExchanges() as simulated:
        for title, recipe in EXCHANGES.items():
            check(title, recipe, simulated, checks)
        check_hyperliquid(simulated, checks)
        check_wallets(simulated, checks)
        check_sdks(simulated, checks)
        for host in simulated.hosts:
            odd = [
                (it["method"], it["path"]) for it in simulated.requests(host)
                if it["verdict"] == "no_such_path" or it["path"].endswith("/exchange")]
            checks.equal(odd, [], f"{host}: all that was asked is known")
    checks.finish()


def check(title, recipe, simulated, checks):
    host, rights = recipe.host, recipe.rights
    key, secret = recipe.pair()
    passphrase = "pass " + text(4) if recipe.has_passphrase else None
    good = {"apiKey": key, "secret": secret} | recipe.more | ({"password": passphrase} if passphrase else {})
    known = {"name": title, "key": key, "secret": secret} | ({"passphrase": passphrase} if passphrase else {})

    def registered(**more):
        simulated.setup(host, reset=True, keys=[known | more])

    def made(**changed):
        exchange = client(recipe.kind, simulated.names, dict(recipe.options), **(good | changed))
        if host == "bybit_testnet":
            exchange.set_sandbox_mode(True)
        return exchange

    def served(error, what):
        checks.that(error is None, f"{title}: {what}", f"{type(error).__name__}: {error}")

    def refused(error, wanted, cause, verdict):
        unknown = UNKNOWN_TO_CCXT.get(title, UNKNOWN_TO_CCXT.get(host.split("_")[0], {}))
        if cause in unknown:
            code = unknown[cause]
            seen = error is None if code is None else error is not None and code in str(error)
        else:
            seen = isinstance(error, wanted)
        checks.that(seen, f"{title}: refused for {cause}", f"{type(error).__name__}: {error}")
        checks.equal(simulated.requests(host)[-1]["verdict"], verdict, f"{title}: {cause} was the cause")

    registered()
    exchange = made()
    served(raised(lambda: recipe.balance(exchange)), "the balance is read")
    served(raised(lambda: rights(exchange)), "the rights are read")
    accepted = [it for it in simulated.requests(host) if it["verdict"] == "accepted"]
    checks.that(accepted and all(it["key"] == title for it in accepted), f"{title}: the signatures held")

    other_key, other_secret = recipe.pair()
    # Backpack's key is the public half of its secret.
    unknown = {"apiKey": other_key} | ({"secret": other_secret} if host == "backpack" else {})
    refused(raised(lambda: rights(made(**unknown))), ccxt.AuthenticationError, "an unknown key", "unknown_key")
    refused(
        raised(lambda: rights(made(secret=other_secret))), ccxt.AuthenticationError, "another secret", "wrong_secret")
    if passphrase:
        refused(
            raised(lambda: rights(made(password="another"))), ccxt.AuthenticationError, "another passphrase",
            "wrong_passphrase")

    registered(ip_allow_list=["198.51.100.1"])
    refused(
        raised(lambda: rights(made())), (ccxt.AuthenticationError, ccxt.PermissionDenied), "the address",
        "address_not_allowed")
    simulated.setup(host, seen_address="198.51.100.1")
    served(raised(lambda: rights(made())), "accepted from a listed address")

    registered(state="deleted")
    refused(raised(lambda: rights(made())), ccxt.AuthenticationError, "a deleted key", "unknown_key")
    registered(expires=int(time.time() * 1000) - 1000)
    if host != "binance":  # There only the right to trade lapses.
        refused(raised(lambda: rights(made())), ccxt.AuthenticationError, "an expired key", "expired")

    registered()
    if recipe.has_nonce:
        simulated.setup(host, keys=[known | {"highest_nonce": int(time.time() * 1000) + 3_600_000}])
        refused(raised(lambda: rights(made())), recipe.clock, "a nonce below the highest", "nonce_out_of_order")
        registered()
    if not recipe.has_nonce or host == "gemini":
        registered(has_time_based_nonce=True)
        simulated.setup(host, clock_offset=-400_000)
        refused(raised(lambda: rights(made())), recipe.clock, "a clock that is ahead", "clock_skew")
        simulated.setup(host, clock_offset=400_000)
        refused(raised(lambda: rights(made())), recipe.clock, "a clock that is behind", "clock_skew")
        simulated.setup(host, clock_offset=0)

    troubles = {
        "rate_limited": (ccxt.RateLimitExceeded, ccxt.DDoSProtection),
        "maintenance": ccxt.OperationFailed,
        "firewall": ccxt.BaseError,
    }
    for fault, wanted in troubles.items():
        simulated.setup(host, faults=[{"kind": fault, "count": 1}])
        refused(raised(lambda: rights(made())), wanted, fault, f"fault {fault}")
    served(raised(lambda: rights(made())), "served again afterwards")


def check_hyperliquid(simulated, checks):
    for host, sandbox in (("hyperliquid", False), ("hyperliquid_testnet", True)):
        address = "0x14791697260E4c9A71f18484C9f997B308e59325"
        simulated.setup(host, wallets=[{"address": address, "role": "user", "account_value": "123.5"}])
        exchange = client("hyperliquid", simulated.names, {"fetchMarkets": {"types": ["spot", "swap"]}},
                          walletAddress=address)
        exchange.set_sandbox_mode(sandbox)
        try:
            total = exchange.fetch_balance({"type": "swap"})["USDC"]["total"]
            checks.equal(total, 123.5, f"{host}: the account's value is read")
        except ccxt.BaseError as error:
            checks.that(False, f"{host}: the account's value is read", repr(error))


def check_wallets(simulated, checks):
    """What ccxt asks where a wallet signs, or where everything is public."""
    forever = 2_000_000_000_000

    def verdict(host):
        return simulated.requests(host)[-1]["verdict"]

    # Derive: the owner's own key, and one that nobody registered.
    owner = Account.create()
    account = {"address": owner.address, "role": "user", "subaccounts": [37799], "account_value": "123.5"}
    for host, sandbox in (("derive", False), ("derive_testnet", True)):
        simulated.setup(host, wallets=[account])
        exchange = client("derive", simulated.names, {}, walletAddress=owner.address, privateKey=owner.key.hex())
        exchange.set_sandbox_mode(sandbox)
        answer = exchange.private_post_get_subaccount({"subaccount_id": 37799})
        checks.equal(answer["result"]["subaccount_value"], "123.5", f"{host}: the sub-account is read")
        exchange.privateKey = Account.create().key.hex()
        error = raised(lambda: exchange.private_post_get_subaccount({"subaccount_id": 37799}))
        checks.that(isinstance(error, ccxt.ExchangeError), f"{host}: refused for another wallet", repr(error))
        checks.equal(verdict(host), "bad_parameter signer", f"{host}: the signer was the cause")

    # Pacifica: an agent that the account bound, and one that it did not.
    agent, person, other = solana_pair(), solana_pair(), solana_pair()
    for host, sandbox in (("pacifica_perpetual", False), ("pacifica_perpetual_testnet", True)):
        simulated.setup(host, wallets=[{"address": person[0], "role": "user", "account_value": "123.5", "agents": [
            {"name": "bot", "address": agent[0], "valid_until": forever}]}])

        def keys_with(pair):
            exchange = client("pacifica", simulated.names, {"agentAddress": pair[0]}, walletAddress=person[0],
                              privateKey=pair[1])
            exchange.set_sandbox_mode(sandbox)
            return exchange.fetch_api_keys()

        checks.equal(keys_with(agent)["success"], True, f"{host}: the account's agent is served")
        error = raised(lambda: keys_with(other))
        checks.that(isinstance(error, ccxt.ExchangeError), f"{host}: refused for another agent", repr(error))
        checks.equal(verdict(host), "unknown_key", f"{host}: the agent was the cause")
        error = raised(lambda: keys_with((agent[0], other[1])))
        checks.that(isinstance(error, ccxt.AuthenticationError), f"{host}: refused for another secret", repr(error))
        checks.equal(verdict(host), "wrong_secret", f"{host}: the secret was the cause")

    # GRVT: a login whose cookie opens one sub-account.
    for host, sandbox in (("grvt_perpetual", False), ("grvt_perpetual_testnet", True)):
        key = text()
        simulated.setup(host, keys=[{"name": host, "key": key, "secret": "", "account": "4724219064482495"}])
        exchange = client("grvt", simulated.names, {}, apiKey=key, secret=text(), privateKey=owner.key.hex())
        exchange.set_sandbox_mode(sandbox)
        exchange.privateedge_post_auth_api_key_login({"api_key": key})
        answer = exchange.privatetrading_post_full_v1_account_summary({"sub_account_id": "4724219064482495"})
        checks.equal(answer["result"]["settle_currency"], "USDT", f"{host}: the account is read")
        error = raised(lambda: exchange.privatetrading_post_full_v1_account_summary({"sub_account_id": "1"}))
        checks.that(isinstance(error, ccxt.PermissionDenied), f"{host}: refused for another account", repr(error))
        exchange.options.update(AuthCookieValue="gravity=00", AuthAccountId="ACC:1000001")
        error = raised(
            lambda: exchange.privatetrading_post_full_v1_account_summary({"sub_account_id": "4724219064482495"}))
        checks.that(isinstance(error, ccxt.AuthenticationError), f"{host}: refused for another cookie", repr(error))

    # Lighter: an account with one key, and the place of one that it has not.
    for host, sandbox in (("lighter", False), ("lighter_testnet", True)):
        simulated.setup(host, wallets=[account | {"subaccounts": [12], "agents": [
            {"name": "", "address": "c0ffee", "valid_until": forever, "slot": 3}]}])
        exchange = client("lighter", simulated.names, {})
        exchange.set_sandbox_mode(sandbox)
        found = exchange.public_get_account({"by": "l1_address", "value": owner.address})
        checks.equal(found["accounts"][0]["collateral"], "123.5", f"{host}: the account is read")
        keys = exchange.public_get_apikeys({"account_index": 12, "api_key_index": 3})
        checks.equal(keys["api_keys"][0]["public_key"], "c0ffee", f"{host}: the key's public half is read")
        error = raised(lambda: exchange.public_get_apikeys({"account_index": 12, "api_key_index": 4}))
        checks.that(isinstance(error, ccxt.ExchangeError), f"{host}: a free place has no key", repr(error))

    # dYdX: an address with a sub-account, and without.
    address = "dydx19rl4cm2hmr8afy4kldpxz3fka4jguq0a4erelz"
    exchange = client("dydx", simulated.names, {})
    asked = {"address": address, "subaccountNumber": 0}
    error = raised(lambda: exchange.indexer_get_addresses_address_subaccountnumber_subaccountnumber(asked))
    checks.that(error is not None and "No subaccount found" in str(error), "dydx: an unused address", repr(error))
    simulated.setup("dydx_v4_perpetual", wallets=[{"address": address, "role": "user", "account_value": "123.5"}])
    answer = exchange.indexer_get_addresses_address_subaccountnumber_subaccountnumber(asked)
    checks.equal(answer["subaccount"]["equity"], "123.5", "dydx: the account's value is read")


def solana_pair():
    """An address and its private key (seed and public half) as Solana's wallets write them."""
    halves = base64.b64decode(edwards())
    return base58(halves[32:]), base58(halves)


def base58(data):
    alphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
    number, digits = int.from_bytes(data), ""
    while number:
        number, digit = divmod(number, 58)
        digits = alphabet[digit] + digits
    return "1" * (len(data) - len(data.lstrip(b"\0"))) + digits


main()
