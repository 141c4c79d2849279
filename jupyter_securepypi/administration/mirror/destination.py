"""The repository that a mirror goes to: what it has, and how a file gets there, by uv's own upload.

It knows of a provider nothing but its grant: the address to publish to, the user name and the token.
"""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

from ...config import SecurePyPI
from ...core.errors import AccessDenied, ConfigurationError, NotFound, TokenExpired
from ...core.grant import Grant
from ...core.index import Index
from ...core.installation import with_index
from ...core.masking import masked
from ...core.netrc import temporary
from ...core.page_requests import page_of
from ...core.pip.install import run_tool
from ...core.renewal import with_token
from ...install.engines import uv_binary
from ...install.engines.uv_environment import SETTINGS, environment
from ...install.engines.uv_request import Translated
from ...install.service import BrokerTokens
from .source import way_out

_AT_ONCE = 8
_LOGIN, _RIGHTS = re.compile(r"\b401\b"), re.compile(r"\b403 Forbidden\b", re.IGNORECASE)
# uv's words around the reason that it gives.
_CAUSE = re.compile(r"^\s*(?:cause|Caused by):\s*(.+)$", re.IGNORECASE)


class Destination:
    """One repository.

    Args:
        options: that name it, and who publishes.

    Raises:
        ConfigurationError: uv is not installed, which uploads.
    """

    def __init__(self, options: SecurePyPI) -> None:
        self.request = options.mint_request()
        self._tokens = BrokerTokens.of(options)
        self._uv = uv_binary.find(os.environ)
        if not self._uv:
            raise ConfigurationError(
                "uv, which uploads, is not installed.", remedy="`jupyter securepypi install --engine pip uv`"
            )

    def hashes(self, names: Iterable[str]) -> dict[str, Mapping[str, str]]:
        """Return what the repository has of each project in `names`: the SHA-256 of each file, by its name.

        Raises:
            SecurePyPIError: it does not say, or there is no token.
        """
        way = way_out()

        def ask(index: Index) -> dict[str, Mapping[str, str]]:
            def of(name: str) -> Mapping[str, str]:
                try:
                    return {one.filename: one.sha256 for one in page_of(name, index, way)}
                except NotFound:
                    return {}

            asked = list(dict.fromkeys(names))
            with ThreadPoolExecutor(_AT_ONCE) as pool:
                return dict(zip(asked, pool.map(of, asked), strict=True))

        return with_index(self._tokens, ask)[0]

    def upload(self, path: Path) -> str:
        """Upload a file; return why that failed, in uv's words, or an empty text.

        Raises:
            AccessDenied: the repository refuses who publishes; the message is uv's words.
            SecurePyPIError: there is no token.
        """

        def attempt(grant: Grant) -> str:
            status, lines = self._publish(grant, path)
            why = _reason(lines) if status else ""
            if _LOGIN.search(why):
                raise TokenExpired(why)
            if _RIGHTS.search(why):
                raise AccessDenied(why)
            return why

        first = self._tokens.current()
        try:
            return with_token(attempt, first, lambda: self._tokens.renewed(first), lambda: False)[0]
        except TokenExpired as error:
            raise AccessDenied(error.message) from None

    def _publish(self, grant: Grant, path: Path) -> tuple[int, list[str]]:
        """Run ``uv publish``; the token is in a netrc file of its own only, neither in argv nor in a variable."""
        secret = grant.token.secret
        with (
            tempfile.TemporaryDirectory(prefix="securepypi-") as folder,
            temporary(urlsplit(grant.endpoint_url).hostname or "", grant.login, secret) as netrc,
        ):
            # The settings are an empty file in place of the user's.
            Path(folder, SETTINGS).touch()
            translated = Translated(proxy_and_trust=way_out())
            variables = environment(os.environ, translated, grant.endpoint_url, Path(folder))
            variables.update(NETRC=str(netrc), UV_PUBLISH_NO_ATTESTATIONS="true")
            command = [
                self._uv,
                "publish",
                "--publish-url",
                grant.endpoint_url,
                "--trusted-publishing",
                "never",
            ]
            command += ["--keyring-provider", "disabled", str(path)]
            return run_tool(command, variables, secret, None)


def _reason(lines: list[str]) -> str:
    found = [match.group(1) for match in map(_CAUSE.match, lines) if match]
    said = found or [line for line in lines if line.startswith("error:")] or lines[-1:]
    return masked("; ".join(said))[:600] or "uv printed nothing"
