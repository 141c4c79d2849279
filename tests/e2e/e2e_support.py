"""JupyterLab with the emulated AWS, and the system's Chromium in front of it."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from jupyter_securepypi.demo.sandbox import KERNEL, Sandbox
from jupyter_securepypi.emulator import Emulator

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Locator, Page, Request, Route, WebSocket

REQUIRED = "SECUREPYPI_REQUIRE_BROWSER"
PHOTOS = "SECUREPYPI_PHOTOS"
AXE = Path(__file__).parents[2] / "labextension/node_modules/axe-core/axe.min.js"
THEMES = {
    "light": "JupyterLab Light",
    "dark": "JupyterLab Dark",
    "contrast": "JupyterLab Dark High Contrast",
}
_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def need(condition: object, reason: str) -> None:
    """Skip without `condition`; fail instead where a browser is required."""
    if condition:
        return
    if os.environ.get(REQUIRED) == "1":
        pytest.fail(f"{reason}, and {REQUIRED}=1 requires it", pytrace=False)
    pytest.skip(reason)


def chromium() -> str | None:
    """Return the system's Chromium, or None."""
    names = ("chromium", "chromium-browser", "google-chrome")
    return next((found for name in names if (found := shutil.which(name))), None)


@contextmanager
def running_browser() -> Iterator[Browser]:
    """Start the system's Chromium, and close it at the end."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=list(_FLAGS))
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def running_lab(aws: Emulator, folder: Path, python: str = sys.executable, **options: Any) -> Iterator[Sandbox]:
    """Start the JupyterLab of `python` in a home of its own, and stop it at the end."""
    given = {"role_arn": aws.role_template, "poll_interval": 0.5, **options}
    temporary = folder / "tmp"
    temporary.mkdir(parents=True)
    environ = {**aws.environment(), "AWS_MAX_ATTEMPTS": "1", "TMPDIR": str(temporary)}
    with Sandbox(folder, environ, given, lab=True, python=python) as sandbox:
        sandbox.start("--LabApp.expose_app_in_browser=True")
        yield sandbox


def open_lab(
    context: BrowserContext, lab: Sandbox, *, page: Page | None = None, width: int = 1280, height: int = 1000
) -> Page:
    """Return a page, by default a new one, in which JupyterLab is ready, with nothing but the launcher."""
    page = page or context.new_page()
    page.set_viewport_size({"width": width, "height": height})
    page.goto(f"{lab.url}lab?reset&token={lab.token}")
    page.locator("#jupyterlab-splash").wait_for(state="detached", timeout=60_000)
    page.locator(".jp-Launcher").first.wait_for(timeout=150_000)
    return page


def wait_for_layout(page: Page) -> None:
    """Wait until JupyterLab has put back its layout after a reload."""
    page.locator("#jupyterlab-splash").wait_for(state="detached", timeout=60_000)
    # Asked again and again: a promise that a page gives before it moves on once more is never kept.
    page.wait_for_function(
        """() => {
            const app = window.jupyterapp;
            if (app && !app.isWatched) {
                app.isWatched = true;
                app.restored.then(() => { window.isRestored = true; });
            }
            return window.isRestored === true;
        }""",
        timeout=60_000,
    )


def milliseconds_to_open(page: Page, rounds: int) -> list[float]:
    """Close and open the panel that often; return what each opening took, until it was painted."""
    found: list[float] = page.evaluate(
        """async rounds => {
            const {commands, shell} = window.jupyterapp;
            const times = [];
            for (let n = 0; n < rounds; n++) {
                shell.collapseLeft();
                await new Promise(done => setTimeout(done, 100));
                const before = performance.now();
                await commands.execute('jupyter-securepypi:open-panel');
                document.getElementById('jupyter-securepypi-panel').getBoundingClientRect();
                await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
                times.push(performance.now() - before);
            }
            return times;
        }""",
        rounds,
    )
    return found


class Panel:
    """The panel in a page, as a user sees it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.root = page.locator("#jupyter-securepypi-panel")

    def open(self) -> None:
        """Click the icon in the sidebar, unless the panel is there.

        A click while JupyterLab puts back a layout in which it was open closes it: then it takes another one.
        """
        from playwright.sync_api import TimeoutError as NotInTime

        for _ in range(3):
            if self.root.is_visible():
                return
            self.page.get_by_role("tab", name="Secure PyPI").click()
            with suppress(NotInTime):
                self.root.wait_for(timeout=10_000)
        self.root.wait_for()

    def section(self, name: str) -> Locator:
        """Return the region with this label."""
        return self.root.get_by_role("region", name=name, exact=True)

    @property
    def glance(self) -> Locator:
        """The top: where everything installs from, and how long the token serves."""
        return self.section("Status")

    @property
    def installs(self) -> Locator:
        """The section of the recent installs."""
        return self.section("Recent installs")

    @property
    def attention(self) -> Locator:
        """What needs attention; there is none while nothing does."""
        return self.root.locator("[data-section=attention]")

    def condition(self, name: str) -> Locator:
        """Return the top of the panel in the condition `name`."""
        return self.root.locator(f".jp-SecurePyPI-glance[data-condition={name}]")

    def details(self, *, unfolded: bool) -> Locator:
        """Fold out or away what stands below the sentence, and return it."""
        found = self.glance.locator("details.jp-SecurePyPI-details").first
        if (found.get_attribute("open") is not None) != unfolded:
            found.locator("summary").first.click()
        return found

    def page_of(self, name: str) -> Locator:
        """Open a page of the main area by its command, as Lab's restorer does, and return it.

        Args:
            name: ``step``, ``check``, ``history`` or ``why``.
        """
        self.run("jupyter-securepypi:open-page", page=name)
        found = self.page.locator(f".jp-SecurePyPI-page[data-page={name}]")
        found.wait_for()
        return found

    def choose(self, entry: str) -> None:
        """Choose an entry of our menu, below View."""
        self.page.get_by_role("menuitem", name="View", exact=True).click(timeout=60_000)
        # Lumino gives an entry that opens a menu no role.
        self.page.locator(".lm-Menu-item[data-type=submenu]").filter(has_text="Secure PyPI").click()
        self.page.get_by_role("menuitem", name=entry, exact=True).click()

    def run(self, command: str, **arguments: Any) -> None:
        """Run a command of JupyterLab."""
        self.page.evaluate(
            "([command, args]) => { window.jupyterapp.commands.execute(command, args) }", [command, arguments]
        )

    def run_in_notebook(self, code: str) -> None:
        """Make a notebook with the demo's kernel and run `code` in its first cell; does not wait for the end."""
        page = self.page
        self.run("notebook:create-new", kernelName=KERNEL)
        # The notebook's own indicator says idle before there is a kernel, too.
        page.get_by_text("Python 3 (acme) | Idle").wait_for(timeout=150_000)
        page.locator(".jp-Notebook .cm-content").first.click()
        page.keyboard.insert_text(code)
        page.keyboard.press("Shift+Enter")

    def theme(self, name: str) -> None:
        """Change JupyterLab's theme, unless it is there, and wait for it."""
        if self.page.evaluate("document.body.dataset.jpThemeName") == THEMES[name]:
            return
        self.page.evaluate(
            "theme => window.jupyterapp.commands.execute('apputils:change-theme', {theme})", THEMES[name]
        )
        # Lab hides all for a moment, and lays a splash over it.
        self.page.wait_for_function(
            "name => document.body.dataset.jpThemeName === name && window.jupyterapp.shell.isVisible &&"
            " !document.getElementById('jupyterlab-splash')",
            arg=THEMES[name],
        )

    def width(self, pixels: int) -> None:
        """Make the sidebar about this wide, by its handle."""
        handle = self.page.locator("#jp-main-split-panel > .lm-SplitPanel-handle:not(.lm-mod-hidden)").first
        box, root = handle.bounding_box(), self.root.bounding_box()
        assert box and root
        y = box["y"] + box["height"] / 2
        self.page.mouse.move(box["x"] + box["width"] / 2, y)
        self.page.mouse.down()
        self.page.mouse.move(root["x"] + pixels, y, steps=4)
        self.page.mouse.up()

    def photograph(self, path: Path) -> None:
        """Write a picture of the panel and of the page beside it."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=path, animations="disabled")


class Record:
    """Everything that passes through the pages of a context, for scans."""

    def __init__(self, context: BrowserContext) -> None:
        self.texts: list[tuple[str, str]] = []
        self.errors: list[str] = []
        self.requests: list[str] = []
        self._context = context
        self._watched: list[tuple[Page, dict[str, Any]]] = []
        for page in context.pages:
            self._watch(page)
        context.on("page", self._watch)

    def end(self) -> None:
        """Watch no longer."""
        self._context.remove_listener("page", self._watch)
        for page, handlers in self._watched:
            self._each(page.remove_listener, handlers)

    def _watch(self, page: Page) -> None:
        handlers = {
            "request": self._request,
            "requestfinished": self._finished,
            "console": lambda message: self._console(message.type, message.text),
            "pageerror": lambda error: self.errors.append(f"{error.message}\n{error.stack}"),
            "websocket": self._socket,
        }
        self._watched.append((page, handlers))
        self._each(page.on, handlers)

    @staticmethod
    def _each(do: Any, handlers: dict[str, Any]) -> None:
        for event, handler in handlers.items():
            do(event, handler)

    def _request(self, request: Request) -> None:
        self.requests.append(f"{request.method} {request.url}")
        parts = [request.url, str(request.headers), str(request.post_data_buffer or "")]
        self.texts.append((f"request {request.url}", "\n".join(parts)))

    def _finished(self, request: Request) -> None:
        # Lab's own scripts are many and large, and were there before any token.
        if "/static/" in request.url or "/lab/extensions/" in request.url:
            return
        response = request.response()
        if response is None:
            return
        try:
            body = response.text()
        except Exception:  # noqa: BLE001 an image, a redirect, or a page that was left
            return
        self.texts.append((f"response to {request.url}", f"{response.headers}\n{body}"))

    def _console(self, kind: str, text: str) -> None:
        self.texts.append(("console", text))
        # The browser itself reports each failed request; our own words are what counts.
        if kind == "error" and not text.startswith("Failed to load resource"):
            self.errors.append(text)

    def _socket(self, socket: WebSocket) -> None:
        for event in ("framesent", "framereceived"):
            socket.on(event, lambda frame: self.texts.append((f"socket {socket.url}", str(frame))))

    def errors_of_ours(self) -> list[str]:
        """Return the errors on the console that name us."""
        return [error for error in self.errors if "securepypi" in error.lower()]

    def places_of(self, text: str) -> list[str]:
        """Return where `text` has passed."""
        return [place for place, content in self.texts if text in content]


def answer(body: Any, status: int = 200) -> Any:
    """Return a route handler that answers with `body` as JSON."""

    def handle(route: Route) -> None:
        route.fulfill(status=status, content_type="application/json", body=json.dumps(body))

    return handle


def violations(page: Page, axe: str, *parts: str) -> dict[str, list[str]]:
    """Return what axe-core, whose source is `axe`, finds wrong inside of `parts`, which are there: rule to nodes."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(axe)
    result = page.evaluate(
        """async parts => {
            // JupyterLab's body has no height, and what lies outside of the body has no contrast for axe.
            document.body.style.height = '100vh';
            const {passes, violations} = await axe.run(
                {include: parts.map(one => [one])}, {resultTypes: ['violations']}
            );
            document.body.style.height = '';
            return {passes: passes.map(one => one.id), violations};
        }""",
        parts,
    )
    judged = {*result["passes"], *(one["id"] for one in result["violations"])}
    assert "color-contrast" in judged, "axe looked at nothing, or at no contrast"
    return {
        violation["id"]: [f"{node['html'][:200]}: {node['failureSummary']}" for node in violation["nodes"]]
        for violation in result["violations"]
    }


def wrong_in_themes(
    panel: Panel, axe: str, *parts: str, photograph: Callable[[str], object]
) -> dict[str, dict[str, list[str]]]:
    """Return what axe finds wrong in the next theme, in all of them at night or for pictures: theme to rules.

    Args:
        panel: the panel in its page.
        axe: the source of axe-core.
        parts: selectors; each is there.
        photograph: takes a picture of the theme it is given; called where SECUREPYPI_PHOTOS says where pictures go.
    """
    found, names = {}, list(THEMES)
    everyone = os.environ.get("SECUREPYPI_NIGHTLY") or os.environ.get(PHOTOS)
    now = panel.page.evaluate("document.body.dataset.jpThemeName")
    [first] = [number for number, name in enumerate(names, 1) if THEMES[name] == now]
    for number in range(first, first + (len(names) if everyone else 1)):
        theme = names[number % len(names)]
        panel.theme(theme)
        if os.environ.get(PHOTOS):
            photograph(theme)
        if wrong := violations(panel.page, axe, *parts):
            found[theme] = wrong
    return found


def photos(tmp: Path) -> Path:
    """Return the folder for photographs: that of the variable SECUREPYPI_PHOTOS, else `tmp`."""
    return Path(os.environ.get(PHOTOS) or tmp)
