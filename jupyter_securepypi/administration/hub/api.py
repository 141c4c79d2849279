"""What the overview asks a JupyterHub's REST API for: which servers run and where, and a token for each of them."""

from __future__ import annotations

import json
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from tornado.httpclient import AsyncHTTPClient, HTTPClientError, HTTPRequest, HTTPResponse

from ...core.address import split_url
from ...core.errors import (
    AccessDenied,
    ConfigurationError,
    CredentialsError,
    NotFound,
    SecurePyPIError,
    Unreachable,
)

AT_ONCE = 16
"""Connections that are open at the same time."""
SECONDS = 20.0
"""Seconds that each request may take."""
MOST = 4_000_000
"""Bytes that an answer may have."""
LIFETIME = 60
"""Seconds that a token for one server lives if it is not taken back before."""
_PAGES = "application/jupyterhub-pagination+json"  # JupyterHub's REST API, "Pagination"
_ADDRESS = "it is the hub's own address with /hub/api, such as http://127.0.0.1:8081/hub/api"


@dataclass(frozen=True)
class Server:
    """A server that the hub runs for a user.

    Attributes:
        user: her name at the hub.
        name: the server's name; empty for the default one.
        address: where it answers by itself, without the hub's proxy; it ends in a slash.
    """

    user: str
    name: str
    address: str


class HubApi:
    """A hub, asked with a token of a service's or an administrator's.

    Args:
        url: the address of its API, such as ``http://127.0.0.1:8081/hub/api``.
        token: a token with the scopes ``proxy`` and ``tokens``. It is sent to the hub only: whoever runs a server can
            read what is sent to it.

    Raises:
        ConfigurationError: `url` is no web address, or holds a user name or a password.
    """

    def __init__(self, url: str, token: str) -> None:
        if "@" in url:  # wherever it stands: a password is not always where it should be
            raise ConfigurationError(
                "The address of the hub's API holds an @; it is not shown, because it may hold a password.",
                why="the hub knows the overview by its token, not by a user name and a password",
                remedy=_ADDRESS,
            )
        if not _is_web_address(url):
            raise ConfigurationError(f"This is not the address of a hub's API: {url!r}.", remedy=_ADDRESS)
        self.url = url.rstrip("/")
        self._token = token
        self._client = AsyncHTTPClient(force_instance=True, max_clients=AT_ONCE, max_body_size=MOST)

    def close(self) -> None:
        """End all connections."""
        self._client.close()

    async def servers(self) -> list[Server]:
        """Return the servers that the proxy leads to, by user.

        They are read from the proxy's routes, which name the servers' own addresses: what goes through the proxy counts
        as the user's activity, and a server that is looked at every few minutes would never be idle.

        Raises:
            SecurePyPIError: the hub cannot be asked.
        """
        found: list[Server] = []
        offset: int | None = 0
        while offset is not None:
            page = await self._ask("GET", f"/proxy?offset={offset}", "proxy")
            try:
                found += [one for path, route in page["items"].items() if (one := _server(path, route))]
                following, before = page["_pagination"]["next"], offset
                offset = int(following["offset"]) if following else None
                if offset is not None and offset <= before:
                    raise ValueError  # it would go on for ever
            except (KeyError, TypeError, ValueError, AttributeError):
                raise _no_hub(self.url) from None
        return sorted(found, key=lambda one: (one.user, one.name))

    @asynccontextmanager
    async def token_for(self, server: Server) -> AsyncIterator[str]:
        """Yield a token that opens this server and nothing else; it is taken back afterwards.

        It is the user's own, so she learns nothing from it.

        Raises:
            SecurePyPIError: the hub gives none.
        """
        path = f"/users/{quote(server.user, safe='')}/tokens"
        body = {
            "note": "Overview of jupyter_securepypi",
            "expires_in": LIFETIME,
            "scopes": [f"access:servers!server={server.user}/{server.name}"],
        }
        made = await self._ask("POST", path, "tokens", body)
        try:
            secret, number = str(made["token"]), str(made["id"])
        except (KeyError, TypeError):
            raise _no_hub(self.url) from None
        try:
            yield secret
        finally:
            with suppress(SecurePyPIError):  # it ends by itself
                await self._ask("DELETE", f"{path}/{quote(number, safe='')}", "tokens")

    async def fetch(
        self, method: str, url: str, token: str, body: Mapping[str, Any] | None = None
    ) -> HTTPResponse:
        """Return the answer to one request, whatever its status; nobody is followed elsewhere.

        Raises:
            OSError, HTTPClientError: there is none, or none in time.
        """
        headers = {"Authorization": f"token {token}", "Accept": _PAGES, "Content-Type": "application/json"}
        request = HTTPRequest(
            url,
            method,
            headers,
            body=None if body is None else json.dumps(body),
            connect_timeout=SECONDS,
            request_timeout=SECONDS,
            follow_redirects=False,
            ssl_options=ssl.create_default_context() if url.startswith("https:") else None,
        )
        return await self._client.fetch(request, raise_error=False)

    async def _ask(self, method: str, path: str, scope: str, body: Mapping[str, Any] | None = None) -> Any:
        """Return what the API answers as JSON values.

        Raises:
            SecurePyPIError: it cannot be reached, does not know the token, or refuses; `scope` is what that needs.
        """
        try:
            answer = await self.fetch(method, self.url + path, self._token, body)
        except (OSError, HTTPClientError) as error:
            raise Unreachable(
                f"The hub does not answer at {self.url}.",
                why=f"{error}",
                remedy="name the hub's own address with --url, as this machine reaches it: "
                "by default http://127.0.0.1:8081/hub/api on the hub's machine",
            ) from None
        if answer.code in (401, 403) and not await self._knows_us():
            raise CredentialsError(
                "The hub does not know the token.",
                why="it is of another hub, has expired, or was taken back",
                remedy="the hub's configuration names it as the service's api_token; /hub/token makes another one",
            )
        if answer.code == 403:
            raise AccessDenied(
                f"The hub refuses {method} {path.partition('?')[0]}.",
                why=f"the token has not the scope {scope!r}",
                remedy="give its service or user the scopes 'proxy' and 'tokens' (`c.JupyterHub.load_roles`)",
            )
        try:
            said = json.loads(answer.body or b"null")
        except (ValueError, RecursionError):
            raise _no_hub(self.url) from None
        if answer.code < 300:
            return said
        if answer.code < 400:  # the API leads nobody elsewhere
            raise _no_hub(self.url)
        kind = NotFound if answer.code == 404 else SecurePyPIError
        raise kind(
            f"The hub answers {answer.code} to {method} {path.partition('?')[0]}.",
            why=str(said.get("message", "")) if isinstance(said, dict) else "",
            remedy="the hub's log says more",
        )

    async def _knows_us(self) -> bool:
        try:
            return (await self.fetch("GET", f"{self.url}/user", self._token)).code == 200
        except (OSError, HTTPClientError):
            return False


def _is_web_address(url: str) -> bool:
    try:
        split = split_url(url)
        return split.scheme in ("http", "https") and bool(split.hostname) and split.port != 0
    except ValueError:
        return False


def _server(path: str, route: Mapping[str, Any]) -> Server | None:
    """Return the server behind a route of the proxy; None for the hub itself and for services."""
    data = route.get("data") or {}
    if "user" not in data or "server_name" not in data:
        return None
    # With a domain for each user, a route begins with its host.
    own = path[path.index("/") :]
    return Server(
        str(data["user"]), str(data["server_name"]), str(route["target"]).rstrip("/") + own.rstrip("/") + "/"
    )


def _no_hub(url: str) -> SecurePyPIError:
    return SecurePyPIError(
        f"This is not the API of a hub: {url}.",
        why="the answer is none of JupyterHub's",
        remedy="its address ends in /hub/api; the hub must be JupyterHub 3 or newer",
    )
