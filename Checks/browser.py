"""A real browser for the checks of the page: Debian's Chromium, driven by playwright."""

import os
import re
import shutil
import sys

from playwright.sync_api import expect, sync_playwright

from support import LOGIN, PASSWORD

WIDE, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}


def chromium():
    """The system's Chromium, or the one that the environment names."""
    path = os.environ.get("CHROMIUM_BIN") or shutil.which("chromium")
    return path or sys.exit("There is no chromium; install Debian's package.")


class Browser:
    """A headless Chromium, closed when the block ends. It notes every error that a page reports."""

    def __enter__(self):
        self._driver = sync_playwright().start()
        self._chromium = self._driver.chromium.launch(
            executable_path=chromium(), args=["--no-sandbox", "--disable-gpu"])
        self.errors = []
        return self

    def __exit__(self, *_):
        self._chromium.close()
        self._driver.stop()

    def page(self, server, size=None, **settings):
        """A new person's window on a server: nothing of another window's cookies is in it."""
        context = self._chromium.new_context(base_url=server.url, viewport=size or WIDE, **settings)
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.on("pageerror", lambda error: self.errors.append(f"{page.url}: {error}"))
        page.on("console", self._heard)
        return page

    def _heard(self, message):
        # An answer that is an error shows up as one; what the page makes of it is looked at elsewhere.
        if message.type == "error" and not re.match(r"Failed to load resource: .* (4\d\d|5\d\d) ", message.text):
            self.errors.append(message.text)


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


__all__ = [
    "Browser", "LOGIN", "PASSWORD", "PHONE", "WIDE", "card", "choose_connector", "dialog", "expect", "row", "sign_in",
]
