"""Made-up keys: what a person enters for a connector, and what its simulated exchange knows of them."""

import base64
import copy
import secrets
import uuid

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from eth_account import Account

GOOD_RIGHTS = ["read", "trade_spot", "trade_derivatives"]
# The address from which the simulated exchanges believe to be called; a key bound to it causes no warning.
SEEN_ADDRESS = "203.0.113.7"
FAR = 4_000_000_000_000


def text(count=32):
    """That many random bytes, in hexadecimal."""
    return secrets.token_hex(count)


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


def kraken_secret():
    return base64.b64encode(secrets.token_bytes(64)).decode()


def wallet():
    """A private key and its address."""
    account = Account.create()
    return "0x" + account.key.hex().removeprefix("0x"), account.address


# Host, the fields of key, secret and passphrase without the connector's prefix, and how the first two look.
_SHAPES = {
    "binance": ("binance", "api_key", "api_secret", None, text, text),
    "binance_perpetual": ("binance", "api_key", "api_secret", None, text, text),
    "binance_perpetual_testnet": ("binance_perpetual_testnet", "api_key", "api_secret", None, text, text),
    "coinbase_advanced_trade": (
        "coinbase_advanced_trade", "api_key", "api_secret", None,
        lambda: f"organizations/{uuid.uuid4()}/apiKeys/{uuid.uuid4()}", pem),
    "kraken": ("kraken", "api_key", "secret_key", None, text, kraken_secret),
    "kucoin": ("kucoin", "api_key", "secret_key", "passphrase", lambda: text(12), lambda: str(uuid.uuid4())),
    "kucoin_hft": ("kucoin", "api_key", "secret_key", "passphrase", lambda: text(12), lambda: str(uuid.uuid4())),
    "gate_io": ("gate_io", "api_key", "secret_key", None, lambda: text(16), text),
    "okx": ("okx", "api_key", "secret_key", "passphrase", lambda: str(uuid.uuid4()), lambda: text(16).upper()),
    "bybit": ("bybit", "api_key", "api_secret", None, lambda: text(9), lambda: text(18)),
    "bybit_testnet": ("bybit_testnet", "api_key", "api_secret", None, lambda: text(9), lambda: text(18)),
}
_WALLETS = {
    "hyperliquid": "hyperliquid", "hyperliquid_perpetual": "hyperliquid",
    "hyperliquid_testnet": "hyperliquid_testnet", "hyperliquid_perpetual_testnet": "hyperliquid_testnet",
}

CONNECTORS = [*_SHAPES, *_WALLETS]


class MadeUpKey:
    """A key that its exchange accepts once it is set up there. `values` is what a person enters."""

    def __init__(self, connector, name=None):
        host, key_field, secret_field, passphrase_field, make_key, make_secret = _SHAPES[connector]
        self.connector, self.host = connector, host
        self.key_field, self.secret_field = f"{connector}_{key_field}", f"{connector}_{secret_field}"
        self.passphrase_field = passphrase_field and f"{connector}_{passphrase_field}"
        self.make_key, self.make_secret = make_key, make_secret
        self.values = {self.key_field: make_key(), self.secret_field: make_secret()}
        if self.passphrase_field:
            self.values[self.passphrase_field] = "pass " + text(8)
        # Each its own account, so that no exchange counts them together.
        self.name, self.user = name or connector, str(10_000_000 + secrets.randbelow(80_000_000))

    def with_values(self, **changed):
        """The same key, some fields entered otherwise: `key`, `secret` or `passphrase`."""
        other = copy.copy(self)
        fields = {"key": self.key_field, "secret": self.secret_field, "passphrase": self.passphrase_field}
        other.values = self.values | {fields[name]: value for name, value in changed.items()}
        return other

    def setup(self, **more):
        """What the exchange knows of it, as part of a simulator's set-up; rights and the like as wanted."""
        known = {"name": self.name, "key": self.values[self.key_field], "secret": self.values[self.secret_field],
                 "rights": GOOD_RIGHTS, "ip_allow_list": [SEEN_ADDRESS], "user": self.user}
        if self.passphrase_field:
            known["passphrase"] = self.values[self.passphrase_field]
        return {"keys": [known | more]}


class MadeUpWallet:
    """An API wallet of Hyperliquid that the person's own wallet has approved."""

    def __init__(self, connector, name=None):
        self.connector, self.host = connector, _WALLETS[connector]
        self.main_key, self.main_address = wallet()
        self.agent_key, self.agent_address = wallet()
        self.values = {
            f"{connector}_mode": "api_wallet", f"{connector}_address": self.main_address,
            f"{connector}_secret_key": self.agent_key}

    def with_values(self, **changed):
        """The same, some fields entered otherwise: `mode`, `address` or `secret_key`."""
        other = copy.copy(self)
        other.values = self.values | {f"{self.connector}_{name}": value for name, value in changed.items()}
        return other

    def setup(self, expires=FAR):
        """What the exchange knows of both wallets; `expires` in milliseconds since 1970."""
        agent = {"name": "bot", "address": self.agent_address, "valid_until": expires}
        return {"wallets": [
            {"address": self.main_address, "role": "user", "agents": [agent], "account_value": "100.0"},
            {"address": self.agent_address, "role": "agent", "master": self.main_address}]}


def made_up(connector, name=None):
    """A key for a connector, of the kind that its exchange hands out."""
    return (MadeUpWallet if connector in _WALLETS else MadeUpKey)(connector, name)
