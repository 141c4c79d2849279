"""Why a package cannot be had, asked on its page in a real JupyterLab, in front of an index with a minimum age."""

from __future__ import annotations

import re

import pytest
from e2e_ages import aws, lab
from e2e_support import Panel, answer, open_lab, photos, wrong_in_themes
from playwright.sync_api import expect

__all__ = ["aws", "lab"]
SECONDS = 1000
NARROW = 250
FIELD = "Package, with versions if you like"


@pytest.fixture(scope="module")
def page(tab, context, lab):
    found = open_lab(context, lab, page=tab)
    Panel(found).open()
    Panel(found).width(NARROW)
    return found


@pytest.fixture
def section(panel):
    found = panel.page_of("why")
    expect(found.get_by_label(FIELD)).to_be_visible(timeout=20 * SECONDS)
    return found


def ask(page, requirement):
    """Replace what stands in the focused field, and press Enter."""
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(requirement)
    page.keyboard.press("Enter")


def look(panel, axe, folder, name):
    """Look at the panel in the next theme, in each at night; return what is wrong with it there."""
    return wrong_in_themes(
        panel,
        axe,
        "[data-page=why]",
        photograph=lambda theme: panel.photograph(photos(folder) / f"{name}-{theme}.png"),
    )


def test_what_is_held_back_and_what_is_missing_is_asked_by_keyboard_alone(panel, section, axe, tmp_path):
    page = panel.page
    field = section.get_by_label(FIELD)
    field.focus()

    ask(page, "acme-table==1.2")
    held = section.locator("[data-answer=too_young]")
    expect(held).to_contain_text("acme-table 1.2 is 2 days old", timeout=30 * SECONDS)
    expect(held.get_by_role("list", name="Try")).to_contain_text("take acme-table 1.1, which is allowed")
    expect(held.get_by_role("list", name="Held back")).to_contain_text(
        re.compile(r"acme-table 1\.2, allowed from .*\d\d:\d\d")
    )
    expect(section).not_to_contain_text("`")
    expect(field).to_be_focused()
    assert look(panel, axe, tmp_path, "why-held-back") == {}

    field.focus()
    ask(page, "acme-does-not-exist")
    missing = section.locator("[data-answer=absent]")
    expect(missing).to_contain_text("acme-does-not-exist is not in acme/shared-pypi.", timeout=30 * SECONDS)
    expect(missing.get_by_role("list", name="Try")).to_contain_text("check the name")
    expect(section).not_to_contain_text("acme-table")
    assert look(panel, axe, tmp_path, "why-missing") == {}

    page.keyboard.press("Tab")
    expect(section.get_by_role("button", name="Ask", exact=True)).to_be_focused()


def test_while_it_asks_it_says_so_and_an_older_answer_is_dropped(panel, section):
    waiting = []
    pattern = re.compile(r"/securepypi/why\?")
    panel.page.route(pattern, lambda route: waiting.append(route))
    field, outcome = section.get_by_label(FIELD), section.locator("[aria-live=polite]")
    for name in ("acme-core", "acme-table"):
        field.fill(name)
        field.press("Enter")
        expect(outcome).to_contain_text(f"Asking about {name}…")
    expect(outcome).to_have_attribute("aria-busy", "true")
    expect(section.get_by_role("button", name="Asking…")).to_have_attribute("aria-disabled", "true")
    first, second = waiting
    first.continue_()
    second.continue_()
    expect(outcome).to_contain_text(
        "acme-table 1.1 of acme/shared-pypi would be installed.", timeout=30 * SECONDS
    )
    expect(outcome).to_have_attribute("aria-busy", "false")
    expect(outcome).not_to_contain_text("acme-core")
    panel.page.unroute(pattern)


def test_what_is_no_requirement_is_refused_in_labelled_parts(section):
    field = section.get_by_label(FIELD)
    field.fill("pandas; python_version>'3'")
    field.press("Enter")
    refused = section.locator("[data-trouble=refused]")
    expect(refused).to_contain_text("is more than a name and versions.", timeout=30 * SECONDS)
    expect(refused.get_by_role("term")).to_have_text(["Try"])
    expect(refused.get_by_role("definition")).to_contain_text("write pandas, or pandas==3.0")


def test_a_failed_install_leads_to_the_question(panel, section):
    panel.run_in_notebook("%secure_pip install acme-table==1.2")
    why = panel.installs.get_by_role("button", name="Why? Ask about acme-table==1.2")
    expect(why).to_be_visible(timeout=60 * SECONDS)
    why.press("Enter")
    expect(section).to_be_visible()
    expect(section.get_by_label(FIELD)).to_have_value("acme-table==1.2")
    expect(section.locator("[data-answer=too_young]")).to_be_visible(timeout=30 * SECONDS)


def test_without_a_repository_there_is_nothing_to_ask(panel, lab, section):
    unset = {**lab.get("securepypi/status"), "state": "not_configured", "repository": None}
    pattern = re.compile(r"/securepypi/status(\?|$)")
    panel.page.route(pattern, answer(unset))
    again = panel.root.get_by_role("button", name="Check everything again")
    again.click()
    expect(panel.condition("not_configured")).to_be_visible()
    expect(section).to_contain_text("There is nothing to ask while no repository is configured.")
    expect(section.get_by_label(FIELD)).to_have_count(0)
    panel.page.unroute(pattern)
    again.click()
    expect(section.get_by_label(FIELD)).to_be_visible()


def test_the_console_shows_no_error_of_ours(record):
    assert record.errors_of_ours() == []
