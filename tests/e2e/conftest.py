"""A real JupyterLab, the emulated AWS, and a real browser, started once for each file."""

from __future__ import annotations

import secrets
import sys
from pathlib import Path

import pytest
from e2e_support import AXE, Panel, Record, chromium, need, open_lab, running_browser, running_lab

from jupyter_securepypi.emulator import Emulator


@pytest.fixture(autouse=True)
def jp_asyncio_loop():
    """No loop for pytest-jupyter: Playwright runs its own in this thread, and the server is another process."""


@pytest.fixture(autouse=True)
def jp_server_cleanup():
    """Nothing to clean up, for the same reason."""


@pytest.fixture(scope="module")
def browser():
    try:
        import playwright  # noqa: F401
    except ImportError:
        need(False, "browser tests need the Python package playwright")
    need(chromium(), "browser tests need Chromium (Debian: apt-get install chromium)")
    front_end = Path(sys.prefix, "share/jupyter/labextensions/jupyter-securepypi/package.json")
    need(front_end.exists(), 'browser tests need the built front end (pip install ".[test]")')
    with running_browser() as found:
        yield found


@pytest.fixture(scope="module")
def marker():
    """What stands literally in every token, so that a scan can find it."""
    return "mark" + secrets.token_hex(12)


@pytest.fixture(scope="module")
def aws(browser, marker):
    with Emulator(token_marker=marker) as running:
        yield running


@pytest.fixture(scope="module")
def lab(aws, tmp_path_factory):
    # The longest pause between two looks: what a test breaks is not mended behind its back.
    with running_lab(aws, tmp_path_factory.mktemp("lab"), poll_interval=600.0) as sandbox:
        yield sandbox


@pytest.fixture(scope="module")
def context(browser, lab):
    found = browser.new_context(locale="en-US", timezone_id="UTC")
    found.grant_permissions(["clipboard-read", "clipboard-write"], origin=lab.url.rstrip("/"))
    yield found
    found.close()


@pytest.fixture(scope="module")
def record(context):
    """What has passed through the browser since the file began."""
    return Record(context)


@pytest.fixture(scope="module")
def page(record, context, lab):
    return open_lab(context, lab)


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
