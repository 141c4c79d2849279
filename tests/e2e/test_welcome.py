"""`jupyter securepypi demo` in a real browser: what a newcomer sees, and the welcome notebook from top to bottom."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
import urllib.error
import urllib.request
from urllib.parse import urlsplit

import pytest
from e2e_support import Panel, Record, photos
from playwright.sync_api import expect

SECONDS = 1000
DEMO = [sys.executable, "-m", "jupyter_securepypi.cli", "demo", "--no-browser"]
KERNEL_IDLE = "Python 3 (acme) | Idle"


@pytest.fixture(scope="module")
def address(browser, tmp_path_factory):
    """Where the demo says that it is."""
    scratch = tmp_path_factory.mktemp("demo")
    environ = {**os.environ, "TMPDIR": str(scratch), "PYTHONUNBUFFERED": "1"}
    process = subprocess.Popen(DEMO, env=environ, stdout=subprocess.PIPE, text=True)
    try:
        yield re.search(r"http://\S+", process.stdout.readline()).group()
    finally:
        process.terminate()
        process.wait(timeout=30)
        process.stdout.close()


@pytest.fixture(scope="module")
def context(browser):
    found = browser.new_context(locale="en-US", timezone_id="UTC", viewport={"width": 1280, "height": 900})
    yield found
    found.close()


@pytest.fixture(scope="module")
def record(context):
    return Record(context)


@pytest.fixture(scope="module")
def page(record, context, address):
    found = context.new_page()
    found.goto(address)
    found.locator("#jupyterlab-splash").wait_for(state="detached", timeout=60 * SECONDS)
    return found


CLOSED = '"left":{"collapsed":true'
"""What the layout says once the sidebar is closed."""


def saved(address):
    """Return the code cells of the notebook as the server holds them; none while it is being written."""
    split = urlsplit(address)
    url = f"{split.scheme}://{split.netloc}/api/contents/Welcome.ipynb?{split.query}"
    try:
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(url, timeout=30) as answer:
            cells = json.load(answer)["content"]["cells"]
    except urllib.error.HTTPError as error:
        if error.code != 400:  # "not a notebook": the half that is there
            raise
        return []
    return [cell for cell in cells if cell["cell_type"] == "code"]


def test_it_opens_with_the_notebook_and_the_panel_side_by_side(page, tmp_path):
    panel = Panel(page)
    expect(panel.condition("fresh")).to_be_visible(timeout=30 * SECONDS)
    expect(panel.glance).to_contain_text("Everything installs from acme/shared-pypi", timeout=30 * SECONDS)
    expect(page.get_by_role("heading", name="Secure PyPI in two minutes")).to_be_visible()
    expect(page.get_by_text(KERNEL_IDLE)).to_be_visible(timeout=60 * SECONDS)
    expect(page.locator(".jp-Dialog")).to_have_count(0)
    # A newcomer sees all of it at once.
    for name in ("Status", "Recent installs"):
        expect(panel.section(name)).to_be_in_viewport(ratio=1)
    expect(panel.root.get_by_role("navigation")).to_be_in_viewport(ratio=1)
    expect(panel.attention).to_have_count(0)
    page.screenshot(path=photos(tmp_path) / "demo.png")


def test_a_layout_of_the_users_own_survives_a_reload(page):
    panel = Panel(page)

    def keeps_it_closed(answer):  # an earlier layout may still be on its way
        asked = answer.request
        return "api/workspaces" in answer.url and asked.method == "PUT" and CLOSED in (asked.post_data or "")

    with page.expect_response(keeps_it_closed):
        page.get_by_role("tab", name="Secure PyPI").click()
    page.reload()
    expect(page.get_by_role("heading", name="Secure PyPI in two minutes")).to_be_visible(timeout=60 * SECONDS)
    expect(page.get_by_role("tab", name="Secure PyPI")).to_be_visible()
    expect(panel.root).to_be_hidden()
    panel.open()


def test_every_cell_runs_and_only_what_shall_be_refused_fails(page, address, tmp_path):
    expect(page.get_by_text(KERNEL_IDLE)).to_be_visible(timeout=60 * SECONDS)
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    last = page.locator(".jp-CodeCell").last
    # What the first sentence of the notebook promises.
    expect(last.locator(".jp-OutputArea-output")).to_contain_text("Token fresh", timeout=120 * SECONDS)
    expect(Panel(page).section("Recent installs")).to_contain_text("acme-features 1.2.0 and 1 more")
    page.screenshot(path=photos(tmp_path) / "demo-end.png")
    page.keyboard.press("Control+s")
    deadline = time.monotonic() + 30
    while not (ran := [cell for cell in saved(address) if cell["outputs"]]):
        assert time.monotonic() < deadline, "the notebook was not saved"
        time.sleep(0.2)
    for cell in ran:
        failed = any(output["output_type"] == "error" for output in cell["outputs"])
        assert failed == ("raises-exception" in cell["metadata"].get("tags", [])), cell
    assert len(ran) == len(saved(address))
    refusals = "".join(json.dumps(cell["outputs"]) for cell in ran if cell["metadata"].get("tags"))
    assert "RequestRefused" in refusals
    assert "acme-does-not-exist is not in" in refusals


def test_after_all_that_the_environment_check_finds_nothing(page):
    Panel(page).root.get_by_role("navigation").get_by_role("button", name="Check").click()
    check = page.locator("[data-page=check]")
    check.get_by_role("button", name="Check now").click()
    expect(check).to_contain_text("All is well", timeout=60 * SECONDS)


def test_the_console_shows_no_error_of_ours(record):
    assert record.errors_of_ours() == []
