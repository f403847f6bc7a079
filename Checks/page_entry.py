"""Keys entered on the page: good ones are saved, bad ones refused beside the field, and nothing is too nested to enter.

What the page has saved is read back by the command line. No secret that was entered ever comes back to the browser.
"""

import contextlib
import json
import re
import sys

import yaml
from playwright.sync_api import Error
from xrpl.wallet import Wallet

from browser import Browser, PageChecks, choose_connector, everything_on, expect, paste, row, sign_in
from exchange_keys import FAR, GOOD_RIGHTS, made_up, pem, text, wallet
from simulated_exchanges import SimulatedExchanges
from support import INJECTIVE_KEY, NOWHERE, Server, vault_home

# The address of INJECTIVE_KEY on Injective, and that of a wallet which lets it trade.
INJECTIVE_GRANTEE = "inj1r8n7xah8cgfm0el8u3kvwzja6zrd4le2krtp7d"
INJECTIVE_GRANTER = "inj14au322k9munkmx5wrchz9q30juf5wjgz2cfqku"


class Person:
    """Somebody who enters keys on a page, and what the browser was sent meanwhile."""

    def __init__(self, browser, server, home):
        self.home, self.server = home, server
        self.page = browser.page(server)
        self.secrets, self.bodies, self.found = [], [], set()
        self.page.on("requestfinished", self._read)
        sign_in(self.page)

    def _read(self, request):
        answer = request.response()
        if answer and not answer.url.endswith(("/app.js", "/style.css")):
            with contextlib.suppress(Error):  # Of an answer that came when the page went, there is no text any more.
                self.bodies.append((answer.url, json.dumps(answer.headers) + answer.text()))

    def begin(self, connector, account=None):
        """Opens the form to add a credential."""
        self.page.get_by_role("button", name="Add credential", exact=True).click()
        self.form = self.page.get_by_role("dialog", name="Add a credential")
        if account:
            self.form.get_by_label("Account").first.select_option(account)
        choose_connector(self.form, connector)
        expect(self.form.get_by_role("button", name="Check and save")).to_be_visible()
        return self.form

    def enter(self, **boxes):
        """Fills boxes by their labels, written with `_` for a space."""
        for label, value in boxes.items():
            self.secrets.append(value)
            self.box(label).fill(value)

    def box(self, label):
        """The box with that label, from its first character on."""
        return self.form.get_by_label(re.compile("^" + re.escape(label.replace("_", " "))))

    def save(self):
        self.form.get_by_role("button", name="Check and save").click()

    def done(self):
        """Closes the form after success, when nothing of what was entered may be left in it."""
        self.look_for_leaks()
        self.form.get_by_role("button", name="Done").click()
        expect(self.page.get_by_role("dialog")).to_have_count(0)

    def stored(self, connector, account="master_account"):
        """The values that are stored, secrets as well, by the command line."""
        shown = self.home.run("credential", "show", connector, "--account", account, "--reveal", "--format", "json",
                              "--bots", str(self.home.bots))
        return json.loads(shown.stdout)["values"] if shown.stdout else None

    def file(self, connector, account="master_account"):
        """The stored file, as YAML reads it."""
        path = self.home.bots / "credentials" / account / "connectors" / f"{connector}.yml"
        return yaml.safe_load(path.read_text()) if path.exists() else None

    def look_for_leaks(self):
        """Notes where a secret that was entered has come back, or has stayed."""
        kept = self.page.evaluate("""async () => JSON.stringify([
            localStorage.length, sessionStorage.length, (await indexedDB.databases()).length,
            (await caches.keys()).length, (await navigator.serviceWorker.getRegistrations()).length])""")
        if kept != "[0,0,0,0,0]":
            self.found.add(f"kept: {kept}")
        if not any('"accounts"' in body for _, body in self.bodies):
            self.found.add("no answer could be read")
        places = [*self.bodies, ("the page", everything_on(self.page)), ("the address", self.page.url)]
        for secret in self.secrets:
            spelled = {secret, json.dumps(secret)[1:-1], secret.replace("\n", "\\n")}
            self.found |= {place for place, body in places if len(secret) > 7 and any(each in body for each in spelled)}


def expect_fault(person, label, words):
    """The fault stands beside its field, and is told with it to who cannot see it."""
    expect(person.box(label)).to_have_attribute("aria-invalid", "true")
    expect(person.box(label)).to_have_accessible_description(re.compile(words))


def expect_no_fault(person, *labels):
    for label in labels:
        expect(person.box(label)).not_to_have_attribute("aria-invalid", "true")


def expect_refused(person, cause, cure):
    alert = person.form.get_by_role("alert")
    expect(alert).to_contain_text(cause)
    expect(alert).to_contain_text(cure)
    expect(alert).to_contain_text("Nothing was saved.")


# ---------------------------------------------------------------- The form


def check_picker(person, _, checks):
    """The list of connectors, by mouse and by keys."""
    page, held = person.page, []
    page.route("**/v1/connectors", lambda route: held.append(route))
    page.reload()
    page.get_by_role("button", name="Add credential", exact=True).click()
    form = person.form = page.get_by_role("dialog", name="Add a credential")
    picker, options = form.get_by_role("combobox", name="Exchange and market"), form.locator("[role=option]")
    picker.fill("dex xrp")
    with checks.seen("who types before the list has come is not told that nothing fits"):
        expect(picker).to_have_value("dex xrp")
        expect(options).to_have_count(0)
        expect(form).not_to_contain_text("No connector is called that.")
    for route in held:
        route.continue_()
    page.unroute_all()
    with checks.seen("and sees what fits once it has"):
        expect(options).to_have_count(1)
        expect(options).to_be_visible()
    picker.fill("")
    _, known = person.server.json("GET", "/v1/connectors")
    with checks.seen(f"the list offers all {len(known)} connectors, grouped by kind"):
        expect(options).to_have_count(len(known))
        expect(form.get_by_role("group")).to_have_count(4)
        for group, one in (("Spot", "kraken"), ("Perpetual", "okx_perpetual"), ("DEX", "hyperliquid"),
                           ("Testnets", "bybit_testnet")):
            expect(form.get_by_role("group", name=group).locator(f"[data-name={one}]")).to_be_visible()
    for typed, wanted in {
        "gate perp": ["gate_io_perpetual"], "dex xrp": ["xrpl"], "KUCOIN": ["kucoin", "kucoin_hft", "kucoin_perpetual"],
        "testnet bybit": ["bybit_testnet", "bybit_perpetual_testnet"],
    }.items():
        picker.fill(typed)
        names = options.evaluate_all("all => all.map((option) => option.dataset.name)")
        checks.equal(sorted(names), sorted(wanted), f"“{typed}” finds {', '.join(wanted)}")
    picker.fill("no such exchange")
    with checks.seen("what does not exist is told of"):
        expect(form).to_contain_text("No connector is called that.")
    picker.fill("kucoin")
    page.keyboard.press("ArrowDown")
    with checks.seen("arrow keys choose, and a screen reader is told which"):
        chosen = picker.get_attribute("aria-activedescendant")
        expect(form.locator(f"#{chosen}")).to_have_attribute("data-name", "kucoin_hft")
        page.keyboard.press("Enter")
        expect(picker).to_have_value("KuCoin – kucoin_hft")
        expect(person.box("Passphrase")).to_be_visible()
    picker.fill("okx")
    page.keyboard.press("Escape")
    with checks.seen("Escape closes the list and not the form"):
        expect(form.get_by_role("listbox")).to_be_hidden()
        expect(form).to_be_visible()
    picker.fill("Binance Perpetual Testnet")
    page.keyboard.press("Tab")
    with checks.seen("a name that is typed in full counts as chosen"):
        expect(picker).to_have_value("Binance – binance_perpetual_testnet")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)


def shown_fields(fields):
    """The labels that a form shows at first: those that are asked for, and those of the mode that is chosen."""
    for field in fields:
        if not (field["asked_for"] or field["required"]):
            continue
        yield field["label"]
        if field["kind"] == "modes":
            [mode] = [mode for mode in field["modes"] if mode["title"] == field["default"]]
            yield from shown_fields(mode["fields"])


def check_every_form(person, _, checks):
    """All connectors can be entered: the form has a labelled box for every field that is asked for."""
    person.page.get_by_role("button", name="Add credential", exact=True).click()
    person.form = form = person.page.get_by_role("dialog", name="Add a credential")
    strange = {}
    for known in person.server.json("GET", "/v1/connectors")[1]:
        described = person.server.json("GET", f"/v1/connectors/{known['name']}")[1]
        choose_connector(form, known["name"])
        expect(form.locator(".note")).to_have_text(described["note"])
        labels = [label.rstrip(" *") for label in form.locator(
            "form label:visible, form legend:visible").all_inner_texts()]
        wanted = list(shown_fields(described["fields"]))
        required = form.locator("form [aria-required=true]:visible").count()
        if labels != wanted or required != sum(field["required"] for field in described["fields"]):
            strange[known["name"]] = labels, wanted, required
    checks.equal(strange, {}, "the form of every connector has a box for each field, with the server's label and mark")
    person.page.keyboard.press("Escape")
    expect(person.page.get_by_role("dialog")).to_have_count(0)


def check_form(person, exchanges, checks):
    """A form from its beginning to what is stored."""
    page, key = person.page, made_up("binance")
    exchanges.setup("binance", reset=True, **key.setup())
    form = person.begin("binance")
    with checks.seen("secrets are hidden, required fields marked, hints told with their field"):
        for label in ("API key", "API secret"):
            expect(person.box(label)).to_have_attribute("type", "password")
            expect(person.box(label)).to_have_attribute("aria-required", "true")
        expect(person.box("API secret")).to_have_accessible_description(re.compile("Shown once"))
        expect(form).to_contain_text("Make a system-generated (HMAC) key")
    person.save()
    with checks.seen("an empty form is sent back with a fault beside each field, and the first one is in focus"):
        for label in ("API key", "API secret"):
            expect_fault(person, label, f"{label} is required and was not given.")
        expect(person.box("API key")).to_be_focused()
        expect(form.get_by_role("alert")).to_contain_text("Nothing was saved.")
    person.enter(API_key=key.values["binance_api_key"], API_secret=key.values["binance_api_secret"])
    with checks.seen("which goes as soon as something is typed there"):
        expect_no_fault(person, "API key", "API secret")
    show = form.get_by_role("button", name="Show what is entered").nth(1)
    show.click()
    with checks.seen("the button beside a secret shows it and hides it again"):
        expect(person.box("API secret")).to_have_attribute("type", "text")
        expect(person.box("API key")).to_have_attribute("type", "password")
        expect(show).to_have_attribute("aria-pressed", "true")
        show.click()
        expect(person.box("API secret")).to_have_attribute("type", "password")

    held = []
    page.route("**/v1/accounts/*/credentials/*", lambda route: held.append(route))
    person.save()
    with checks.seen("while the exchange is asked, the form says so and takes no second press"):
        expect(form.get_by_text("Checking with Binance…")).to_be_visible()
        expect(form.get_by_role("button", name="Check and save")).to_be_disabled()
        expect(form.locator("form")).to_have_attribute("aria-busy", "true")
    held[0].continue_()
    page.unroute_all()
    with checks.seen("success names the account, what the exchange says, and the key's rights"):
        expect(form).to_contain_text("Added binance in master_account.")
        expect(form).to_contain_text("The exchange accepts the key. May read, trade spot, trade derivatives; may not")
        expect(form.get_by_role("button", name="Done")).to_be_focused()
    checks.equal(len(held), 1, "by one request")
    person.done()
    with checks.seen("and the overview shows it"):
        expect(row(page, "master_account", "binance")).to_contain_text("Works")
    checks.equal(person.stored("binance"), key.values, "the command line reads back what was entered")
    checks.that(person.file("binance")["binance_api_key"].startswith("7b22"), "and is sealed in Hummingbot's own way")

    person.begin("binance")
    with checks.seen("who enters a second key for the same account is told that it replaces the first"):
        expect(form).to_contain_text("master_account has a credential for binance already. Saving replaces it")
    form.get_by_role("button", name="Cancel").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    second = made_up("binance")
    exchanges.setup("binance", reset=True, **second.setup())
    person.begin("binance")
    person.enter(API_key=second.values["binance_api_key"], API_secret=second.values["binance_api_secret"])
    person.save()
    with checks.seen("and does so, with the first one in the trash"):
        expect(form).to_contain_text("Replaced binance in master_account.")
        expect(form).to_contain_text("The one before is in the trash.")
    form.get_by_role("button", name="Add another").click()
    with checks.seen("“Add another” begins anew, with nothing of the last one in it"):
        expect(form.get_by_role("combobox", name="Exchange and market")).to_have_value("")
        expect(person.box("API key")).to_have_count(0)
    page.keyboard.press("Escape")
    checks.equal(person.stored("binance"), second.values, "the second key is stored")


# ---------------------------------------------------------------- Refusals


def check_refusals(person, exchanges, checks):
    """One form, wrong in one way after the other; what was typed stays."""
    key = made_up("kucoin")
    exchanges.setup("kucoin", reset=True, **key.setup(ip_allow_list=["198.51.100.1"]))
    labels = {"key": "API key", "secret": "API secret", "passphrase": "Passphrase"}
    good = {"key": key.values[key.key_field], "secret": key.values[key.secret_field],
            "passphrase": key.values[key.passphrase_field]}
    wrong = {"key": key.make_key(), "secret": key.make_secret(), "passphrase": "another one"}
    form = person.begin("kucoin")
    for name, label in labels.items():
        person.enter(**{label: wrong[name]})
    for name, words, cure in (
        ("key", "does not know the API key", "Copy the API key once more"),
        ("secret", "the secret does not belong to the key", "Enter the secret once more"),
        ("passphrase", "the passphrase does not belong to the key", "passphrase"),
    ):
        person.save()
        with checks.seen(f"a wrong {labels[name]} is refused with cause and cure"):
            expect_refused(person, words, cure)
        with checks.seen(f"with the fault beside the field {labels[name]}, and no other"):
            expect_fault(person, labels[name], words)
            expect_no_fault(person, *(label for other, label in labels.items() if other != name))
        with checks.seen("and what was typed is still there"):
            for other, label in labels.items():
                expect(person.box(label)).to_have_value(wrong[other])
        with checks.seen("a key that the exchange refuses cannot be saved all the same"):
            expect(form.get_by_role("button", name=re.compile("Save without|all the same"))).to_have_count(0)
        wrong[name] = good[name]
        person.enter(**{labels[name]: good[name]})
    person.save()
    with checks.seen("a key that may not be used from here is refused, with this machine's address"):
        expect_refused(person, "the key may not be used from 203.0.113.7", "203.0.113.7")
    checks.equal(person.file("kucoin"), None, "nothing was saved by any of them")
    form.get_by_role("button", name="Save without checking").click()
    with checks.seen("and can be saved without, since it may be meant for another machine"):
        expect(form).to_contain_text("Added kucoin in master_account.")
    person.done()
    with checks.seen("the overview keeps saying what is wrong with it"):
        expect(row(person.page, "master_account", "kucoin")).to_contain_text("Refused")
    checks.equal(person.stored("kucoin"), key.values, "the key is stored as it was entered at last")


def check_power(person, exchanges, checks):
    """A key that may withdraw."""
    key = made_up("okx")
    exchanges.setup("okx", reset=True, **key.setup(rights=[*GOOD_RIGHTS, "withdraw"]))
    form = person.begin("okx")
    person.enter(API_key=key.values["okx_api_key"], API_secret=key.values["okx_secret_key"],
                 Passphrase=key.values["okx_passphrase"])
    person.save()
    insist = form.get_by_role("button", name="Save all the same")
    with checks.seen("a key that may withdraw is refused, and its rights are told"):
        expect_refused(person, "funds can leave the account with it", "OKX says: May read, trade spot")
        expect(form.get_by_role("alert")).to_contain_text("withdraw")
        expect(insist).to_be_disabled()
    checks.equal(person.file("okx"), None, "it is not saved")
    form.get_by_role("checkbox", name="I want a key here with which funds can leave my account").check()
    insist.click()
    with checks.seen("only who says that they want it can save it, with a warning"):
        expect(form).to_contain_text("Added okx in master_account.")
        expect(form).to_contain_text("The key may withdraw")
    person.done()
    with checks.seen("which the overview repeats"):
        expect(row(person.page, "master_account", "okx")).to_contain_text("Works, with warnings")
        expect(row(person.page, "master_account", "okx")).to_contain_text("The key may withdraw")


def check_inconclusive(person, exchanges, checks):
    """An exchange whose clock differs, and one that does not answer."""
    skewed, lost = made_up("bybit"), {"mexc_api_key": text(16), "mexc_api_secret": text(16)}
    exchanges.setup("bybit", reset=True, clock_offset=200_000, faults=[
        {"kind": "custom", "status": 500, "text": "{}", "path": "/v5/market/time"}], **skewed.setup())
    form = person.begin("bybit")
    person.enter(API_key=skewed.values["bybit_api_key"], API_secret=skewed.values["bybit_api_secret"])
    person.save()
    with checks.seen("a clock that is off is told of as that, and proves nothing against the key"):
        expect_refused(person, "could not be checked: the exchange's clock and this machine's differ too much", "clock")
        expect_no_fault(person, "API key", "API secret")
        expect(form.get_by_role("button", name="Save without checking")).to_be_visible()
    exchanges.setup("bybit", reset=True, **skewed.setup())
    person.save()
    with checks.seen("once the clocks agree, the same form is saved"):
        expect(form).to_contain_text("Added bybit in master_account. The exchange accepts the key.", use_inner_text=False)
    person.done()

    form = person.begin("mexc")
    person.enter(API_key=lost["mexc_api_key"], API_secret=lost["mexc_api_secret"])
    person.save()
    with checks.seen("an exchange that cannot be reached is told of as that"):
        expect_refused(person, "could not be checked: the exchange did not answer", "again")
        expect(person.box("API secret")).to_have_value(lost["mexc_api_secret"])
    checks.equal(person.file("mexc"), None, "nothing is saved unasked")
    form.get_by_role("button", name="Save without checking").click()
    with checks.seen("and the key is saved without checking when wanted"):
        expect(form).to_contain_text("Added mexc in master_account.")
        expect(form).to_contain_text("could not be checked")
    person.done()
    with checks.seen("which the overview says"):
        expect(row(person.page, "master_account", "mexc")).to_contain_text("Could not be checked")
    checks.equal(person.stored("mexc"), lost, "it is stored as it was entered")


# ---------------------------------------------------------------- Wallets and nested settings


def check_hyperliquid(person, exchanges, checks):
    """An API wallet, and the wallet's own key."""
    key, other = made_up("hyperliquid"), wallet()[1]
    exchanges.setup("hyperliquid", reset=True, **key.setup())
    form = person.begin("hyperliquid")
    mode = person.box("Wallet mode")
    with checks.seen("the mode is a choice with Hummingbot's default"):
        expect(mode).to_have_value("arb_wallet")
        expect(mode.locator("option")).to_have_text(["arb_wallet", "api_wallet"])
    mode.select_option("api_wallet")
    person.enter(Wallet_address=other, Private_key=key.agent_key)
    person.save()
    with checks.seen("a key that belongs to another address is refused, with the fault beside the address"):
        expect_refused(person, "does not belong to the private key", "address")
        expect_fault(person, "Wallet address", "does not belong")
        expect(mode).to_have_value("api_wallet")
    person.enter(Wallet_address=key.main_address)
    person.save()
    with checks.seen("an API wallet that its owner approved is saved"):
        expect(form).to_contain_text("Added hyperliquid in master_account.")
        expect(form).to_contain_text("may not withdraw")
    person.done()
    checks.equal(person.stored("hyperliquid"), key.values | {"use_vault": False}, "with its mode")

    form = person.begin("hyperliquid_perpetual")
    with checks.seen("a yes or no is a switch that is off by default"):
        expect(form.get_by_role("switch", name="Trade for a vault")).not_to_be_checked()
    person.enter(Wallet_address=key.main_address, Private_key=key.main_key)
    person.save()
    with checks.seen("the wallet's own key is saved, with the warning that it can do everything"):
        expect(form).to_contain_text("Added hyperliquid_perpetual in master_account.")
        expect(form.locator(".warning").first).to_contain_text("wallet")
    person.done()
    checks.equal(person.stored("hyperliquid_perpetual")["hyperliquid_perpetual_mode"], "arb_wallet", "with its mode")


def check_injective(person, exchanges, checks):
    """Modes within modes: a delegated account."""
    agent = {"name": "bot", "address": INJECTIVE_GRANTEE, "valid_until": FAR}
    exchanges.setup("injective_v2", reset=True, wallets=[
        {"address": INJECTIVE_GRANTER, "role": "user", "agents": [agent], "account_value": "1000"},
        {"address": INJECTIVE_GRANTEE, "role": "user"}])
    form = person.begin("injective_v2")
    nested = ["Trading wallet private key", "Trading subaccount index", "Granter address", "Granter subaccount index"]
    network, account = person.box("Network"), form.locator("form").get_by_label(re.compile("^Account"))
    with checks.seen("the modes are choices with Hummingbot's defaults, folded"):
        expect(network.locator("option:checked")).to_have_text("Mainnet")
        expect(account.locator("option:checked")).to_have_text("Read-only account")
        for label in nested:
            expect(person.box(label)).to_have_count(0)
    network.select_option("Custom network")
    with checks.seen("a custom network unfolds its eight fields"):
        for label in ("LCD endpoint", "Tendermint WebSocket endpoint", "gRPC endpoint", "gRPC exchange endpoint",
                      "gRPC explorer endpoint", "Chain stream endpoint", "Chain id", "Environment"):
            expect(person.box(label)).to_be_visible()
    network.select_option("Testnet")
    with checks.seen("the testnet its one, which is a choice"):
        expect(person.box("LCD endpoint")).to_have_count(0)
        expect(person.box("Testnet node")).to_have_value("lb")
    network.select_option("Mainnet")
    account.select_option("Delegated account")
    with checks.seen("a delegated account its four"):
        for label in nested:
            expect(person.box(label)).to_be_visible()
    person.box("Fee calculation").select_option("Simulate each transaction")
    person.save()
    with checks.seen("nested fields that are needed get their faults beside them"):
        for label in nested:
            expect_fault(person, label, f"{label} is required and was not given.")
        expect(person.box(nested[0])).to_be_focused()
    person.enter(Trading_wallet_private_key=INJECTIVE_KEY)
    person.box(nested[1]).fill("zero")
    person.box(nested[2]).fill(INJECTIVE_GRANTER)
    person.box(nested[3]).fill("1")
    person.save()
    with checks.seen("a word where a number should be, too"):
        expect_fault(person, nested[1], f"{nested[1]} must be a whole number.")
        expect_no_fault(person, nested[0], *nested[2:])
    person.box(nested[1]).fill("0")
    person.save()
    with checks.seen("and the whole is saved, checked with the chain"):
        expect(form).to_contain_text("Added injective_v2 in master_account.")
        expect(form).to_contain_text("The key passed its check.")
    person.done()
    stored = person.file("injective_v2")
    key = stored["account_type"].pop("private_key")
    checks.that(key.startswith("7b22"), "the nested key is sealed", key[:12])
    checks.equal(
        (stored["network"], stored["account_type"], stored["fee_calculator"]),
        ({}, {"subaccount_index": 0, "granter_address": INJECTIVE_GRANTER, "granter_subaccount_index": 1},
         {"name": "simulated_transaction_fee_calculator"}), "and Hummingbot's file has the modes and the numbers")
    checks.equal(
        person.stored("injective_v2")["account_type"].get("private_key"), INJECTIVE_KEY,
        "the command line reads the key back")


def check_xrpl(person, exchanges, checks):
    """A list, records and a number."""
    seed = Wallet.create()
    exchanges.setup("xrpl", reset=True, wallets=[
        {"address": seed.address, "role": "user", "account_value": "25000000"}])
    form = person.begin("xrpl")
    person.enter(Wallet_seed=seed.seed)
    with checks.seen("the defaults of a list and of a number stand there as what holds when nothing is entered"):
        expect(person.box("Nodes")).to_have_attribute("placeholder", re.compile("wss://xrplcluster.com/"))
        expect(person.box("Requests per minute")).to_have_attribute("placeholder", "12")
    person.box("Nodes").fill("wss://one.example/\n\n  wss://two.example/  \n")
    person.box("Requests per minute").fill("many")
    person.save()
    with checks.seen("a word where a number should be is told of beside it"):
        expect_fault(person, "Requests per minute", "Requests per minute must be a whole number.")
        expect(person.box("Nodes")).to_have_value(re.compile("wss://one.example/"))
    person.box("Requests per minute").fill("20")
    form.get_by_text("More settings").click()
    with checks.seen("records are there with their defaults"):
        expect(form.get_by_label("Name")).to_have_count(1)
        expect(form.get_by_label("Name")).to_have_value("SOLO-XRP")
        expect(person.box("Base currency")).to_have_value("SOLO")
    form.get_by_role("button", name="Add an entry").click()
    with checks.seen("an entry can be added"):
        expect(form.get_by_label("Name")).to_have_count(2)
        expect(form.get_by_label("Name").last).to_be_focused()
    form.get_by_label("Name").last.fill("TIP-XRP")
    person.box("Base currency").last.fill("TIP")
    person.save()
    with checks.seen("what is missing in it is told of beside it"):
        fault = person.box("Quote currency").last
        expect(fault).to_have_attribute("aria-invalid", "true")
        expect(fault).to_have_accessible_description(re.compile("Quote currency is required and was not given."))
        expect(person.box("Quote currency").first).not_to_have_attribute("aria-invalid", "true")
    person.box("Quote currency").last.fill("XRP")
    person.box("Base issuer").last.fill("rsoLo2S1kiGeCcn6hCUXVrCpGMWLrRrLZz")
    form.get_by_role("button", name="Take this entry out").first.click()
    with checks.seen("one can be taken out"):
        expect(form.get_by_label("Name")).to_have_count(1)
        expect(form.get_by_label("Name")).to_have_value("TIP-XRP")
    person.save()
    with checks.seen("the whole is saved"):
        expect(form).to_contain_text("Added xrpl in master_account.")
    person.done()
    stored = person.file("xrpl")
    checks.equal(
        (stored["wss_node_urls"], stored["max_request_per_minute"]),
        (["wss://one.example/", "wss://two.example/"], 20), "the list is a list and the number a number")
    checks.equal(list(stored["custom_markets"]), ["TIP-XRP"], "the record that was taken out is out, the other one in")
    checks.equal(person.stored("xrpl")["xrpl_secret_key"], seed.seed, "the command line reads the seed back")


# ---------------------------------------------------------------- Snippets


def check_snippets(person, exchanges, checks):
    page = person.page

    def snippet():
        box = form.get_by_label("A snippet with the values")
        if not box.is_visible():
            form.get_by_text("Paste JSON or .env lines instead").click()
        return box

    key = made_up("gate_io")
    exchanges.setup("gate_io", reset=True, **key.setup())
    person.secrets += key.values.values()
    form = person.begin("gate_io", "swing")
    paste(page, snippet(), "this is no snippet")
    with checks.seen("what is no snippet is told of and changes nothing"):
        expect(form).to_contain_text("This is neither a JSON object nor lines of NAME=value.")
        expect(person.box("API key")).to_have_value("")
    snippet().fill("")
    snippet().press_sequentially("API_KEY=")
    with checks.seen("what is typed there is not taken before it is complete"):
        expect(snippet()).to_have_value("API_KEY=")
    snippet().fill("")
    paste(page, snippet(), json.dumps({"apiKey": key.values["gate_io_api_key"], "apiSecret": key.values[
        "gate_io_secret_key"], "label": "bot"}, indent=2))
    with checks.seen("a JSON object fills the fields, says which, and is not kept"):
        expect(form).to_contain_text("Filled in: API key, API secret. Not known here: label.")
        expect(person.box("API key")).to_have_value(key.values["gate_io_api_key"])
        expect(person.box("API secret")).to_have_value(key.values["gate_io_secret_key"])
        expect(snippet()).to_have_value("")
    person.save()
    expect(form).to_contain_text("Added gate_io in swing.")
    person.done()
    checks.equal(person.stored("gate_io", "swing"), key.values, "and what is stored is what was in it")

    key = made_up("okx")
    exchanges.setup("okx", reset=True, **key.setup())
    person.secrets += key.values.values()
    form = person.begin("okx", "swing")
    lines = (f"# of the exchange\nexport OKX_API_KEY=\"{key.values['okx_api_key']}\"\n"
             f"OKX_SECRET_KEY='{key.values['okx_secret_key']}'\r\n\nOKX_PASSPHRASE={key.values['okx_passphrase']}\n"
             "REGION=eu\n")
    paste(page, snippet(), lines)
    with checks.seen("lines of a .env file fill the fields, too"):
        expect(form).to_contain_text("Filled in: API key, API secret, Passphrase. Not known here: REGION.")
        expect(person.box("Passphrase")).to_have_value(key.values["okx_passphrase"])
        expect(snippet()).to_have_value("")
    person.box("Site of registration").select_option("my")
    person.box("Passphrase").fill("")
    paste(page, person.box("API key"), lines)
    with checks.seen("also when they are pasted into a field"):
        expect(person.box("API key")).to_have_value(key.values["okx_api_key"])
        expect(person.box("Passphrase")).to_have_value(key.values["okx_passphrase"])
    with checks.seen("and what was chosen besides stays"):
        expect(person.box("Site of registration")).to_have_value("my")
    person.box("Site of registration").select_option("www")
    person.save()
    expect(form).to_contain_text("Added okx in swing.")
    person.done()
    checks.equal(
        person.stored("okx", "swing"), key.values | {"okx_registration_sub_domain": "www"}, "what is stored is right")

    key = made_up("coinbase_advanced_trade")
    name, secret = (key.values[f"coinbase_advanced_trade_api_{part}"] for part in ("key", "secret"))
    exchanges.setup("coinbase_advanced_trade", reset=True, **key.setup())
    person.secrets += [name, secret, secret.splitlines()[1]]
    download = json.dumps({"name": name, "privateKey": secret})
    form = person.begin("coinbase_advanced_trade", "swing")
    paste(page, person.box("API key"), download)
    with checks.seen("the file that Coinbase offers fills both fields when it is pasted into one"):
        expect(person.box("API key")).to_have_value(name)
        expect(person.box("Private key")).to_have_value(secret.strip().replace("\n", "\\n"))
    form.get_by_role("switch", name="Sign public requests too").check()
    person.save()
    with checks.seen("and is accepted"):
        expect(form).to_contain_text("Added coinbase_advanced_trade in swing.")
    person.done()
    checks.equal(
        (person.file("coinbase_advanced_trade", "swing")["use_auth_for_public_endpoints"],
         person.stored("coinbase_advanced_trade", "swing")["coinbase_advanced_trade_api_key"]), (True, name),
        "with the switch as a boolean")
    form = person.begin("coinbase_advanced_trade", "swing")
    paste(page, snippet(), download)
    with checks.seen("or into the box for snippets"):
        expect(person.box("API key")).to_have_value(name)
    person.box("Private key").fill("")
    paste(page, person.box("Private key"), secret)
    with checks.seen("a private key of several lines can be pasted into its field"):
        expect(person.box("Private key")).to_have_value(secret.strip().replace("\n", "\\n"))
    person.save()
    with checks.seen("and is accepted, too"):
        expect(form).to_contain_text("Replaced coinbase_advanced_trade in swing.")
    person.done()
    other = pem()
    person.secrets.append(other.splitlines()[1])
    form = person.begin("coinbase_advanced_trade", "swing")
    person.enter(API_key=name)
    paste(page, person.box("Private key"), other)
    person.save()
    with checks.seen("another private key is refused"):
        expect(form.get_by_role("alert")).to_contain_text("the secret does not belong to the key")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)


PARTS = {
    "Choosing a connector": check_picker, "The forms of all connectors": check_every_form, "A form": check_form,
    "Keys that are refused": check_refusals, "Too much power": check_power,
    "Checks that come to nothing": check_inconclusive, "Hyperliquid": check_hyperliquid, "Injective": check_injective,
    "The XRP Ledger": check_xrpl, "Snippets": check_snippets,
}

with SimulatedExchanges() as exchanges, Browser() as browser, \
        vault_home(**exchanges.environment() | {"EXCHANGE_URL_MEXC": NOWHERE}) as home, Server(home) as server:
    checks = PageChecks(browser)
    server.json("POST", "/v1/accounts", {"name": "swing"})
    for title, part in PARTS.items():
        # With arguments, the parts whose titles begin so.
        if sys.argv[1:] and not title.startswith(tuple(sys.argv[1:])):
            continue
        with checks.part(title):
            person = Person(browser, server, home)
            part(person, exchanges, checks)
            person.look_for_leaks()
            checks.equal(
                sorted(person.found), [],
                f"no secret came back to the browser or stays in it ({len(person.bodies)} answers)")
checks.finish()
