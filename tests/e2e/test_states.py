"""Every state that was designed: shown, and free of accessibility violations.

By day each is looked at in one theme, the next one each time; at night in all three, and where SECUREPYPI_PHOTOS says
where pictures go. The answers are the test's own, put in at the browser's network, so that each state stands still.
"""

from __future__ import annotations

import re
import statistics

import pytest
from e2e_answers import ARN, CLIENTS, FINDINGS, FINE, INSTALLS, KERNELS, POLICY, error, examination, status
from e2e_support import (
    Panel,
    answer,
    milliseconds_to_open,
    open_lab,
    photos,
    wait_for_layout,
    wrong_in_themes,
)
from playwright.sync_api import expect

UPGRADE = "pip install --upgrade --force-reinstall jupyter_securepypi"
NARROW = 250
NEVER = examination([], examined=False)


@pytest.fixture(scope="module")
def page(tab, context, lab):
    found = open_lab(context, lab, page=tab)
    Panel(found).open()
    Panel(found).width(NARROW)
    return found


@pytest.fixture
def show(panel):
    """Return a function that makes the server say what it is given, and the panel show it."""
    patterns = []

    def say(**answers):
        for verb, given in answers.items():
            pattern = re.compile(rf"/securepypi/{verb}(\?|$)")
            panel.page.route(pattern, given if callable(given) else answer(given))
            patterns.append(pattern)
        panel.root.get_by_role("button", name="Check everything again").click()
        return panel

    yield say
    for pattern in patterns:
        panel.page.unroute(pattern)


@pytest.fixture
def inspect(panel, axe, tmp_path):
    """Return a function that asserts of panel and page that axe finds nothing and that nothing is cut off."""

    def look(name):
        possible = ("#jupyter-securepypi-panel", ".jp-SecurePyPI-page", ".jp-SecurePyPI-consent")
        parts = [part for part in possible if panel.page.locator(f"{part}:visible").count()]
        found = wrong_in_themes(
            panel,
            axe,
            *parts,
            photograph=lambda theme: panel.photograph(photos(tmp_path) / f"{name}-{theme}.png"),
        )
        overflow = panel.page.evaluate(
            "() => ['#jupyter-securepypi-panel', '.jp-SecurePyPI-page'].flatMap(part => "
            "[...document.querySelectorAll(part)].flatMap(node => [...node.querySelectorAll('*')].filter(one => "
            "one.getClientRects().length && "
            "one.getBoundingClientRect().right > node.getBoundingClientRect().right + 1 && "
            "!one.closest('pre, .jp-SecurePyPI-title')).map(one => one.outerHTML.slice(0, 120))))"
        )
        overlap = panel.root.evaluate(
            "node => { const [foot, ...rest] = [...node.children].reverse()"
            ".filter(one => one.getClientRects().length).map(one => one.getBoundingClientRect());"
            "return rest.some(one => one.bottom > foot.top + 1); }"
        )
        assert found == {}
        assert overflow == [], f"cut off at {NARROW} px"
        assert not overlap, "the foot of the panel lies upon its sections"

    return look


def test_everything_in_order(show, inspect, panel):
    kernels = [one for one in KERNELS if one["state"] == "secure"]
    clients = [one for one in CLIENTS if one["state"] == "secure"]
    panel.run("launcher:create")
    show(
        status=status(policy=POLICY),
        kernels={"kernels": kernels},
        clients={"clients": clients},
        doctor=NEVER,
        installs={"installs": []},
    )
    expect(panel.glance).to_contain_text("Everything installs from acme/shared-pypi")
    expect(panel.glance).to_contain_text("and nothing younger than 7 days")
    expect(panel.attention).to_have_count(0)
    expect(panel.installs).to_contain_text("Nothing yet. Install in a notebook with %secure_pip install")
    inspect("fresh")


def test_all_that_can_need_attention(show, inspect, panel):
    show(
        status=status(),
        kernels={"kernels": KERNELS},
        clients={"clients": CLIENTS},
        doctor=examination([*FINE, *FINDINGS]),
        installs={"installs": INSTALLS},
    )
    expect(panel.glance).to_contain_text("Not everything installs from acme/shared-pypi")
    expect(panel.glance).to_contain_text("my-env and 1 other install from elsewhere")
    expect(panel.root.get_by_role("button", name="Needs attention (5)")).to_be_visible()
    panel.glance.get_by_role("button", name="Show what needs attention").click()
    expect(panel.root.get_by_role("button", name="Needs attention (5)")).to_be_focused()
    kernel = panel.attention.locator("[data-kernel=my-env]")
    expect(kernel).to_contain_text("pip also looks at packages.example.com")
    kernel.get_by_role("button", name="Why? What decides for my-env").click()
    says = kernel.get_by_role("list", name="Everything that has a say")
    expect(says).to_contain_text("PIP_EXTRA_INDEX_URL")
    expect(says).to_contain_text("pip does not use this: something stronger decides.")
    uv = panel.attention.locator("[data-client=uv]")
    expect(uv).to_contain_text("uv is not set up")
    expect(uv.locator("code")).to_have_text("jupyter securepypi configure")
    expect(panel.attention.locator("[data-client=twine]"), "nobody has asked for it").to_have_count(0)
    denied = panel.attention.locator("[data-check='sts:GetServiceBearerToken']")
    expect(denied.get_by_role("term")).to_have_text(["Why", "Try"])
    expect(panel.root).not_to_contain_text("`")
    expect(panel.installs).to_contain_text("acme-features 1.2.0 and 1 more")
    expect(panel.installs).to_contain_text("From the PUBLIC index.")
    inspect("attention")
    kernel.get_by_role("button", name="Why? What decides for my-env").click()


def test_the_history_with_an_origin_for_each_file(show, inspect, panel):
    history = panel.page_of("history")
    show(status=status(), installs={"installs": INSTALLS})
    history.get_by_role("button", name="acme-features").click()
    files = history.get_by_role("list", name="Packages")
    expect(files).to_contain_text("acme-features 1.2.0 (was 1.1.0)")
    expect(files).to_contain_text("pypi/shared-pypi/simple/acme-core")
    history.get_by_role("button", name="acme-missing", exact=True).click()
    expect(history.get_by_role("definition").first).to_have_text("the index answers 404")
    expect(history).to_contain_text("From the PUBLIC index.")
    inspect("history")


def test_an_export_that_the_server_cannot_make_says_why(show, panel):
    history = panel.page_of("history")
    lacking = error(
        "ConfigurationError", "A bill of materials needs a library.", "it is an extra", "pip install it"
    )
    lacking = {name: lacking[name] for name in ("kind", "message", "why", "remedy")}
    panel.page.route("**/securepypi/installs/export*", answer(lacking, 409))
    history.get_by_role("button", name="Export as CycloneDX").click()
    expect(history.locator("[data-trouble=refused]")).to_contain_text("it is an extra")
    panel.page.unroute("**/securepypi/installs/export*")


def test_the_policy_and_who_locks_it(show, inspect, panel):
    show(status=status(policy=POLICY))
    details = panel.details(unfolded=True)
    policy = panel.glance.get_by_role("list", name="Policy")
    expect(policy).to_contain_text("At least 7 days old")
    age = policy.locator("[data-option=minimum_age]")
    expect(age.get_by_role("img", name="Locked by /etc/jupyter/jupyter_securepypi_config.json")).to_be_visible()
    expect(policy.locator("[data-option=vulnerabilities]").get_by_role("img")).to_have_count(0)
    policy.get_by_text("2 blocked by name").click()
    expect(policy).to_contain_text("CVE-2024-35195")
    inspect("policy")
    expect(details).to_be_visible()
    show(status=status())
    expect(panel.glance.get_by_role("list", name="Policy")).to_have_count(0)
    panel.glance.get_by_text("Details", exact=True).click()


def test_the_package_managers_say_which_index_they_use_and_why(show, panel):
    clients = panel.page_of("check").get_by_role("region", name="Every package manager")
    show(status=status(), clients={"clients": CLIENTS})
    expect(clients.locator("[data-client=pip]")).to_contain_text("set by /opt/conda/pip.conf [global]")
    expect(clients.locator("[data-client=poetry]")).to_contain_text("not installed")
    twine = clients.locator("[data-client=twine][data-state=elsewhere]")
    expect(twine).to_contain_text("https://****@packages.example.com")
    expect(twine).to_contain_text("unset TWINE_REPOSITORY_URL")
    expect(clients).to_contain_text("Not set up, nor asked for: keyring")


def by_method(get, post):
    """Return a route handler that answers GET and POST differently; None never answers."""

    def handle(route):
        given = get if route.request.method == "GET" else post
        if callable(given):
            given(route)
        elif given is not None:
            answer(given)(route)

    return handle


class TestTheEnvironmentCheck:
    @pytest.fixture
    def section(self, panel):
        return panel.page_of("check")

    def test_before_anybody_has_asked(self, show, section):
        show(status=status(), doctor=NEVER)
        idle = section.locator("[data-examination=idle]")
        expect(idle).to_contain_text("Not checked yet")
        expect(idle).to_contain_text("nothing is changed")

    def test_while_it_runs(self, show, inspect, panel, section):
        held = []
        show(status=status(), doctor=by_method(NEVER, held.append))
        section.get_by_role("button", name="Check now").click()
        running = section.locator("[data-examination=running]")
        expect(running).to_contain_text("Checking the environment…")
        expect(running).to_have_attribute("aria-busy", "true")
        section.get_by_role("button", name="Check now").press("Enter")
        inspect("check-running")
        assert len(held) == 1, "the second click has started another one"
        answer(examination(FINE))(held[0])
        expect(section.locator("[data-examination=well]")).to_be_visible()
        expect(panel.page.locator(".jp-SecurePyPI-announcement")).to_have_text("All is well")

    def test_that_failed(self, show, inspect, section):
        late = error("Unfinished", "The examination has not ended.", "a disk is slow", "look again in a while")
        late = {name: late[name] for name in ("kind", "message", "why", "remedy")}
        show(status=status(), doctor=by_method(NEVER, answer(late, 502)))
        section.get_by_role("button", name="Check now").click()
        failed = section.locator("[data-examination=failed]")
        expect(failed).to_contain_text("The environment could not be checked")
        expect(failed).to_contain_text("look again in a while")
        inspect("check-failed")

    def test_without_findings_it_says_a_line_for_each_group(self, show, inspect, section):
        show(status=status(), doctor=examination(FINE))
        expect(section.locator("[data-examination=well]")).to_contain_text("All is well")
        order = section.get_by_role("region", name="In order")
        expect(order.locator("[data-fold=access]")).to_have_text("Access you may get tokens and read packages")
        expect(order.locator("[data-fold=kernels]")).to_have_text("Kernels 1 could not be determined")
        order.get_by_role("button", name="Access").click()
        expect(order.get_by_role("list", name="Access").locator("[data-ok=true]")).to_have_count(3)
        order.get_by_role("button", name="Kernels").click()
        expect(order.locator("[data-ok=null]")).to_contain_text(
            "kernel remotecould not be determined: the provisioner"
        )
        inspect("check-well")

    def test_with_findings(self, show, inspect, section):
        show(status=status(), doctor=examination([*FINE, *FINDINGS]))
        expect(section.locator("[data-examination=findings]")).to_contain_text("3 findings")
        found = section.get_by_role("list", name="Findings")
        expect(found.locator("li")).to_have_count(3)
        expect(found.locator("li").first.get_by_role("definition")).to_have_text(
            [
                "the role may call GetAuthorizationToken, which also needs this",
                "add it: jupyter securepypi iam-policy reader prints the statement",
            ]
        )
        expect(found.get_by_role("button")).to_have_count(2)
        inspect("check-findings")

    def test_a_fix_shows_the_difference_before_it_asks(self, show, inspect, panel, section):
        show(status=status(), doctor=examination(FINDINGS))
        difference = "--- now\n+++ afterwards\n@@ -2 +2 @@\n-index-url = a\n+index-url = b"
        changes = {"changes": [{"path": "/home/me/.pypirc", "diff": difference}], "notes": []}
        panel.page.route("**/securepypi/doctor/fix*", answer(changes))
        section.get_by_role("button", name="Fix file modes").click()
        dialog = panel.page.get_by_role("dialog")
        expect(dialog).to_contain_text("/home/me/.pypirc")
        expect(dialog.locator("[data-sign='+']")).to_have_text(["+index-url = b"])
        expect(dialog).not_to_contain_text("@@")
        inspect("consent")
        dialog.get_by_role("button", name="Cancel").click()
        panel.page.unroute("**/securepypi/doctor/fix*")


def keeps_folded(request, sections):
    """Whether a request has JupyterLab keep these sections folded; a layout may be on its way without them."""
    if "api/workspaces" not in request.url or request.method != "PUT":
        return False
    return request.post_data_json["data"].get("jupyter-securepypi:folded", {}).get("folded") == sections


def test_loading(inspect, panel):
    page = panel.page
    fold = panel.root.get_by_role("button", name="Recent installs", exact=True)
    with page.expect_response(lambda one: keeps_folded(one.request, ["installs"])):
        fold.click()
    pattern = re.compile("/securepypi/")
    held = []
    page.route(pattern, lambda route: held.append(route))
    page.reload()
    found = Panel(page)
    wait_for_layout(page)
    found.open()
    expect(found.condition("loading")).to_be_visible()
    expect(found.glance).to_contain_text("Asking the server…")
    expect(fold).to_have_attribute("aria-expanded", "false")  # remembered, although our server says nothing
    with page.expect_response(lambda one: keeps_folded(one.request, [])):
        fold.click()
    expect(found.installs).to_contain_text("Reading the history…")
    inspect("loading")
    assert held, "nothing was asked"
    page.unroute(pattern)
    page.reload()
    wait_for_layout(page)
    found.open()
    expect(found.condition("fresh")).to_be_visible()


def test_an_index_whose_credentials_do_not_expire(show, inspect):
    index = {
        "id": "https://nexus.example.com/repository/pypi/simple/",
        "label": "nexus.example.com/repository/pypi",
        "provider": "plain",
        "provider_label": "package index",
        "index_url": "https://nexus.example.com/repository/pypi/simple/",
        "facts": [
            {"label": "Host", "value": "nexus.example.com"},
            {"label": "Index URL", "value": "https://nexus.example.com/repository/pypi/simple/"},
        ],
    }
    panel = show(status=status(left=None, repository=index, identity=None))
    expect(panel.condition("fresh")).to_contain_text("does not expire")
    expect(panel.glance.locator(".jp-SecurePyPI-bar")).to_have_count(0)
    expect(panel.page.locator(".jp-SecurePyPI-status")).to_have_text("Does not expire")
    details = panel.details(unfolded=True)
    expect(details).to_contain_text("Hostnexus.example.com")
    expect(details.get_by_text("simple"), "the index URL is said once").to_have_count(1)
    inspect("does-not-expire")
    panel.details(unfolded=False)


@pytest.mark.parametrize("address", [ARN, "https://nexus.example.com/repository/pypi/simple/"])
def test_not_configured_takes_an_arn_or_an_index_url_and_saves_it(show, inspect, address):
    panel = show(status=status(state="not_configured", repository=None, left=None, identity=None))
    setup = panel.condition("not_configured")
    expect(setup.locator("li > strong, li label > strong")).to_have_text(
        [
            "Ask your administrator",
            "Paste the ARN or the index URL of the repository",
            "Or try the demo",
        ]
    )
    expect(panel.installs).to_be_hidden()
    field, save = setup.get_by_role("textbox"), setup.get_by_role("button", name="Save")
    asked = []
    refused = {"kind": "ConfigurationError", "message": "It is locked.", "why": "by a file", "remedy": "ask"}
    panel.page.route(
        "**/securepypi/configuration*",
        lambda route: (asked.append(route.request.post_data_json), answer(refused, 409)(route)),
    )
    field.fill("arn:aws:s3:::bucket")
    expect(setup).to_contain_text("That is neither the ARN of a repository nor an index URL.")
    field.fill("https://me:hunter2@nexus.example.com/simple/")
    expect(setup).to_contain_text("Leave user name and password out of the URL")
    expect(save).to_have_attribute("aria-disabled", "true")
    field.press("Enter")
    field.fill(address)
    save.click()
    expect(setup.locator("[data-trouble=refused]").get_by_role("definition")).to_have_text(["by a file", "ask"])
    assert asked == [{"repository": address}]
    inspect("not-configured")
    field.fill("")
    panel.page.unroute("**/securepypi/configuration*")


def test_a_kernel_that_cannot_be_judged_says_why_and_what_can_help(show, panel):
    check = panel.page_of("check")
    show(status=status(state="missing", left=None), kernels={"kernels": KERNELS})
    kernel = check.locator("[data-kernel=early]")
    expect(kernel).to_contain_text("The secure index is not known before the first token.")
    expect(kernel).not_to_contain_text("environment was not found")
    kernel.get_by_role("button").click()
    expect(kernel).to_contain_text("refresh the token")
    show(status=status(state="not_configured", repository=None, left=None))
    expect(kernel).to_contain_text("Say first which repository packages come from")
    expect(kernel).not_to_contain_text("refresh the token")


def test_misconfigured(show, inspect):
    mistake = error("MalformedARN", "The ARN has no region.", "the fourth part is empty", "write arn:aws:…")
    panel = show(status=status(state="misconfigured", repository=None, left=None, error=mistake))
    expect(panel.condition("misconfigured")).to_contain_text("the fourth part is empty")
    inspect("misconfigured")


def test_failing(show, inspect):
    denied = error(
        "AccessDenied",
        "Cannot get a CodeArtifact token: AccessDenied on sts:GetServiceBearerToken.",
        "the role may call GetAuthorizationToken, which also needs this action.",
        "add it: `jupyter securepypi iam-policy reader` prints the statement.",
    )
    panel = show(status=status(state="stale", left=2000.0, error=denied))
    expect(panel.condition("failing")).to_contain_text("iam-policy reader")
    toast = panel.page.locator(".Toastify__toast").filter(has_text="keeps failing")
    expect(toast.get_by_role("button", name="Refresh now")).to_be_visible()
    inspect("failing")


def test_expired(show, inspect):
    panel = show(status=status(state="expired", left=0.0))
    expect(panel.condition("expired")).to_contain_text("Installs fail until there is a new one.")
    # Lab's icons drop attributes that they do not know: the one that colours this has got lost before.
    shield = panel.condition("expired").locator(".jp-SecurePyPI-tone path").first
    fill, wanted = shield.evaluate(
        """node => {
            const probe = document.createElement('i');
            probe.style.color = 'var(--jp-error-color1)';
            document.body.append(probe);
            const colours = [getComputedStyle(node).fill, getComputedStyle(probe).color];
            probe.remove();
            return colours;
        }"""
    )
    assert fill == wanted
    inspect("expired")


def test_offline_keeps_what_was_known(show, inspect):
    def gone(route):
        route.abort()

    panel = show(status=status())
    expect(panel.condition("fresh")).to_be_visible()
    show(status=gone, kernels=gone, clients=gone, doctor=gone, installs=gone, preview=gone)
    expect(panel.condition("offline")).to_contain_text("The server does not answer")
    expect(panel.details(unfolded=True)).to_contain_text("acme/shared-pypi")
    expect(panel.glance.get_by_role("button", name="Try again")).to_be_visible()
    inspect("offline")


def test_without_the_server_extension(show, inspect):
    missing = answer({"message": "Not Found"}, 404)
    panel = show(
        status=missing, kernels=missing, clients=missing, doctor=missing, installs=missing, preview=missing
    )
    expect(panel.condition("absent")).to_contain_text("jupyter server extension enable jupyter_securepypi")
    inspect("absent")


def test_a_server_that_is_too_old_for_the_panel(show, inspect):
    missing = answer({"message": "Not Found"}, 404)
    panel = show(
        status=status(), kernels=missing, clients=missing, doctor=missing, installs=missing, preview=missing
    )
    expect(panel.installs).to_contain_text(UPGRADE)
    for name, count in (("check", 3), ("step", 1), ("history", 1)):
        expect(panel.page_of(name).get_by_text("too old for this")).to_have_count(count)
    panel.page_of("step").get_by_role("radio", name="Processing").check()
    inspect("server-too-old")


def test_a_front_end_newer_than_the_server_says_what_mends_it(show, inspect):
    panel = show(status=status(version="0.0.1"))
    notice = panel.section("Versions")
    expect(notice).to_contain_text("the server is 0.0.1")
    expect(notice).to_contain_text("Run the command and restart the server.")
    expect(notice).to_contain_text(UPGRADE)
    inspect("server-older")


def test_a_front_end_older_than_the_server_asks_for_a_reload(show, inspect):
    panel = show(status=status(version="99.0.0"))
    expect(panel.section("Versions")).to_contain_text("Reload the page.")
    inspect("front-end-older")


def test_a_refused_fix_says_why(show):
    refused = error("FileProblem", "pip.conf cannot be written.", "it belongs to root", "ask the administrator")
    panel = show(status=status(), kernels={"kernels": KERNELS})
    panel.page.route(
        "**/securepypi/kernels/fix*", by_method({"changes": [], "notes": []}, answer(refused, 500))
    )
    kernel = panel.attention.locator("[data-kernel=my-env]")
    kernel.get_by_role("button", name="Fix").click()
    expect(kernel).to_contain_text("it belongs to root")
    panel.page.unroute("**/securepypi/kernels/fix*")


def test_fifty_kernels_open_at_once(show):
    panel = show(status=status())
    many = [{**KERNELS[n % 3], "name": f"k{n}", "display_name": f"Kernel {n}"} for n in range(50)]
    check = panel.page_of("check")
    show(kernels={"kernels": many})
    expect(check.locator("[data-kernel]")).to_have_count(50)
    panel.run("launcher:create")
    opened = statistics.median(milliseconds_to_open(panel.page, 5))
    print(f"the panel opens in {opened:.0f} ms with 50 kernels (median of 5)")
    assert opened < 500  # 100 ms is the aim on an idle machine; benchmarks hold it
