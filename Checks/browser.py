"""A real browser for the checks of the page: Debian's Chromium, driven by playwright."""

import contextlib
import os
import re
import shutil
import sys
import traceback
from pathlib import Path

from playwright.sync_api import Error, expect, sync_playwright

from support import LOGIN, PASSWORD, Checks

# A machine that does much else may be slow; nothing waits longer than it must.
expect.set_options(timeout=20_000)

WIDE, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}


def chromium():
    """The system's Chromium, or the one that the environment names."""
    path = os.environ.get("CHROMIUM_BIN") or shutil.which("chromium")
    return path or sys.exit("There is no chromium; install Debian's package.")


class Browser:
    """A headless Chromium, closed when the block ends. It notes every error that a page reports.

    Switches of its own may be given, and those of playwright that it is to do without.
    """

    def __init__(self, *switches, without=()):
        self.switches, self.without = switches, without

    def __enter__(self):
        self._driver = sync_playwright().start()
        self._chromium = self._driver.chromium.launch(
            executable_path=chromium(), args=["--no-sandbox", "--disable-gpu", *self.switches],
            ignore_default_args=list(self.without))
        self.errors, self.pages = [], []
        return self

    def __exit__(self, *_):
        self._chromium.close()
        self._driver.stop()

    def page(self, server, size=None, **settings):
        """A new person's window on a server: nothing of another window's cookies is in it."""
        context = self._chromium.new_context(base_url=server.url, viewport=size or WIDE, **settings)
        page = context.new_page()
        self.pages.append(page)
        page.set_default_timeout(20_000)
        page.on("pageerror", lambda error: self.errors.append(f"{page.url}: {error}"))
        page.on("console", self._heard)
        return page

    def _heard(self, message):
        # An answer that is an error shows up as one; what the page makes of it is looked at elsewhere.
        if message.type == "error" and not re.match(r"Failed to load resource: .* (4\d\d|5\d\d) ", message.text):
            self.errors.append(message.text)

    def keep_pictures(self, name):
        """Pictures of what is open, in the folder that PAGE_PICTURES names."""
        if folder := os.environ.get("PAGE_PICTURES"):
            Path(folder).mkdir(parents=True, exist_ok=True)
            for number, page in enumerate(self.pages):
                page.screenshot(path=f"{folder}/{re.sub(r'[^a-z0-9]+', '-', name.lower())}-{number}.png")

    def close_pages(self):
        """Closes every window and forgets its errors."""
        for page in self.pages:
            page.context.close()
        self.pages, self.errors = [], []


class PageChecks(Checks):
    """Checks of what a person sees: what does not show up is a failure, with what the browser says about it."""

    def __init__(self, browser):
        super().__init__()
        self.browser = browser

    @contextlib.contextmanager
    def seen(self, sentence):
        """The expectations in the block hold."""
        try:
            yield
        except (AssertionError, Error) as error:
            self.that(False, sentence, str(error)[:1500])
            self.browser.keep_pictures(sentence)
        else:
            self.that(True, sentence)

    @contextlib.contextmanager
    def part(self, title, but=None):
        """A part with windows of its own, in which no page reports an error but those that match `but`."""
        print(title)
        try:
            yield
        except Exception:
            self.that(False, f"{title}: to its end", traceback.format_exc()[-2500:])
            self.browser.keep_pictures(title)
        errors = [error for error in self.browser.errors if not (but and re.search(but, error))]
        self.equal(errors, [], f"{title}: no error of JavaScript or of the content security policy")
        self.browser.close_pages()


def sign_in(page, login=LOGIN, config_password=None):
    """Opens the page and signs in; the view of the credentials is there when this returns."""
    page.goto("/")
    page.get_by_label("User", exact=True).fill(login[0])
    page.get_by_label("Password", exact=True).fill(login[1])
    if config_password:
        page.get_by_label("Config password", exact=True).fill(config_password)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Credentials", exact=True)).to_be_visible()


def choose_connector(page, connector):
    """Picks a connector in the dialog or form that asks for one, as a person who types its name."""
    box = page.get_by_role("combobox", name="Exchange and market")
    box.fill(connector.replace("_", " "))
    page.locator(f"[role=option][data-name={connector}]").click()


def card(page, account):
    """The card of an account."""
    return page.get_by_role("region", name=f"Account {account}", exact=True)


def row(page, account, connector):
    """The row of a credential."""
    return page.locator(f'[data-key="{account}/{connector}"] button')


def dialog(page):
    """The dialog on top."""
    return page.get_by_role("dialog").last


def paste(page, box, text):
    """Pastes as a person does: from the clipboard, with the keys for it, into what the locator finds."""
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.evaluate("text => navigator.clipboard.writeText(text)", text)
    box.focus()
    page.keyboard.press("Control+V")


def everything_on(page):
    """The page's markup, what is in its boxes, and what the browser keeps for it."""
    return page.evaluate("""() => [
        document.documentElement.outerHTML,
        ...[...document.querySelectorAll('input, textarea, select')].map((box) => box.value),
        JSON.stringify({ ...localStorage }), JSON.stringify({ ...sessionStorage }),
        location.href, document.title, JSON.stringify(history.state)].join('\\n')""")


__all__ = [
    "Browser", "LOGIN", "PASSWORD", "PHONE", "PageChecks", "WIDE", "card", "choose_connector", "dialog",
    "everything_on", "expect", "paste", "row", "sign_in",
]
