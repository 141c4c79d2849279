"""The panel in a real JupyterLab, in front of a real server and an emulated AWS."""

from __future__ import annotations

import os
import re
import time
from pathlib import Path

import pytest
from e2e_support import wait_for_layout
from playwright.sync_api import expect

SECONDS = 1000


def clipboard(page) -> str:
    return page.evaluate("navigator.clipboard.readText()")


def until(condition, timeout=20.0):
    deadline = time.monotonic() + timeout
    while not (found := condition()):
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.1)
    return found


def test_the_panel_says_in_one_sentence_where_everything_installs_from(panel):
    expect(panel.condition("fresh")).to_be_visible(timeout=20 * SECONDS)
    expect(panel.glance).to_contain_text("Everything installs from acme/shared-pypi", timeout=20 * SECONDS)
    expect(panel.glance).to_contain_text(re.compile(r"1[12] h.* left"))
    expect(panel.attention).to_have_count(0)


def test_what_folds_out_tells_state_repository_and_principal(panel):
    details = panel.details(unfolded=True)
    for fact in ("AWS CodeArtifact", "us-west-2", "111122223333"):
        expect(details.get_by_role("definition").filter(has_text=re.compile(f"^{fact}$"))).to_be_visible()
    expect(details).to_contain_text("assumed-role/SecurePyPIReadRole")
    expect(details).to_contain_text("Fresh. It expires at")


def test_the_index_url_is_copied_without_credentials(panel, aws):
    panel.details(unfolded=True).get_by_role("button", name="Copy the index URL").click()
    assert clipboard(panel.page) == aws.index_url
    assert "@" not in aws.index_url
    panel.details(unfolded=False)


def test_the_status_bar_opens_the_panel(panel):
    panel.page.get_by_role("tab", name="Secure PyPI").click()
    expect(panel.root).to_be_hidden()
    panel.page.locator(".jp-SecurePyPI-status").click()
    expect(panel.root).to_be_visible()


def test_the_view_menu_opens_panel_and_pages(panel):
    page = panel.page
    page.get_by_role("tab", name="Secure PyPI").click()
    for entry, seen in (("Panel", panel.root), ("Install history", page.locator("[data-page=history]"))):
        panel.choose(entry)
        expect(seen).to_be_visible()


def test_the_menu_of_the_panel_has_everything_else(panel):
    panel.root.get_by_role("button", name="More", exact=True).click()
    menu = panel.page.locator(".lm-Menu").last
    for entry in (
        "Step environment",
        "Environment check",
        "Install history",
        "Why can't I have",
        "Refresh token",
    ):
        expect(menu.get_by_role("menuitem", name=entry)).to_be_visible()
    menu.get_by_role("menuitem", name="Why can't I have").click()
    expect(panel.page.locator("[data-page=why]")).to_be_visible()


def test_the_launcher_and_the_foot_of_the_panel_lead_to_the_pages(panel):
    page = panel.page
    panel.run("launcher:create")
    page.locator(".jp-LauncherCard").filter(has_text="Step environment").last.click()
    expect(page.locator("[data-page=step]")).to_be_visible()
    for link, name in (("Check", "check"), ("History", "history"), ("Step environment", "step")):
        panel.root.get_by_role("navigation").get_by_role("button", name=link).click()
        expect(page.locator(f"[data-page={name}]")).to_be_visible()


def test_pages_come_back_with_a_reload(panel):
    page = panel.page
    with page.expect_request(
        lambda one: (
            "api/workspaces" in one.url and one.method == "PUT" and "desk:history" in (one.post_data or "")
        )
    ):
        panel.page_of("history")
        panel.page_of("why")
    page.reload()
    wait_for_layout(page)
    for title in ("Install history", "Why can't I have"):
        expect(page.locator("#jp-main-dock-panel").get_by_role("tab", name=title)).to_be_visible(
            timeout=60 * SECONDS
        )
    page.locator("#jp-main-dock-panel").get_by_role("tab", name="Install history").click()
    expect(page.locator("[data-page=history]")).to_be_visible()
    panel.open()


def test_an_install_in_a_notebook_appears_by_itself(panel):
    panel.run_in_notebook("%secure_pip install acme-features")
    row = panel.installs.get_by_role("button", name="acme-features 1.2.0 and 1 more")
    row.wait_for(timeout=60 * SECONDS)
    row.click()
    history = panel.page.locator("[data-page=history]")
    expect(history).to_contain_text("All from acme/shared-pypi.")
    files = history.get_by_role("list", name="Packages")
    expect(files).to_contain_text("acme-core 1.4.0")
    expect(files).to_contain_text("acme_core-1.4.0-py3-none-any.whl")


def test_the_history_is_filtered_and_saved(panel):
    history = panel.page_of("history")
    rows = history.locator("tbody[data-ok]")
    expect(rows).not_to_have_count(0)
    field = history.get_by_label("Filter")
    field.fill("no-such-package")
    expect(history).to_contain_text("No install matches.")
    field.fill("ACME-core")
    expect(rows).not_to_have_count(0)
    for form, content in (
        ("CSV", "acme-core,1.4.0"),
        ("JSON", '"name": "acme-core"'),
        ("CycloneDX", '"CycloneDX"'),
    ):
        with panel.page.expect_download() as waiting:
            history.get_by_role("button", name=f"Export as {form}").click()
        assert content in Path(waiting.value.path()).read_text()
    field.fill("")


def test_a_broken_kernel_is_explained_and_fixed_once_the_user_has_seen_the_difference(panel, lab, aws):
    page, config = panel.page, lab.prefix / "pip.conf"
    good = until(lambda: config.exists() and config.read_text())
    broken = "[install]\nindex-url = https://me:hunter2@packages.example.com/simple\n"
    config.write_text(broken)
    panel.root.get_by_role("button", name="Check everything again").click()
    expect(panel.glance).to_contain_text("Not everything installs from acme/shared-pypi")
    kernel = panel.attention.locator("[data-kernel=acme][data-state=insecure]")
    kernel.get_by_role("button", name="Why?").click()
    expect(kernel).to_contain_text(str(config))
    expect(kernel).to_contain_text("packages.example.com")
    expect(kernel).not_to_contain_text("hunter2")
    dialog = page.get_by_role("dialog")
    kernel.get_by_role("button", name="Fix").click()
    expect(dialog).to_contain_text("point Python 3 (acme) at the secure index only")
    expect(dialog.locator("[data-sign='-']")).to_contain_text(["packages.example.com"])
    expect(dialog).not_to_contain_text("hunter2")
    dialog.get_by_role("button", name="Cancel").click()
    assert config.read_text() == broken, "nobody has agreed"
    panel.glance.get_by_role("button", name="Fix…").click()
    dialog.get_by_role("button", name="Fix").click()
    expect(panel.attention).to_have_count(0)
    expect(panel.glance).to_contain_text("Everything installs from acme/shared-pypi")
    assert aws.index_url in config.read_text()
    assert "packages.example.com" not in re.sub(r"(?m)^#.*$", "", config.read_text())
    assert good


def test_the_palette_leads_to_an_examination_whose_findings_are_fixed(panel, lab):
    page = panel.page
    left = lab.home / ".local/share/jupyter/runtime/securepypi/.token.json.securepypi-abcd1234"
    left.write_text("secret")
    left.chmod(0o600)
    os.utime(left, (time.time() - 9000, time.time() - 9000))
    pypirc = lab.home / ".pypirc"
    pypirc.write_text("[pypi]\nusername = me\npassword = hidden-word\n")
    pypirc.chmod(0o644)
    page.keyboard.press("Control+Shift+C")
    page.wait_for_function("document.activeElement.classList.contains('lm-CommandPalette-input')")
    page.keyboard.insert_text("Secure PyPI: Environment check")
    page.locator(".lm-CommandPalette-item.lm-mod-active").filter(has_text="Environment check").wait_for()
    page.keyboard.press("Enter")
    section = page.locator("[data-page=check]")
    found = section.get_by_role("list", name="Findings")
    expect(found.locator("[data-check=leftovers]")).to_contain_text(str(left), timeout=30 * SECONDS)

    section.get_by_role("button", name="Fix leftovers").press("Enter")
    expect(found.locator("[data-check=leftovers]")).to_have_count(0, timeout=30 * SECONDS)
    assert not left.exists()
    expect(section).to_contain_text(f"Done: removed {left}")
    expect(section.get_by_role("region", name="Findings")).to_be_focused()
    expect(panel.attention.locator("[data-check='file modes']")).to_be_visible()

    fix = section.get_by_role("button", name="Fix file modes")
    fix.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text(f"This will set the mode of {pypirc} to 0600.")
    expect(dialog.get_by_role("button", name="Fix")).to_be_focused()
    page.keyboard.press("Escape")
    expect(fix).to_have_attribute("aria-disabled", "false")
    assert pypirc.stat().st_mode & 0o777 == 0o644, "nobody has agreed"
    fix.press("Enter")
    dialog.get_by_role("button", name="Fix").press("Enter")
    expect(found.locator("[data-check='file modes']")).to_have_count(0, timeout=30 * SECONDS)
    assert pypirc.stat().st_mode & 0o777 == 0o600
    expect(panel.root).not_to_contain_text("hidden-word")


def test_the_package_managers_are_those_of_the_real_machine(panel, lab):
    clients = panel.page_of("check").get_by_role("region", name="Every package manager")
    netrc = clients.locator("[data-client=netrc][data-state=secure]")
    expect(netrc).to_contain_text(f"set by {lab.home / '.netrc'}")


@pytest.mark.parametrize("step", ["Training", "Processing"])
def test_a_step_is_previewed_and_copied(panel, step):
    section = panel.page_of("step")
    section.get_by_role("radio", name=step).check()
    table = section.get_by_role("table", name="Variables of the step")
    # What is shown until the server has answered is another step's.
    expect(section.locator(".jp-SecurePyPI-outcome")).to_have_attribute("aria-busy", "false")
    expect(table).to_contain_text("USE_SECURE_PYPI")
    section.get_by_role("tab", name="JSON").click()
    section.get_by_role("button", name="Copy", exact=True).click()
    until(lambda: "USE_SECURE_PYPI" in clipboard(panel.page))
    copied = clipboard(panel.page)
    expect(section.get_by_role("tabpanel")).to_have_text(copied.rstrip("\n"))
    section.get_by_role("tab", name="JSON").press("ArrowRight")
    expect(section.get_by_role("tab", name="Python")).to_be_focused()
    expect(section.get_by_role("button", name="Copy", exact=True)).to_be_visible()
    section.get_by_role("button", name="Copy", exact=True).click()
    until(lambda: clipboard(panel.page) != copied)
    compile(clipboard(panel.page), "snippet", "exec")


def test_a_script_picked_in_the_file_dialog_turns_cannot_tell_into_an_answer(panel, lab):
    (lab.work / "train.py").write_text(
        "from jupyter_securepypi import install_packages\n\ninstall_packages('acme-core')\n"
    )
    section, page = panel.page_of("step"), panel.page
    section.get_by_role("radio", name="Training").check()
    use = section.get_by_role("row").filter(has_text="USE_SECURE_PYPI")
    expect(use).to_contain_text("cannot tell")
    section.get_by_role("button", name="Choose: Script").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_text("train.py").click()
    dialog.get_by_role("button", name="Select").click()
    expect(section.get_by_role("group", name="Script")).to_contain_text("train.py")
    expect(use).to_contain_text("yes")
    expect(use).to_contain_text("the script calls install_packages(), which does")
    section.get_by_role("button", name="Clear: Script").click()
    expect(use).to_contain_text("cannot tell")


def test_a_step_gets_the_repository_and_the_role_that_are_filled_in(panel):
    section = panel.page_of("step")
    section.get_by_role("radio", name="Training").check()
    repository, role = (
        section.get_by_label("Repository of the step (ca_"),
        section.get_by_label("Role of the step"),
    )
    table = section.get_by_role("table", name="Variables of the step")
    given = (
        (repository, "arn:aws:codeartifact:us-east-1:444455556666:repository/other/shelf"),
        (role, "arn:aws:iam::444455556666:role/Other"),
    )
    for field, value in given:
        field.fill(value)
        expect(table).to_contain_text(value)
    section.get_by_role("radio", name="Processing").check()
    # Nothing in a processing container reads it: the form does not offer what cannot be.
    expect(repository).to_have_count(0)
    expect(table).not_to_contain_text("other/shelf")
    section.get_by_role("radio", name="Training").check()
    for field, value in given:
        field.fill("")
        expect(table).not_to_contain_text(value)


def test_the_token_passes_from_fresh_through_failing_to_expired_and_back(panel, aws):
    page = panel.page
    status = page.locator(".jp-SecurePyPI-announcement")
    aws.faults(token_lifetime=20.0)
    panel.details(unfolded=True).get_by_role("button", name="Refresh token now").click()
    expect(panel.glance).to_contain_text(re.compile(r"\d+ s left"), timeout=20 * SECONDS)
    aws.faults(deny=["codeartifact:GetAuthorizationToken"])
    expect(panel.condition("failing")).to_be_visible(timeout=20 * SECONDS)
    expect(panel.condition("expired")).to_be_visible(timeout=30 * SECONDS)
    expect(panel.glance).to_contain_text("Installs fail until there is a new one.")
    expect(status).to_contain_text("the token has expired")
    toast = page.locator(".Toastify__toast").filter(has_text="token has expired")
    expect(toast).to_be_visible()
    panel.page.get_by_role("tab", name="Secure PyPI").click()
    expect(panel.root).to_be_hidden()
    toast.get_by_role("button", name="Details").click()
    expect(panel.glance).to_be_visible()
    aws.clear()
    panel.glance.get_by_role("button", name="Get a new token").click()
    expect(panel.condition("fresh")).to_be_visible(timeout=20 * SECONDS)
    expect(status).to_have_text("Secure PyPI: the token is fresh.")
    expect(page.locator(".Toastify__toast").filter(has_text="token has expired")).to_have_count(0)


def test_another_extension_sees_the_token_change_and_refreshes_it(panel):
    """Through what our package exports, loaded as Lab loads it for extensions that share it."""
    seen = panel.page.evaluate(
        """async () => {
            const entry = await window._JUPYTERLAB['jupyter-securepypi'].get('./index');
            const {ISecurePyPI} = entry();
            let service;
            window.jupyterapp.registerPlugin({
                id: 'other-extension:plugin',
                requires: [ISecurePyPI],
                activate: (_, found) => { service = found; }
            });
            await window.jupyterapp.activatePlugin('other-extension:plugin');
            const before = service.status.minted_at;
            const seen = [];
            service.changed.connect(sender => seen.push(sender.status.minted_at > before));
            await service.refresh();
            return {state: service.status.state, seen, label: service.status.repository.label};
        }"""
    )
    assert seen["state"] == "fresh"
    assert seen["seen"][-1] is True
    assert seen["label"] == "acme/shared-pypi"


def test_everything_is_reached_and_used_by_keyboard_alone(panel):
    page = panel.page
    page.get_by_role("tab", name="Secure PyPI").click()
    page.keyboard.press("Control+Shift+C")
    # Letters that come before the palette has the focus go nowhere.
    page.wait_for_function("document.activeElement.classList.contains('lm-CommandPalette-input')")
    page.keyboard.insert_text("Secure PyPI: Panel")
    page.locator(".lm-CommandPalette-item.lm-mod-active").filter(has_text="Secure PyPI: Panel").wait_for()
    page.keyboard.press("Enter")
    expect(panel.glance.get_by_text("acme/shared-pypi").first.locator("xpath=..")).to_be_focused()
    panel.details(unfolded=True)
    panel.root.get_by_role("button", name="Check everything again").focus()
    seen = []
    while page.evaluate("document.activeElement.closest('#jupyter-securepypi-panel') !== null"):
        seen.append(
            page.evaluate(
                "(({ariaLabel, labels, textContent, type}) => "
                "ariaLabel || labels?.[0]?.textContent || textContent || type)(document.activeElement)"
            )
        )
        page.keyboard.press("Tab")
        assert len(seen) < 100, "the focus does not leave the panel"
    for name in ("Details", "Refresh token now", "Recent installs", "Step environment", "Check", "History"):
        assert name in seen, f"{name} is not among {seen}"
    title = panel.root.get_by_role("button", name="Recent installs", exact=True)
    title.focus()
    page.keyboard.press("Enter")
    expect(title).to_have_attribute("aria-expanded", "false")
    expect(panel.installs).to_be_hidden()
    page.keyboard.press("Space")
    expect(panel.installs).to_be_visible()
    panel.details(unfolded=False)
    page.get_by_role("navigation", name="Pages of Secure PyPI").get_by_role("button", name="Check").press(
        "Enter"
    )
    expect(
        page.locator("[data-page=check]").get_by_role("button", name=re.compile("^Check (now|again)"))
    ).to_be_visible()


def test_a_hidden_tab_asks_the_server_nothing(context, lab, record):
    page = context.new_page()
    page.clock.install()
    page.goto(f"{lab.url}lab?token={lab.token}")
    page.locator(".jp-SecurePyPI-status").wait_for(timeout=60 * SECONDS)

    def asked(seconds):
        before = len(record.requests)
        page.clock.run_for(seconds * SECONDS)
        page.wait_for_timeout(500)
        return [request for request in record.requests[before:] if "securepypi/" in request]

    assert asked(130), "the poll does not run at all"
    hide = """hidden => {
        const state = hidden ? 'hidden' : 'visible';
        Object.defineProperty(document, 'hidden', {get: () => hidden, configurable: true});
        Object.defineProperty(document, 'visibilityState', {get: () => state, configurable: true});
        document.dispatchEvent(new Event('visibilitychange'));
    }"""
    page.evaluate(hide, True)
    # An event that earlier tests set off may still be on its way: push, which is not what is counted here.
    deadline = time.monotonic() + 20
    while asked(1) or asked(1):
        assert time.monotonic() < deadline, "a hidden tab never falls silent"
    assert asked(600) == []
    page.evaluate(hide, False)
    assert asked(1)
    page.close()


def test_no_token_has_passed_the_browser(panel, record, lab, marker):
    assert marker in (lab.home / ".netrc").read_text(), "the scan cannot see the token where it belongs"
    assert any("securepypi/status" in place for place, _ in record.texts)
    assert record.places_of(marker) == []
    assert marker not in panel.page.content()
    storage = panel.page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])")
    assert marker not in storage


def test_the_console_shows_no_error_of_ours(record):
    assert record.errors_of_ours() == []
