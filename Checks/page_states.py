"""Brings the page into each of its states, one after the other, for checks that look at every one of them."""

import shutil

from browser import PASSWORD, WIDE, card, choose_connector, dialog, expect, row
from exchange_keys import GOOD_RIGHTS, made_up
from support import LOGIN, VECTORS

LONG_NAME = "an_account_with_a_name_that_is_as_long_as_the_page_lets_it_be_64"
CONNECTORS = [
    "binance", "binance_perpetual_testnet", "bybit", "gate_io", "hyperliquid_perpetual", "kucoin", "okx",
    "coinbase_advanced_trade"]
FRESH_PASSWORD = "another horse, another battery"


def furnish(home, server, exchanges):
    """Credentials of every kind in the first account: good, with warnings, refused, unchecked, and files that are not
    as they should be. Returns the keys by connector."""
    keys = {connector: made_up(connector) for connector in CONNECTORS}
    for connector, key in keys.items():
        exchanges.setup(key.host, **key.setup(**({"ip_allow_list": []} if connector == "okx" else {})))
        choice = {"verify": False} if connector == "kucoin" else {}
        status, body = server.json(
            "POST", f"/v1/accounts/master_account/credentials/{connector}", {"values": key.values, **choice})
        if status != 201:
            raise RuntimeError(f"{connector}: {status} {body}")
    exchanges.setup("bybit", **keys["bybit"].setup(state="suspended"))
    exchanges.setup("gate_io", faults=[{"kind": "maintenance"}])
    for connector in ("bybit", "gate_io"):
        server.json("POST", f"/v1/accounts/master_account/credentials/{connector}/verify")
    exchanges.setup("gate_io", clear_faults=True)
    folder = home.bots / "credentials" / "master_account" / "connectors"
    (folder / "mexc.yml").write_text("connector: [mexc")
    (folder / "foo_exchange.yml").write_text("connector: foo_exchange\nfoo_api_key: made up\n")
    (folder / "bitget.yml").write_bytes((folder / "binance.yml").read_bytes())
    shutil.copy(VECTORS / "credentials" / "master_account" / "connectors" / "kraken.yml", folder)
    for path in folder.iterdir():
        path.chmod(0o600)
    for name in ("momentum", LONG_NAME):
        server.json("POST", "/v1/accounts", {"name": name})
    return keys


class Held:
    """Requests that stay without an answer while the block runs, so that what the page shows meanwhile can be seen."""

    def __init__(self, page, url):
        self.page, self.url, self.routes = page, url, []

    def __enter__(self):
        self.page.route(self.url, lambda route: self.routes.append(route))
        return self

    def __exit__(self, *_):
        for route in self.routes:
            route.continue_()
        self.page.unroute(self.url)


def first_states(page, server):
    """The states of a vault in which nothing is: each as its name and the title that the page has then."""
    page.goto("/")
    user = page.get_by_label("User", exact=True)
    password = page.get_by_label("Password", exact=True)
    submit = page.get_by_role("button", name="Sign in")
    expect(user).to_be_visible()
    yield "sign-in", "Sign in"
    user.fill(LOGIN[0])
    password.fill("wrong")
    submit.click()
    expect(page.get_by_role("alert")).to_contain_text("wrong")
    yield "sign-in, refused", "Sign in"
    server.request("POST", "/v1/vault/lock")
    page.reload()
    expect(page.get_by_label("Config password", exact=True)).to_be_visible()
    yield "sign-in to a locked vault", "Sign in"
    user.fill(LOGIN[0])
    password.fill(LOGIN[1])
    page.get_by_label("Config password", exact=True).fill(PASSWORD)
    submit.click()
    expect(page.get_by_role("heading", name="Welcome", exact=False)).to_be_visible()
    expect(page.get_by_role("button", name="Lock", exact=True)).to_be_visible()
    yield "first run", "Credentials"
    choose_connector(page, "kucoin")
    expect(page.get_by_role("button", name="Enter the key")).to_be_enabled()
    yield "first run, exchange chosen", "Credentials"
    page.get_by_role("link", name="Trash").click()
    expect(page.get_by_text("The trash is empty.")).to_be_visible()
    yield "empty trash", "Trash"
    page.get_by_role("link", name="Credentials").click()


def overview_states(page):
    """The overview of a furnished vault, and the sheets of its credentials."""
    expect(row(page, "master_account", "binance")).to_be_visible()
    yield "overview", "Credentials"
    search = page.get_by_role("searchbox")
    search.fill("nothing is called this")
    expect(page.get_by_text("0 shown")).to_be_visible()
    yield "overview, nothing found", "Credentials"
    search.fill("")
    for connector, kind in (("binance", "good"), ("okx", "with a warning"), ("bybit", "refused"), ("mexc", "damaged"),
                            ("foo_exchange", "unknown"), ("kraken", "of another password")):
        row(page, "master_account", connector).click()
        expect(dialog(page).get_by_role("button", name="Remove")).to_be_visible()
        yield f"sheet of a credential, {kind}", "Credentials"
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_have_count(0)
    with Held(page, "**/v1/verify"):
        page.get_by_role("button", name="Verify all").click()
        expect(page.get_by_role("progressbar")).to_be_visible()
        yield "verifying", "Credentials"
    expect(page.get_by_role("progressbar")).to_have_count(0)
    expect(page.get_by_role("region", name="Messages")).to_contain_text("All checked")


def _add(page, connector):
    page.get_by_role("button", name="Add credential").click()
    choose_connector(page, connector)
    expect(dialog(page).get_by_role("button", name="Check and save")).to_be_visible()
    return dialog(page)


def _leave(page):
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)


def adding_states(page, exchanges):
    """The dialog that adds a credential: empty, unfolded, busy, refusing in every way, done."""
    page.get_by_role("button", name="Add credential").click()
    box = page.get_by_role("combobox", name="Exchange and market")
    expect(box).to_be_visible()
    yield "add", "Credentials"
    box.click()
    expect(page.get_by_role("option", name="kraken")).to_be_visible()
    box.press("ArrowDown")
    yield "add, list open", "Credentials"
    box.fill("nothing is called this")
    expect(page.get_by_text("No connector is called that.")).to_be_visible()
    yield "add, nothing in the list", "Credentials"
    box.press("Escape")
    _leave(page)
    for connector in ("injective_v2", "hyperliquid", "xrpl"):
        form = _add(page, connector)
        for summary in form.locator("summary").all():
            summary.click()
        for more in form.get_by_role("button", name="Add an entry").all():
            more.click()
        yield f"add, {connector}", "Credentials"
        modes = [select for select in form.locator("form select").all() if select.locator("option").count() > 1]
        for select in modes:
            select.select_option(index=select.locator("option").count() - 1)
        yield f"add, {connector} otherwise", "Credentials"
        _leave(page)
    key = made_up("gate_io")
    exchanges.setup("gate_io", reset=True, **key.setup(rights=GOOD_RIGHTS + ["withdraw"]))
    form = _add(page, "gate_io")
    save = form.get_by_role("button", name="Check and save")
    expect(form.get_by_text("has a credential for gate_io already")).to_be_visible()
    save.click()
    expect(form.locator("[aria-invalid]").first).to_be_visible()
    yield "add, with nothing entered", "Credentials"
    form.get_by_label("API key").fill(key.values["gate_io_api_key"])
    form.get_by_label("API secret").fill("0" * 64)
    with Held(page, "**/v1/accounts/*/credentials/gate_io"):
        save.click()
        expect(form.get_by_text("Checking with Gate…")).to_be_visible()
        yield "add, checking", "Credentials"
    expect(form.get_by_role("alert")).to_contain_text("refused")
    yield "add, refused", "Credentials"
    form.get_by_label("API secret").fill(key.values["gate_io_secret_key"])
    save.click()
    expect(form.get_by_role("button", name="Save all the same")).to_be_visible()
    yield "add, too much power", "Credentials"
    exchanges.setup("gate_io", **key.setup(), faults=[{"kind": "maintenance"}])
    save.click()
    expect(form.get_by_role("button", name="Save without checking")).to_be_visible()
    yield "add, not checked", "Credentials"
    exchanges.setup("gate_io", clear_faults=True, **key.setup(ip_allow_list=[]))
    save.click()
    expect(form.get_by_role("button", name="Done")).to_be_visible()
    yield "add, saved", "Credentials"
    form.get_by_role("button", name="Done").click()
    row(page, "master_account", "hyperliquid_perpetual").click()
    dialog(page).get_by_role("button", name="Replace").click()
    expect(dialog(page).get_by_role("button", name="Check and save")).to_be_visible()
    yield "replace", "Credentials"
    _leave(page)


def removing_states(page):
    """Removing, accounts, trash and log."""
    row(page, "master_account", "gate_io").click()
    dialog(page).get_by_role("button", name="Remove").click()
    expect(dialog(page).get_by_role("heading", name="Remove gate_io?")).to_be_visible()
    yield "remove", "Credentials"
    dialog(page).get_by_role("button", name="Remove").click()
    expect(page.get_by_role("button", name="Undo")).to_be_visible()
    yield "removed, with undo", "Credentials"
    page.get_by_role("button", name="New account").click()
    dialog(page).get_by_role("button", name="Create").click()
    expect(dialog(page).get_by_role("alert")).to_be_visible()
    yield "new account, refused", "Credentials"
    _leave(page)
    card(page, LONG_NAME).get_by_role("button", name="Delete").click()
    dialog(page).get_by_role("button", name="Delete").click()
    expect(dialog(page).get_by_role("alert")).to_be_visible()
    yield "delete an account, not confirmed", "Credentials"
    dialog(page).get_by_role("textbox").fill(LONG_NAME)
    dialog(page).get_by_role("button", name="Delete").click()
    expect(card(page, LONG_NAME)).to_have_count(0)
    page.get_by_role("link", name="Trash").click()
    expect(page.get_by_role("table")).to_be_visible()
    yield "trash", "Trash"
    page.get_by_role("button", name="Empty the trash").click()
    expect(dialog(page)).to_be_visible()
    yield "empty the trash", "Trash"
    _leave(page)
    page.get_by_role("link", name="Log").click()
    expect(page.get_by_role("table")).to_be_visible()
    yield "log", "Log"
    page.get_by_role("searchbox").fill("nothing is called this")
    expect(page.get_by_text("Nothing to show.")).to_be_visible()
    yield "log, nothing found", "Log"
    page.get_by_role("link", name="Credentials").click()


def vault_states(page, server):
    """Locking, unlocking, another password; no connection, no server; and the documentation."""
    page.get_by_role("button", name="Change password").click()
    form = dialog(page)
    form.get_by_label("Present config password").fill("wrong")
    form.get_by_label("New config password", exact=True).fill(FRESH_PASSWORD)
    form.get_by_role("button", name="Change the password").click()
    expect(form.get_by_role("alert")).to_be_visible()
    yield "change the password, refused", "Credentials"
    form.get_by_label("Present config password").fill(PASSWORD)
    form.get_by_label("New config password again").fill(FRESH_PASSWORD)
    form.get_by_role("button", name="Change the password").click()
    form.get_by_label("Leave what does not open as it is").check()
    with Held(page, "**/v1/vault/password"):
        form.get_by_role("button", name="Change the password").click()
        expect(form.get_by_role("progressbar")).to_be_visible()
        yield "changing the password", "Credentials"
    expect(page.get_by_role("heading", name="The password is changed")).to_be_visible()
    yield "password changed", "Credentials"
    page.get_by_role("button", name="Done").click()
    page.get_by_role("button", name="Lock", exact=True).click()
    expect(page.get_by_text("The vault is locked: what is stored")).to_be_visible()
    yield "locked", "Credentials"
    row(page, "master_account", "binance").click()
    expect(dialog(page).get_by_text("The vault is locked")).to_be_visible()
    yield "sheet in a locked vault", "Credentials"
    _leave(page)
    page.get_by_role("button", name="Unlock").first.click()
    dialog(page).get_by_label("Config password").fill(PASSWORD)
    dialog(page).get_by_role("button", name="Unlock").click()
    expect(dialog(page).get_by_role("alert")).to_be_visible()
    yield "unlock, refused", "Credentials"
    _leave(page)
    page.route("**/v1/events", lambda route: route.abort())
    page.reload()
    expect(page.get_by_text("No connection to the server")).to_be_visible()
    yield "no connection", "Credentials"
    page.route("**/v1/overview", lambda route: route.abort())
    page.reload()
    expect(page.get_by_role("button", name="Try again")).to_be_visible()
    yield "no server", "keys-manager"
    page.unroute_all()
    page.goto("/docs")
    yield "documentation", None


def all_states(page, home, server, exchanges):
    """All of them, in a fresh vault."""
    page.set_viewport_size(WIDE)
    yield from first_states(page, server)
    furnish(home, server, exchanges)
    yield from overview_states(page)
    yield from adding_states(page, exchanges)
    yield from removing_states(page)
    yield from vault_states(page, server)
