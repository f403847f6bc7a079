"""What is stored, changed on the page: replaced, checked, removed, brought back; accounts, trash, log and password."""

import contextlib
import hashlib
import json
import re
import sys

from browser import (
    LOGIN, PASSWORD, Browser, PageChecks, card, choose_connector, dialog, everything_on, expect, row, sign_in)
from exchange_keys import made_up
from simulated_exchanges import SimulatedExchanges
from support import INJECTIVE_KEY, NESTED, Server, vault_home

NEW_PASSWORD = "a new password of the checks"


def add(server, key, account="master_account", **choice):
    """Stores a key without asking its exchange."""
    values = key if isinstance(key, dict) else key.values
    connector = choice.pop("connector", None) or key.connector
    status, body = server.json(
        "POST", f"/v1/accounts/{account}/credentials/{connector}", {"values": values, "verify": False, **choice})
    if status != 201:
        raise RuntimeError(f"{connector} was not added to {account}: {status} {body}")


def command(home, *words, values=None):
    done = home.run(*words, "--bots", str(home.bots), stdin=json.dumps(values) if values else "")
    if done.returncode:
        raise RuntimeError(f"{words}: {done.stderr}")
    return done.stdout


def path_of(home, connector, account="master_account"):
    return home.bots / "credentials" / account / "connectors" / f"{connector}.yml"


def stored(home, connector, account="master_account"):
    """The values that are stored, secrets as well, by the command line."""
    return json.loads(command(
        home, "credential", "show", connector, "--account", account, "--reveal", "--format", "json"))["values"]


def state_of(folder):
    """Every file below a folder, with its digest and mode."""
    return {str(path.relative_to(folder)): (hashlib.sha256(path.read_bytes()).hexdigest(), path.stat().st_mode)
            for path in sorted(folder.rglob("*")) if path.is_file()}


def messages(page):
    return page.get_by_role("region", name="Messages")


def open_sheet(page, account, connector):
    row(page, account, connector).click()
    sheet = dialog(page)
    expect(sheet.get_by_role("button", name="Remove")).to_be_visible()
    return sheet


def open_replacement(page, account, connector):
    open_sheet(page, account, connector).get_by_role("button", name="Replace").click()
    form = page.get_by_role("dialog", name=f"Replace {connector} in {account}")
    expect(form.get_by_role("button", name="Check and save")).to_be_visible()
    return form


def in_trash(server):
    return [(entry["reason"], entry["account"], entry["connector"]) for entry in server.json("GET", "/v1/trash")[1]]


def close(page):
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)


# ---------------------------------------------------------------- Replacing


def check_replacing(home, server, browser, exchanges, checks):
    """What is prefilled, and what becomes of the one before."""
    old, new = made_up("hyperliquid"), made_up("hyperliquid")
    exchanges.setup("hyperliquid", reset=True, **new.setup())
    add(server, old)
    add(server, {"account_type": {"mode": "delegate_account", **NESTED["account_type"]},
                 "network": {"mode": "testnet_network", "testnet_node": "sentry"}}, connector="injective_v2")
    page = browser.page(server)
    sign_in(page)
    form = open_replacement(page, "master_account", "hyperliquid")
    with checks.seen("the form begins with what may be shown of the one before, and without its secrets"):
        expect(form.get_by_label("Wallet mode")).to_have_value("api_wallet")
        expect(form.get_by_label("Private key")).to_have_value("")
        expect(form).to_contain_text("A replacement is complete in itself")
    for secret in old.values.values():
        if len(secret) > 20 and secret in everything_on(page):
            checks.that(False, "no secret of the one before is on the page")
    form.get_by_label("Wallet address").fill(new.main_address)
    form.get_by_label("Private key").fill(new.agent_key)
    form.get_by_role("button", name="Check and save").click()
    with checks.seen("it is replaced, and where the one before is said"):
        expect(form).to_contain_text("Replaced hyperliquid in master_account.")
        expect(form).to_contain_text("The one before is in the trash.")
    form.get_by_role("button", name="Done").click()
    checks.equal(stored(home, "hyperliquid"), new.values | {"use_vault": False}, "the new one is stored")
    checks.equal(in_trash(server), [("replaced", "master_account", "hyperliquid")], "the old one is in the trash")

    path = path_of(home, "hyperliquid")
    path.write_bytes(b"connector: hyperliquid\nhyperliquid_address: [")
    expect(row(page, "master_account", "hyperliquid")).to_contain_text("Damaged file")
    form = open_replacement(page, "master_account", "hyperliquid")
    form.get_by_label("Wallet mode").select_option("api_wallet")
    form.get_by_label("Wallet address").fill(new.main_address)
    form.get_by_label("Private key").fill(new.agent_key)
    form.get_by_role("button", name="Check and save").click()
    with checks.seen("a damaged file is replaced like any other"):
        expect(form).to_contain_text("Replaced hyperliquid in master_account.")
    form.get_by_role("button", name="Done").click()
    checks.equal(stored(home, "hyperliquid"), new.values | {"use_vault": False}, "and is whole again")

    sheet = open_sheet(page, "master_account", "injective_v2")
    with checks.seen("nested settings are shown, their secrets hidden"):
        expect(sheet).to_contain_text("private_key: hidden, subaccount_index: 0")
    sheet.get_by_role("button", name="Replace").click()
    form = page.get_by_role("dialog", name="Replace injective_v2 in master_account")
    with checks.seen("and prefilled in their modes, but for the secrets"):
        expect(form.get_by_label("Network").locator("option:checked")).to_have_text("Testnet")
        expect(form.get_by_label("Testnet node")).to_have_value("sentry")
        expect(form.get_by_label("Granter address")).to_have_value(NESTED["account_type"]["granter_address"])
        expect(form.get_by_label("Granter subaccount index")).to_have_value("1")
        expect(form.get_by_label("Trading wallet private key")).to_have_value("")
    checks.that(INJECTIVE_KEY not in everything_on(page), "the nested key does not come back")
    close(page)


def check_overtaking(home, server, browser, exchanges, checks):
    """Somebody else is faster."""
    first, second, third = made_up("okx"), made_up("okx"), made_up("okx")
    exchanges.setup("okx", reset=True, **third.setup())
    add(server, first)
    page, other = browser.page(server), browser.page(server)
    for each in (page, other):
        sign_in(each)
    form = open_replacement(page, "master_account", "okx")
    labels = {"API key": "okx_api_key", "API secret": "okx_secret_key", "Passphrase": "okx_passphrase"}
    for label, name in labels.items():
        form.get_by_label(label).fill(third.values[name])
    before = row(page, "master_account", "okx").locator("time").get_attribute("datetime")
    command(home, "credential", "replace", "okx", "--no-verify", "--credentials", "-", "--yes", values=second.values)
    # The overview behind the form has taken note; the form must not, since its person has seen the first one.
    page.wait_for_function("""([before]) => document.querySelector('[data-key="master_account/okx"] time')
        .dateTime !== before""", arg=[before])
    form.get_by_role("button", name="Check and save").click()
    with checks.seen("who replaces what somebody else has replaced meanwhile is told so, and nothing is lost"):
        expect(form.get_by_role("alert")).to_contain_text("was changed by someone else in the meantime")
        expect(form.get_by_role("alert")).to_contain_text("Nothing was saved. Saving again puts this one in its place.")
        expect(form.get_by_label("Passphrase")).to_have_value(third.values["okx_passphrase"])
    checks.equal(stored(home, "okx")["okx_api_key"], second.values["okx_api_key"], "what the other one stored is there")
    form.get_by_role("button", name="Check and save").click()
    with checks.seen("saving again replaces it"):
        expect(form).to_contain_text("Replaced okx in master_account.")
    form.get_by_role("button", name="Done").click()
    checks.equal(stored(home, "okx")["okx_api_key"], third.values["okx_api_key"], "with what was entered")

    key = made_up("binance")
    exchanges.setup("binance", reset=True, **key.setup())
    page.get_by_role("button", name="Add credential", exact=True).click()
    form = page.get_by_role("dialog", name="Add a credential")
    choose_connector(form, "binance")
    form.get_by_label("API key").fill(key.values["binance_api_key"])
    form.get_by_label("API secret").fill(key.values["binance_api_secret"])
    command(home, "credential", "add", "binance", "--no-verify", "--credentials", "-", values=made_up("binance").values)
    expect(row(page, "master_account", "binance")).to_have_count(1)
    form.get_by_role("button", name="Check and save").click()
    with checks.seen("who adds what somebody else has added meanwhile is told that it is there already"):
        expect(form.get_by_role("alert")).to_contain_text("master_account has a credential for binance already.")
        expect(form.locator(".notice")).to_contain_text("Saving replaces it; the old one moves to the trash.")
    form.get_by_role("button", name="Check and save").click()
    with checks.seen("and can replace it then"):
        expect(form).to_contain_text("Replaced binance in master_account.")
    form.get_by_role("button", name="Done").click()

    sheet = open_sheet(other, "master_account", "okx")
    sheet.get_by_role("button", name="Remove").click()
    before = row(other, "master_account", "okx").locator("time").last.get_attribute("datetime")
    command(home, "credential", "replace", "okx", "--no-verify", "--credentials", "-", "--yes", values=first.values)
    expect(row(other, "master_account", "okx")).to_contain_text("Not checked yet")
    dialog(other).get_by_role("button", name="Remove").click()
    with checks.seen("who removes what was replaced meanwhile is told so, and it stays"):
        expect(dialog(other).get_by_role("alert")).to_contain_text("was changed by someone else in the meantime")
    checks.equal(stored(home, "okx"), first.values | {"okx_registration_sub_domain": "www"}, "as it was stored last")
    close(other)
    expect(row(page, "master_account", "okx")).to_contain_text("Not checked yet")

    # Two people at the same moment, each in another account.
    server.json("POST", "/v1/accounts", {"name": "swing"})
    keys = [made_up("bybit"), made_up("gate_io")]
    for each, key, account in ((page, keys[0], "master_account"), (other, keys[1], "swing")):
        exchanges.setup(key.host, reset=True, **key.setup())
        expect(card(each, "swing")).to_be_visible()
        each.get_by_role("button", name="Add credential", exact=True).click()
        form = dialog(each)
        form.get_by_label("Account").select_option(account)
        choose_connector(form, key.connector)
        form.get_by_label("API key").fill(key.values[key.key_field])
        form.get_by_label("API secret").fill(key.values[key.secret_field])
    for each in (page, other):
        each.evaluate("() => { setTimeout(() => document.querySelector('dialog form').requestSubmit()); }")
    with checks.seen("two browsers can add at the same moment, and both show both"):
        for each in (page, other):
            expect(dialog(each)).to_contain_text(re.compile("Added (bybit|gate_io) in (master_account|swing)"))
            dialog(each).get_by_role("button", name="Done").click()
            expect(row(each, "master_account", "bybit")).to_contain_text("Works")
            expect(row(each, "swing", "gate_io")).to_contain_text("Works")
    checks.equal(
        [stored(home, "bybit"), stored(home, "gate_io", "swing")], [key.values for key in keys],
        "each key is in its own account")


# ---------------------------------------------------------------- Checking what is stored


def check_verifying(home, server, browser, exchanges, checks):
    good, gone, quiet = made_up("binance"), made_up("bybit"), made_up("gate_io")
    for account in ("alpha", "beta"):
        server.json("POST", "/v1/accounts", {"name": account})
    exchanges.setup("binance", reset=True, **good.setup())
    exchanges.setup("bybit", reset=True)
    exchanges.setup("gate_io", reset=True, faults=[{"kind": "silence"}], **quiet.setup())
    add(server, good)
    add(server, gone, "alpha")
    add(server, quiet, "beta")
    add(server, made_up("kraken"), "beta")
    page, other = browser.page(server), browser.page(server)
    for each in (page, other):
        sign_in(each)

    sheet = open_sheet(page, "master_account", "binance")
    held = []
    page.route("**/verify", lambda route: held.append(route))
    sheet.get_by_role("button", name="Verify now").click()
    with checks.seen("while one is checked, its button says so"):
        expect(sheet.get_by_role("button", name="Checking with Binance…")).to_be_visible()
        expect(sheet).to_contain_text("Not checked yet")
    held[0].continue_()
    page.unroute_all()
    with checks.seen("and then the outcome is there, with the rights"):
        expect(sheet).to_contain_text("The exchange accepts the key.")
        expect(sheet).to_contain_text("Withdrawno")
        expect(sheet).to_contain_text("checked just now")
    exchanges.setup("binance", reset=True, **good.setup(state="deleted"))
    sheet.get_by_role("button", name="Verify now").click()
    with checks.seen("a key that the exchange has deleted since is found out, with the cure"):
        expect(sheet.locator(".pill")).to_have_text("Refused")
        expect(sheet).to_contain_text("API key")
    close(page)
    with checks.seen("the overview says so, in the other browser as well"):
        for each in (page, other):
            expect(row(each, "master_account", "binance")).to_contain_text("Refused")
    exchanges.setup("binance", reset=True, **good.setup())

    verify = page.get_by_role("button", name="Verify all")
    verify.click()
    with checks.seen("a round shows how far it is, while an exchange does not answer"):
        expect(page.get_by_role("main")).to_contain_text(re.compile("2 of 3: (Binance|Bybit) in "))
        expect(page.get_by_role("progressbar", name="Credentials checked")).to_have_js_property("value", 2)
        expect(page.get_by_role("progressbar", name="Credentials checked")).to_have_js_property("max", 3)
        expect(verify).to_be_disabled()
    with checks.seen("and what is known already, in both browsers"):
        for each in (page, other):
            expect(row(each, "master_account", "binance")).to_contain_text("Works")
            expect(row(each, "alpha", "bybit")).to_contain_text("Refused")
            expect(row(each, "beta", "gate_io")).to_contain_text("Not checked yet")
    page.get_by_role("button", name="Stop").click()
    with checks.seen("Stop ends it"):
        expect(page.get_by_role("progressbar")).to_have_count(0)
        expect(verify).to_be_enabled()
        expect(row(page, "beta", "gate_io")).to_contain_text("Not checked yet")
    exchanges.setup("gate_io", clear_faults=True)
    verify.click()
    with checks.seen("a round to the end says what came of it, and what it left out"):
        expect(messages(page)).to_contain_text("All checked: 2 work, 1 refused, 1 left out")
        expect(row(page, "beta", "gate_io")).to_contain_text("Works")
        expect(row(page, "beta", "kraken")).to_contain_text("Not checked yet")
    verify.click()
    with checks.seen("signing out in the middle of one is no error"):
        page.get_by_role("button", name="Sign out").click()
        expect(page.get_by_role("heading", name="Sign in", exact=True)).to_be_visible()


# ---------------------------------------------------------------- Removing and bringing back


def check_removing(home, server, browser, exchanges, checks):
    add(server, made_up("okx"))
    add(server, made_up("binance"))
    credentials = home.bots / "credentials"
    before = state_of(credentials)
    page, other = browser.page(server), browser.page(server)
    for each in (page, other):
        sign_in(each)
    open_sheet(page, "master_account", "okx").get_by_role("button", name="Remove").click()
    with checks.seen("removing asks first, and says what it does and does not"):
        expect(page.get_by_role("dialog", name="Remove okx?")).to_be_visible()
        expect(dialog(page)).to_contain_text("moves to the trash, from which it can be brought back")
        expect(dialog(page)).to_contain_text("The key itself stays valid at the exchange")
    dialog(page).get_by_role("button", name="Cancel").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    checks.equal(state_of(credentials), before, "who cancels has changed nothing")
    open_sheet(page, "master_account", "okx").get_by_role("button", name="Remove").click()
    dialog(page).get_by_role("button", name="Remove").click()
    with checks.seen("then it is gone, in both browsers, and can be undone"):
        for each in (page, other):
            expect(row(each, "master_account", "okx")).to_have_count(0)
        expect(messages(page)).to_contain_text("Removed okx from master_account.")
    checks.that(not path_of(home, "okx").exists(), "its file is gone")
    messages(page).get_by_role("button", name="Undo").click()
    with checks.seen("undo brings it back, in both browsers"):
        for each in (page, other):
            expect(row(each, "master_account", "okx")).to_be_visible()
        expect(messages(page)).to_contain_text("It is back.")
    checks.equal(state_of(credentials), before, "byte for byte, with its mode")
    checks.equal(in_trash(server), [], "and the trash has nothing of it")


def check_accounts(home, server, browser, exchanges, checks):
    page = browser.page(server)
    sign_in(page)

    def new_account(name):
        page.get_by_role("button", name="New account").click()
        dialog(page).get_by_label("Name").press_sequentially(name)

    add(server, made_up("okx"))
    expect(row(page, "master_account", "okx")).to_be_visible()
    new_account("my swing bot")
    with checks.seen("spaces in the name of a new account become _ as they are typed"):
        expect(dialog(page).get_by_label("Name")).to_have_value("my_swing_bot")
    page.keyboard.press("Enter")
    with checks.seen("it is created, and is empty"):
        expect(card(page, "my_swing_bot")).to_contain_text("No credentials yet.")
        expect(page.get_by_role("dialog")).to_have_count(0)
    checks.that((home.bots / "credentials/my_swing_bot").is_dir(), "as a folder of Hummingbot's")
    for name, words in (
        ("a/b", "Only letters, numbers, underscores and hyphens are allowed."), ("gateway", "The name is reserved."),
        ("my_swing_bot", "There is an account my_swing_bot already."),
    ):
        new_account(name)
        dialog(page).get_by_role("button", name="Create").click()
        with checks.seen(f"the name {name} is refused in words, and stays to be mended"):
            expect(dialog(page).get_by_role("alert")).to_contain_text(words)
            expect(dialog(page).get_by_label("Name")).to_have_value(name)
        close(page)
    card(page, "my_swing_bot").get_by_role("button", name="Add a credential to my_swing_bot").click()
    with checks.seen("a credential can be added to it from its card"):
        expect(dialog(page).get_by_label("Account")).to_have_value("my_swing_bot")
    close(page)

    for connector in ("binance", "bybit"):
        add(server, made_up(connector), "my_swing_bot")
        expect(row(page, "my_swing_bot", connector)).to_be_visible()
    credentials = home.bots / "credentials"
    before = state_of(credentials)
    with checks.seen("master_account cannot be deleted"):
        expect(card(page, "master_account").get_by_role("button", name="Delete")).to_have_count(0)
    card(page, "my_swing_bot").get_by_role("button", name="Delete the account my_swing_bot").click()
    box = dialog(page).get_by_label("Enter its name, my_swing_bot, to confirm")
    with checks.seen("deleting an account says what goes with it"):
        expect(dialog(page)).to_contain_text("It moves to the trash with its 2 credentials")
    for name in ("", "my_swing_bo"):
        box.fill(name)
        dialog(page).get_by_role("button", name="Delete").click()
        with checks.seen(f"and {'another name' if name else 'no name'} does not delete it"):
            expect(dialog(page).get_by_role("alert")).to_contain_text("That is not the name of the account.")
    checks.equal(state_of(credentials), before, "nothing has changed yet")
    box.fill("my_swing_bot")
    page.keyboard.press("Enter")
    with checks.seen("its name does"):
        expect(card(page, "my_swing_bot")).to_have_count(0)
        expect(messages(page)).to_contain_text("Deleted my_swing_bot.")
    checks.that(not (credentials / "my_swing_bot").exists(), "its folder is gone")
    messages(page).get_by_role("button", name="Undo").click()
    with checks.seen("undo brings it back with its credentials"):
        expect(row(page, "my_swing_bot", "binance")).to_be_visible()
        expect(row(page, "my_swing_bot", "bybit")).to_be_visible()
    checks.equal(state_of(credentials), before, "byte for byte")


def check_trash(home, server, browser, exchanges, checks):
    old, new = made_up("okx"), made_up("okx")
    server.json("POST", "/v1/accounts", {"name": "swing"})
    add(server, made_up("binance"), "swing")
    add(server, old)
    first = path_of(home, "okx").read_bytes()
    server.json("DELETE", "/v1/accounts/master_account/credentials/okx")
    server.json("DELETE", "/v1/accounts/swing")
    page = browser.page(server)
    sign_in(page)
    page.get_by_role("link", name="Trash").click()
    table = page.get_by_role("region", name="Trash")
    lines = table.get_by_role("row")
    with checks.seen("the trash lists what was removed, with where, why and when"):
        expect(lines).to_have_count(3)
        expect(lines.nth(1)).to_contain_text(re.compile("Account with 1 credential ?swing ?removed ?just now"))
        expect(lines.nth(2)).to_contain_text(re.compile("OKX okx ?master_account ?removed ?just now"))
    table.get_by_role("button", name="Restore the account swing").click()
    with checks.seen("an account is restored"):
        expect(messages(page)).to_contain_text("The account swing is back.")
        expect(lines).to_have_count(2)
    checks.that(path_of(home, "binance", "swing").exists(), "with its credential")
    add(server, new)
    second = path_of(home, "okx").read_bytes()
    table.get_by_role("button", name="Restore okx of master_account").click()
    with checks.seen("where there is one already, one is asked whether to exchange them"):
        expect(page.get_by_role("dialog", name="There is one already")).to_contain_text(
            "the present one moves to the trash in its turn")
    close(page)
    checks.equal(path_of(home, "okx").read_bytes(), second, "who closes that has changed nothing")
    table.get_by_role("button", name="Restore okx of master_account").click()
    dialog(page).get_by_role("button", name="Restore and exchange").click()
    with checks.seen("and can do so"):
        expect(messages(page)).to_contain_text("okx is back in master_account.")
        expect(page.get_by_role("dialog")).to_have_count(0)
        expect(lines).to_have_count(2)
    checks.equal(path_of(home, "okx").read_bytes(), first, "the old one is in its place, byte for byte")

    server.json("DELETE", "/v1/accounts/swing/credentials/binance")
    expect(lines).to_have_count(3)
    table.get_by_role("button", name="Delete binance of swing for good").click()
    with checks.seen("deleting for good asks first, and says that nothing brings it back"):
        expect(dialog(page)).to_contain_text("Nothing can bring binance of swing back afterwards.")
    dialog(page).get_by_role("button", name="Cancel").click()
    checks.equal(len(in_trash(server)), 2, "who cancels has changed nothing")
    table.get_by_role("button", name="Delete binance of swing for good").click()
    dialog(page).get_by_role("button", name="Delete for good").click()
    with checks.seen("then it is gone for good, alone"):
        expect(lines).to_have_count(2)
        expect(lines.nth(1)).to_contain_text("okx")
    page.get_by_role("button", name="Empty the trash").click()
    with checks.seen("emptying asks, too, and counts"):
        expect(dialog(page)).to_contain_text("Nothing can bring the 1 entry back afterwards.")
    dialog(page).get_by_role("button", name="Delete for good").click()
    with checks.seen("and leaves nothing"):
        expect(page.get_by_text("The trash is empty.")).to_be_visible()
    checks.equal(in_trash(server), [], "as the server says")
    page.get_by_role("link", name="Credentials").click()
    with checks.seen("what is stored is untouched by that"):
        expect(row(page, "master_account", "okx")).to_be_visible()


# ---------------------------------------------------------------- The log


def check_log(home, server, browser, exchanges, checks):
    key = made_up("binance")
    exchanges.setup("binance", reset=True, **key.setup())
    server.request("GET", "/v1/overview", login=(LOGIN[0], "a guess"))
    for number in range(110):
        server.json("POST", "/v1/accounts", {"name": f"account-{number}"})
    page = browser.page(server)
    sign_in(page)
    page.get_by_role("button", name="Add credential", exact=True).click()
    choose_connector(dialog(page), "binance")
    dialog(page).get_by_label("API key").fill(key.values["binance_api_key"])
    dialog(page).get_by_label("API secret").fill(key.values["binance_api_secret"])
    dialog(page).get_by_role("button", name="Check and save").click()
    dialog(page).get_by_role("button", name="Done").click()
    page.get_by_role("link", name="Log").click()
    lines = page.get_by_role("region", name="Log").get_by_role("row")
    added = lines.filter(has_text="credential add")
    with checks.seen("the log says who did what, where, from where, by which door, and what came of it"):
        expect(added).to_have_count(1)
        for words in ("master_account / binance", "done", LOGIN[0], "127.0.0.1", "by page"):
            expect(added).to_contain_text(words)
    search = page.get_by_role("searchbox", name="Filter the log")
    search.fill("account-7 create")
    with checks.seen("its filter finds words in any order"):
        expect(lines.filter(has_text="account-7")).not_to_have_count(0)
        expect(lines.filter(has_not_text=re.compile("account-7|When"))).to_have_count(0)
    search.fill("nothing like it")
    with checks.seen("and says when nothing fits"):
        expect(page.get_by_text("Nothing to show.")).to_be_visible()
    search.fill("")
    count = lines.count()
    page.get_by_role("button", name="Show more").click()
    with checks.seen("more of it is shown on demand"):
        expect(lines.filter(has_text="account-0")).to_have_count(1)
        expect(page.get_by_role("button", name="Show more")).to_have_count(0)
    checks.that(lines.count() > count, f"({count - 1} lines, then {lines.count() - 1})")
    page.get_by_label("Only what failed").check()
    with checks.seen("what failed can be seen alone, such as the guess at the login"):
        expect(lines.filter(has_text="login")).to_have_count(1)
        expect(added).to_have_count(0)
    page.get_by_label("Only what failed").uncheck()
    command(home, "account", "create", "from-the-shell")
    with checks.seen("what the command line does shows up while the log is open"):
        expect(lines.filter(has_text="from-the-shell")).to_contain_text("by cli")
    checks.that(not any(value in everything_on(page) for value in key.values.values()), "no secret is in it")


# ---------------------------------------------------------------- The password

# Notes every word and number that shows how far the change is, however quickly it passes.
WATCH = """() => {
    window.seen = [];
    new MutationObserver((changes) => {
        for (const { addedNodes } of changes) for (const node of addedNodes) window.seen.push(node.textContent);
    }).observe(document.body, { childList: true, subtree: true });
}"""


def vault_state(server):
    return server.json("GET", "/v1/overview")[1]["vault"]["state"]


def check_password(home, server, browser, exchanges, checks):
    for account in ("alpha", "beta"):
        server.json("POST", "/v1/accounts", {"name": account})
    keys = {(account, connector): made_up(connector) for account in ("master_account", "alpha", "beta")
            for connector in ("binance", "okx", "bybit")}
    for (account, _), key in keys.items():
        add(server, key, account)
    broken = path_of(home, "gate_io", "alpha")
    broken.write_bytes(b"connector: gate_io\ngate_io_api_key: [")
    broken.chmod(0o600)
    page, other = browser.page(server), browser.page(server)
    for each in (page, other):
        sign_in(each)
    expect(row(page, "alpha", "gate_io")).to_contain_text("Damaged file")
    page.get_by_role("button", name="Change password").click()
    form = page.get_by_role("dialog", name="Change the config password")

    def attempt(current, new, again):
        for label, value in (("Present config password", current), ("New config password", new),
                             ("New config password again", again)):
            form.get_by_label(label, exact=True).fill(value)
        form.get_by_role("button", name="Change the password").click()

    with checks.seen("the form says what a change means for bots, the API and Gateway"):
        expect(form).to_contain_text("Running bots keep copies under the old one")
        expect(form).to_contain_text("Gateway")
    for values, words, what in (
        ((PASSWORD, "", ""), "Enter the new password.", "no new password"),
        ((PASSWORD, NEW_PASSWORD, "another"), "The two new passwords differ.", "two that differ"),
        (("not it", NEW_PASSWORD, NEW_PASSWORD), "The config password is wrong.", "a wrong present one"),
    ):
        attempt(*values)
        with checks.seen(f"{what}: refused in words, with what was typed still there"):
            expect(form.get_by_role("alert")).to_contain_text(words)
            expect(form.get_by_label("Present config password")).to_have_value(values[0])
    leave = form.get_by_label("Leave what does not open as it is")
    expect(leave).to_be_hidden()
    attempt(PASSWORD, NEW_PASSWORD, NEW_PASSWORD)
    with checks.seen("a damaged file stops it, and one may leave it as it is"):
        expect(form.get_by_role("alert")).to_contain_text("gate_io")
        expect(leave).to_be_visible()
    page.evaluate(WATCH)
    leave.check()
    form.get_by_role("button", name="Change the password").click()
    done = page.get_by_role("dialog", name="The password is changed")
    with checks.seen("then every other secret is sealed anew, and what was left is named"):
        expect(done).to_contain_text(re.compile(r"21 secrets in 1\d files were sealed anew"))
        expect(done).to_contain_text("gate_io")
        expect(done).to_contain_text("A running Hummingbot API still has the old password")
    told = [words for words in page.evaluate("window.seen") if re.fullmatch(r"\d+ of 13 files", words)]
    checks.that(told and told[-1].startswith("13"), f"the progress was shown: {', '.join(told)}", told)
    done.get_by_role("button", name="Done").click()
    with checks.seen("both browsers go on"):
        for each in (page, other):
            expect(each.get_by_role("banner")).to_contain_text("Unlocked")
            expect(row(each, "beta", "okx")).to_be_visible()
    for password in (PASSWORD, NEW_PASSWORD, "not it"):
        checks.that(password not in everything_on(page), f"“{password}” is not left on the page")

    server.stop()
    with contextlib.ExitStack() as stack:
        again = stack.enter_context(Server(home, environment=home.environment(CONFIG_PASSWORD=NEW_PASSWORD)))
        checks.equal(vault_state(again), "unlocked", "a new server opens the vault with the new password")
        shown = home.run("credential", "show", "okx", "--account", "beta", "--reveal", "--format", "json", "--bots",
                         str(home.bots), environment=home.environment(CONFIG_PASSWORD=NEW_PASSWORD))
        checks.equal(json.loads(shown.stdout)["values"]["okx_api_key"], keys["beta", "okx"].values["okx_api_key"],
                     "and every key in it")
    shown = home.run("credential", "show", "okx", "--account", "beta", "--reveal", "--bots", str(home.bots))
    checks.equal(shown.returncode, 77, "the old one opens nothing any more")


PARTS = {
    "Replacing": check_replacing, "Overtaking": check_overtaking, "Verifying": check_verifying,
    "Removing": check_removing, "Accounts": check_accounts, "The trash": check_trash, "The log": check_log,
    "The password": check_password,
}

with SimulatedExchanges() as exchanges, Browser() as browser:
    checks = PageChecks(browser)
    for title, part in PARTS.items():
        # With arguments, the parts whose titles begin so.
        if sys.argv[1:] and not title.startswith(tuple(sys.argv[1:])):
            continue
        with vault_home(**exchanges.environment()) as home, Server(home) as server, \
                checks.part(title, but="ERR_" if part is check_password else None):
            part(home, server, browser, exchanges, checks)
checks.finish()
