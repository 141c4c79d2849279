"""The cards in a JupyterLab whose user has turned our lab extension off: widgets alone, as in VS Code."""

from __future__ import annotations

import json
import re

import pytest
from e2e_support import THEMES, Panel, open_lab, photos, violations
from playwright.sync_api import expect

SECONDS = 1000
CODE = "%secure_pip status\n%secure_pip preview training --route v2-estimator --image pytorch"


@pytest.fixture(scope="module")
def lab(lab):
    settings = lab.home / ".jupyter/labconfig/page_config.json"
    settings.parent.mkdir(exist_ok=True)
    settings.write_text(json.dumps({"disabledExtensions": {"jupyter-securepypi": True}}))
    yield lab
    settings.unlink()


@pytest.fixture(scope="module")
def page(tab, context, lab):
    """A notebook with both cards."""
    found = open_lab(context, lab, page=tab, height=1300)
    Panel(found).run_in_notebook(CODE)
    expect(found.get_by_role("group", name="Step environment")).to_be_visible(timeout=60 * SECONDS)
    return found


def test_the_lab_extension_is_not_there(page):
    expect(page.get_by_role("tab", name="Secure PyPI")).to_have_count(0)
    expect(page.locator(".jp-SecurePyPI-status")).to_have_count(0)


def test_a_click_refreshes_the_token(page, aws):
    def minted():
        return aws.calls()["counts"].get("GetAuthorizationToken", 0)

    before = minted()
    button = page.get_by_role("button", name="Refresh now")
    button.click()
    expect(page.get_by_role("button", name="Refreshing ...")).to_be_visible()
    expect(button).to_be_enabled(timeout=30 * SECONDS)
    expect(page.get_by_role("group", name="Secure PyPI")).to_contain_text("Token fresh")
    assert minted() > before


def test_the_form_changes_verdict_and_code(page):
    facts = page.get_by_role("group", name="Step environment")
    expect(facts.get_by_role("row", name="CA_REPOSITORY_ARN")).to_contain_text("honoured by")
    page.get_by_label("Image").select_option("XGBoost")
    expect(facts.get_by_role("row", name="CA_REPOSITORY_ARN")).to_contain_text("ignored")
    page.get_by_label("Copy as").select_option("JSON")
    expect(page.get_by_label("Code", exact=True)).to_have_value(re.compile('"CA_REPOSITORY_ARN"'))
    page.get_by_label("Step", exact=True).select_option("Processing")
    expect(facts.get_by_role("row", name="CA_REPOSITORY_ARN")).to_have_count(0)


def test_the_code_is_copied_by_keyboard(page):
    code = page.get_by_label("Code", exact=True)
    expect(code).to_have_value(re.compile("USE_SECURE_PYPI"))
    code.focus()
    page.keyboard.press("Control+a")
    page.keyboard.press("Control+c")
    assert page.evaluate("navigator.clipboard.readText()") == code.input_value()


@pytest.mark.parametrize("theme", THEMES)
def test_axe_finds_nothing_in_any_theme(page, axe, theme, tmp_path):
    Panel(page).theme(theme)
    page.screenshot(path=photos(tmp_path) / f"card-{theme}.png")
    assert violations(page, axe, ".jp-OutputArea-output") == {}


def test_the_console_shows_no_error_of_ours(record):
    assert record.errors_of_ours() == []
