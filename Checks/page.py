"""The page in a browser: who is let in, what they see, and that they see what happens elsewhere.

`page_entry.py` enters keys, and `page_vault.py` changes what is stored.
"""

import contextlib
import datetime
import ipaddress
import json
import re
import socket
import ssl
import sys
import threading
import time
import urllib.request

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from browser import (
    LOGIN, PASSWORD, Browser, PageChecks, card, choose_connector, dialog, everything_on, expect, row, sign_in)
from exchange_keys import GOOD_RIGHTS, made_up
from simulated_exchanges import SimulatedExchanges
from support import Home, Server, vault_home

ANOTHER_PASSWORD = "another password of the checks"
# A server may take so long to end, and never does when nothing but pages holds it.
GRACE = 8


def bar_button(page, name):
    return page.get_by_role("banner").get_by_role("button", name=name, exact=True)


def tools(page):
    """The buttons over the accounts, as (verify, new account, add)."""
    return [page.get_by_role("main").get_by_role("button", name=name, exact=True)
            for name in ("Verify all", "New account", "Add credential")]


def enter_login(page, user, password):
    page.get_by_label("User", exact=True).fill(user)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in").click()


def sign_in_form(page):
    return page.get_by_role("heading", name="Sign in", exact=True)


def credentials(page):
    return page.get_by_role("heading", name="Credentials", exact=True)


def session_cookie(page):
    """The only cookie that the browser has."""
    [cookie] = page.context.cookies()
    return cookie


def asked_with(server, cookie):
    """The status that a cookie's value gets from the server."""
    name, value = cookie["name"], cookie["value"]
    return server.request("GET", "/v1/overview", login=None, headers={"Cookie": f"{name}={value}"})[0]


# ---------------------------------------------------------------- Signing in and out


@contextlib.contextmanager
def guessing(server):
    """Wrong logins, one after the other from eight sides, while the block runs."""
    stopped = threading.Event()

    def guess():
        while not stopped.is_set():
            server.request("GET", "/v1/overview", login=(LOGIN[0], "a guess"))

    threads = [threading.Thread(target=guess) for _ in range(8)]
    for thread in threads:
        thread.start()
    try:
        # They are many enough once one of them is refused at once.
        while server.request("GET", "/v1/overview", login=(LOGIN[0], "a guess"))[0] != 429:
            pass
        yield
    finally:
        stopped.set()
        for thread in threads:
            thread.join()


def check_signing_in(browser, _, checks):
    with vault_home() as home, Server(home) as server, checks.part("Signing in"):
        page = browser.page(server)
        page.context.add_cookies([{
            "name": f"keys-manager-session-{server.port}", "value": "f" * 64, "url": server.url}])
        page.goto("/")
        with checks.seen("a stranger sees the form to sign in and nothing else, whatever cookie was put there"):
            expect(sign_in_form(page)).to_be_visible()
            expect(page.get_by_label("User", exact=True)).to_be_focused()
            expect(page.get_by_role("banner")).to_be_hidden()
            expect(page.get_by_label("Config password", exact=True)).to_be_hidden()
        for user, password in ((LOGIN[0], "wrong"), ("nobody", LOGIN[1])):
            enter_login(page, user, password)
            with checks.seen(f"{'a wrong password' if user == LOGIN[0] else 'a wrong user'} is told of, and not which"):
                expect(page.get_by_role("alert")).to_have_text("The user or the password is wrong.")
                expect(page.get_by_label("User", exact=True)).to_have_value(user)
        with guessing(server):
            # Now and then the page's guess comes just when another one was answered, and takes its place.
            for _ in range(5):
                enter_login(page, LOGIN[0], "wrong")
                expect(page.get_by_role("alert")).to_be_visible()
                if "wrong" not in page.get_by_role("alert").inner_text():
                    break
            with checks.seen("while somebody guesses, a wrong login is told to wait"):
                expect(page.get_by_role("alert")).to_have_text("Too many failed logins at once. Wait and try again.")
            page.get_by_label("Password", exact=True).fill(LOGIN[1])
            page.keyboard.press("Enter")
            with checks.seen("and the right one is let in at once, by the Enter key alone"):
                expect(credentials(page)).to_be_visible()
        cookie = session_cookie(page)
        checks.equal(
            {name: cookie[name] for name in ("name", "domain", "path", "httpOnly", "sameSite", "secure", "expires")},
            {"name": f"keys-manager-session-{server.port}", "domain": "127.0.0.1", "path": "/", "httpOnly": True,
             "sameSite": "Strict", "secure": False, "expires": -1},
            "the session's cookie is for this server alone and ends with the browser")
        checks.that(re.fullmatch(r"[0-9A-Za-z_-]{43,}", cookie["value"]) and cookie["value"] != "f" * 64,
                    "its value is a new random one, not the one that was put there")
        checks.equal(page.evaluate("document.cookie"), "", "scripts cannot read it")
        page.reload()
        with checks.seen("who reloads the page stays signed in"):
            expect(credentials(page)).to_be_visible()
        page.get_by_role("link", name="Log").click()
        expect(page.get_by_role("heading", name="Log", exact=True)).to_be_visible()
        page.reload()
        with checks.seen("and sees the view that was open"):
            expect(page.get_by_role("heading", name="Log", exact=True)).to_be_visible()
            expect(page.get_by_role("link", name="Log")).to_have_attribute("aria-current", "page")
        second = page.context.new_page()
        second.goto("/")
        with checks.seen("another tab of the browser is signed in, too"):
            expect(credentials(second)).to_be_visible()

        bar_button(page, "Sign out").click()
        with checks.seen("signing out shows the form again, in both tabs"):
            expect(sign_in_form(page)).to_be_visible()
            expect(page.get_by_role("banner")).to_be_hidden()
            expect(sign_in_form(second)).to_be_visible()
        checks.equal(page.context.cookies(), [], "and takes the cookie away")
        checks.equal(asked_with(server, cookie), 401, "whose value opens nothing any more")
        second.close()
        page.reload()
        with checks.seen("a reload brings nothing back"):
            expect(sign_in_form(page)).to_be_visible()
        sign_in(page)
        checks.that(session_cookie(page)["value"] != cookie["value"], "the next session has another value")

        choose_connector(page, "binance")
        page.get_by_role("button", name="Enter the key").click()
        dialog(page).get_by_label("API secret").fill("typed and not saved")
        status, ended = server.json("DELETE", "/v1/sessions")
        checks.equal((status, ended), (200, {"ended": 1}), "the sessions can be ended from elsewhere")
        with checks.seen("and the page returns to the form by itself and says why"):
            expect(sign_in_form(page)).to_be_visible()
            expect(page.get_by_role("main")).to_contain_text("You were signed out")
            expect(page.get_by_role("dialog")).to_have_count(0)
        checks.that("typed and not saved" not in everything_on(page), "with nothing left of what was typed")
        sign_in(page)
        with checks.seen("after which one can sign in again"):
            expect(bar_button(page, "Sign out")).to_be_visible()


class TLSServer(Server):
    """A server with a certificate of its own making."""

    def __init__(self, home):
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "keys-manager")])
        now = datetime.datetime.now(datetime.timezone.utc)
        certificate = (
            x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
            .serial_number(x509.random_serial_number()).not_valid_before(now).not_valid_after(
                now + datetime.timedelta(days=2))
            .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False)
            .sign(key, hashes.SHA256()))
        files = home.path / "cert.pem", home.path / "key.pem"
        files[0].write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
        files[1].write_bytes(key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
        files[1].chmod(0o600)
        super().__init__(home, "--tls-cert", str(files[0]), "--tls-key", str(files[1]))
        self.url = f"https://127.0.0.1:{self.port}"

    def await_answer(self, limit=30):
        urllib.request.install_opener(urllib.request.build_opener(urllib.request.HTTPSHandler(
            context=ssl._create_unverified_context())))
        super().await_answer(limit)


def check_tls(browser, _, checks):
    with vault_home() as home, TLSServer(home) as server, checks.part("Over TLS"):
        page = browser.page(server, ignore_https_errors=True)
        sign_in(page)
        cookie = session_cookie(page)
        checks.equal(
            (cookie["name"], cookie["secure"], cookie["httpOnly"], cookie["sameSite"], cookie["path"]),
            (f"__Host-keys-manager-session-{server.port}", True, True, "Strict", "/"),
            "the cookie never leaves TLS or the host")
        page.reload()
        with checks.seen("who reloads the page stays signed in"):
            expect(credentials(page)).to_be_visible()


# ---------------------------------------------------------------- Lock and unlock


@contextlib.contextmanager
def locked_server(exchanges, *added):
    """A server that knows no config password, with a vault that holds these keys."""
    with Home(API_USER=LOGIN[0], API_PASS=LOGIN[1], **exchanges.environment()) as home:
        environment = home.environment(CONFIG_PASSWORD=PASSWORD)
        home.run("vault", "create", "--bots", str(home.bots), environment=environment)
        for key in added:
            home.run("credential", "add", key.connector, "--no-verify", "--credentials", "-", "--bots",
                     str(home.bots), stdin=json.dumps(key.values), environment=environment)
        with Server(home) as server:
            yield server


def vault_state(server):
    return server.json("GET", "/v1/overview")[1]["vault"]["state"]


def expect_locked(page):
    expect(page.get_by_role("banner")).to_contain_text("Locked")
    expect(page.get_by_text("The vault is locked: what is stored can be seen")).to_be_visible()
    expect(tools(page)[0]).to_be_disabled()


def expect_unlocked(page):
    expect(page.get_by_role("banner")).to_contain_text("Unlocked")
    expect(bar_button(page, "Lock")).to_be_visible()
    expect(page.get_by_text("The vault is locked: what is stored can be seen")).to_be_hidden()
    expect(tools(page)[0]).to_be_enabled()


def check_lock(browser, exchanges, checks):
    stored, entered = made_up("okx"), made_up("binance")
    exchanges.setup("binance", **entered.setup())
    with locked_server(exchanges, stored) as server, checks.part("Lock and unlock"):
        page = browser.page(server)
        sign_in(page)
        with checks.seen("a locked vault is called locked, and nothing that needs its password can be begun"):
            expect_locked(page)
            expect(bar_button(page, "Unlock")).to_be_visible()
        row(page, "master_account", "okx").click()
        sheet = dialog(page)
        with checks.seen("a credential can be looked at and removed, not checked or replaced"):
            expect(sheet.get_by_role("button", name="Remove")).to_be_enabled()
            expect(sheet.get_by_role("button", name="Replace")).to_be_disabled()
            expect(sheet.get_by_role("button", name="Verify now")).to_be_disabled()
            expect(sheet).to_contain_text("Passphrasestored, hidden")
            expect(sheet).to_contain_text("Site of registrationwww")
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_have_count(0)
        tools(page)[2].click()
        with checks.seen("adding asks for the config password first"):
            expect(page.get_by_role("dialog", name="Unlock the vault")).to_be_visible()
        box = dialog(page).get_by_label("Config password")
        box.fill("not it")
        dialog(page).get_by_role("button", name="Unlock").click()
        with checks.seen("a wrong one is told of, with its cure, and the dialog stays"):
            expect(dialog(page).get_by_role("alert")).to_contain_text("The config password is wrong.")
            expect(dialog(page).get_by_role("alert")).to_contain_text("CONFIG_PASSWORD")
            expect(box).to_have_value("not it")
        checks.equal(vault_state(server), "locked", "and the vault stays locked")
        box.fill(PASSWORD)
        page.keyboard.press("Enter")
        with checks.seen("the right one opens it"):
            expect(page.get_by_role("dialog")).to_have_count(0)
            expect_unlocked(page)
        checks.equal(vault_state(server), "unlocked", "the server says so, too")

        other = browser.page(server)
        sign_in(other)
        expect_unlocked(other)
        bar_button(page, "Lock").click()
        with checks.seen("the lock button locks it"):
            expect_locked(page)
        checks.equal(vault_state(server), "locked", "the server says so, too")
        with checks.seen("and another browser shows it without a reload"):
            expect_locked(other)
        page.get_by_role("main").get_by_role("button", name="Unlock").click()
        dialog(page).get_by_label("Config password").fill(PASSWORD)
        dialog(page).get_by_role("button", name="Unlock").click()
        expect_unlocked(page)

        tools(page)[2].click()
        choose_connector(page, "binance")
        form = page.get_by_role("dialog", name="Add a credential")
        form.get_by_label("API key").fill(entered.values["binance_api_key"])
        form.get_by_label("API secret").fill(entered.values["binance_api_secret"])
        expect_unlocked(other)
        bar_button(other, "Lock").click()
        expect_locked(other)
        form.get_by_role("button", name="Check and save").click()
        with checks.seen("a vault that was locked meanwhile can be unlocked beside the form"):
            expect(form.get_by_role("alert")).to_contain_text("The vault is locked.")
            form.get_by_role("button", name="Unlock").click()
            dialog(page).get_by_label("Config password").fill(PASSWORD)
            dialog(page).get_by_role("button", name="Unlock").click()
            expect(page.get_by_role("dialog", name="Unlock the vault")).to_have_count(0)
        with checks.seen("and what was typed is still there and saved then"):
            expect(form.get_by_label("API secret")).to_have_value(entered.values["binance_api_secret"])
            form.get_by_role("button", name="Check and save").click()
            expect(form).to_contain_text("Added binance in master_account.")

    with locked_server(exchanges, stored) as server, checks.part("Unlocking while signing in"):
        page = browser.page(server)
        page.goto("/")
        with checks.seen("who signs in at a locked server is offered to unlock it"):
            expect(page.get_by_label("Config password", exact=True)).to_be_visible()
        page.get_by_label("Config password", exact=True).fill("not it")
        enter_login(page, *LOGIN)
        with checks.seen("a wrong config password signs in, and says that it did not unlock"):
            expect(credentials(page)).to_be_visible()
            expect_locked(page)
            expect(page.get_by_role("region", name="Messages")).to_contain_text("The config password is wrong.")
        bar_button(page, "Sign out").click()
        sign_in(page, config_password=PASSWORD)
        with checks.seen("the right one unlocks it in the same step"):
            expect_unlocked(page)
        checks.equal(vault_state(server), "unlocked", "the server says so, too")
        bar_button(page, "Sign out").click()
        with checks.seen("an unlocked server asks for the login alone"):
            expect(sign_in_form(page)).to_be_visible()
            expect(page.get_by_label("Config password", exact=True)).to_be_hidden()


# ---------------------------------------------------------------- The first run


def check_first_run(browser, exchanges, checks):
    key = made_up("binance")
    exchanges.setup("binance", **key.setup())
    with Home(**exchanges.environment()) as home, Server(home, login=None) as server, checks.part("The first run"):
        settings = dict(line.split("=", 1) for line in (
            home.path / ".hummingbot/.env").read_text().splitlines() if "=" in line and not line.startswith("#"))
        login = settings["API_USER"].strip("'\""), settings["API_PASS"].strip("'\"")
        page = browser.page(server)
        page.goto("/")
        with checks.seen("the form says where the first start wrote the login"):
            expect(page.get_by_role("main")).to_contain_text("~/.hummingbot/.env")
        sign_in(page, login=login)
        steps = page.get_by_role("region", name="First steps")
        with checks.seen("an empty vault greets with three steps, and nothing that is of no use yet"):
            expect(steps.get_by_role("heading", level=3)).to_have_text(
                ["Choose the exchange", "Make a key there", "Paste it here"])
            expect(steps.get_by_role("listitem")).to_have_count(3)
            expect(tools(page)[0]).to_be_hidden()
        with checks.seen("they say to withhold withdrawals and to list the address of the machine"):
            expect(steps).to_contain_text("never the right to withdraw")
            expect(steps).to_contain_text("public IP address of the machine where your bots run")
        with checks.seen("no key can be entered before an exchange is chosen"):
            expect(steps.get_by_role("button", name="Enter the key")).to_be_disabled()
        choose_connector(page, "binance")
        with checks.seen("the exchange's own rules for keys show up"):
            expect(steps).to_contain_text("Make a system-generated (HMAC) key under Account, API Management")
        steps.get_by_role("button", name="Enter the key").click()
        form = page.get_by_role("dialog", name="Add a credential")
        with checks.seen("the form has the exchange and the account already"):
            expect(form.get_by_role("combobox", name="Exchange and market")).to_have_value("Binance – binance")
            expect(form.get_by_label("Account")).to_have_value("master_account")
            expect(form.get_by_label("API key")).to_be_focused()
        form.get_by_label("API key").fill(key.values["binance_api_key"])
        form.get_by_label("API secret").fill(key.values["binance_api_secret"])
        form.get_by_role("button", name="Check and save").click()
        form.get_by_role("button", name="Done").click()
        with checks.seen("and with the first key the greeting makes way for the overview"):
            expect(row(page, "master_account", "binance")).to_contain_text("Works")
            expect(steps).to_have_count(0)
            expect(tools(page)[2]).to_be_visible()


# ---------------------------------------------------------------- The overview


def add(server, account, key, **choice):
    status, body = server.json(
        "POST", f"/v1/accounts/{account}/credentials/{key.connector}", {"values": key.values, **choice})
    if status != 201:
        raise RuntimeError(f"{key.connector} was not added to {account}: {status} {body}")


def fill_vault(home, server, exchanges):
    """Accounts with a credential of every standing."""
    for account in ("zeta", "alpha"):
        server.json("POST", "/v1/accounts", {"name": account})
    good, unbound, gone, strong, test = (
        made_up(name) for name in ("binance", "okx", "bybit", "coinbase_advanced_trade", "hyperliquid_testnet"))
    exchanges.setup("binance", reset=True, **good.setup())
    exchanges.setup("okx", reset=True, keys=[{
        name: value for name, value in unbound.setup()["keys"][0].items() if name != "ip_allow_list"}])
    exchanges.setup("bybit", reset=True, **gone.setup())
    exchanges.setup("coinbase_advanced_trade", reset=True, **strong.setup(rights=[*GOOD_RIGHTS, "transfer_out"]))
    exchanges.setup("hyperliquid_testnet", reset=True, **test.setup())
    exchanges.setup("gate_io", reset=True, faults=[{"kind": "maintenance"}])
    add(server, "master_account", good)
    add(server, "master_account", unbound)
    add(server, "master_account", gone)
    add(server, "master_account", strong, allow_withdrawals=True)
    exchanges.setup("bybit", reset=True)
    server.json("POST", "/v1/accounts/master_account/credentials/bybit/verify")
    add(server, "alpha", test)
    add(server, "alpha", made_up("gate_io"), save_unverified=True)
    add(server, "alpha", made_up("binance_perpetual"), verify=False)
    folder = home.bots / "credentials" / "alpha" / "connectors"
    with Home(CONFIG_PASSWORD=ANOTHER_PASSWORD) as other:
        there = ["--bots", str(other.bots)]
        other.run("vault", "create", *there)
        other.run("credential", "add", "okx", "--no-verify", "--credentials", "-", *there,
                  stdin=json.dumps(made_up("okx").values))
        strange = (other.bots / "credentials/master_account/connectors/okx.yml").read_bytes()
    for name, data in (("bybit", b"connector: bybit\nbybit_api_key: ["), ("okx", strange),
                       ("future_exchange", b"connector: future_exchange\nfuture_exchange_api_key: abc\n")):
        path = folder / f"{name}.yml"
        path.write_bytes(data)
        path.chmod(0o600)
    server.json("POST", "/v1/accounts/alpha/credentials/okx/verify")


# What each row says: exchange, kinds, standing, and more.
ROWS = {
    "master_account/binance": ("Binance", ["spot"], "Works", [
        "May read, trade spot, trade derivatives; may not withdraw; has an IP list"]),
    "master_account/bybit": ("Bybit", ["spot"], "Refused", [
        "the exchange does not know the API key"]),
    "master_account/coinbase_advanced_trade": ("Coinbase", ["spot"], "Works, with warnings", [
        "send funds to others", "The key may"]),
    "master_account/okx": ("OKX", ["spot"], "Works, with warnings", [
        "no IP list", "The key is not bound to internet addresses"]),
    "alpha/binance_perpetual": ("Binance", ["perpetual"], "Not checked yet", []),
    "alpha/bybit": ("Bybit", ["spot"], "Damaged file", ["The file is not valid YAML"]),
    "alpha/future_exchange": ("future_exchange", [], "Unknown connector", [
        "Hummingbot has no connector future_exchange."]),
    "alpha/gate_io": ("Gate", ["spot"], "Could not be checked", [
        "the exchange has a fault or answers something that it does not document"]),
    "alpha/hyperliquid_testnet": ("Hyperliquid", ["spot", "DEX", "testnet"], "Works", [
        "May read, trade spot, trade derivatives; may not withdraw; ends "]),
    "alpha/okx": ("OKX", ["spot"], "Has another password", ["does not open under the vault's password"]),
}


def visible_rows(page):
    return sorted(page.locator("li[data-key]:visible").evaluate_all("rows => rows.map((row) => row.dataset.key)"))


def check_overview(browser, exchanges, checks):
    with vault_home(**exchanges.environment()) as home, Server(home) as server, checks.part("The overview"):
        fill_vault(home, server, exchanges)
        page = browser.page(server)
        sign_in(page)
        requests = []
        page.on("request", lambda request: requests.append(request.url.removeprefix(server.url)))
        page.reload()
        with checks.seen("accounts stand side by side, master_account first, the rest by name"):
            expect(page.get_by_role("region", name="Account ")).to_have_count(3)
            expect(page.get_by_role("main").get_by_role("heading", level=2)).to_have_text(
                ["master_account", "alpha", "zeta"])
            expect(card(page, "zeta")).to_contain_text("No credentials yet.")
        boxes = [card(page, name).bounding_box() for name in ("master_account", "alpha")]
        checks.that(boxes[0]["y"] == boxes[1]["y"] and boxes[0]["x"] < boxes[1]["x"], "two on a line", boxes)
        checks.equal(
            [url for url in requests if not url.startswith("data:") and url != "/v1/events"],
            ["/", "/style.css", "/app.js", "/v1/overview"], "one request loads it, after the page's own three files")
        for key, (exchange, kinds, standing, more) in ROWS.items():
            line = row(page, *key.split("/"))
            with checks.seen(f"{key}: {standing}" + (f" ({', '.join(kinds)})" if kinds else "")):
                expect(line.locator("strong")).to_have_text(exchange)
                expect(line.locator("code")).to_have_text(key.split("/")[1])
                expect(line.locator(".badge")).to_have_text(kinds)
                expect(line.locator(".pill")).to_have_text(standing)
                expect(line).to_contain_text(re.compile("saved just now", re.I))
                for text in more:
                    expect(line).to_contain_text(text)
        checked = sorted(key for key in ROWS if "checked just now" in row(page, *key.split("/")).inner_text().lower())
        checks.equal(
            checked, sorted(key for key, (_, _, standing, _) in ROWS.items() if standing in (
                "Works", "Works, with warnings", "Refused", "Could not be checked")),
            "those that were checked say when, and the others do not")
        times = page.locator("main time").evaluate_all("all => all.map((time) => [time.dateTime, time.title])")
        checks.that(times and all(re.match(r"\d{4}-\d\d-\d\dT", when) and re.search(r"\d", title)
                                  for when, title in times), "every age tells its moment, too", times[:3])
        with checks.seen("and it is counted how many need attention"):
            expect(page.get_by_text("3 accounts · 10 credentials · 7 need attention")).to_be_visible()

        page.keyboard.press("/")
        search = page.get_by_role("searchbox", name="Search accounts, exchanges and connectors")
        with checks.seen("the key / goes to the search"):
            expect(search).to_be_focused()
        for text, wanted in {
            "binance": ["alpha/binance_perpetual", "master_account/binance"], "alpha okx": ["alpha/okx"],
            "DAMAGED": ["alpha/bybit"], "hyperliquid test": ["alpha/hyperliquid_testnet"], "nothing like it": [],
            "works": ["alpha/hyperliquid_testnet", "master_account/binance",
                      "master_account/coinbase_advanced_trade", "master_account/okx"],
        }.items():
            search.fill(text)
            checks.equal(visible_rows(page), wanted, f"the search for “{text}” leaves {len(wanted)}")
        with checks.seen("an account without a match is not shown, and the count says so"):
            search.fill("alpha okx")
            expect(card(page, "master_account")).to_be_hidden()
            expect(page.get_by_text("· 1 shown")).to_be_visible()
        search.fill("")
        show = page.get_by_label("Show", exact=True)
        for label, keys in {
            "What needs attention": [key for key, (_, _, standing, _) in ROWS.items() if standing not in (
                "Works", "Not checked yet")],
            "What was never checked": ["alpha/binance_perpetual", "alpha/bybit", "alpha/future_exchange", "alpha/okx"],
            "Perpetual": ["alpha/binance_perpetual"], "DEX": ["alpha/hyperliquid_testnet"],
            "Testnets": ["alpha/hyperliquid_testnet"], "Everything": list(ROWS),
        }.items():
            show.select_option(label=label)
            checks.equal(visible_rows(page), sorted(keys), f"the filter “{label}” shows {len(keys)}")
        show.select_option(label="What needs attention")
        search.fill("okx")
        checks.equal(visible_rows(page), ["alpha/okx", "master_account/okx"], "search and filter work together")

        search.fill("")
        show.select_option(label="Everything")
        row(page, "master_account", "coinbase_advanced_trade").click()
        sheet = page.get_by_role("dialog", name="Coinbase in master_account")
        with checks.seen("a credential opens, with each right as yes or no and its warnings"):
            expect(sheet).to_contain_text("The exchange accepts the key.")
            expect(sheet).to_contain_text("Send funds to othersyes")
            expect(sheet).to_contain_text("API keystored, hidden")
            expect(sheet).to_contain_text("Sign public requests toono")
        page.keyboard.press("Escape")
        with checks.seen("Escape closes it, and the focus is back on the row"):
            expect(sheet).to_have_count(0)
            expect(row(page, "master_account", "coinbase_advanced_trade")).to_be_focused()
        row(page, "master_account", "bybit").click()
        with checks.seen("one that was refused says the cause and the cure"):
            expect(dialog(page)).to_contain_text("the exchange does not know the API key")
            expect(dialog(page)).to_contain_text("Copy the API key once more")
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_have_count(0)
        row(page, "alpha", "bybit").click()
        with checks.seen("a damaged file opens, says what is wrong, and can be removed"):
            expect(dialog(page)).to_contain_text("The file is not valid YAML")
            expect(dialog(page).get_by_role("button", name="Remove")).to_be_enabled()


# ---------------------------------------------------------------- What happens elsewhere


class Relay:
    """A connection to the server that can be cut, and is there again for who asks again."""

    def __init__(self, server):
        self.target, self.open, self.sockets = server.port, True, []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"

    def __enter__(self):
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.listener.close()
        self.cut()

    def _accept(self):
        while True:
            try:
                near, _ = self.listener.accept()
            except OSError:
                return
            if not self.open:
                near.close()
                continue
            far = socket.create_connection(("127.0.0.1", self.target))
            self.sockets += [near, far]
            for source, sink in ((near, far), (far, near)):
                threading.Thread(target=self._pass_on, args=(source, sink), daemon=True).start()

    @staticmethod
    def _pass_on(source, sink):
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                sink.sendall(data)
        for end in (source, sink):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def cut(self):
        self.open = False
        for end in self.sockets:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
        self.sockets = []


def command(home, *words, values=None):
    done = home.run(*words, "--bots", str(home.bots), stdin=json.dumps(values) if values else "")
    if done.returncode:
        raise RuntimeError(f"{words}: {done.stderr}")


def check_elsewhere(browser, exchanges, checks):
    with vault_home(**exchanges.environment()) as home, Server(home) as server, Relay(server) as relay, \
            checks.part("What happens elsewhere", but="ERR_"):
        add(server, "master_account", made_up("okx"), verify=False)
        page, other = browser.page(server), browser.page(relay)
        requests = []
        page.on("request", lambda request: requests.append(request))
        for each in (page, other):
            sign_in(each)
        first, last = made_up("binance"), made_up("kucoin")

        requests.clear()
        add_key = ("credential", "add", "binance", "--no-verify", "--credentials", "-")
        command(home, *add_key, values=first.values)
        begin = time.monotonic()
        with checks.seen("what the command line adds shows up in two browsers without a reload"):
            expect(row(page, "master_account", "binance")).to_contain_text("Not checked yet")
            expect(row(other, "master_account", "binance")).to_be_visible()
        print(f"          after {time.monotonic() - begin:.1f} s")
        paths = [request.url.removeprefix(server.url) for request in requests]
        checks.that(
            set(paths) == {"/v1/overview"} and len(paths) <= 2, "for which it asks for the overview again", paths)
        checks.equal(
            {request.headers.get("keys-manager-background") for request in requests}, {"1"},
            "which does not count as use of the session")
        command(home, "account", "create", "swing")
        with checks.seen("so does an account"):
            expect(card(page, "swing")).to_be_visible()
        search = page.get_by_role("searchbox", name="Search accounts, exchanges and connectors")
        search.fill("okx")
        command(home, "credential", "remove", "binance", "--yes")
        with checks.seen("what it removes goes, and search and focus stay as they were"):
            expect(row(other, "master_account", "binance")).to_have_count(0)
            expect(row(page, "master_account", "binance")).to_have_count(0)
            expect(search).to_be_focused()
            expect(search).to_have_value("okx")
            expect(row(page, "master_account", "okx")).to_be_visible()
            expect(card(page, "swing")).to_be_hidden()
        search.fill("")
        path = home.bots / "credentials/master_account/connectors/okx.yml"
        path.write_bytes(path.read_bytes()[:100])
        with checks.seen("a file that another program damages is called damaged"):
            expect(row(page, "master_account", "okx")).to_contain_text("Damaged file")
        page.get_by_role("link", name="Trash").click()
        expect(page.get_by_role("row").filter(has_text="binance")).to_be_visible()
        command(home, "account", "delete", "swing", "--yes")
        with checks.seen("the open trash shows what was deleted elsewhere"):
            expect(page.get_by_role("row").filter(has_text="swing")).to_be_visible()

        relay.cut()
        with checks.seen("a cut connection is told of"):
            expect(other.get_by_text("No connection to the server; trying again…")).to_be_visible()
        command(home, "credential", "add", "kucoin", "--no-verify", "--credentials", "-", values=last.values)
        relay.open = True
        with checks.seen("when it is back, the page catches up by itself"):
            expect(row(other, "master_account", "kucoin")).to_be_visible()
            expect(other.get_by_text("No connection to the server")).to_have_count(0)
        folder = home.bots / "credentials"
        folder.rename(home.bots / "aside")
        folder.write_text("")
        with checks.seen("a vault that cannot be read any more is told of, and what was read stays"):
            expect(other.get_by_role("banner")).to_contain_text("where a folder should be")
            expect(row(other, "master_account", "kucoin")).to_be_visible()
        folder.unlink()
        (home.bots / "aside").rename(folder)
        with checks.seen("until it can be read again"):
            expect(other.get_by_role("banner")).not_to_contain_text("where a folder should be")
            expect(row(other, "master_account", "kucoin")).to_be_visible()


def check_restart(browser, _, checks):
    with vault_home() as home, Server(home) as server, \
            checks.part("The server ends and comes again", but="ERR_"):
        pages = [browser.page(server) for _ in range(3)]
        for page in pages:
            sign_in(page)
        took = server.stop()
        checks.that(took < GRACE and server.process.returncode == 0,
                    f"with three pages open a signal to end ends the server ({took:.1f} s)", server.process.returncode)
        with checks.seen("the pages say that there is no connection"):
            for page in pages:
                expect(page.get_by_text("No connection to the server; trying again…")).to_be_visible()
        bar_button(pages[2], "Sign out").click()
        with checks.seen("who signs out then is told that it did not work"):
            expect(pages[2].get_by_role("region", name="Messages")).to_contain_text("You are still signed in.")
        with Server(home, port=server.port):
            with checks.seen("and ask for the login once it is back, since it keeps no session"):
                for page in pages:
                    expect(sign_in_form(page)).to_be_visible()
            sign_in(pages[0])
            with checks.seen("after which one works on"):
                expect(pages[0].get_by_role("region", name="First steps")).to_be_visible()


PARTS = {
    "Signing in": check_signing_in, "TLS": check_tls, "Lock": check_lock, "First run": check_first_run,
    "Overview": check_overview, "Elsewhere": check_elsewhere, "Restart": check_restart,
}

with SimulatedExchanges() as exchanges, Browser() as browser:
    checks = PageChecks(browser)
    for name, part in PARTS.items():
        # With arguments, the parts whose names begin so.
        if not sys.argv[1:] or name.startswith(tuple(sys.argv[1:])):
            part(browser, exchanges, checks)
checks.finish()
