"""The panel in a real JupyterLab, in front of a real server and an emulated AWS."""

from __future__ import annotations

import os
import re
import time

import pytest

expect = pytest.importorskip("playwright.sync_api").expect

SECONDS = 1000


def clipboard(page) -> str:
    return page.evaluate("navigator.clipboard.readText()")


def until(condition, timeout=20.0):
    deadline = time.monotonic() + timeout
    while not (found := condition()):
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.1)
    return found


def test_the_panel_tells_state_repository_and_principal(panel):
    expect(panel.condition("fresh")).to_be_visible(timeout=20 * SECONDS)
    expect(panel.token).to_contain_text("acme/shared-pypi")
    expect(panel.token).to_contain_text(re.compile(r"1[12] h.* left"))
    details = panel.token.get_by_role("group")
    details.get_by_text("Details").click()
    for fact in ("AWS CodeArtifact", "us-west-2", "111122223333"):
        expect(details.get_by_role("definition").filter(has_text=re.compile(f"^{fact}$"))).to_be_visible()
    expect(details).to_contain_text("assumed-role/SecurePyPIReadRole")
    details.get_by_text("Details").click()


def test_the_index_url_is_copied_without_credentials(panel, aws):
    panel.token.get_by_role("button", name="Copy the index URL").click()
    assert clipboard(panel.page) == aws.index_url
    assert "@" not in aws.index_url


def test_the_status_bar_opens_the_panel(panel):
    panel.page.get_by_role("tab", name="Secure PyPI").click()
    expect(panel.root).to_be_hidden()
    panel.page.locator(".jp-SecurePyPI-status").click()
    expect(panel.root).to_be_visible()


def test_the_view_menu_opens_the_panel(panel):
    panel.page.get_by_role("tab", name="Secure PyPI").click()
    panel.page.get_by_role("menuitem", name="View", exact=True).click()
    panel.page.get_by_role("menuitem", name="Open Secure PyPI Panel").click()
    expect(panel.root).to_be_visible()


def test_an_install_in_a_notebook_appears_by_itself(panel):
    panel.run_in_notebook("%secure_pip install acme-features")
    installs = panel.section("Recent installs")
    expect(installs).to_contain_text("acme-features 1.2.0 (+1)", timeout=60 * SECONDS)
    expect(installs).to_contain_text("All from acme/shared-pypi.")
    installs.get_by_role("button", name="acme-features").click()
    expect(installs.get_by_role("list", name="Packages")).to_contain_text("acme-core 1.4.0")


def test_a_broken_kernel_is_explained_and_fixed(panel, lab, aws):
    config = lab.prefix / "pip.conf"
    good = until(lambda: config.exists() and config.read_text())
    config.write_text("[install]\nindex-url = https://me:hunter2@packages.example.com/simple\n")
    panel.root.get_by_role("button", name="Check everything again").click()
    kernels = panel.section("Kernels")
    expect(kernels.locator("[data-kernel=acme][data-state=insecure]")).to_be_visible()
    kernels.get_by_role("button", name="Why?").click()
    expect(kernels).to_contain_text(str(config))
    expect(kernels).to_contain_text("packages.example.com")
    expect(kernels).not_to_contain_text("hunter2")
    kernels.get_by_role("button", name="Fix").click()
    expect(kernels.locator("[data-kernel=acme][data-state=secure]")).to_be_visible()
    assert aws.index_url in config.read_text()
    assert "packages.example.com" not in re.sub(r"(?m)^#.*$", "", config.read_text())
    assert good
    kernels.get_by_role("button", name="Why?").click()


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
    page.keyboard.insert_text("Check Environment")
    page.locator(".lm-CommandPalette-item.lm-mod-active").filter(has_text="Check Environment").wait_for()
    page.keyboard.press("Enter")
    section = panel.section("Environment check")
    heading = section.get_by_role("button", name="Environment check")
    expect(heading).to_be_focused()
    found = section.get_by_role("list", name="Findings")
    expect(found.locator("[data-check=leftovers]")).to_contain_text(str(left), timeout=30 * SECONDS)

    section.get_by_role("button", name="Fix leftovers").press("Enter")
    expect(found.locator("[data-check=leftovers]")).to_have_count(0, timeout=30 * SECONDS)
    assert not left.exists()
    expect(section).to_contain_text(f"Done: removed {left}")
    expect(heading).to_be_focused()

    fix = section.get_by_role("button", name="Fix file modes")
    fix.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text(f"This will set the mode of {pypirc} to 0600.")
    page.keyboard.press("Escape")
    expect(fix).to_have_attribute("aria-disabled", "false")
    assert pypirc.stat().st_mode & 0o777 == 0o644, "nobody has agreed"
    fix.press("Enter")
    dialog.get_by_role("button", name="Fix").press("Enter")
    expect(found.locator("[data-check='file modes']")).to_have_count(0, timeout=30 * SECONDS)
    assert pypirc.stat().st_mode & 0o777 == 0o600
    expect(panel.root).not_to_contain_text("hidden-word")


def test_the_package_managers_are_those_of_the_real_machine(panel, lab):
    clients = panel.section("Package managers")
    netrc = clients.locator("[data-client=netrc][data-state=secure]")
    expect(netrc).to_contain_text(f"Set by {lab.home / '.netrc'}")


@pytest.mark.parametrize("step", ["Training", "Processing"])
def test_a_step_is_previewed_and_copied(panel, step):
    section = panel.section("Step environment")
    section.get_by_role("radio", name=step).check()
    table = section.get_by_role("table", name="Variables of the step")
    expect(table).to_contain_text("USE_SECURE_PYPI")
    section.get_by_role("button", name="JSON", exact=True).click()
    copied = clipboard(panel.page)
    assert "USE_SECURE_PYPI" in copied
    expect(section.get_by_label("What was copied")).to_have_text(copied.rstrip("\n"))
    section.get_by_role("button", name="Python", exact=True).click()
    compile(clipboard(panel.page), "snippet", "exec")


def test_a_step_gets_the_repository_and_the_role_that_are_filled_in(panel):
    section = panel.section("Step environment")
    section.get_by_role("radio", name="Training").check()
    section.get_by_role("button", name="More about the step").click()
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
    expect(section).to_contain_text("nothing in a processing container reads CA_REPOSITORY_ARN by itself")
    for field, value in given:
        field.fill("")
        expect(table).not_to_contain_text(value)
    section.get_by_role("button", name="Less about the step").click()


def test_the_token_passes_from_fresh_through_failing_to_expired_and_back(panel, aws):
    page = panel.page
    status = page.locator(".jp-SecurePyPI-announcement")
    aws.faults(token_lifetime=12.0)
    panel.token.get_by_role("button", name="Refresh now").click()
    expect(panel.token).to_contain_text(re.compile(r"\d+ s left"))
    aws.faults(deny=["codeartifact:GetAuthorizationToken"])
    expect(panel.condition("failing")).to_be_visible(timeout=20 * SECONDS)
    expect(panel.condition("expired")).to_be_visible(timeout=20 * SECONDS)
    expect(panel.token).to_contain_text("Installs fail until there is a new one.")
    expect(status).to_contain_text("the token has expired")
    toast = page.locator(".Toastify__toast").filter(has_text="token has expired")
    expect(toast).to_be_visible()
    panel.page.get_by_role("tab", name="Secure PyPI").click()
    toast.get_by_role("button", name="Details").click()
    expect(panel.token).to_be_visible()
    aws.clear()
    panel.token.get_by_role("button", name="Refresh now").click()
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
    page.keyboard.insert_text("Open Secure PyPI Panel")
    page.locator(".lm-CommandPalette-item.lm-mod-active").filter(has_text="Open Secure PyPI").wait_for()
    page.keyboard.press("Enter")
    heading = panel.token.get_by_role("button", name="Token")
    expect(heading).to_be_focused()
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
    for name in (
        "Token",
        "Details",
        "Refresh now",
        "Kernels",
        "Package managers",
        "Environment check",
        "Check again",
        "Step environment",
        "use_secure_pypi",
        "Recent installs",
    ):
        assert name in seen, f"{name} is not among {seen}"
    assert any(name.startswith("Why?") for name in seen)
    heading.focus()
    page.keyboard.press("Enter")
    expect(heading).to_have_attribute("aria-expanded", "false")
    expect(panel.token.get_by_role("button", name="Refresh now")).to_be_hidden()
    page.keyboard.press("Space")
    expect(panel.token.get_by_role("button", name="Refresh now")).to_be_visible()


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
