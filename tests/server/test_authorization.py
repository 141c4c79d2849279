"""No verb of ours without authentication and authorization, now or when somebody adds one."""

from __future__ import annotations

import importlib
import json
import pkgutil
from pathlib import Path
from typing import Any

import pytest
from jupyter_server.auth.authorizer import Authorizer
from jupyter_server.auth.decorator import authorized
from jupyter_server.base.handlers import JupyterHandler
from tornado import web
from tornado.httpclient import HTTPClientError

import jupyter_securepypi.server
from jupyter_securepypi.server.handlers import SecurePyPIHandler, routes

ANYBODY: Any = None  # the table of routes asks nobody
METHODS = ("get", "head", "post", "put", "patch", "delete")
VERBS = [
    (method.upper(), path)
    for path, handler, _ in routes(ANYBODY, ANYBODY)
    for method in METHODS
    if getattr(handler, method) is not getattr(web.RequestHandler, method)
]


def wrappers(function):
    """Return the qualified names of the code that runs before a verb's own, outermost first."""
    found = []
    while hasattr(function, "__wrapped__"):
        found.append(
            function.__code__.co_qualname if hasattr(function.__code__, "co_qualname") else marks(function)
        )
        function = function.__wrapped__
    return found


def marks(function):
    # Python 3.10 has no qualified names of code: the file tells the two apart.
    return {
        "web.py": "authenticated.<locals>.wrapper",
        "decorator.py": "authorized.<locals>.wrapper.<locals>.inner",
    }[Path(function.__code__.co_filename).name]


def guarded(handler, method):
    """Whether a verb is both: authenticated first, then authorized, and in the class that serves it."""
    verb = vars(handler).get(method)
    names = wrappers(verb) if verb else []
    return (
        len(names) >= 2
        and names[0].startswith("authenticated.")
        and names[1].startswith("authorized.")
        and handler.auth_resource == "securepypi"
    )


def our_handlers():
    """Return every request handler that a module of ours defines, registered or not."""
    package = jupyter_securepypi.server
    for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
        importlib.import_module(module.name)
    found, todo = set(), [JupyterHandler]
    while todo:
        for one in todo.pop().__subclasses__():
            todo.append(one)
            if one.__module__.startswith("jupyter_securepypi."):
                found.add(one)
    return found


def test_every_handler_of_ours_is_registered():
    assert our_handlers() - {SecurePyPIHandler} == {handler for _, handler, _ in routes(ANYBODY, ANYBODY)}


@pytest.mark.parametrize(
    ("handler", "method"),
    [
        (handler, method)
        for _, handler, _ in routes(ANYBODY, ANYBODY)
        for method in METHODS
        if method in vars(handler)
    ],
)
def test_every_verb_is_authenticated_and_authorized_under_our_resource(handler, method):
    assert guarded(handler, method)


def test_a_verb_that_is_not_would_be_found():
    class Open(SecurePyPIHandler):
        async def get(self):
            """Nobody asks who you are."""

        @web.authenticated
        async def post(self):
            """Nobody asks what you may."""

        @authorized
        @web.authenticated
        async def put(self):
            """Asked in the wrong order."""

        @web.authenticated
        @authorized
        async def patch(self):
            """As it should be."""

    class Elsewhere(Open):
        """What it inherits would be authorized as whatever was asked for first."""

    assert [method for method in METHODS if method in vars(Open) and guarded(Open, method)] == ["patch"]
    assert not guarded(Elsewhere, "patch")
    # They would live as long as the process: this test must not change what the others see.
    assert Open.__module__ == __name__


async def ask(jp_fetch, method, path, **more):
    body = None if method == "GET" else "{}"
    with pytest.raises(HTTPClientError) as caught:
        await jp_fetch(*path.strip("/").split("/"), method=method, body=body, **more)
    return caught.value


@pytest.mark.parametrize(("method", "path"), VERBS)
async def test_strangers_stay_out(jp_fetch, method, path):
    error = await ask(jp_fetch, method, path, headers={"Authorization": "token no"})
    assert error.code in (401, 403)
    assert json.loads(error.response.body)["kind"] in ("Unauthenticated", "Forbidden")


@pytest.mark.parametrize("path", sorted({path for method, path in VERBS if method == "POST"}))
async def test_a_page_of_another_site_cannot_write_with_a_users_cookie(
    jp_fetch, http_server_client, jp_base_url, path
):
    """A browser sends the cookie along by itself; without the XSRF token that is not enough."""
    page = await jp_fetch("api", "status")
    cookie = "; ".join(one.split(";")[0] for one in page.headers.get_list("Set-Cookie"))
    url = jp_base_url.rstrip("/")
    headers = {"Cookie": cookie, "Content-Type": "text/plain"}
    assert (await http_server_client.fetch(f"{url}/securepypi/status", headers=headers)).code == 200, (
        "it must count"
    )
    with pytest.raises(HTTPClientError) as caught:
        await http_server_client.fetch(url + path, method="POST", body="{}", headers=headers)
    assert caught.value.code == 403
    assert "XSRF" in json.loads(caught.value.response.body)["message"].upper()


class DenyAll(Authorizer):
    """Lets nobody do anything, and remembers what was asked."""

    asked: list = []

    def is_authorized(self, handler, user, action, resource):
        self.asked.append((action, resource))
        return False


class TestWithADenyingAuthorizer:
    @pytest.fixture
    def jp_server_config(self, jp_server_config):
        return {**jp_server_config, "ServerApp": {**jp_server_config["ServerApp"], "authorizer_class": DenyAll}}

    async def test_every_verb_asks_it_and_takes_no_for_an_answer(self, jp_fetch):
        for method, path in VERBS:
            DenyAll.asked.clear()
            error = await ask(jp_fetch, method, path)
            assert error.code == 403, path
            assert json.loads(error.response.body)["kind"] == "Forbidden"
            assert DenyAll.asked == [("read" if method == "GET" else "write", "securepypi")], path
