"""The front end: its weight, what it adds to JupyterLab's start, and how the panel behaves."""

from __future__ import annotations

import gzip
import json
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from tests.e2e.e2e_answers import KERNELS, status
from tests.e2e.e2e_support import (
    Panel,
    answer,
    chromium,
    milliseconds_to_open,
    open_lab,
    running_browser,
    running_lab,
)

from .findings import Finding, Row
from .harness import Times, duration, in_turn
from .place import Place

_STATIC = Path(sys.prefix, "share/jupyter/labextensions/jupyter-securepypi/static")
_NEEDS = "needs Chromium (Debian: apt-get install chromium) and playwright"
# When JupyterLab can be used: its splash is gone and the launcher is there. By the page's own clock, at each change.
_READY = """
    new MutationObserver((_, observer) => {
        if (document.querySelector('.jp-Launcher') && !document.querySelector('#jupyterlab-splash')) {
            window.securepypiReady = performance.now();
            observer.disconnect();
        }
    }).observe(document, {childList: true, subtree: true});
"""
_WATCH = """
    window.securepypiTasks = [];
    new PerformanceObserver(list => window.securepypiTasks.push(...list.getEntries().map(one => one.duration)))
        .observe({entryTypes: ['longtask']});
"""


def bundle(place: Place) -> Iterator[Finding]:
    weights = {path.name: len(gzip.compress(path.read_bytes(), mtime=0)) for path in _STATIC.glob("*.js")}
    assert weights, "the front end is not built (cd labextension && jlpm run build:prod)"
    total = sum(weights.values())
    whole = "60 KiB"
    yield Row("front-end bundle, gzipped", f"{total / 1024:.1f} KiB", f"≤ {whole}", total <= 60 * 1024, weights)


def lab_start(place: Place) -> Iterator[Finding]:
    """Two Labs, the front end disabled in one of them by its page_config, loaded in turn by one browser."""
    if not chromium():
        yield Row("added time to JupyterLab ready", f"not measured: it {_NEEDS}", "≤ 50 ms", False)
        return
    with ExitStack() as stack:
        browser = stack.enter_context(running_browser())
        labs = {}
        for name in ("with", "without"):
            folder = place.folder / f"lab-{name}"
            labs[name] = stack.enter_context(running_lab(place.aws, folder, poll_interval=600.0))
            if name == "without":
                config = Path(labs[name].environ["JUPYTER_CONFIG_DIR"], "labconfig/page_config.json")
                config.parent.mkdir(parents=True, exist_ok=True)
                config.write_text(json.dumps({"disabledExtensions": {"jupyter-securepypi": True}}))

        def load(name: str) -> float:
            context = browser.new_context()
            try:
                page = context.new_page()
                page.add_init_script(_READY)
                page.goto(f"{labs[name].url}lab?reset&token={labs[name].token}")
                page.wait_for_function("window.securepypiReady", timeout=60_000)
                there = page.get_by_role("tab", name="Secure PyPI").count() > 0
                assert there == (name == "with"), name
                return float(page.evaluate("window.securepypiReady")) / 1000
            finally:
                context.close()

        times = in_turn({name: lambda name=name: load(name) for name in labs}, place.rounds(12, 3))  # type: ignore[misc]
    pairs = Times([one - other for one, other in zip(times["with"].all, times["without"].all, strict=True)])
    added = times["with"].median - times["without"].median
    figures = {**{name: one.to_dict() for name, one in times.items()}, "pairs": pairs.to_dict()}
    measured = (
        f"{added * 1000:+.0f} ms ({times['with']} against {times['without']}; median of the pairs "
        f"{pairs.median * 1000:+.0f} ms)"
    )
    yield Row("added time to JupyterLab ready", measured, "≤ 50 ms", added <= 0.05, figures)


def panel(place: Place) -> Iterator[Finding]:
    if not chromium():
        for what, bound in (
            ("panel opens, 50 kernels", "≤ 100 ms"),
            ("long tasks while the bar drains", "≤ 50 ms"),
        ):
            yield Row(what, f"not measured: it {_NEEDS}", bound, False)
        return
    with ExitStack() as stack:
        browser = stack.enter_context(running_browser())
        lab = stack.enter_context(running_lab(place.aws, place.folder / "lab-panel", poll_interval=600.0))
        page = open_lab(browser.new_context(), lab)
        kernels = [{**KERNELS[n % 3], "name": f"k{n}", "display_name": f"Kernel {n}"} for n in range(50)]
        page.route("**/securepypi/kernels*", answer({"kernels": kernels}))
        page.route("**/securepypi/status*", answer(status(left=60.0)))
        shown = Panel(page)
        shown.open()
        shown.root.get_by_role("button", name="Check everything again").click()
        shown.attention.locator("[data-kernel]").nth(16).wait_for()
        opened = Times([one / 1000 for one in milliseconds_to_open(page, place.rounds(20, 7))])
        yield Row("panel opens, 50 kernels", str(opened), "≤ 100 ms", opened.median <= 0.1, opened.to_dict())
        yield _long_tasks(page, shown, place.rounds(15, 5))


def _long_tasks(page: Any, shown: Panel, seconds: float) -> Row:
    """Watch for long tasks with the panel open, then without it: what Lab does by itself is not the panel's."""
    page.evaluate(_WATCH)
    found = {}
    for name in ("open", "closed"):
        if name == "closed":
            page.evaluate("window.jupyterapp.shell.collapseLeft()")
        time.sleep(1)
        page.evaluate("window.securepypiTasks.length = 0")
        bar = shown.glance.locator(".jp-SecurePyPI-bar > div")
        before = bar.get_attribute("style") if name == "open" else None
        page.wait_for_timeout(seconds * 1000)
        if name == "open":
            assert before != bar.get_attribute("style"), "the bar did not drain"
        found[name] = page.evaluate("window.securepypiTasks")
    longest = max(found["open"], default=0) / 1000
    said = f"longest {duration(longest)}" if longest else "none over 50 ms"
    closed = f"{len(found['closed'])} with the panel closed"
    measured = f"{said}, {len(found['open'])} in {seconds:.0f} s ({closed})"
    return Row("long tasks while the bar drains", measured, "none over 50 ms", not found["open"], found)
