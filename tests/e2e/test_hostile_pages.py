"""A page of another origin in the user's browser, and markup in what an index, a history or a kernel says: tried.

| tried                                                            | must happen                                     |
| ---------------------------------------------------------------- | ----------------------------------------------- |
| reading our answers from a page on another host, or another port | the browser does not hand them over             |
| every verb that writes, by fetch, form and beacon, with cookies  | refused: nothing is minted, nothing is written  |
| the same with the XSRF token, which another port can read        | refused by the origin                           |
| a web socket to the server's events                              | it is not opened                                |
| names, versions, addresses and errors that are markup            | they are text; no script of theirs runs         |
"""

from __future__ import annotations

import json
import shutil
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from e2e_support import answer, wait_for_layout
from playwright.sync_api import expect

from jupyter_securepypi.demo.sandbox import KERNEL
from jupyter_securepypi.server.handlers import routes

ANYBODY: Any = None  # the table of routes asks nobody
SECONDS = 1000
MARKUP = "<img src=x onerror=window.__owned=1>"
SCRIPT = "javascript:window.__owned=1"
# The panel compares these with what it asked for, or chooses by them.
PROGRAMS_READ = ("state", "kind", "version", "verdict", "standing", "key", "name", "kernel", "python", "text")
WRITING = [path for path, handler, _ in routes(ANYBODY, ANYBODY) if "post" in vars(handler)]
READING = [path for path, handler, _ in routes(ANYBODY, ANYBODY) if "get" in vars(handler)]
# A request by each means that a page has; none may wait for an answer that does not come.
ATTACK = """
async ([base, reading, writing, token]) => {
    const seen = [], suffix = token ? `?_xsrf=${encodeURIComponent(token)}` : '';
    const quick = () => AbortSignal.timeout(20000);
    for (const path of reading)
        await fetch(base + path, {credentials: 'include', signal: quick()})
            .then(async one => seen.push(`${path}: ${await one.text()}`), () => null);
    for (const path of writing) {
        const url = base + path + suffix;
        for (const type of ['text/plain', 'application/x-www-form-urlencoded'])
            await fetch(url, {method: 'POST', mode: 'no-cors', credentials: 'include', signal: quick(),
                              headers: {'Content-Type': type}, body: '{"repository": "REPOSITORY"}'})
                .then(one => one.type === 'opaque' || seen.push(path), () => null);
        for (const method of ['PUT', 'DELETE', 'PATCH', 'POST'])
            await fetch(url, {method, credentials: 'include', signal: quick(),
                              headers: {'Content-Type': 'application/json', 'X-XSRFToken': token}, body: '{}'})
                .then(() => seen.push(`${method} ${path}`), () => null);
        navigator.sendBeacon(url, '{}');
        const frame = document.createElement('iframe'), form = document.createElement('form');
        frame.name = 'f' + path;
        Object.assign(form, {method: 'post', action: url, enctype: 'text/plain', target: frame.name});
        form.innerHTML = `<input name='{"repository": "REPOSITORY", "x": "' value='"}'>`;
        document.body.append(frame, form);
        const loaded = new Promise(done => { frame.onload = done; });
        form.submit();
        await loaded;
    }
    await new Promise(done => {
        const socket = new WebSocket(base.replace('http', 'ws') + '/api/events/subscribe');
        socket.onopen = () => { seen.push('socket'); done(); };
        socket.onerror = done;
    });
    return seen;
}
"""
REPOSITORY = "arn:aws:codeartifact:us-west-2:999900001111:repository/evil/theirs"


@pytest.fixture(scope="module")
def foreign():
    """The port of a server with an empty page: another user's, or any web site's."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            content = b"<!doctype html><title>elsewhere</title>"
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def lab(lab):
    """A user in whose history, kernel and packages somebody has left markup."""
    package = {"name": MARKUP, "version": MARKUP, "url": SCRIPT, "sha256": MARKUP, "requested": True}
    error = {"kind": MARKUP, "message": MARKUP, "why": MARKUP, "remedy": f"`{MARKUP}` or {SCRIPT}"}
    about = {"time": time.time(), "repository": MARKUP, "prefix": MARKUP, "seconds": 1.0, "engine": MARKUP}
    gate = [{"name": MARKUP, "version": MARKUP, "kind": "blocked", "held_back": True, "text": MARKUP}]
    history = lab.home / ".local/share/jupyter/securepypi/installs.jsonl"
    history.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    before = history.read_bytes() if history.exists() else b""
    with history.open("a") as file:
        for more in ({"ok": True, "packages": [package]}, {"ok": False, "packages": [], "error": error}):
            file.write(json.dumps({**about, "arguments": [MARKUP], "gate": gate, **more}) + "\n")
    (site,) = lab.prefix.glob("lib/python*/site-packages")
    info = site / "acme_markup-1.0.dist-info"
    info.mkdir()
    summary = f"Summary: {MARKUP}\nHome-page: {SCRIPT}\n"
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: acme-markup\nVersion: 1.0{MARKUP}\n{summary}")
    (info / "direct_url.json").write_text(json.dumps({"url": SCRIPT + MARKUP, "archive_info": {}}))
    (info / "RECORD").write_text("")
    yield lab
    history.write_bytes(before)
    shutil.rmtree(info)


def owned(page):
    """Whether a script of the markup has run, an element of it is there, or a link would run one."""
    return page.evaluate(
        """() => Boolean(window.__owned) || document.querySelector('img[src=x]') !== null ||
                 [...document.querySelectorAll('a[href]')].some(one => one.protocol === 'javascript:')"""
    )


def unfold(part):
    """Show all that is folded away in a part of the page."""
    part.evaluate(
        """node => {
            node.querySelectorAll('details').forEach(one => { one.open = true; });
            node.querySelectorAll('[aria-expanded=false]').forEach(one => one.click());
        }"""
    )


def test_the_markup_would_run_where_it_is_taken_for_markup(page):
    """Or the tests below would show nothing."""
    page.evaluate("markup => { document.body.insertAdjacentHTML('beforeend', markup); }", MARKUP)
    page.wait_for_function("() => window.__owned === 1")
    assert owned(page)
    page.evaluate("() => { document.querySelector('img[src=x]').remove(); delete window.__owned; }")
    assert not owned(page)


def test_markup_in_the_history_and_in_installed_packages_is_text(panel, page):
    expect(panel.installs).to_contain_text(MARKUP, timeout=30 * SECONDS)
    history = panel.page_of("history")
    expect(history).to_contain_text(MARKUP, timeout=30 * SECONDS)
    unfold(history)
    assert not owned(page)


def poisoned(value, name=""):
    """The same answer with markup in every text that no program reads."""
    if isinstance(value, dict):
        return {one: poisoned(inner, one) for one, inner in value.items()}
    if isinstance(value, list):
        return [poisoned(one, name) for one in value]
    if not isinstance(value, str) or name in PROGRAMS_READ:
        return value
    return SCRIPT + MARKUP if name.endswith("url") else value + MARKUP


def test_markup_in_whatever_the_server_says_is_text(panel, page):
    """Whatever index, kernel or file it came from: names of kernels, standings, findings, causes and remedies."""
    seen = []

    def poison(route):
        response = route.fetch()
        if route.request.method == "GET" and response.status == 200:
            seen.append(route.request.url)
            answer(poisoned(response.json()))(route)
        else:
            route.fulfill(response=response)

    page.route("**/securepypi/**", poison)
    try:
        page.reload()
        wait_for_layout(page)
        panel.open()
        expect(panel.root).to_contain_text(MARKUP, timeout=30 * SECONDS)
        for name in ("history", "check", "why", "step"):
            panel.page_of(name)
        panel.run("notebook:create-new", kernelName=KERNEL)
        expect(panel.root.locator("[data-section=packages]")).to_contain_text(
            "acme-markup", timeout=90 * SECONDS
        )
        unfold(panel.root)
        assert {url.partition("/securepypi/")[2].partition("?")[0] for url in seen} >= {
            "status",
            "kernels",
            "installs",
        }
        assert not owned(page)
    finally:
        page.unroute("**/securepypi/**")


def minted_by(aws):
    return aws.calls()["counts"].get("GetAuthorizationToken", 0)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_a_page_of_another_origin_reads_nothing_and_writes_nothing(page, context, lab, aws, foreign, host):
    """On another port of the same host it has the cookies, and may read the XSRF token in them."""
    config = lab.home / ".jupyter/jupyter_securepypi_config.json"
    before, minted = config.read_bytes(), minted_by(aws)
    pip = lab.prefix / "pip.conf"
    written = pip.read_bytes() if pip.exists() else None
    stranger = context.new_page()
    try:
        stranger.goto(f"http://{host}:{foreign}/")
        token = stranger.evaluate("() => (document.cookie.match(/_xsrf=([^;]*)/) || [, ''])[1]")
        assert bool(token) == (host == "127.0.0.1"), "cookies do not tell ports apart"
        found = stranger.evaluate(
            ATTACK.replace("REPOSITORY", REPOSITORY), [lab.url.rstrip("/"), READING, WRITING, token]
        )
    finally:
        stranger.close()
    assert found == []
    assert minted_by(aws) == minted
    assert config.read_bytes() == before
    assert (pip.read_bytes() if pip.exists() else None) == written


def test_the_users_own_page_may_do_what_that_one_may_not(page, aws):
    """With the same token, from the server's own origin."""
    minted = minted_by(aws)
    status = page.evaluate(
        """async () => {
            const token = document.cookie.match(/_xsrf=([^;]*)/)[1];
            const answer = await fetch('/securepypi/refresh', {method: 'POST', headers: {'X-XSRFToken': token}});
            return answer.status;
        }"""
    )
    assert status == 200
    assert minted_by(aws) > minted
