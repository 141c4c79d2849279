"""A real JupyterLab, the emulated AWS, and a real browser; files that run in the same process share them.

They end once a test of another folder comes: Playwright keeps a loop in this thread, and others have one of their own.
"""

from __future__ import annotations

import secrets
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from typing import Any

import pytest
from e2e_support import AXE, Panel, Record, chromium, need, open_lab, running_browser, running_lab

from jupyter_securepypi.emulator import Emulator


class Kept:
    """Things that are begun once, and ended together, the youngest first."""

    def __init__(self) -> None:
        self._found: dict[str, Any] = {}
        self._ends = ExitStack()

    def get(self, name: str, begin: Callable[[], AbstractContextManager[Any]]) -> Any:
        """Return the thing of that name, which `begin` makes where there is none."""
        if name not in self._found:
            self._found[name] = self._ends.enter_context(begin())
        return self._found[name]

    def end(self) -> None:
        """End all."""
        self._found.clear()
        self._ends.close()


KEPT = Kept()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(nextitem):
    """End what is kept once the next test is one of another folder."""
    try:
        return (yield)
    finally:
        if nextitem is None or nextitem.path.parent != Path(__file__).parent:
            KEPT.end()


@pytest.fixture(autouse=True)
def jp_asyncio_loop():
    """No loop for pytest-jupyter: Playwright runs its own in this thread, and the server is another process."""


@pytest.fixture(autouse=True)
def jp_server_cleanup():
    """Nothing to clean up, for the same reason."""


@pytest.fixture(scope="module")
def browser(kept):
    try:
        import playwright  # noqa: F401
    except ImportError:
        need(False, "browser tests need the Python package playwright")
    need(chromium(), "browser tests need Chromium (Debian: apt-get install chromium)")
    front_end = Path(sys.prefix, "share/jupyter/labextensions/jupyter-securepypi/package.json")
    need(front_end.exists(), 'browser tests need the built front end (pip install ".[test]")')
    return kept.get("browser", running_browser)


@pytest.fixture(scope="session")
def marker():
    """What stands literally in every token, so that a scan can find it."""
    return "mark" + secrets.token_hex(12)


@pytest.fixture(scope="session")
def kept():
    """What files share, by name."""
    return KEPT


@pytest.fixture(scope="module")
def aws(browser, marker, kept):
    return kept.get("aws", lambda: Emulator(token_marker=marker))


@pytest.fixture(scope="module")
def lab(aws, tmp_path_factory, kept):
    # The longest pause between two looks: what a test breaks is not mended behind its back.
    return kept.get("lab", lambda: running_lab(aws, tmp_path_factory.mktemp("lab"), poll_interval=600.0))


@pytest.fixture(scope="module")
def context(browser, lab, kept):
    """For each JupyterLab one."""
    found = kept.get(f"context for {lab.url}", lambda: browser.new_context(locale="en-US", timezone_id="UTC"))
    found.grant_permissions(["clipboard-read", "clipboard-write"], origin=lab.url.rstrip("/"))
    yield found
    for page in found.pages[1:]:
        page.close()


@pytest.fixture(scope="module")
def record(context):
    """What has passed through the browser since the file began."""
    found = Record(context)
    yield found
    found.end()


@pytest.fixture(scope="module")
def tab(record, context):
    """A page that files share: its process has compiled Lab's scripts when the next file comes."""
    return context.pages[0] if context.pages else context.new_page()


@pytest.fixture(scope="module")
def page(tab, context, lab):
    return open_lab(context, lab, page=tab)


@pytest.fixture
def panel(page, aws):
    aws.clear()
    found = Panel(page)
    found.open()
    yield found
    aws.clear()


@pytest.fixture(scope="module")
def axe():
    """The source of axe-core, which `jlpm install` in labextension/ brings."""
    need(AXE.exists(), "the accessibility test needs axe-core (jlpm install in labextension/)")
    return AXE.read_text(encoding="utf-8")
