"""The packages of the notebook's kernel in the panel: seen, searched, installed, upgraded and removed by hand."""

from __future__ import annotations

import re

import pytest
from e2e_ages import aws, lab
from e2e_support import Panel, open_lab, photos, wrong_in_themes
from playwright.sync_api import expect

from jupyter_securepypi.demo.sandbox import KERNEL

__all__ = ["aws", "lab"]
SECONDS = 1000
NARROW = 250
TITLE = "Packages · Python 3 (acme)"


@pytest.fixture(scope="module")
def page(tab, context, lab):
    found = open_lab(context, lab, page=tab)
    panel = Panel(found)
    panel.open()
    panel.width(NARROW)
    for name in ("Token", "Kernels", "Package managers", "Environment check"):
        fold = panel.root.get_by_role("button", name=name, exact=True)
        if fold.count() and fold.get_attribute("aria-expanded") == "true":
            fold.click()
    return found


@pytest.fixture
def section(panel):
    """The section with a notebook in front; a command of an earlier test is put away, and nothing is searched for."""
    page = panel.page
    if page.locator(".jp-NotebookPanel").count() == 0:
        panel.run("notebook:create-new", kernelName=KERNEL)
        page.get_by_text("Python 3 (acme) | Idle").wait_for(timeout=150 * SECONDS)
    found = panel.section(TITLE)
    expect(found).to_be_visible(timeout=30 * SECONDS)
    found.get_by_role("textbox").fill("")
    if (away := found.get_by_role("button", name="Dismiss")).count():
        away.click()
    return found


def run_in_front(panel, code):
    """Run `code` in a new cell of the notebook in front; does not wait for the end."""
    panel.run("notebook:insert-cell-below")
    cell = panel.page.locator(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-Cell.jp-mod-active .cm-content")
    cell.click()
    panel.page.keyboard.insert_text(code)
    panel.page.keyboard.press("Control+Enter")


def row(section, name):
    return section.locator(f"li[data-name={name}]")


def look(panel, axe, folder, name):
    """Look at the panel in the next theme, in each at night; return what is wrong with it there."""

    def photograph(theme):
        path = photos(folder) / f"{name}-{theme}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        panel.root.locator("[data-section=packages]").screenshot(path=path, animations="disabled")

    part = "#jupyter-securepypi-panel [data-section=packages]"
    found = wrong_in_themes(panel, axe, part, photograph=photograph)
    overflow = panel.root.evaluate(
        "node => [...node.querySelectorAll('*')].filter(one => "
        "one.getBoundingClientRect().right > node.getBoundingClientRect().right + 1 && "
        "!one.closest('pre, .jp-SecurePyPI-header, .jp-SecurePyPI-bar')).map(one => one.outerHTML.slice(0, 120))"
    )
    assert overflow == [], f"cut off at {NARROW} px"
    return found


def test_without_a_kernel_it_says_what_to_do(panel, axe, tmp_path):
    section = panel.section("Packages")
    expect(section).to_contain_text("Open a notebook or a console")
    assert look(panel, axe, tmp_path, "packages-no-kernel") == {}


def test_a_list_of_long_names_fits(panel, section, axe, tmp_path):
    section.get_by_role("textbox").fill("acme")
    long = row(section, "acme-a-package-with-a-rather-long-name")
    expect(long).to_have_attribute("data-state", "available", timeout=60 * SECONDS)
    assert look(panel, axe, tmp_path, "packages-many-found") == {}


def test_what_is_installed_has_its_origin(panel, section, axe, tmp_path):
    for name, origin in (("oldlib", "elsewhere"), ("somebodys", "elsewhere"), ("mystery", "unknown")):
        expect(row(section, name)).to_have_attribute("data-origin", origin, timeout=30 * SECONDS)
    expect(row(section, "oldlib")).to_contain_text("not from here")
    expect(row(section, "mystery")).to_have_attribute("data-state", "absent", timeout=60 * SECONDS)
    row(section, "somebodys").get_by_role("button", name="somebodys").press("Enter")
    expect(row(section, "somebodys")).to_contain_text(
        "Not from here: it came from https://host.example.com/x.zip."
    )
    expect(row(section, "somebodys")).to_contain_text("The index does not have it.")
    assert look(panel, axe, tmp_path, "packages-installed") == {}


def test_search_install_upgrade_and_remove_by_keyboard_alone(panel, section, lab, axe, tmp_path):
    page = panel.page
    field = section.get_by_role("textbox", name="Search acme/shared-pypi")
    field.focus()
    page.keyboard.insert_text("table")
    table = row(section, "acme-table")
    expect(table).to_have_attribute("data-state", "available", timeout=60 * SECONDS)
    expect(table).to_contain_text("1.1")
    assert look(panel, axe, tmp_path, "packages-found") == {}
    field.focus()
    for _ in range(2):  # over the name to the button
        page.keyboard.press("Tab")
    expect(table.get_by_role("button", name="Install acme-table 1.1")).to_be_focused()
    page.keyboard.press("Enter")
    run = section.locator("[data-run]")
    expect(run).to_have_attribute("data-run", "done", timeout=90 * SECONDS)
    expect(run).to_contain_text("acme/shared-pypi")
    expect(table).to_have_attribute("data-origin", "secure", timeout=30 * SECONDS)
    expect(table).to_have_attribute("data-state", "held", timeout=30 * SECONDS)
    expect(table).to_contain_text("1.2 allowed in 5 days")
    table.get_by_role("button", name="acme-table").press("Enter")
    expect(table).to_contain_text("It came from the secure index, acme/shared-pypi.")
    expect(table).to_contain_text(re.compile(r"Held back: acme-table 1\.2, allowed from .*\d\d:\d\d"))
    assert look(panel, axe, tmp_path, "packages-done") == {}

    table.get_by_role("button", name="Remove acme-table…").press("Enter")
    dialog = page.locator(".jp-Dialog")
    expect(dialog).to_contain_text("%secure_pip uninstall -y acme-table")
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(table).to_have_attribute("data-origin", "secure")
    table.get_by_role("button", name="Remove acme-table…").press("Enter")
    dialog.get_by_role("button", name="Remove").press("Enter")
    expect(run).to_contain_text("acme-table 1.1 removed", timeout=90 * SECONDS)
    expect(table).to_have_attribute("data-state", "available", timeout=30 * SECONDS)
    assert not list(lab.prefix.glob("lib/python*/site-packages/acme_table*"))


def test_an_older_version_is_upgraded(panel, section, lab):
    run_in_front(panel, "%secure_pip install -q acme-table==1.0")
    table = row(section, "acme-table")
    upgrade = table.get_by_role("button", name="Upgrade acme-table to 1.1")
    expect(upgrade).to_be_visible(timeout=90 * SECONDS)
    expect(upgrade).to_have_text("↑ 1.1")
    upgrade.click()
    expect(table).to_have_attribute("data-state", "held", timeout=90 * SECONDS)
    assert list(lab.prefix.glob("lib/python*/site-packages/acme_table-1.1.dist-info"))


def test_what_cannot_be_installed_is_not_offered(section):
    field = section.get_by_role("textbox")
    field.fill("acme-nowhere")
    field.press("Enter")
    nowhere = row(section, "acme-nowhere")
    expect(nowhere).to_contain_text("not in the index", timeout=60 * SECONDS)
    field.fill("acme-young")
    young = row(section, "acme-young")
    expect(young).to_contain_text("1.0 allowed in 6 days", timeout=60 * SECONDS)
    young.get_by_role("button", name="acme-young").click()
    expect(young).to_contain_text("Held back: acme-young 1.0, allowed from")
    expect(young.get_by_role("button", name=re.compile("^Install"))).to_have_count(0)


def test_a_failure_is_told_in_labelled_parts(panel, section, axe, tmp_path):
    section.get_by_role("textbox").fill("acme-broken")
    install = row(section, "acme-broken").get_by_role("button", name="Install acme-broken 1.0", exact=True)
    install.click(timeout=60 * SECONDS)
    run = section.locator("[data-run]")
    expect(run).to_have_attribute("data-run", "failed", timeout=90 * SECONDS)
    expect(run).to_contain_text("acme-nowhere is not in")
    expect(run.get_by_role("term")).to_have_text(["Why", "Try"])
    expect(run.get_by_role("definition").last).to_contain_text("check the name")
    expect(section).not_to_contain_text("`")
    assert look(panel, axe, tmp_path, "packages-failed") == {}


def test_a_busy_kernel_is_waited_for_and_nothing_of_the_users_is_interrupted(panel, section, axe, tmp_path):
    run_in_front(panel, "import time\nfor _ in range(600): time.sleep(0.1)")
    expect(panel.page.get_by_text("Python 3 (acme) | Busy")).to_be_visible(timeout=30 * SECONDS)
    section.get_by_role("textbox").fill("plots")
    plots = row(section, "acme-plots")
    plots.get_by_role("button", name=re.compile("^Install acme-plots")).click(timeout=60 * SECONDS)
    run = section.locator("[data-run]")
    expect(run).to_contain_text("Waiting: the kernel is busy.")
    assert look(panel, axe, tmp_path, "packages-waiting") == {}
    run.get_by_role("button", name="Cancel").click()
    expect(run).to_contain_text("Cancelled; nothing was changed.")
    plots.get_by_role("button", name=re.compile("^Install acme-plots")).click()
    expect(run).to_have_attribute("data-run", "waiting")
    panel.run("notebook:interrupt-kernel")
    expect(run).to_have_attribute("data-run", "done", timeout=90 * SECONDS)
    expect(plots).to_have_attribute("data-origin", "secure", timeout=30 * SECONDS)


def test_a_command_that_runs_is_interrupted(panel, section, aws, axe, tmp_path):
    section.get_by_role("textbox").fill("features")
    features = row(section, "acme-features")
    install = features.get_by_role("button", name=re.compile("^Install acme-features"))
    expect(install).to_be_visible(timeout=60 * SECONDS)
    aws.faults(hang=600.0, operations=["index:*"])
    install.click()
    run = section.locator("[data-run]")
    expect(run).to_have_attribute("data-run", "running", timeout=60 * SECONDS)
    expect(run.get_by_role("progressbar")).to_be_visible()
    assert look(panel, axe, tmp_path, "packages-running") == {}
    run.get_by_role("button", name="Cancel").click()
    expect(run).to_have_attribute("data-run", "failed", timeout=60 * SECONDS)
    expect(run).to_contain_text("Interrupted")
    aws.clear()


def test_a_command_is_inserted_as_a_cell(panel, section):
    section.get_by_role("textbox").fill("features")
    features = row(section, "acme-features")
    command = "%secure_pip install acme-features"
    features.get_by_role("button", name=f"Insert as a cell: {command}").click(timeout=60 * SECONDS)
    cell = panel.page.locator(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-Cell.jp-mod-active .cm-content")
    expect(cell).to_have_text(command)


def test_a_file_in_front_changes_nothing_and_another_kernel_does(panel, section):
    panel.run("fileeditor:create-new")
    expect(section).to_be_visible()
    panel.run("console:create", kernelPreference={"name": KERNEL})
    expect(section).to_be_visible(timeout=60 * SECONDS)


def test_the_console_shows_no_error_of_ours(record):
    assert record.errors_of_ours() == []
