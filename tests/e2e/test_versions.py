"""The wheel in older releases of JupyterLab, and in Notebook 7; the other files here have the newest JupyterLab."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from e2e_support import Panel, Record, need, open_lab, running_lab
from playwright.sync_api import expect
from throwaway import NotMade, environment, wheel

SECONDS = 1000


@pytest.fixture(scope="module")
def our_wheel(browser, tmp_path_factory):
    """What a user installs, built from this checkout."""
    try:
        return wheel(tmp_path_factory.mktemp("wheel"))
    except NotMade as error:
        need(False, str(error))


@pytest.fixture
def server(request, our_wheel, aws, tmp_path):
    """A server whose environment holds our wheel and what the test asks for."""
    package, version = request.param
    try:
        python = environment(tmp_path / "environment", our_wheel, f"{package}=={version}.*")
    except NotMade as error:
        need(False, str(error))
    assert has(python, package, version)
    with running_lab(aws, tmp_path / "server", python=str(python)) as found:
        yield found


def has(python: Path, package: str, version: str) -> bool:
    """Whether `python` has the package in that version, and ours from the wheel instead of the checkout."""
    code = "import sys, jupyter_securepypi as s, importlib.metadata as m; print(s.__file__, m.version(sys.argv[1]))"
    command = [str(python), "-I", "-c", code, package]
    place, found = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    return place.startswith(str(python.parents[1])) and found.startswith(f"{version}.")


@pytest.fixture
def own_context(browser):
    found = browser.new_context(locale="en-US", timezone_id="UTC")
    yield found
    found.close()


@pytest.fixture
def own_record(own_context):
    return Record(own_context)


def assert_fresh_and_quiet(panel: Panel, record: Record) -> None:
    expect(panel.condition("fresh")).to_be_visible(timeout=30 * SECONDS)
    expect(panel.glance).to_contain_text("Everything installs from acme/shared-pypi", timeout=30 * SECONDS)
    assert record.errors_of_ours() == []


@pytest.mark.parametrize(
    "server",
    [("jupyterlab", "4.2"), pytest.param(("jupyterlab", "4.5"), marks=pytest.mark.nightly)],
    indirect=True,
    ids="-".join,
)
def test_the_panel_opens_in_older_releases_of_jupyterlab(server, own_record, own_context):
    panel = Panel(open_lab(own_context, server))
    panel.open()
    expect(panel.page_of("step").get_by_role("table")).to_contain_text("USE_SECURE_PYPI", timeout=30 * SECONDS)
    assert_fresh_and_quiet(panel, own_record)


@pytest.mark.parametrize("server", [("notebook", "7")], indirect=True, ids="-".join)
def test_panel_and_pages_open_from_a_menu_in_notebook_7(server, own_record, own_context):
    page = own_context.new_page()
    page.goto(f"{server.url}tree?token={server.token}")
    panel = Panel(page)
    for entry, seen in (("Panel", panel.root), ("Install history", page.locator("[data-page=history]"))):
        panel.choose(entry)
        expect(seen).to_be_visible()
    expect(page.locator("[data-page=history]")).to_contain_text("Nothing has been installed yet.")
    assert_fresh_and_quiet(panel, own_record)
