"""Every state that was designed: shown, photographed in three themes, and free of accessibility violations.

The answers are the test's own, put in at the browser's network, so that each state stands still.
"""

from __future__ import annotations

import re
import statistics

import pytest
from e2e_answers import ARN, CLIENTS, FINDINGS, FINE, INSTALLS, KERNELS, POLICY, error, examination, status
from e2e_support import THEMES, Panel, answer, milliseconds_to_open, open_lab, photos, violations

expect = pytest.importorskip("playwright.sync_api").expect

UPGRADE = "pip install --upgrade --force-reinstall jupyter_securepypi"
NARROW = 250
NEVER = examination([], examined=False)


@pytest.fixture(scope="module")
def page(context, lab):
    found = open_lab(context, lab)
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
    """Return a function that photographs the panel in each theme and asserts that axe finds nothing."""

    def look(name):
        found = {}
        for theme in THEMES:
            panel.theme(theme)
            panel.photograph(photos(tmp_path) / f"{name}-{theme}.png")
            if wrong := violations(panel.page, axe, "#jupyter-securepypi-panel"):
                found[theme] = wrong
        overflow = panel.root.evaluate(
            "node => [...node.querySelectorAll('*')].filter(one => "
            "one.getBoundingClientRect().right > node.getBoundingClientRect().right + 1 && "
            "!one.closest('pre, .jp-SecurePyPI-header')).map(one => one.outerHTML.slice(0, 120))"
        )
        panel.theme("light")
        assert found == {}
        assert overflow == [], f"cut off at {NARROW} px"

    return look


def test_fresh_with_all_that_there_can_be(show, inspect):
    panel = show(
        status=status(),
        kernels={"kernels": KERNELS},
        clients={"clients": CLIENTS},
        doctor=NEVER,
        installs={"installs": INSTALLS},
    )
    idle = panel.section("Environment check").locator("[data-examination=idle]")
    expect(idle).to_contain_text("Not checked yet")
    expect(idle).to_contain_text("nothing is changed")
    kernels = panel.section("Kernels")
    for state in ("secure", "insecure", "unknown"):
        expect(kernels.locator(f"[data-state={state}]").first).to_be_visible()
    kernels.get_by_role("button", name="Why? What decides for my-env").click()
    expect(kernels.get_by_role("list", name="Everything that has a say")).to_contain_text("PIP_EXTRA_INDEX_URL")
    installs = panel.section("Recent installs")
    expect(installs).to_contain_text("From the PUBLIC index.")
    installs.get_by_role("button", name="acme-features").click()
    expect(installs).to_contain_text("acme-features 1.2.0 (was 1.1.0)")
    panel.section("Step environment").get_by_role("button", name="SDK v3").click()
    inspect("fresh")
    kernels.get_by_role("button", name="Why? What decides for my-env").click()


def test_the_policy_and_who_locks_it(show, inspect):
    panel = show(status=status(policy=POLICY))
    token = panel.section("Token")
    policy = token.get_by_role("list", name="Policy")
    expect(policy).to_contain_text("At least 7 days old")
    age = policy.locator("[data-option=minimum_age]")
    expect(age.get_by_role("img", name="Locked by /etc/jupyter/jupyter_securepypi_config.json")).to_be_visible()
    expect(policy.locator("[data-option=vulnerabilities]").get_by_role("img")).to_have_count(0)
    policy.get_by_text("2 blocked by name").click()
    expect(policy).to_contain_text("CVE-2024-35195")
    inspect("policy")
    panel = show(status=status())
    expect(panel.section("Token").get_by_role("list", name="Policy")).to_have_count(0)


def test_the_package_managers_say_which_index_they_use_and_why(show):
    clients = show(status=status(), clients={"clients": CLIENTS}).section("Package managers")
    expect(clients.locator("[data-client=pip]")).to_contain_text("Set by /opt/conda/pip.conf [global]")
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
    def test_while_it_runs(self, show, inspect, panel):
        held = []
        section = show(status=status(), doctor=by_method(NEVER, held.append)).section("Environment check")
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

    def test_that_failed(self, show, inspect):
        late = error("Unfinished", "The examination has not ended.", "a disk is slow", "look again in a while")
        late = {name: late[name] for name in ("kind", "message", "why", "remedy")}
        section = show(status=status(), doctor=by_method(NEVER, answer(late, 502))).section("Environment check")
        section.get_by_role("button", name="Check now").click()
        failed = section.locator("[data-examination=failed]")
        expect(failed).to_contain_text("The environment could not be checked")
        expect(failed).to_contain_text("look again in a while")
        inspect("check-failed")

    def test_without_findings(self, show, inspect):
        section = show(status=status(), doctor=examination(FINE)).section("Environment check")
        expect(section.locator("[data-examination=well]")).to_contain_text("All is well")
        section.get_by_role("button", name="Show 4 more checks").click()
        others = section.get_by_role("list", name="Other checks")
        expect(others.locator("[data-ok=true]")).to_have_count(3)
        expect(others.locator("[data-ok=null]")).to_contain_text("?kernel remotecannot tell")
        inspect("check-well")
        section.get_by_role("button", name="Hide the other checks").click()

    def test_with_findings(self, show, inspect):
        section = show(status=status(), doctor=examination([*FINE, *FINDINGS])).section("Environment check")
        expect(section.locator("[data-examination=findings]")).to_contain_text("3 findings")
        found = section.get_by_role("list", name="Findings")
        expect(found.locator("li")).to_have_count(3)
        expect(found.locator("li").first).to_contain_text("✗sts:GetServiceBearerTokenfinding")
        expect(found).to_contain_text("`jupyter securepypi iam-policy reader` prints the statement")
        expect(found.get_by_role("button")).to_have_count(2)
        inspect("check-findings")


def test_loading(inspect, panel):
    page = panel.page
    fold = panel.section("Recent installs").get_by_role("button", name="Recent installs")
    with page.expect_request(lambda one: "api/workspaces" in one.url and one.method == "PUT"):
        fold.click()
    pattern = re.compile("/securepypi/")
    held = []
    page.route(pattern, lambda route: held.append(route))
    page.reload()
    found = Panel(page)
    page.locator(".jp-Launcher").wait_for(timeout=60_000)
    found.open()
    expect(found.condition("loading")).to_be_visible()
    expect(found.section("Kernels")).to_contain_text("Looking at the kernels…")
    expect(fold).to_have_attribute("aria-expanded", "false")  # remembered, although our server says nothing
    with page.expect_request(lambda one: "api/workspaces" in one.url and one.method == "PUT"):
        fold.click()
    inspect("loading")
    assert held, "nothing was asked"
    page.unroute(pattern)
    page.reload()
    page.locator(".jp-Launcher").wait_for(timeout=60_000)
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
    expect(panel.condition("fresh")).to_contain_text("Validdoes not expire")
    expect(panel.token.locator(".jp-SecurePyPI-bar")).to_have_count(0)
    expect(panel.page.locator(".jp-SecurePyPI-status")).to_have_text("Does not expire")
    details = panel.token.get_by_role("group")
    details.get_by_text("Details").click()
    expect(details).to_contain_text("Hostnexus.example.com")
    expect(details, "the index URL stands above already").not_to_contain_text("simple")
    inspect("does-not-expire")
    details.get_by_text("Details").click()


@pytest.mark.parametrize("address", [ARN, "https://nexus.example.com/repository/pypi/simple/"])
def test_not_configured_takes_an_arn_or_an_index_url_and_gives_the_line(show, inspect, address):
    panel = show(status=status(state="not_configured", repository=None, left=None, identity=None))
    expect(panel.condition("not_configured")).to_contain_text("jupyter_securepypi_config.py")
    field = panel.token.get_by_label("Or paste the ARN or the index URL of the repository:")
    field.fill("arn:aws:s3:::bucket")
    expect(panel.token).to_contain_text("That is neither the ARN of a repository nor an index URL.")
    field.fill("https://me:hunter2@nexus.example.com/simple/")
    expect(panel.token).to_contain_text("Leave user name and password out of the URL")
    expect(panel.token.get_by_role("button", name="Copy this line")).to_have_count(0)
    field.fill(address)
    panel.token.get_by_role("button", name="Copy this line").click()
    assert panel.page.evaluate("navigator.clipboard.readText()") == f'c.SecurePyPI.repository = "{address}"'
    inspect("not-configured")
    field.fill("")


def test_a_kernel_that_cannot_be_judged_says_why_and_what_can_help(show):
    panel = show(status=status(state="missing", left=None), kernels={"kernels": KERNELS})
    kernel = panel.section("Kernels").locator("[data-kernel=early]")
    expect(kernel).to_contain_text("The secure index is not known before the first token.")
    expect(kernel).not_to_contain_text("environment was not found")
    kernel.get_by_role("button", name="Why?").click()
    expect(kernel).to_contain_text("refresh the token")
    show(status=status(state="not_configured", repository=None, left=None))
    expect(kernel).to_contain_text("Say first which repository packages come from")
    expect(kernel).not_to_contain_text("refresh the token")
    kernel.get_by_role("button", name="Why?").click()


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
    expect(panel.condition("offline")).to_contain_text("acme/shared-pypi")
    expect(panel.token.get_by_role("button", name="Try again")).to_be_visible()
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
    for name in ("Kernels", "Package managers", "Environment check", "Step environment", "Recent installs"):
        expect(panel.section(name)).to_contain_text(UPGRADE)
    panel.section("Step environment").get_by_role("radio", name="Processing").check()
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
    panel.page.route("**/securepypi/kernels/fix*", answer(refused, 500))
    kernel = panel.section("Kernels").locator("[data-kernel=my-env]")
    kernel.get_by_role("button", name="Fix").click()
    expect(kernel).to_contain_text("it belongs to root")
    panel.page.unroute("**/securepypi/kernels/fix*")


def test_fifty_kernels_open_at_once(show):
    many = [{**KERNELS[n % 3], "name": f"k{n}", "display_name": f"Kernel {n}"} for n in range(50)]
    panel = show(status=status(), kernels={"kernels": many})
    expect(panel.section("Kernels").locator("li")).to_have_count(50)
    opened = statistics.median(milliseconds_to_open(panel.page, 5))
    print(f"the panel opens in {opened:.0f} ms with 50 kernels (median of 5)")
    assert opened < 500  # 100 ms is the aim on an idle machine; benchmarks hold it
