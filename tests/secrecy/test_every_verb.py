"""Every verb over real HTTP: who is kept out, and under Studio's flags, what the world may read and never do."""

from __future__ import annotations

import http.client
import json
import time
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any

import pytest

from jupyter_securepypi.demo.sandbox import KERNEL, Sandbox
from jupyter_securepypi.emulator import Emulator
from jupyter_securepypi.server.handlers import routes
from jupyter_securepypi.server.openapi import description

ANYBODY: Any = None  # the table of routes asks nobody
METHODS = ("get", "head", "post", "put", "patch", "delete")
DESCRIBED = {(verb.upper(), path) for path, item in description()["paths"].items() for verb in item}
REGISTERED = {
    (method.upper(), path.removeprefix("/securepypi"))
    for path, handler, _ in routes(ANYBODY, ANYBODY)
    for method in METHODS
    if method in vars(handler)
}
VERBS = sorted(DESCRIBED | REGISTERED)
WRITING = [verb for verb in VERBS if verb[0] not in ("GET", "HEAD")]
READING = [verb for verb in VERBS if verb[0] in ("GET", "HEAD")]
QUERIES = {
    "/why": "?requirement=acme-core",
    "/packages": f"?kernel={KERNEL}",
    "/packages/search": "?text=acme",
    "/packages/newest": f"?kernel={KERNEL}&packages=acme-core",
    "/installs/export": "?format=csv",
    "/kernels/fix": f"?kernel={KERNEL}",
    "/doctor/fix": "?key=0",
}
# What it asks for is not there: a key is one of an examination's.
ABSENT = (("GET", "/doctor/fix"),)
FOREIGN = {"Origin": "https://evil.example.com", "Referer": "https://evil.example.com/"}
# What a browser sends once a name of the attacker's has been made to lead to this machine (DNS rebinding).
REBOUND = (
    "evil.example.com",
    "evil.example.com:8888",
    "127.0.0.1.evil.example.com",
    "localhost.evil.example.com",
)
# What a page of another site may send without asking first (a "simple request").
FORM = {"Content-Type": "text/plain"}


class Server:
    """A Jupyter server with a token, and plain HTTP to it."""

    def __init__(self, box: Sandbox, marker: str) -> None:
        self.box, self.marker = box, marker
        deadline = time.monotonic() + 60
        while not list((box.runtime / "securepypi").glob("*.json")):
            assert time.monotonic() < deadline, "no token was minted"
            time.sleep(0.1)

    def ask(self, verb: tuple[str, str], **headers: str) -> tuple[int, dict[str, str], str]:
        """Return status, headers and body; nothing is sent along but `headers`."""
        connection = http.client.HTTPConnection("127.0.0.1", self.box.port, timeout=60)
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        body = b"{}" if verb in WRITING else None
        path = f"{self.box.base_url}securepypi{verb[1]}{QUERIES.get(verb[1], '')}"
        connection.request(verb[0], path, body=body, headers=names)
        answer = connection.getresponse()
        text = answer.read().decode()
        connection.close()
        assert self.marker not in text + str(answer.getheaders())
        return answer.status, dict(answer.getheaders()), text

    def cookies(self, **headers: str) -> dict[str, str]:
        """Return the cookies of a browser that was here before."""
        connection = http.client.HTTPConnection("127.0.0.1", self.box.port, timeout=60)
        connection.request("GET", f"{self.box.base_url}tree?token={self.box.token}", headers=headers)
        answer = connection.getresponse()
        answer.read()
        found = SimpleCookie()
        for name, value in answer.getheaders():
            if name == "Set-Cookie":
                found.load(value)
        connection.close()
        return {name: morsel.value for name, morsel in found.items()}


def cookie(values: dict[str, str]) -> str:
    return "; ".join(f"{name}={value}" for name, value in values.items())


def serve(tmp_path_factory, name, *arguments, token=None, base_url="/", **environ):
    """Start a server with these arguments and variables, and stop it at the end."""
    marker = "mark0123456789abcdef"
    with Emulator(token_marker=marker) as aws:
        variables = {**aws.environment(), **environ}
        with Sandbox(tmp_path_factory.mktemp(name) / "box", variables, {"poll_interval": 5.0}) as box:
            box.base_url = base_url
            if token is not None:
                box.environ["JUPYTER_TOKEN"] = token
            box.start(*arguments)
            found = Server(box, marker)
            found.aws = aws
            yield found


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    yield from serve(tmp_path_factory, "plain")


def minted(server) -> int:
    return server.aws.calls()["counts"]["GetAuthorizationToken"]


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("headers", [{}, {"Authorization": "token wrong"}, FOREIGN, {"Cookie": "username-x=y"}])
def test_nobody_gets_in_without_login(server, verb, headers):
    before = minted(server)
    status, _, text = server.ask(verb, **headers)
    assert status in (401, 403, 404)
    assert verb[0] == "HEAD" or json.loads(text)["kind"] in ("Unauthenticated", "Forbidden", "NotFound")
    assert minted(server) == before


@pytest.mark.parametrize("verb", VERBS)
def test_a_page_of_another_site_gets_nothing_with_a_users_cookie(server, verb):
    cookies = cookie(server.cookies())
    status, headers, _ = server.ask(verb, Cookie=cookies, **FOREIGN, **FORM)
    assert status in (403, 404)
    assert "Access-Control-Allow-Origin" not in headers


@pytest.mark.parametrize("verb", WRITING)
def test_nothing_is_done_for_a_cookie_without_the_xsrf_token(server, verb):
    before = minted(server)
    cookies = server.cookies()
    assert server.ask(("GET", "/status"), Cookie=cookie(cookies))[0] == 200, "the cookie must count"
    status, _, text = server.ask(verb, Cookie=cookie(cookies), **FORM)
    assert status == 403
    assert "XSRF" in text.upper()
    assert minted(server) == before


@pytest.mark.parametrize("verb", VERBS)
def test_a_name_that_is_not_this_machines_is_not_answered_even_to_who_is_logged_in(server, verb):
    before = minted(server)
    for host in REBOUND:
        status, _, text = server.ask(verb, Host=host, Authorization=f"token {server.box.token}")
        assert status == 403, host
        assert verb[0] == "HEAD" or json.loads(text)["kind"] == "Forbidden"
    assert minted(server) == before


@pytest.mark.parametrize("verb", WRITING)
def test_no_other_method_stands_for_one_that_writes(server, verb):
    before = minted(server)
    login = {"Authorization": f"token {server.box.token}"}
    for method in {"GET", "HEAD", "PUT", "DELETE", "PATCH"} - {name for name, path in VERBS if path == verb[1]}:
        for more in ({}, {"X_HTTP_Method_Override": "POST"}, {"X_Method_Override": "POST"}):
            status, _, _ = server.ask((method, verb[1]), **login, **more)
            assert status in (400, 403, 404, 405), method
    assert minted(server) == before


class TestWithADenyingAuthorizer:
    @pytest.fixture(scope="class")
    def denying(self, tmp_path_factory):
        parts = str(Path(__file__).parent / "parts")
        authorizer = "--ServerApp.authorizer_class=deny_all.DenyAll"
        yield from serve(tmp_path_factory, "denying", authorizer, PYTHONPATH=parts)

    @pytest.mark.parametrize("verb", VERBS)
    def test_no_verb_answers_even_to_who_is_logged_in(self, denying, verb):
        before = minted(denying)
        status, _, text = denying.ask(verb, Authorization=f"token {denying.box.token}")
        assert status == 403
        assert verb[0] == "HEAD" or json.loads(text)["kind"] == "Forbidden"
        assert minted(denying) == before


class TestUnderStudiosFlags:
    """No token and any origin: whoever reaches the port may read, so no answer holds a secret; nobody may write."""

    @pytest.fixture(scope="class")
    def studio(self, tmp_path_factory):
        flags = ("--IdentityProvider.token=", "--ServerApp.allow_origin=*")
        yield from serve(tmp_path_factory, "studio", *flags, token="", base_url="/jupyterlab/default/")

    @pytest.mark.parametrize("verb", READING)
    def test_a_foreign_page_may_read_and_finds_no_secret(self, studio, verb):
        # `ask` holds every answer against the mark in the token.
        status, headers, _ = studio.ask(verb, **FOREIGN)
        assert status == 200 if verb not in ABSENT else 400 <= status < 500
        assert headers["Access-Control-Allow-Origin"] == "*"
        assert "Access-Control-Allow-Credentials" not in headers

    @pytest.mark.parametrize("verb", WRITING)
    @pytest.mark.parametrize("form", ["text/plain", "application/json", "application/x-www-form-urlencoded"])
    def test_a_foreign_page_changes_nothing(self, studio, verb, form):
        before = minted(studio)
        for cookies in ("", cookie(studio.cookies())):
            status, _, text = studio.ask(verb, Cookie=cookies, Content_Type=form, **FOREIGN)
            assert status == 403
            assert "XSRF" in text.upper()
        assert minted(studio) == before

    @pytest.mark.parametrize("verb", VERBS)
    def test_a_rebound_name_reads_nothing_where_there_is_no_login_either(self, studio, verb):
        for host in REBOUND:
            assert studio.ask(verb, Host=host)[0] == 403

    @pytest.mark.parametrize("verb", WRITING)
    def test_an_xsrf_token_of_ones_own_making_does_not_count(self, studio, verb):
        forged = {"Cookie": "_xsrf=2|00000000|00000000000000000000000000000000|1", "X_XSRFToken": "made-up"}
        assert studio.ask(verb, **forged, **FOREIGN)[0] == 403

    def test_the_users_own_page_may_write(self, studio):
        before = minted(studio)
        cookies = studio.cookies()
        status, _, _ = studio.ask(("POST", "/refresh"), Cookie=cookie(cookies), X_XSRFToken=cookies["_xsrf"])
        assert status == 200
        assert minted(studio) > before
