"""Holds the simulated exchanges against ccxt, which people use with the real ones, unmodified but for where it sends.

ccxt signs for the exchanges' own host names; only the sending is turned to the loopback, and anything that would leave
it raises. A key that ccxt signs with must be accepted; one with another secret, passphrase, address or time must be
refused with an answer that ccxt's tables know by its cause.
"""

import base64
import secrets
import socket
import time
import uuid
from urllib.parse import urlsplit

import ccxt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519

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
            host = urlsplit(url).hostname
            return super().fetch(url.replace(f"https://{host}", names[host], 1), method, headers, body)

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

# Host, ccxt's name, its options, how a key and a secret look, whether there is a passphrase, and the call for rights.
EXCHANGES = {
    "binance": ("binance", "binance", SPOT, text, text, False, lambda it: it.sapi_get_account_apirestrictions()),
    "binance futures": (
        "binance", "binanceusdm", FUTURES, text, text, False, lambda it: it.sapi_get_account_apirestrictions()),
    "coinbase": (
        "coinbase_advanced_trade", "coinbase", {}, lambda: f"organizations/{uuid.uuid4()}/apiKeys/{uuid.uuid4()}", pem,
        False, lambda it: it.v3_private_get_brokerage_key_permissions()),
    "coinbase, Ed25519": (
        "coinbase_advanced_trade", "coinbase", {}, lambda: str(uuid.uuid4()), edwards, False,
        lambda it: it.v3_private_get_brokerage_key_permissions()),
    "kraken": ("kraken", "kraken", {}, text, kraken_secret, False, lambda it: it.private_post_getapikeyinfo()),
    "kucoin": (
        "kucoin", "kucoin", KUCOIN, lambda: text(12), lambda: str(uuid.uuid4()), True,
        lambda it: it.private_get_user_api_key()),
    "gate": ("gate_io", "gate", SPOT, lambda: text(16), text, False, lambda it: it.private_account_get_detail()),
    "okx": (
        "okx", "okx", SPOT, lambda: str(uuid.uuid4()), lambda: text(16).upper(), True,
        lambda it: it.private_get_account_config()),
    "okx, United States": (
        "okx_us", "okxus", SPOT, lambda: str(uuid.uuid4()), lambda: text(16).upper(), True,
        lambda it: it.private_get_account_config()),
    "okx, Europe": (
        "okx_eea", "myokx", SPOT, lambda: str(uuid.uuid4()), lambda: text(16).upper(), True,
        lambda it: it.private_get_account_config()),
    "bybit": (
        "bybit", "bybit", SPOT, lambda: text(9), lambda: text(18), False, lambda it: it.private_get_v5_user_query_api()),
    "bybit testnet": (
        "bybit_testnet", "bybit", SPOT, lambda: text(9), lambda: text(18), False,
        lambda it: it.private_get_v5_user_query_api()),
}

# What ccxt takes a wrong clock for: Coinbase has one answer for everything, and Gate's label means a login to ccxt.
CLOCK = {"coinbase_advanced_trade": ccxt.AuthenticationError, "gate_io": ccxt.AuthenticationError}

# Documented answers that ccxt's tables lack: to it they are just errors.
UNKNOWN_TO_CCXT = {
    ("kraken", "another secret"), ("okx", "an unknown key"), ("okx", "a deleted key"), ("okx", "an expired key"),
    ("bybit", "maintenance"),
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
        for host in simulated.hosts:
            odd = [
                (it["method"], it["path"]) for it in simulated.requests(host)
                if it["verdict"] == "no_such_path" or it["path"].endswith("/exchange")]
            checks.equal(odd, [], f"{host}: ccxt's reading calls are all known")
    checks.finish()


def check(title, recipe, simulated, checks):
    host, kind, options, make_key, make_secret, has_passphrase, rights = recipe
    key, secret, passphrase = make_key(), make_secret(), "pass " + text(4) if has_passphrase else None
    good = {"apiKey": key, "secret": secret} | ({"password": passphrase} if passphrase else {})
    known = {"name": title, "key": key, "secret": secret} | ({"passphrase": passphrase} if passphrase else {})

    def registered(**more):
        simulated.setup(host, reset=True, keys=[known | more])

    def made(**changed):
        exchange = client(kind, simulated.names, dict(options), **(good | changed))
        if host == "bybit_testnet":
            exchange.set_sandbox_mode(True)
        return exchange

    def refused(error, wanted, cause, verdict):
        if (host.split("_")[0], cause) in UNKNOWN_TO_CCXT:
            wanted = ccxt.ExchangeError
        checks.that(isinstance(error, wanted), f"{title}: refused for {cause}", f"{type(error).__name__}: {error}")
        checks.equal(simulated.requests(host)[-1]["verdict"], verdict, f"{title}: {cause} was the cause")

    registered()
    exchange = made()
    error = raised(lambda: exchange.fetch_balance({"v3": True} if kind == "coinbase" else {}))
    checks.that(error is None, f"{title}: the balance is read", f"{type(error).__name__}: {error}")
    error = raised(lambda: rights(exchange))
    checks.that(error is None, f"{title}: the rights are read", f"{type(error).__name__}: {error}")
    accepted = [it for it in simulated.requests(host) if it["verdict"] == "accepted"]
    checks.that(accepted and all(it["key"] == title for it in accepted), f"{title}: the signatures held")

    refused(
        raised(lambda: rights(made(apiKey=make_key()))), ccxt.AuthenticationError, "an unknown key", "unknown_key")
    refused(
        raised(lambda: rights(made(secret=make_secret()))), ccxt.AuthenticationError, "another secret", "wrong_secret")
    if has_passphrase:
        refused(
            raised(lambda: rights(made(password="another"))), ccxt.AuthenticationError, "another passphrase",
            "wrong_passphrase")

    registered(ip_allow_list=["198.51.100.1"])
    refused(
        raised(lambda: rights(made())), (ccxt.AuthenticationError, ccxt.PermissionDenied), "the address",
        "address_not_allowed")
    simulated.setup(host, seen_address="198.51.100.1")
    error = raised(lambda: rights(made()))
    checks.that(error is None, f"{title}: accepted from a listed address", f"{type(error).__name__}: {error}")

    registered(state="deleted")
    refused(raised(lambda: rights(made())), ccxt.AuthenticationError, "a deleted key", "unknown_key")
    registered(expires=int(time.time() * 1000) - 1000)
    if host != "binance":  # There only the right to trade lapses.
        refused(raised(lambda: rights(made())), ccxt.AuthenticationError, "an expired key", "expired")

    registered()
    if host == "kraken":
        simulated.setup(host, keys=[known | {"highest_nonce": int(time.time() * 1000) + 3_600_000}])
        refused(
            raised(lambda: rights(made())), ccxt.InvalidNonce, "a nonce below the highest", "nonce_out_of_order")
        registered()
    else:
        wanted = CLOCK.get(host, ccxt.InvalidNonce)
        simulated.setup(host, clock_offset=-200_000)
        refused(raised(lambda: rights(made())), wanted, "a clock that is ahead", "clock_skew")
        simulated.setup(host, clock_offset=200_000)
        refused(raised(lambda: rights(made())), wanted, "a clock that is behind", "clock_skew")
        simulated.setup(host, clock_offset=0)

    troubles = {
        "rate_limited": (ccxt.RateLimitExceeded, ccxt.DDoSProtection),
        "maintenance": ccxt.OperationFailed,
        "firewall": ccxt.BaseError,
    }
    for fault, wanted in troubles.items():
        simulated.setup(host, faults=[{"kind": fault, "count": 1}])
        refused(raised(lambda: rights(made())), wanted, fault, f"fault {fault}")
    error = raised(lambda: rights(made()))
    checks.that(error is None, f"{title}: served again afterwards", f"{type(error).__name__}: {error}")


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


main()
