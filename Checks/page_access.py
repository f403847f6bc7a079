"""The page for everyone: by keyboard alone, with a screen reader, on a phone, in large letters, light and dark.

axe-core looks at every state of the page, wide and narrow, in light and dark. Then a person without a mouse does what
people do: whatever happens, the focus is where it should be and can be seen, and what happens is said aloud.
"""

import contextlib
import sys
import urllib.request

from axe_playwright_python.base import AXE_SCRIPT

from browser import LOGIN, PASSWORD, PHONE, WIDE, Browser, PageChecks, dialog, expect, row, sign_in
from exchange_keys import made_up
from page_states import LONG_NAME, Held, all_states, furnish
from simulated_exchanges import SimulatedExchanges
from support import Server, vault_home

LIMIT = 100_000
# What axe-core looks at beside its usual rules: targets that a finger hits.
AXE = """(rules) => axe.run({ resultTypes: ['violations'], rules: { 'target-size': { enabled: true } },
  ...(rules ? { runOnly: { type: 'rule', values: rules } } : {}) }).then((found) => found.violations.map((each) =>
    [each.id, each.impact, each.nodes.map((node) => node.target.join(' '))]))"""

# What is wrong with how the page lies on the screen: wider than it, a dialog beside it, something cut off.
LAYOUT = """() => {
  const wrong = [], width = document.documentElement.clientWidth, wide = document.documentElement.scrollWidth;
  if (wide > width) wrong.push(`scrolls sideways, ${wide} of ${width}`);
  for (const dialog of document.querySelectorAll('dialog[open]')) {
    const box = dialog.getBoundingClientRect();
    if (dialog.scrollWidth > dialog.clientWidth) wrong.push('a dialog scrolls sideways');
    if (box.left < 0 || box.top < 0 || box.right > width + 0.5 || box.bottom > innerHeight + 0.5) {
      wrong.push('a dialog lies beside the screen');
    }
  }
  for (const element of document.querySelectorAll('main *, dialog *, header *, .toasts *')) {
    if (!element.checkVisibility() || element.closest('.hidden, svg, option')) continue;
    const box = element.getBoundingClientRect();
    // A table, a text box and an example scroll by themselves.
    if (element.parentElement.closest('.scroll, textarea, pre') || !box.width) continue;
    if (box.right > width + 1 || box.left < -1) wrong.push(`cut off: ${element.outerHTML.slice(0, 90)}`);
  }
  return wrong;
}"""

# Fields without a name of their own, and what the content security policy would not have let through from a file.
UNNAMED = """() => [...document.querySelectorAll('input, select, textarea')].filter((field) =>
    ![...field.labels].some((label) => label.textContent.trim()) && !field.getAttribute('aria-label'))
  .map((field) => field.outerHTML)"""
INLINE = """() => [...document.querySelectorAll('*')].filter((each) =>
    each.matches('[style]:not([style=""]), style, script:not([src]), [href^="javascript:" i]')
    || [...each.attributes].some(({ name }) => name.startsWith('on')))
  .map((each) => each.outerHTML.slice(0, 120))"""

# Writes down what a screen reader would say, and when the focus is lost for longer than a moment.
WITNESS = """(() => {
  window.said = []; window.lost = [];
  const live = '[role=status], [role=alert], [aria-live]';
  const hear = (node) => {
    const place = (node instanceof Element ? node : node.parentElement)?.closest(live);
    const sentence = place?.textContent.trim();
    if (sentence && window.said.at(-1) !== sentence) window.said.push(sentence);
  };
  new MutationObserver((records) => {
    for (const { target, addedNodes } of records) {
      hear(target);
      for (const node of addedNodes) {
        for (const inner of [node, ...node.querySelectorAll?.(live) ?? []]) hear(inner);
      }
    }
  }).observe(document, { childList: true, subtree: true, characterData: true });
  let had = null, since = 0, byTab = false;
  addEventListener('focusin', ({ target }) => { had = target.outerHTML.slice(0, 100); byTab = false; }, true);
  addEventListener('keydown', ({ key }) => { byTab = key === 'Tab'; }, true);
  setInterval(() => {
    const isLost = had && !byTab && document.activeElement === document.body;
    since = isLost ? since || performance.now() : 0;
    if (since && performance.now() - since > 400) { window.lost.push(had); had = null; }
  }, 50);
})()"""

# Waits until what was changed has been drawn.
FRAMES = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"

# Waits until a sentence was said and forgets it and what was said before; otherwise, what was said.
HEARD = """(sentence) => new Promise((done) => {
  const begin = performance.now();
  const look = () => {
    const at = window.said.findIndex((said) => said.includes(sentence));
    if (at >= 0) window.said.splice(0, at + 1);
    if (at >= 0 || performance.now() - begin > 20000) done(at >= 0 ? null : window.said); else setTimeout(look, 20);
  };
  look();
})"""

# Of the element that has the focus: whether one sees that it has, and whether it is seen at all.
FOCUS = """() => {
  const element = document.activeElement;
  if (element === document.body) return { body: true };
  const style = getComputedStyle(element), box = element.getBoundingClientRect();
  const [x, y] = [box.left + Math.min(box.width / 2, 20), box.top + box.height / 2];
  const top = document.elementFromPoint(x, y);
  return {
    text: element.outerHTML.slice(0, 110), inDialog: !!element.closest('dialog[open]'),
    ring: element.matches(':focus-visible') && style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2,
    // What lies on top there is the element itself, its label, or something that is behind it.
    seen: box.width > 0 && !!top && (element.contains(top) || top.contains(element) || top.localName === 'label'),
  };
}"""


class Look:
    """What axe-core and a look at the layout find in each state."""

    def __init__(self, page, browser, checks):
        self.page, self.browser, self.checks = page, browser, checks
        self.states, self.minor, self.runs = [], {}, 0

    def at(self, name, title):
        """Looks at the state that the page is in, in every size and colour."""
        page = self.page
        found, layout = {}, {}
        self.checks.that(
            title is None or page.title() == (f"{title} · keys-manager" if title != "keys-manager" else title),
            f"{name}: the title is of the view", page.title())
        unnamed, inline = page.evaluate(UNNAMED), page.evaluate(INLINE)
        if not page.evaluate("() => 'axe' in window"):
            page.evaluate(AXE_SCRIPT)
        for size in (WIDE, PHONE):
            page.set_viewport_size(size)
            for colours in ("light", "dark"):
                page.emulate_media(color_scheme=colours)
                self.runs += 1
                # Colours alone differ between the two.
                for rule, impact, places in page.evaluate(AXE, ["color-contrast"] if colours == "dark" else None):
                    where = f"{size['width']} px, {colours}: {', '.join(places[:4])}"
                    if impact in ("serious", "critical"):
                        found.setdefault(rule, where)
                    else:
                        self.minor.setdefault(f"{rule} ({impact})", []).append(f"{name}, {where}")
        page.emulate_media(color_scheme="light")
        # 1280 px at four times their size; and letters of twice theirs.
        for width, letters in ((1280, 1), (390, 1), (320, 1), (1280, 2), (640, 2)):
            page.set_viewport_size({"width": width, "height": 900 if width == 1280 else 700})
            page.evaluate("(size) => { document.documentElement.style.fontSize = size; }", f"{letters * 100}%")
            if wrong := page.evaluate(LAYOUT):
                layout[f"{width} px, letters × {letters}"] = wrong[:4]
        page.evaluate("() => document.documentElement.removeAttribute('style')")
        page.set_viewport_size(WIDE)
        self.browser.keep_pictures(name)
        self.checks.equal(found, {}, f"{name}: no serious or critical finding of axe-core")
        self.checks.equal(layout, {}, f"{name}: fits a phone, a screen at 400 % and letters at 200 %")
        self.checks.equal((unnamed, inline), ([], []), f"{name}: every field has a label, nothing is inline")
        self.states.append(name)


def check_states(home, server, exchanges, browser, checks):
    with checks.part("Every state", but="ERR_FAILED"):
        page = browser.page(server, reduced_motion="reduce")
        asked = []
        page.on("request", lambda request: asked.append(request.url))
        look = Look(page, browser, checks)
        for name, title in all_states(page, home, server, exchanges):
            look.at(name, title)
        print(f"  axe-core looked {look.runs} times at {len(look.states)} states; beside serious findings it says:")
        for rule, places in look.minor.items():
            print(f"    {rule}: {len(places)} times, first {places[0]}")
        checks.that(len(look.states) > 40 and not look.minor, "axe-core has nothing moderate or minor to say either")
        foreign = [url for url in asked if not url.startswith((server.url + "/", "data:"))]
        checks.that(len(asked) > 50 and not foreign, f"none of {len(asked)} requests goes to another host", foreign)


@contextlib.contextmanager
def step(checks, sentence):
    """A step of a story, which ends where one fails."""
    before = checks.failed
    with checks.seen(sentence):
        yield
    if checks.failed > before:
        raise RuntimeError("the steps after it were not taken")


class Keyboard:
    """A person without a mouse, who looks where the focus is after each Tab."""

    def __init__(self, page, checks):
        self.page, self.checks = page, checks
        self.stops, self.dim, self.hidden, self.outside = 0, [], [], []

    def press(self, *keys):
        for key in keys:
            self.page.keyboard.press(key)

    def type(self, text):
        self.page.keyboard.insert_text(text)

    def tab(self, key="Tab"):
        had_dialog = self.page.get_by_role("dialog").count() > 0
        self.press(key)
        focus = self.page.evaluate(FOCUS)
        if focus.get("body"):
            return  # Between the last element and the first lies the browser itself.
        self.stops += 1
        if not focus["ring"]:
            self.dim.append(focus["text"])
        if not focus["seen"]:
            self.hidden.append(focus["text"])
        if had_dialog and not focus["inDialog"]:
            self.outside.append(focus["text"])

    def tab_to(self, wanted, key="Tab", limit=80):
        """Tabs until that element has the focus."""
        expect(wanted).to_be_visible()
        for _ in range(limit):
            self.tab(key)
            if wanted.evaluate("(element) => element === document.activeElement"):
                return
        raise AssertionError(f"{limit} × {key} do not lead to {wanted}; the focus is on {self.page.evaluate(FOCUS)}")

    def said(self, sentence):
        """It was, or soon is, said aloud."""
        heard = self.page.evaluate(HEARD, sentence)
        if heard is not None:
            raise AssertionError(f"“{sentence}” was not said, but: {heard}")

    def judge(self, where):
        self.checks.equal(self.dim, [], f"{where}: the focus shows at each of {self.stops} stops")
        self.checks.equal(self.hidden, [], f"{where}: nothing covers what has the focus")
        self.checks.equal(self.outside, [], f"{where}: Tab does not lead out of a dialog")
        self.checks.equal(self.page.evaluate("() => window.lost"), [], f"{where}: the focus is never lost")


def check_keyboard(server, exchanges, browser, checks):
    with checks.part("By keyboard alone"):
        page = browser.page(server)
        page.add_init_script(WITNESS)
        keys = Keyboard(page, checks)
        button = lambda name, **more: page.get_by_role("button", name=name, **more)
        in_dialog = lambda name: dialog(page).get_by_role("button", name=name, exact=True)
        main = page.get_by_role("main")
        page.goto("/")
        with step(checks, "the user's field has the focus at once, and Enter in the password's signs in"):
            expect(page.get_by_label("User", exact=True)).to_be_focused()
            keys.type(LOGIN[0])
            keys.tab()
            keys.type("wrong")
            keys.press("Enter")
            keys.said("The user or the password is wrong.")
            expect(page.get_by_label("Password", exact=True)).to_be_focused()
            keys.press("Control+a")
            keys.type(LOGIN[1])
            keys.press("Enter")
            expect(main).to_be_focused()
        with step(checks, "the link that skips the bar does, in the view where one is"):
            page.keyboard.press("Escape")
            keys.tab_to(page.get_by_role("link", name="Trash"), key="Shift+Tab")
            keys.press("Enter")
            expect(page).to_have_title("Trash · keys-manager")
            expect(main).to_be_focused()
            keys.tab_to(page.get_by_role("link", name="Skip to the content"), key="Shift+Tab")
            keys.press("Enter")
            expect(main).to_be_focused()
            expect(page).to_have_title("Trash · keys-manager")
            keys.tab_to(page.get_by_role("link", name="Credentials"), key="Shift+Tab")
            keys.press("Enter")
            expect(page).to_have_title("Credentials · keys-manager")
        key = made_up("binance_perpetual")
        exchanges.setup("binance", **key.setup())
        with step(checks, "the connector is chosen by typing and arrows"):
            box = page.get_by_role("combobox", name="Exchange and market")
            keys.tab_to(box)
            keys.type("binance")
            expect(page.get_by_role("option")).to_have_count(3)
            keys.press("ArrowDown", "ArrowUp", "ArrowDown", "Enter")
            expect(box).to_have_value("Binance – binance_perpetual")
            expect(page.get_by_role("listbox")).to_be_hidden()
            keys.tab_to(button("Enter the key"))
            keys.press("Enter")
            expect(dialog(page).get_by_label("API key")).to_be_focused()
        with step(checks, "a key is entered and refused, with what was typed still there"):
            keys.type(key.values["binance_perpetual_api_key"])
            keys.tab_to(dialog(page).get_by_label("API secret"))
            keys.type("0" * 64)
            keys.tab_to(in_dialog("Check and save"))
            with Held(page, "**/v1/accounts/*/credentials/*"):
                keys.press("Space")
                keys.said("Checking with Binance…")
                # As long as it takes, and however often one presses.
                keys.press("Space")
                page.evaluate(FRAMES)
                expect(in_dialog("Check and save")).to_be_focused()
            keys.said("the secret does not belong to the key")
            keys.tab_to(dialog(page).get_by_label("API secret"), key="Shift+Tab")
            expect(dialog(page).get_by_label("API secret")).to_have_value("0" * 64)
        with step(checks, "it is mended, checked and saved, which is said"):
            keys.press("Control+a")
            keys.type(key.values["binance_perpetual_api_secret"])
            keys.press("Enter")
            keys.said("Added binance_perpetual in master_account.")
            expect(in_dialog("Done")).to_be_focused()
            keys.press("Enter")
            expect(dialog(page)).to_have_count(0)
        binance = row(page, "master_account", "binance_perpetual")
        with step(checks, "a credential is opened and checked, which is said, and Escape leads back to it"):
            keys.tab_to(binance)
            keys.press("Enter")
            expect(dialog(page)).to_be_visible()
            keys.tab_to(in_dialog("Verify now"))
            keys.press("Enter")
            keys.said("Checking with Binance…")
            keys.said("Binance: Works.")
            expect(in_dialog("Verify now")).to_be_focused()
            keys.press("Escape")
            expect(binance).to_be_focused()
        with step(checks, "removing asks, Escape is no, and leads back"):
            keys.press("Enter")
            keys.tab_to(in_dialog("Remove"))
            keys.press("Enter")
            expect(page.get_by_role("heading", name="Remove binance_perpetual?")).to_be_visible()
            keys.press("Escape")
            expect(page.get_by_role("dialog")).to_have_count(0)
            expect(binance).to_be_focused()
        with step(checks, "it is removed, which is said, and undone, which is said, too"):
            keys.press("Enter")
            keys.tab_to(in_dialog("Remove"))
            keys.press("Enter")
            expect(page.get_by_role("heading", name="Remove binance_perpetual?")).to_be_visible()
            keys.tab_to(in_dialog("Remove"))
            keys.press("Enter")
            keys.said("Removed binance_perpetual from master_account.")
            keys.tab_to(button("Undo"))
            keys.press("Enter")
            keys.said("It is back.")
            expect(binance).to_be_focused()
        keys.judge("adding, checking, removing")


def check_dialogs(server, browser, checks):
    """Dialogs and whatever else takes the focus away and gives it back, in a furnished vault."""
    with checks.part("Dialogs by keyboard"):
        page = browser.page(server)
        page.add_init_script(WITNESS)
        keys = Keyboard(page, checks)
        button = lambda name, **more: page.get_by_role("button", name=name, **more)
        in_dialog = lambda name: dialog(page).get_by_role("button", name=name, exact=True)
        sign_in(page)
        search = page.get_by_role("searchbox")
        with step(checks, "/ leads to the search, and is a letter while one types"):
            keys.press("/")
            expect(search).to_be_focused()
            expect(search).to_have_value("")
            page.keyboard.type("a/b")
            expect(search).to_have_value("a/b")
            keys.press("Control+a", "Delete")
        with step(checks, "what the search leaves is said"):
            page.keyboard.type("bybit")
            keys.said("1 shown")
            keys.press("Control+a", "Delete")
        with step(checks, "Escape closes the list of connectors alone, then the dialog, and leads back"):
            keys.tab_to(button("Add credential"))
            keys.press("Enter")
            box = page.get_by_role("combobox", name="Exchange and market")
            if not box.evaluate("(element) => element === document.activeElement"):
                keys.tab_to(box)
            keys.press("ArrowDown")
            expect(page.get_by_role("listbox")).to_be_visible()
            keys.press("Escape")
            expect(page.get_by_role("listbox")).to_be_hidden()
            expect(box).to_be_focused()
            keys.press("Escape")
            expect(page.get_by_role("dialog")).to_have_count(0)
            expect(button("Add credential")).to_be_focused()
        with step(checks, "/ in a dialog is a letter"):
            keys.tab_to(button("New account"), key="Shift+Tab")
            keys.press("Enter")
            expect(dialog(page).get_by_label("Name")).to_be_focused()
            page.keyboard.type("/")
            expect(dialog(page).get_by_label("Name")).to_have_value("/")
        with step(checks, "an account is made, which is said, and deleted, which asks for its name"):
            keys.press("Control+a")
            page.keyboard.type("by keyboard")
            keys.press("Enter")
            keys.said("Created by_keyboard.")
            expect(button("New account")).to_be_focused()
            keys.tab_to(button("Delete the account by_keyboard"))
            keys.press("Enter")
            name = dialog(page).get_by_role("textbox")
            expect(name).to_be_focused()
            keys.type("by")
            keys.press("Enter")
            keys.said("That is not the name of the account.")
            keys.press("Control+a")
            keys.type("by_keyboard")
            keys.tab_to(in_dialog("Delete"))
            keys.press("Enter")
            keys.said("Deleted by_keyboard.")
            expect(page.get_by_role("dialog")).to_have_count(0)
        with step(checks, "locking leads to unlocking, and that to locking"):
            keys.tab_to(button("Lock", exact=True), key="Shift+Tab")
            keys.press("Enter")
            keys.said("The vault is locked.")
            expect(page.locator("header").get_by_role("button", name="Unlock")).to_be_focused()
            keys.press("Enter")
            expect(dialog(page).get_by_label("Config password")).to_be_focused()
            keys.type(PASSWORD)
            keys.press("Enter")
            keys.said("The vault is unlocked.")
            expect(button("Lock", exact=True)).to_be_focused()
        with step(checks, "all are checked, with a way to stop, and the focus comes back"):
            keys.tab_to(button("Verify all"))
            keys.press("Enter")
            keys.said("All checked")
            expect(button("Verify all")).to_be_focused()
        with step(checks, "what happens elsewhere leaves the focus where it is"):
            keys.tab_to(button(f"Add a credential to {LONG_NAME}"))
            server.request("DELETE", "/v1/accounts/master_account/credentials/foo_exchange")
            expect(row(page, "master_account", "foo_exchange")).to_have_count(0)
            expect(button(f"Add a credential to {LONG_NAME}")).to_be_focused()
            keys.tab_to(row(page, "master_account", "bybit"))
            server.request("DELETE", "/v1/accounts/master_account/credentials/mexc")
            expect(row(page, "master_account", "mexc")).to_have_count(0)
            expect(row(page, "master_account", "bybit")).to_be_focused()
        with step(checks, "what is restored leaves the trash, not the focus"):
            keys.tab_to(page.get_by_role("link", name="Trash"), key="Shift+Tab")
            keys.press("Enter")
            keys.tab_to(button("Restore foo_exchange of master_account"))
            keys.press("Enter")
            keys.said("foo_exchange is back in master_account.")
            expect(button("Restore foo_exchange of master_account")).to_have_count(0)
        with step(checks, "signing out leads to signing in"):
            keys.tab_to(button("Sign out"), key="Shift+Tab")
            keys.press("Enter")
            expect(page.get_by_label("User", exact=True)).to_be_focused()
        keys.judge("dialogs")
        sign_in(page)
        for size in (WIDE, PHONE):
            page.set_viewport_size(size | {"height": 500})
            keys = Keyboard(page, checks)
            expect(row(page, "master_account", "okx")).to_be_visible()
            with step(checks, f"Tab leads to the end and back to the beginning at {size['width']} px"):
                keys.tab_to(page.get_by_role("link", name="API documentation"))
                keys.tab_to(page.get_by_role("link", name="Skip to the content"), key="Shift+Tab")
            keys.judge(f"{size['width']} × 500 px")


def check_preferences(server, browser, checks):
    """What people have told their system."""
    with checks.part("Preferences"):
        moving = "() => document.getAnimations().length"
        for motion, moves in (("no-preference", True), ("reduce", False)):
            page = browser.page(server, reduced_motion=motion)
            sign_in(page)
            page.evaluate("() => addEventListener('animationstart', () => { window.moved = true; })")
            page.get_by_role("button", name="New account").click()
            page.evaluate(FRAMES)
            moved = page.evaluate(moving) > 0 or page.evaluate("() => window.moved === true")
            words = "moves" if moves else "does not move"
            checks.equal(moved, moves, f"a dialog {words} where the wish is “{motion}”")
        page = browser.page(server, forced_colors="active")
        sign_in(page)
        pills = page.evaluate("""() => [...document.querySelectorAll('.pill, .badge')].map((each) =>
            parseFloat(getComputedStyle(each).borderTopWidth))""")
        checks.that(pills and min(pills) >= 1, "in forced colours how a credential stands has a border", pills)
        page.get_by_role("button", name="Add credential").click()
        box = page.get_by_role("combobox", name="Exchange and market")
        box.click()
        box.press("ArrowDown")
        outline = page.locator("[role=option].active").evaluate("(each) => getComputedStyle(each).outlineStyle")
        checks.that(outline != "none", "and the active option of a list is outlined", outline)
        box.fill("injective v2")
        page.locator("[role=option][data-name=injective_v2]").click()
        page.keyboard.press("Escape")
        page.get_by_role("button", name="New account").click()
        dialog(page).get_by_label("Name").fill("forced")
        dialog(page).get_by_role("button", name="Create").click()
        toast = page.get_by_role("region", name="Messages").get_by_role("status")
        border = toast.evaluate("(each) => getComputedStyle(each).borderTopStyle")
        checks.that(border != "none", "and a message has an edge", border)
        page.keyboard.press("Tab")
        checks.that(page.evaluate(FOCUS)["ring"], "and the focus shows")


def check_files(server, browser, checks):
    """What is sent, and what a browser without JavaScript makes of it."""
    with checks.part("The files"):
        sizes, texts = {}, {}
        for path in ("/", "/app.js", "/style.css"):
            request = urllib.request.Request(server.url + path, headers={"Accept": "text/html,*/*"})
            with urllib.request.urlopen(request, timeout=10) as answer:
                texts[path] = answer.read()
            sizes[path] = len(texts[path])
        checks.that(sum(sizes.values()) < LIMIT, f"the three files have {sum(sizes.values())} bytes together", sizes)
        raw = texts["/"].decode()
        checks.that(
            b"<html lang=" in texts["/"] and " style=" not in raw and "<style" not in raw and raw.count("<script") == 1
            and '<script type="module" src="/app.js"></script>' in raw, "the page's own markup has nothing inline")
        page = browser.page(server, java_script_enabled=False)
        page.goto("/")
        with step(checks, "without JavaScript the page says so, and leads to the documentation"):
            # Words inside noscript are none to a locator by text or role.
            expect(page.locator("noscript p")).to_be_visible()
            expect(page.locator("noscript p")).to_contain_text("This page needs JavaScript.")
            expect(page.locator("#starting")).to_be_hidden()
            page.locator("noscript a").click()
            expect(page.get_by_role("heading", name="API", exact=True)).to_be_visible()


def is_wanted(name):
    """Whether a part is to run: all are, or with arguments those whose names begin so."""
    return not sys.argv[1:] or name.startswith(tuple(sys.argv[1:]))


with SimulatedExchanges() as exchanges, Browser() as browser:
    checks = PageChecks(browser)
    if is_wanted("States"):
        with vault_home(**exchanges.environment()) as home, Server(home) as server:
            check_states(home, server, exchanges, browser, checks)
    with vault_home(**exchanges.environment()) as home, Server(home) as server:
        if is_wanted("Keyboard"):
            check_keyboard(server, exchanges, browser, checks)
        if is_wanted("Files"):
            check_files(server, browser, checks)
        if is_wanted("Dialogs") or is_wanted("Preferences"):
            furnish(home, server, exchanges)
        if is_wanted("Dialogs"):
            check_dialogs(server, browser, checks)
        if is_wanted("Preferences"):
            check_preferences(server, browser, checks)
checks.finish()
