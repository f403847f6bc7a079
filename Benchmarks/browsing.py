"""Measures the page in a real browser: requests, time to content, memory, typing in the search."""

import statistics

from browser import Browser, expect, sign_in

ROUNDS = 7

# The floor: the same browser fetches and parses the same bytes and makes one element for each credential.
FLOOR = """async () => {
    const begin = performance.now();
    const overview = await (await fetch('/v1/overview', {cache: 'no-store'})).json();
    const list = document.createElement('ul');
    for (const account of overview.accounts) for (const credential of account.credentials) {
        const item = document.createElement('li');
        item.textContent = credential.connector;
        list.append(item);
    }
    document.body.append(list);
    list.offsetHeight;
    const took = performance.now() - begin;
    list.remove();
    return took;
}"""

# From a key to the next picture, with what the page does in between.
TYPING = """(text) => new Promise((done) => {
    const search = document.querySelector('.search');
    const begin = performance.now();
    search.value = text;
    search.dispatchEvent(new Event('input', {bubbles: true}));
    requestAnimationFrame(() => setTimeout(() => done(performance.now() - begin)));
})"""

TIMES = """() => {
    const navigation = performance.getEntriesByType('navigation')[0];
    const files = performance.getEntriesByType('resource').filter((one) => !one.name.startsWith('data:'));
    const overview = files.find((one) => one.name.endsWith('/v1/overview'));
    return {
        names: files.map((one) => new URL(one.name).pathname), shown: performance.getEntriesByName('shown')[0].startTime,
        server: overview.responseEnd - overview.requestStart, first: overview.startTime, bytes: overview.decodedBodySize,
        page: navigation.encodedBodySize + files.filter((one) => one !== overview && !one.name.includes('/v1/'))
            .reduce((sum, one) => sum + one.encodedBodySize, 0),
    };
}"""


def measure(server, total, row, seconds):
    """Opens the page of `total` credentials again and again; each figure is a median."""
    with Browser() as browser:
        page = browser.page(server)
        sign_in(page)
        rounds, floors, typing = [], [], []
        for _ in range(ROUNDS):
            page.reload()
            expect(page.locator("button.row")).to_have_count(total)
            rounds.append(page.evaluate(TIMES))
            floors.append(page.evaluate(FLOOR) / 1000)
            for text in ("b", "bi", "account-15", ""):
                typing.append(page.evaluate(TYPING, text) / 1000)
        names = rounds[-1]["names"]
        before = [name for name in names if name.startswith("/v1/")]
        shown, server_share, floor = (
            statistics.median(each["shown"] / 1000 for each in rounds),
            statistics.median(each["server"] / 1000 for each in rounds), statistics.median(floors))
        memory = page.context.new_cdp_session(page)
        memory.send("HeapProfiler.collectGarbage")
        memory.send("Performance.enable")
        metrics = {each["name"]: each["value"] for each in memory.send("Performance.getMetrics")["metrics"]}
        row(f"page of {total:,} credentials, from opening it to all of them shown",
            f"{seconds(shown)}, of which the server {seconds(server_share)}",
            f"fetching, parsing and listing the same bytes bare: {seconds(floor)}, {shown / floor:.1f} times of it")
        row("requests of the page until then", f"{before.index('/v1/overview') + 1}, after its own {len(names) - len(before) + 1} files",
            f"{rounds[-1]['page']:,} bytes of files, {rounds[-1]['bytes']:,} of data")
        row("from a key in the search to the next picture", seconds(statistics.median(typing)),
            f"at the most {seconds(max(typing))}")
        row("memory of the page's objects", f"{metrics['JSHeapUsedSize'] / 1e6:.1f} MB", f"{metrics['Nodes']:,.0f} nodes")
        if browser.errors:
            raise SystemExit(f"The page reported {browser.errors}")
