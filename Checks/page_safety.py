"""Attacks on the page and whoever uses it: by other sites, other ports of the same machine, and texts that are stored.

Every attack is made by a real browser that has a session, from a page of the attacker's: nothing may be changed,
nothing read. What is tried is shown to work where it may: the same requests by the page itself, the same script on a
page that is not protected.
"""

import base64
import concurrent.futures
import hashlib
import json
import re
import sys
import time
import types

from attackers import BEACON, EMBED, EVIL, FETCH, FORM, FRAME, NAME, REBOUND, SWITCHES, Site
from browser import LOGIN, PASSWORD, Browser, PageChecks, choose_connector, dialog, expect, row, sign_in
from exchange_keys import made_up
from leaks import disguises, found
from simulated_exchanges import SimulatedExchanges
from support import Server, vault_home

PAGE_POLICY = {
    "default-src": "'none'", "script-src": "'self'", "style-src": "'self'", "connect-src": "'self'",
    "base-uri": "'none'", "form-action": "'self'", "frame-ancestors": "'none'",
    "require-trusted-types-for": "'script'", "trusted-types": "'none'"}
DATA_POLICY = {"default-src": "'none'", "frame-ancestors": "'none'"}
ALWAYS = {
    "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "X-Frame-Options": "DENY",
    "Cross-Origin-Resource-Policy": "same-origin", "Cross-Origin-Opener-Policy": "same-origin"}
CREDENTIALS = {"user": LOGIN[0], "password": LOGIN[1]}
BASIC = "Basic " + base64.b64encode(":".join(LOGIN).encode()).decode()
KUCOIN = "/v1/accounts/master_account/credentials/kucoin"
# What a foreign page would like to do: method, path, body. The old API takes its arguments in the query.
WISHES = [
    ("POST", "/v1/vault/lock", None),
    ("POST", "/accounts/add-account?account_name=evil", None),
    ("POST", "/accounts/delete-account?account_name=victim", None),
    ("POST", "/accounts/add-credential/master_account/okx", {
        "okx_api_key": "e", "okx_secret_key": "e", "okx_passphrase": "e"}),
    ("POST", "/v1/accounts", {"name": "evil"}),
    ("POST", "/v1/vault/password", {"current": PASSWORD, "new": "evil"}),
    ("POST", "/v1/verify", {}),
    ("POST", "/v1/session", CREDENTIALS),
    ("PUT", KUCOIN, {"values": {}, "verify": False}),
    ("DELETE", KUCOIN, None),
    ("DELETE", "/v1/accounts/victim", None),
    ("DELETE", "/v1/trash?older_than=0", None),
    ("DELETE", "/v1/session", None),
    ("DELETE", "/v1/sessions", None),
]
READABLE = ["/v1/overview", "/v1/accounts", "/accounts/", "/v1/log", "/v1/trash", "/v1/events", "/v1/session", KUCOIN,
            "/", "/app.js", "/docs", "/health"]
EMBEDDED = ["image", "script", "module", "style", "object", "audio", "stream", "socket"]
JSON_HEADERS = {"Content-Type": "application/json"}
MARKUP = "<img src=x onerror=alert(1)>"
BIDI = "\u202e\u2066"
ORDERS = "\x1b\x07" + BIDI
ALL = "(all) => Promise.all(all.map(%s))"


def session_cookie(page):
    """The session's cookie as the browser keeps it."""
    return next(cookie for cookie in page.context.cookies() if "keys-manager-session" in cookie["name"])


def with_cookie(server, cookie, method="GET", path="/v1/overview", **headers):
    """The status that a program gets with nothing but a cookie."""
    headers["Cookie"] = f"{cookie['name']}={cookie['value']}"
    return server.request(method, path, login=None, headers=headers)[0]


def state(home, server):
    """All that an attack could change: every stored byte but the log's, and whether the vault is open."""
    files = {
        str(path.relative_to(home.bots)): path.read_bytes() for path in sorted(home.bots.rglob("*"))
        if path.is_file() and ".keys-manager/log" not in str(path)}
    return files, server.json("GET", "/v1/overview")[1]["vault"]["state"]


def wait_for(page, holds, limit=20):
    """Waits for something that events of the browser bring about."""
    begin = time.monotonic()
    while not holds() and time.monotonic() - begin < limit:
        page.evaluate("() => new Promise((done) => setTimeout(done, 20))")


class Wire:
    """What a page sends to a server and gets from it, as the browser has it before it keeps answers from the page."""

    def __init__(self, page, url):
        self.page, self.url = page, url
        self.asked, self.cookies, self.statuses, self.ended = {}, set(), {}, set()
        session = page.context.new_cdp_session(page)
        session.on("Network.requestWillBeSent", self.asks)
        session.on("Network.requestWillBeSentExtraInfo", self.sends)
        session.on("Network.responseReceivedExtraInfo", self.gets)
        for name in ("loadingFinished", "loadingFailed"):
            session.on(f"Network.{name}", lambda event: self.ended.add(event["requestId"]))
        session.send("Network.enable")

    def asks(self, event):
        if event["request"]["url"].startswith(self.url) and event["request"]["method"] != "OPTIONS":
            self.asked[event["requestId"]] = event["request"]["method"]

    def sends(self, event):
        if any(name.lower() == "cookie" for name in event["headers"]):
            self.cookies.add(event["requestId"])

    def gets(self, event):
        self.statuses[event["requestId"]] = event["statusCode"]

    def result(self):
        """How many answers there were, those that grant something, and whether the cookie went along."""
        wait_for(self.page, lambda: self.ended.issuperset(self.asked), limit=5)
        answers = {each: self.statuses[each] for each in self.asked if each in self.statuses}
        return len(answers), [status for status in answers.values() if status < 400], any(
            each in self.cookies for each in answers)


# ---------------------------------------------------------------- Requests of other pages


def write_attempts(attacker, url):
    """Sends every wish in every way; what the attacker's page got to read of the answers."""
    forms, beacons, fetches = [], [], []
    for method, path, body in WISHES:
        target, text = url + path, json.dumps(body or {})
        if method == "POST":
            # A form's name and value can spell JSON together: {"a": "b", "c": "=d"}.
            spelt = {f'{text[:-1]}{", " if body else ""}"c": "': 'd"}'}
            plain = {name: str(value) for name, value in (body or {"a": "b"}).items()}
            forms += [[target, "text/plain", spelt], [target, "application/x-www-form-urlencoded", plain],
                      [target, "multipart/form-data", plain]]
            beacons.append([target, text])
            fetches.append([target, {
                "method": method, "body": text, "mode": "no-cors", "headers": {"Content-Type": "text/plain"}}])
        fetches += [[target, {"method": method, "body": text, "headers": headers}]
                    for headers in (JSON_HEADERS, {"Authorization": "Basic bm9ib2R5Om5vdGhpbmc="})]
    attacker.evaluate(ALL % FORM, forms)
    attacker.evaluate(f"(all) => all.map({BEACON})", beacons)
    said = attacker.evaluate(ALL % FETCH, fetches)
    return [(what, words) for what, words in zip(fetches, said) if words != "nothing"]


def read_attempts(attacker, url):
    """Asks for every path in every way; what came of it."""
    fetches = [[url + path, {"mode": mode}] for path in READABLE for mode in ("cors", "no-cors")]
    # A stream does not end, so that only what could read one is tried on it.
    embedded = [[url + path, kind] for path in READABLE for kind in EMBEDDED
                if path != "/v1/events" or kind in ("stream", "script")]
    said = attacker.evaluate(ALL % FETCH, fetches) + attacker.evaluate(ALL % EMBED, embedded)
    return {str(what): words for what, words in zip(fetches + embedded, said) if words != "nothing"}


def check_foreign_pages(home, server, site, browser, checks):
    """A page of another site, one on another port of the same machine, and one without an origin."""
    other_port = site.url("127.0.0.1")
    places = [(site.url(), "a page of another site", False), (other_port, "a page on another port", True),
              (other_port + "sandbox", "a page of no origin", False)]
    attack("Pages of others", server.url, places, home, server, browser, checks)


def check_foreign_pages_in_a_network(home, server, site, browser, checks):
    """The same where the server is reached by a name and without TLS: there browsers do not say who asks."""
    places = [(site.url(), "a page of another site", False), (site.url(NAME), "a page on another port", True)]
    attack("Pages of others, in a network", f"http://{NAME}:{server.port}", places, home, server, browser, checks)


def attack(title, url, places, home, server, browser, checks):
    with checks.part(title, but="."):
        server.json("POST", "/v1/accounts", {"name": "victim"})
        page = browser.page(types.SimpleNamespace(url=url))
        sign_in(page)
        before = state(home, server)
        # What a page may do is done: the wishes are not refused for their form.
        for method, path, _ in WISHES[:2]:
            said = page.evaluate(FETCH, [path, {"method": method}])
            checks.that(said.startswith("20"), f"the page itself may {method} {path.partition('?')[0]}", said)
        checks.that(state(home, server) != before, "which changes something")
        server.request("POST", "/v1/vault/unlock", {"password": PASSWORD})
        server.request("DELETE", "/v1/accounts/evil")
        before = state(home, server)
        for place, words, has_cookie in places:
            attacker = page.context.new_page()
            attacker.goto(place)
            wire = Wire(attacker, url)
            checks.equal(write_attempts(attacker, url), [], f"{words} reads no answer to what it sends")
            count, good, cookie = wire.result()
            checks.that(count > 10 and not good, f"none of {count} requests by {words} is granted", good)
            checks.equal(state(home, server), before, f"{words} changes nothing by forms, fetch and beacons")
            # The browser sends the cookie to all ports of a machine: there the server alone refuses.
            checks.equal(cookie, has_cookie, f"the browser lends {words} the cookie{'' if has_cookie else ' not'}")
            checks.equal(read_attempts(attacker, url), {}, f"{words} reads nothing at all of {len(READABLE)} paths")
            if url == server.url:
                attacker.evaluate("(url) => { location = url; }", url + "/v1/overview")
                attacker.wait_for_url("**/v1/overview")
                text = attacker.locator("body").text_content()
                checks.that(
                    "master_account" not in text and '"code"' in text, f"nor does a link from {words} show it", text)
            attacker.close()
        checks.equal(page.evaluate(FETCH, ["/v1/session", {}])[:3], "200", "the person's session is still the same")
        checks.equal(state(home, server), before, "nothing was changed in all this")


def check_rebinding(home, server, site, browser, checks):
    """A name of the attacker's that leads to this server."""
    with checks.part("DNS rebinding", but="."):
        page = browser.page(server)
        before = state(home, server)
        for path in ("/", "/app.js", "/v1/overview", "/health"):
            answer = page.goto(f"http://{REBOUND}:{server.port}{path}")
            checks.equal(answer.status, 421, f"{path} is not there for another name")
        # The attacker's page comes by the name while that leads to the attacker; then it leads here.
        page.goto(site.url(REBOUND))
        site.leads_to = server.port
        known = {"Authorization": BASIC}
        for path, init in (
                ("/health", {}), ("/v1/overview", {"headers": known}),
                ("/v1/session", {"method": "POST", "headers": JSON_HEADERS, "body": json.dumps(CREDENTIALS)}),
                ("/v1/vault/lock", {"method": "POST", "headers": known})):
            said = page.evaluate(FETCH, [path, init])
            checks.equal(said[:3], "421", f"{path} answers no page of another name, whatever it knows")
        site.leads_to = None
        for host in (f"127.0.0.1.{EVIL}", f"localhost.{EVIL}:{server.port}", f"{EVIL}:{server.port}",
                     f"127.0.0.1@{EVIL}", ""):
            status = server.request("GET", "/v1/overview", headers={"Host": host})[0]
            checks.that(status in (400, 421), f"a request to “{host}” gets {status}")
        checks.equal(state(home, server), before, "nothing was changed")


# ---------------------------------------------------------------- Sessions


def check_sessions(server, site, browser, checks):
    """Cookies that an attacker has set, or has."""
    with checks.part("Cookies"):
        page = browser.page(server)
        name, planted = f"keys-manager-session-{server.port}", ("a" * 64, "b" * 64)
        site.cookies = [f"{name}={planted[0]}; Path=/", f"{name}={planted[0]}; Path=/v1"]
        page.goto(site.url("127.0.0.1"))
        site.cookies = []
        page.evaluate("(cookie) => { document.cookie = cookie; }", f"{name}={planted[1]}; path=/v1/overview")
        checks.equal(len(page.context.cookies(server.url + "/v1/overview")), 3,
                     "a page on another port sets three cookies of our name")
        sign_in(page)
        page.reload()
        expect(page.get_by_role("heading", name="Credentials", exact=True)).to_be_visible()
        ours = [cookie for cookie in page.context.cookies() if cookie["name"] == name and cookie["httpOnly"]]
        checks.that(len(ours) == 1 and ours[0]["value"] not in planted, "signing in makes an id of its own", ours)
        for value in planted:
            status = with_cookie(server, {"name": name, "value": value})
            checks.equal(status, 401, f"{value[:3]}…, which was planted, is no session")
        cookie = ours[0]
        checks.equal(
            (cookie["sameSite"], cookie["httpOnly"], cookie["path"], cookie["domain"], cookie["expires"]),
            ("Strict", True, "/", "127.0.0.1", -1), "the cookie is for this host alone, until the browser ends")
        checks.that(re.fullmatch(r"[0-9a-f]{64}|[\w-]{43}", cookie["value"]), "it holds 256 bits")
        checks.that(cookie["value"] not in page.evaluate("() => document.cookie"), "no script sees it")
        checks.equal(with_cookie(server, cookie), 200, "a program with the cookie reads")
        for value in ("same-site", "cross-site"):
            status = with_cookie(server, cookie, **{"Sec-Fetch-Site": value})
            checks.equal(status, 401, f"a {value} request with it does not")
        status = with_cookie(server, cookie, "POST", "/v1/vault/lock")
        checks.equal(status, 403, "the cookie alone, without a proof of the page, changes nothing")

        other = browser.page(server)
        sign_in(other)
        stolen = session_cookie(other)
        said = other.evaluate(FETCH, ["/v1/session", {
            "method": "POST", "headers": JSON_HEADERS, "body": json.dumps(CREDENTIALS)}])
        checks.that(said.startswith("200") and session_cookie(other)["value"] != stolen["value"],
                    "who signs in again gets another id", said)
        checks.equal(with_cookie(server, stolen), 401, "and the one before is dead")
        stolen = session_cookie(other)
        other.reload()
        checks.equal(with_cookie(server, stolen), 200, "a stolen cookie works")
        other.get_by_role("button", name="Sign out").click()
        expect(other.get_by_label("User", exact=True)).to_be_visible()
        checks.equal(with_cookie(server, stolen), 401, "until its owner signs out")
        checks.equal(other.context.cookies(), [], "when the browser forgets it, too")
        checks.equal(page.evaluate(FETCH, ["/v1/session", {}])[:3], "200", "another browser's session goes on")


def check_guessing(server, browser, checks):
    """Guesses wait; who knows the password does not."""
    with checks.part("Guessing"):
        page = browser.page(server)

        def guess(number):
            begin, body = time.monotonic(), CREDENTIALS | {"password": f"guess {number}"}
            status, headers, _ = server.request("POST", "/v1/session", body, login=None)
            return status, time.monotonic() - begin, headers["Retry-After"], headers["Set-Cookie"]

        with concurrent.futures.ThreadPoolExecutor(12) as pool:
            jobs = [pool.submit(guess, number) for number in range(12)]
            wait_for(page, lambda: sum(job.done() for job in jobs) >= 8)
            begin = time.monotonic()
            status, _, _ = server.request("POST", "/v1/session", CREDENTIALS, login=None)
            took, waiting = time.monotonic() - begin, sum(not job.done() for job in jobs)
            sign_in(page)
            guesses = [job.result() for job in jobs]
        waited = sorted(seconds for status, seconds, *_ in guesses if status == 401)
        checks.that(len(waited) == 4 and waited[0] >= 0.4 and waited[-1] >= 3.5,
                    "four guesses at once wait, longer and longer", waited)
        turned_away = sum(status == 429 and bool(retry) for status, _, retry, _ in guesses)
        checks.equal(turned_away, 8, "the others are turned away")
        checks.equal([cookie for *_, cookie in guesses if cookie], [], "and nobody gets a cookie")
        checks.that(status == 200 and waiting, f"meanwhile the right password signs in ({took * 1000:.0f} ms)")
        actions = {record.get("action") for record in server.json("GET", "/v1/log?last=20")[1]["records"]}
        checks.that("login_failed" in actions, "the log has the guesses", actions)


def check_going_back(server, site, browser, checks):
    """What the Back button and a reload show once the session has ended."""
    with checks.part("Going back"):
        server.json("POST", KUCOIN, {"values": made_up("kucoin").values, "verify": False})
        page = browser.page(server)
        came = []
        page.expose_function("came", lambda *what: came.append(what))
        # Before the page's own script, so that this sees what a person does at first.
        page.add_init_script("""addEventListener('pageshow', (event) => event.persisted && window.came(
            location.pathname, document.body.textContent,
            [...document.querySelectorAll('input')].map((each) => each.value).join()))""")
        page.goto(site.url())
        page.evaluate("() => { window.mark = 'kept'; }")
        sign_in(page)
        go(page, "back")
        expect(page.get_by_text("You have won.")).to_be_visible()
        checks.equal(page.evaluate("() => window.mark"), "kept", "the browser keeps pages for its Back button")
        go(page, "forward")
        expect(row(page, "master_account", "kucoin")).to_be_visible()
        page.get_by_role("button", name="Add credential").click()
        choose_connector(page, "kucoin")
        dialog(page).get_by_label("API key").fill("a key that was never saved")
        page.goto(site.url())
        came.clear()
        other = page.context.new_page()
        other.goto(server.url)
        other.get_by_role("button", name="Sign out").click()
        expect(other.get_by_label("User", exact=True)).to_be_visible()
        go(page, "back")
        expect(page.get_by_label("User", exact=True)).to_be_visible()
        shown = str(came)
        checks.that(came and "master_account" not in shown and "never saved" not in shown,
                    "after signing out, Back shows nothing of the vault for any moment", shown)
        page.reload()
        expect(page.get_by_label("User", exact=True)).to_be_visible()
        checks.that("master_account" not in page.content(), "nor does a reload show anything")


def go(page, where):
    # A page that was kept is not loaded, for which playwright's own function would wait.
    page.evaluate(f"() => {{ setTimeout(() => history.{where}()); }}")


# ---------------------------------------------------------------- What the browser is told


def check_frames(server, site, browser, checks):
    """Click-jacking, and windows that an attacker has opened."""
    with checks.part("Frames and windows", but="."):
        page = browser.page(server)
        sign_in(page)

        def framed(where, url):
            where.evaluate(FRAME, url)
            wait_for(where, lambda: where.frames[-1].url)
            return where.frames[-1].url

        for host in (EVIL, "127.0.0.1"):
            attacker = page.context.new_page()
            attacker.goto(site.url(host))
            checks.equal(framed(attacker, site.url(host)), site.url(host), f"{host} frames a page of its own")
            for path in ("/", "/docs", "/v1/overview", "/health"):
                shown = framed(attacker, server.url + path)
                checks.that(shown.startswith("chrome-error:"), f"but not {path}", shown)
            with attacker.expect_popup() as opened:
                attacker.evaluate("(url) => { window.own = open(url); }", site.url(host))
            opened.value.wait_for_load_state()
            checks.equal(attacker.evaluate("() => own.closed"), False, f"{host} keeps hold of a window of its own")
            with attacker.expect_popup() as opened:
                attacker.evaluate("(url) => { window.theirs = open(url, 'theirs'); }", server.url + "/")
            popup = opened.value
            expect(popup.get_by_role("heading", name="Credentials", exact=True)).to_be_visible()
            seen = attacker.evaluate("() => [theirs.closed, theirs.length]")
            checks.equal(seen, [True, 0], "but not of one with the page, into which it cannot look")
            checks.equal(popup.evaluate("() => [window.opener, window.name]"), [None, ""], "nor does the page know it")
            popup.close()
            attacker.close()
        shown = framed(page, server.url + "/docs")
        checks.that(shown.startswith("chrome-error:"), "the page does not frame its own host either", shown)


def check_headers(server, checks):
    with checks.part("Headers"):
        for path, kind in (
                ("/", "text/html"), ("/docs", "text/html"), ("/app.js", "text/javascript"), ("/style.css", "text/css"),
                ("/v1/overview", "application/json"), ("/openapi.json", "application/json"),
                ("/nowhere", "application/json")):
            _, headers, _ = server.request("GET", path, headers={"Accept": "text/html,*/*"})
            policy = dict(part.strip().partition(" ")[::2] for part in headers["Content-Security-Policy"].split(";"))
            checks.equal({name: headers[name] for name in ALWAYS}, ALWAYS, f"{path} says what browsers are to leave")
            checks.that(headers["Content-Type"].startswith(kind), f"{path} is {kind}", headers["Content-Type"])
            checks.equal(headers["Access-Control-Allow-Origin"], None, f"{path} is shared with no other origin")
            if kind == "application/json":
                checks.equal(policy, DATA_POLICY, f"{path} is data, and no page")
            else:
                strict = {name: policy.get(name) for name in PAGE_POLICY}
                checks.equal(strict, PAGE_POLICY, f"{path} has the strict policy")
                checks.that("unsafe" not in str(policy) and "*" not in str(policy), f"{path} allows nothing inline")
                checks.that("camera=()" in headers["Permissions-Policy"], f"{path} has no use for a camera")
            if path.startswith("/v1"):
                checks.equal(headers["Cache-Control"], "no-store", f"{path} is kept by nobody")
        _, headers, _ = server.request("OPTIONS", "/v1/overview", login=None, headers={
            "Origin": f"http://{EVIL}", "Access-Control-Request-Method": "PUT"})
        granted = [name for name in headers if name.lower().startswith("access-control-allow")]
        checks.equal(granted, [], "a preflight grants nothing")
        page = {"Sec-Fetch-Site": "same-origin"}
        status, headers, _ = server.request("GET", "/v1/overview", login=None, headers=page)
        checks.equal((status, headers["WWW-Authenticate"]), (401, None), "no page makes the browser ask for a login")


def check_script(server, browser, checks):
    """What script could do on the page, if there were any, and what it would find."""
    with checks.part("Script on the page", but="Trusted|Content Security Policy"):
        page = browser.page(server)
        sign_in(page)
        tries = {
            "innerHTML": "document.createElement('p').innerHTML = '<b>x</b>'",
            "outerHTML": "document.body.appendChild(document.createElement('p')).outerHTML = '<b>x</b>'",
            "insertAdjacentHTML": "document.body.insertAdjacentHTML('beforeend', '<b>x</b>')",
            "document.write": "document.write('<b>x</b>')",
            "srcdoc": "document.createElement('iframe').srcdoc = '<b>x</b>'",
            "DOMParser": "new DOMParser().parseFromString('<b>x</b>', 'text/html')",
            "script.src": "document.createElement('script').src = '/app.js'",
            "script.text": "document.createElement('script').text = '1'",
            "onclick": "document.body.setAttribute('onclick', 'window.pwned = 1')",
            "eval": "eval('1')", "Function": "new Function('return 1')()", "setTimeout": "setTimeout('1')",
            "a policy of its own": "trustedTypes.createPolicy('x', {})"}
        for name, code in tries.items():
            # Later, since what a debugger runs at once is under no policy.
            error = page.evaluate(f"""() => new Promise((done) => setTimeout(() => {{
                try {{ {code}; done(null); }} catch (error) {{ done(error.name); }} }}))""")
            checks.that(error in ("TypeError", "EvalError"), f"{name} takes no text", error)
        ran = page.evaluate("""() => new Promise((done) => {
            const link = Object.assign(document.createElement('a'), { href: 'javascript:window.pwned=2' });
            document.body.append(link);
            link.click();
            setTimeout(() => done(window.pwned ?? null), 200);
        })""")
        checks.equal(ran, None, "no javascript: address runs")
        said = page.evaluate(FETCH, [f"http://{EVIL}/steal", {"mode": "no-cors"}])
        checks.equal(said, "nothing", "nothing goes to another host")
        kept = page.evaluate("""async () => [
            localStorage.length, sessionStorage.length, (await indexedDB.databases()).length,
            (await caches.keys()).length, (await navigator.serviceWorker.getRegistrations()).length,
            document.cookie, window.name]""")
        checks.equal(kept, [0, 0, 0, 0, 0, "", ""], "the page keeps nothing in the browser")


# ---------------------------------------------------------------- Stored texts

# Elements that the page never makes.
MADE = """() => [...document.querySelectorAll('img, b, iframe, script:not([src]), [onerror], [onload]')]
    .map((each) => each.outerHTML)"""
# Members of answers that are words of the contract, or times.
WORDS = {"state", "outcome", "kind", "market", "event", "action", "id", "version", "of", "title", "time", "created",
         "expires", "default", "modified_at", "checked_at", "deleted_at"}


def spoilt(value, name=""):
    """A value with markup in all of its texts that are not words of the contract."""
    if isinstance(value, dict):
        return {name: spoilt(inner, name) for name, inner in value.items()}
    if isinstance(value, list):
        return [spoilt(inner, name) for inner in value]
    return MARKUP + value if isinstance(value, str) and name not in WORDS else value


def poison(route):
    """Hands an answer on with markup in it. Who asks by a name that was spoilt means the name before."""
    answer = route.fetch(url=re.sub(r"%3Cimg.*?%3E", "", route.request.url))
    route.fulfill(response=answer, body=json.dumps(spoilt(answer.json())))


def spoil_vault(home, server):
    """Markup, escapes and marks that turn the reading direction round, where other programs may have written them."""
    credentials, own = home.bots / "credentials", home.bots / ".keys-manager"
    (credentials / MARKUP).mkdir()
    (credentials / f"turned{BIDI}round\x1b[31m").mkdir()
    connectors = credentials / "master_account" / "connectors"
    (connectors / f"{MARKUP}.yml").write_text("a: b\n")
    text = (connectors / "xrpl.yml").read_text()
    for word in ("wss://one.example/", "SOLO-XRP", "SOLO\n"):
        text = text.replace(word, f'"{MARKUP}"' + word[len(word.rstrip()):])
    (connectors / "xrpl.yml").write_text(text)
    for path in own.glob("outcomes/*.json"):
        outcome = json.loads(path.read_text())
        del outcome["checksum"]
        members = json.dumps(spoilt(outcome))[:-1]
        checksum = hashlib.sha256((path.stem + members).encode()).hexdigest()[:32]
        path.write_text(f'{members},"checksum":"{checksum}"}}')
    for path in own.glob("trash/*/entry.json"):
        path.write_text(path.read_text().replace('"gone"', json.dumps(MARKUP)))
    log = own / "log" / "current.jsonl"
    line = json.loads(log.read_text().splitlines()[-1])
    line |= {"n": line["n"] + 1, "event": "event", "action": MARKUP}
    line |= dict.fromkeys(("login", "address", "account", "connector", "detail"), MARKUP + BIDI)
    with log.open("a") as lines:
        lines.write(json.dumps(line) + "\n")


def check_stored_script(home, server, site, exchanges, browser, checks):
    """Texts of others that would be more than texts if they were let."""
    with checks.part("Stored script"):
        key = made_up("okx")
        exchanges.setup("okx", **key.setup(ip_allow_list=[]))
        market = {"base": "SOLO", "quote": "XRP", "base_issuer": "rsoLo2S1kiGeCcn6hCUXVrCpGMWLrRrLZz",
                  "quote_issuer": "", "trading_pair_symbol": None}
        xrpl = {"xrpl_secret_key": "sEdTM1uX8pu2do5XvTnutH6HsouMaM2", "wss_node_urls": ["wss://one.example/"],
                "custom_markets": {"SOLO-XRP": market}}
        for connector, values in (("okx", key.values), ("xrpl", xrpl)):
            server.json("POST", f"/v1/accounts/master_account/credentials/{connector}", {
                "values": values, "verify": connector == "okx"})
        for name in ("gone", "gone_too"):
            server.json("POST", "/v1/accounts", {"name": name})
            server.json("DELETE", f"/v1/accounts/{name}")
        spoil_vault(home, server)

        page = browser.page(server)
        fired, shown = [], []
        page.on("dialog", lambda asked: (fired.append(asked.message), asked.dismiss()))
        sign_in(page)
        expect(row(page, "master_account", "okx")).to_be_visible()
        shown.append(page.locator("main").text_content())
        checks.that(MARKUP in shown[0], "the overview shows a folder's name as text", shown[0])
        for connector in ("okx", "xrpl"):
            row(page, "master_account", connector).click()
            expect(dialog(page).locator(".stored")).to_be_visible()
            shown.append(dialog(page).text_content())
            dialog(page).get_by_role("button", name="Replace").click()
            expect(dialog(page).get_by_role("button", name="Check and save")).to_be_visible()
            shown.append(dialog(page).text_content())
            close(page)
        checks.that(MARKUP in shown[3], "the sheet shows a value as text", shown[3])
        words = json.dumps({"code": "400003", "msg": f"{MARKUP}{BIDI}\x1b]0;pwned\x07<b>bold</b>"})
        exchanges.setup("kucoin", reset=True, faults=[{
            "kind": "custom", "status": 401, "path": "/api/v1/user/", "text": words}])
        page.get_by_role("button", name="Add credential").click()
        choose_connector(page, "kucoin")
        form, wrong = dialog(page), made_up("kucoin")
        for label, name in (("API key", "api_key"), ("API secret", "secret_key"), ("Passphrase", "passphrase")):
            form.get_by_label(label).fill(wrong.values[f"kucoin_{name}"])
        form.get_by_role("button", name="Check and save").click()
        expect(form.get_by_role("alert")).to_be_visible()
        shown.append(form.text_content())
        checks.that(MARKUP in shown[-1], "an exchange's words are shown as text", shown[-1])
        close(page)
        for link in ("Trash", "Log"):
            page.get_by_role("link", name=link).click()
            expect(page.get_by_text("Loading…")).to_have_count(0)
            shown.append(page.locator("main").text_content())
        checks.that(MARKUP in shown[-1], "the log shows a name as text", shown[-1])
        orders = sorted({(repr(sign), text[max(0, text.index(sign) - 60):][:120])
                         for text in shown for sign in ORDERS if sign in text})
        checks.equal(orders, [], "no text turns the reading direction round, or holds an order to a terminal")
        made = page.evaluate(MADE) + spoilt_views(page)
        page.goto("/#/<img src=x onerror=alert(1)>")
        page.goto("/?q=<img src=x onerror=alert(1)>")
        expect(page.get_by_role("heading", name="Credentials", exact=True)).to_be_visible()
        checks.equal((fired, made), ([], []), "nothing was run, and no element was made of any text")
        page.goto(site.url())
        with page.expect_event("dialog"):
            page.evaluate("(markup) => { document.body.innerHTML = markup; }", MARKUP)
        checks.equal(fired, ["1"], "on a page without a policy the same text is run")


def spoilt_views(page):
    """Every view, with markup in every text that the server sends; the elements that were made of it."""
    for path in ("overview", "trash", "log?last=*", "accounts/*/credentials/*", "connectors", "connectors/*"):
        page.route(f"**/v1/{path}", poison)
    page.get_by_role("link", name="Credentials").click()
    page.reload()
    expect(page.locator("button.row").first).to_be_visible()
    page.locator("button.row").first.click()
    expect(dialog(page).locator(".stored")).to_contain_text(MARKUP)
    dialog(page).get_by_role("button", name="Replace").click()
    expect(dialog(page).get_by_role("button", name="Check and save")).to_be_visible()
    made = page.evaluate(MADE)
    close(page)
    page.get_by_role("button", name="Add credential").click()
    page.get_by_role("combobox", name="Exchange and market").click()
    expect(page.get_by_role("listbox")).to_contain_text(MARKUP)
    made += page.evaluate(MADE)
    page.keyboard.press("Escape")
    close(page)
    for link in ("Trash", "Log"):
        page.get_by_role("link", name=link).click()
        expect(page.get_by_role("table")).to_contain_text(MARKUP)
        made += page.evaluate(MADE)
    page.unroute_all()
    return made


def close(page):
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)


# ---------------------------------------------------------------- Secrets


class Ear:
    """Remembers all that a page sends and is sent."""

    def __init__(self, page):
        self.requests = []
        page.on("requestfinished", lambda request: self.requests.append(request))

    def heard(self, server, needles):
        """Which requests carry a secret, all addresses and headers, and all answers with their addresses."""
        carriers = {(request.method, request.url.removeprefix(server.url)) for request in self.requests
                    if found(request.post_data or "", needles)}
        sent = [request.url + json.dumps(request.headers) for request in self.requests]
        answers = []
        for request in self.requests:
            # A stream ends with the page only; it tells numbers.
            if (answer := request.response()) and not request.url.endswith("/v1/events"):
                answers.append((request.url, json.dumps(answer.headers) + answer.text()))
        return carriers, sent, answers


def check_secrets(server, exchanges, browser, checks):
    """Where secrets go that a person enters: into the bodies of the requests that need them, and nowhere else."""
    with checks.part("Secrets"):
        page, key = browser.page(server), made_up("kucoin")
        exchanges.setup("kucoin", reset=True, **key.setup())
        entered = [*key.values.values(), PASSWORD, LOGIN[1], "a wrong password"]
        needles = set().union(*map(disguises, entered))
        ear = Ear(page)
        sign_in(page)
        length = page.evaluate("() => history.length")
        choose_connector(page, "kucoin")
        page.get_by_role("button", name="Enter the key").click()
        form = dialog(page)
        expect(form.get_by_label("API key")).to_be_focused()
        kept = form.locator("input:not([autocomplete=off]), textarea:not([autocomplete=off]), form [name]").count()
        checks.equal((form.locator("form input").count(), kept), (3, 0),
                     "no field of a key is one that a browser fills in or keeps")
        for label, name in (("API key", "api_key"), ("API secret", "secret_key"), ("Passphrase", "passphrase")):
            field = form.get_by_label(label)
            field.fill(key.values[f"kucoin_{name}"])
            checks.equal(field.get_attribute("type"), "password", f"{label} is not shown while one enters it")
        form.get_by_role("button", name="Check and save").click()
        expect(form.get_by_role("button", name="Done")).to_be_visible()
        held = page.evaluate("""() => document.documentElement.outerHTML
            + [...document.querySelectorAll('input, textarea')].map((each) => each.value)""")
        checks.equal(found(held, needles), [], "once it is saved, nothing in the page holds the key")
        form.get_by_role("button", name="Done").click()
        page.get_by_role("button", name="Lock", exact=True).click()
        page.get_by_role("button", name="Unlock").first.click()
        dialog(page).get_by_label("Config password").fill("a wrong password")
        dialog(page).get_by_role("button", name="Unlock").click()
        expect(dialog(page).get_by_role("alert")).to_be_visible()
        dialog(page).get_by_label("Config password").fill(PASSWORD)
        dialog(page).get_by_role("button", name="Unlock").click()
        expect(page.get_by_role("button", name="Lock", exact=True)).to_be_visible()
        row(page, "master_account", "kucoin").click()
        expect(dialog(page).get_by_text("stored, hidden").first).to_be_visible()
        dialog(page).get_by_role("button", name="Replace").click()
        expect(dialog(page).get_by_role("button", name="Check and save")).to_be_visible()
        close(page)
        for link in ("Trash", "Log"):
            page.get_by_role("link", name=link).click()
            expect(page.get_by_role("heading", name=link, exact=True)).to_be_visible()
        page.get_by_role("button", name="Sign out").click()
        for label, purpose in (("User", "username"), ("Password", "current-password")):
            field = page.get_by_label(label, exact=True)
            expect(field).to_have_attribute("autocomplete", purpose)
        carriers, sent, answers = ear.heard(server, needles)
        checks.equal(carriers, {("POST", "/v1/session"), ("POST", KUCOIN), ("POST", "/v1/vault/unlock")},
                     "only what needs a secret is sent one")
        checks.equal(found("\n".join(sent), needles), [], f"none of {len(sent)} addresses and headers holds a secret")
        checks.equal([url for url, text in answers if found(text, needles)], [],
                     f"none of {len(answers)} answers holds a secret")
        checks.that(len(answers) > 15 and any("stored" in text for _, text in answers), "though all were read")
        trail = page.evaluate("""() => [location.href, history.length, history.state,
            performance.getEntries().map((each) => each.name).join(' ')]""")
        checks.that(not found(str(trail), needles) and trail[1] == length + 2 and trail[2] is None,
                    "nor does the history, in which there are the views alone", trail)


def run(parts):
    """The parts, in their order; with arguments, those whose names begin so."""
    for name, part in parts.items():
        if not sys.argv[1:] or name.startswith(tuple(sys.argv[1:])):
            part()


with SimulatedExchanges() as exchanges, Site() as site:
    with Browser(*SWITCHES) as browser, vault_home(**exchanges.environment()) as home, \
            Server(home, "--allowed-host", NAME) as server:
        checks = PageChecks(browser)
        run({
            "Secrets": lambda: check_secrets(server, exchanges, browser, checks),
            "Pages": lambda: check_foreign_pages(home, server, site, browser, checks),
            "Network": lambda: check_foreign_pages_in_a_network(home, server, site, browser, checks),
            "Rebinding": lambda: check_rebinding(home, server, site, browser, checks),
            "Cookies": lambda: check_sessions(server, site, browser, checks),
            "Frames": lambda: check_frames(server, site, browser, checks),
            "Headers": lambda: check_headers(server, checks),
            "Script": lambda: check_script(server, browser, checks),
            "Guessing": lambda: check_guessing(server, browser, checks),
            "Stored": lambda: check_stored_script(home, server, site, exchanges, browser, checks),
        })
    # The same browser as people have it: playwright switches this off.
    with Browser(*SWITCHES, without=["--disable-back-forward-cache"]) as checks.browser, vault_home() as home, \
            Server(home) as server:
        run({"Back": lambda: check_going_back(server, site, checks.browser, checks)})
checks.finish()
