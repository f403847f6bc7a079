"""Takes the pictures of the page's main states, light and dark: page_pictures.py FOLDER. See Scripts/screenshots."""

import sys
from pathlib import Path

from browser import PHONE, Browser, choose_connector, dialog, expect, row, sign_in
from exchange_keys import made_up
from simulated_exchanges import SimulatedExchanges
from support import Server, vault_home

# What is in the vault that the pictures show: account, connector, and how its exchange knows the key.
HOLDINGS = [
    ("master_account", "binance", {}),
    ("master_account", "okx", {"ip_allow_list": []}),
    ("master_account", "hyperliquid_perpetual", None),
    ("market_making", "kucoin", {}),
    ("market_making", "gate_io", {"rights": ["read"]}),
    ("market_making", "bybit_testnet", {}),
    ("arbitrage", "kraken", {}),
    ("arbitrage", "coinbase_advanced_trade", {}),
]
SIZE = {"width": 1200, "height": 800}


def fill(server, exchanges):
    for account in ("market_making", "arbitrage"):
        server.json("POST", "/v1/accounts", {"name": account})
    for account, connector, known in HOLDINGS:
        key = made_up(connector, f"{account} {connector}")
        exchanges.setup(key.host, **(key.setup() if known is None else key.setup(**known)))
        status, answer = server.json(
            "POST", f"/v1/accounts/{account}/credentials/{connector}", {"values": key.values})
        assert status == 201, answer
    # One that its exchange has refused since.
    key = made_up("kucoin_hft")
    status, answer = server.json(
        "POST", "/v1/accounts/arbitrage/credentials/kucoin_hft", {"values": key.values, "verify": False})
    assert status == 201, answer
    server.json("POST", "/v1/accounts/arbitrage/credentials/kucoin_hft/verify", {})


def shoot(folder, scheme, server, exchanges, browser):
    page = browser.page(server, size=SIZE, color_scheme=scheme, device_scale_factor=1.5)

    def take(name):
        page.mouse.move(0, 0)
        page.wait_for_timeout(300)
        page.screenshot(path=folder / f"{name}-{scheme}.png", animations="disabled")

    sign_in(page)
    expect(row(page, "arbitrage", "kucoin_hft")).to_contain_text("Refused")
    take("overview")
    row(page, "master_account", "binance").click()
    expect(dialog(page).get_by_text("stored, hidden").first).to_be_visible()
    take("credential")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Add credential").click()
    choose_connector(page, "injective_v2")
    dialog(page).get_by_label("Network").select_option("testnet_network")
    take("nested")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Add a credential to market_making").click()
    choose_connector(page, "binance")
    key = made_up("binance", f"refused {scheme}")
    exchanges.setup(key.host, **key.setup())
    dialog(page).get_by_label("API key").fill(key.values[key.key_field])
    dialog(page).get_by_label("API secret").fill("not the secret of this key")
    dialog(page).get_by_role("button", name="Check and save").click()
    expect(dialog(page).get_by_role("alert")).to_be_visible()
    take("refused")
    page.context.close()
    page = browser.page(server, size=PHONE, color_scheme=scheme, device_scale_factor=2, is_mobile=True, has_touch=True)
    sign_in(page)
    take("phone")
    page.context.close()


def main(folder):
    folder.mkdir(parents=True, exist_ok=True)
    with SimulatedExchanges() as exchanges, vault_home(**exchanges.environment()) as home:
        with Server(home) as server, Browser() as browser:
            fill(server, exchanges)
            for scheme in ("light", "dark"):
                shoot(folder, scheme, server, exchanges, browser)
            if browser.errors:
                sys.exit(f"The page reported {browser.errors}")


main(Path(sys.argv[1]))
