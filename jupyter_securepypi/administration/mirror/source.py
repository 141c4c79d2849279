"""The index that a mirror reads: public PyPI, the URL of an index without credentials, or one of our repositories.

The user's configuration of pip and uv plays no part in what is read, but for the way out: proxy and authorities.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from typing import TypeVar

from ...clients.uv_variables import variables_with
from ...config import SecurePyPI
from ...core.address import same_address
from ...core.effect import Effect
from ...core.errors import ConfigurationError
from ...core.index import Index
from ...core.providers.base import Repository
from ...core.providers.plain import PROVIDER as PLAIN
from ...core.proxy_and_trust import ProxyAndTrust
from ...core.requests.reader import read_request
from ...core.requests.request import Request
from ...install.engines import uv_binary
from ...install.engines.select import uv_to_resolve
from ...install.engines.uv_request import Translated
from ...install.questions.index import ask
from ..repositories import acting, any_named

PUBLIC = "public PyPI"
_DEFAULT = re.compile(r"^--index-url (\S+)$", re.MULTILINE)
T = TypeVar("T")


@dataclass(frozen=True)
class Source:
    """Where packages come from.

    Attributes:
        name: for people and reports, without credentials.
        public: it is the public index.
        options: of one of our repositories; None for an index that anybody may read.
        url: of an index that anybody may read.
    """

    name: str
    public: bool
    options: SecurePyPI | None = None
    url: str = ""

    @staticmethod
    def of(text: str, options: SecurePyPI) -> Source:
        """Return the source that `text` names; without any, the public index.

        Raises:
            ConfigurationError: it is no source, or holds credentials.
        """
        if not text:
            own = options.public_index_url
            return Source(own or PUBLIC, True, url=own or _public_url())
        repository = any_named(text, options)
        if repository.provider == PLAIN and not _is_configured(repository, options):
            return Source(repository.id, _is_public(repository.id, options), url=repository.id)
        return Source(repository.id, False, acting(options, None, repository))

    def ask(self, question: Callable[[Index], T]) -> T:
        """Return the answer to `question`, which gets the index; once more where a token was revoked.

        Raises:
            SecurePyPIError: there is no token, or no answer.
        """
        # Files of a public index lie on other hosts; what proves them is the hash on its page.
        return ask(self.options, question) if self.options else question(Index(self.url, ""))


def read_list(files: list[str]) -> tuple[Request, tuple[str, Translated]]:
    """Return the request that requirements files make, and uv's path with the request in its words.

    Neither pip's and uv's variables nor their files add anything to it.

    Raises:
        RequestRefused: a file asks for something that is not of an index.
        ConfigurationError: uv is not installed.
    """
    harmless = variables_with(Effect.HARMLESS)
    environ = {
        name: value
        for name, value in os.environ.items()
        if not name.upper().startswith(("PIP_", "UV_")) or name.upper() in harmless
    }
    request = read_request([word for file in files for word in ("-r", file)], environ=environ)
    path, translated = uv_to_resolve(request, {**environ, "PIP_CONFIG_FILE": os.devnull})
    return request, (path, replace(translated, proxy_and_trust=way_out()))


@cache
def way_out() -> ProxyAndTrust:
    """Return the proxy and the authorities in force here."""
    return ProxyAndTrust.of(sys.prefix, os.environ)


def _is_configured(repository: Repository, options: SecurePyPI) -> bool:
    return bool(options.repository) and options.require_repository().id == repository.id


def _is_public(url: str, options: SecurePyPI) -> bool:
    """Return whether `url` is that of the public index: the one that the options name, or the one that uv takes."""
    own = options.public_index_url
    return any(same_address(url, f"{one.rstrip('/')}/") for one in (own, _public_url()) if one)


def _public_url() -> str:
    """Return the index that uv takes where none is configured; it says which one that is, and asks nobody.

    Raises:
        ConfigurationError: it does not say.
    """
    path = uv_binary.find(os.environ)
    kept = {name: value for name, value in os.environ.items() if not name.upper().startswith(("PIP_", "UV_"))}
    command = [
        path,
        "pip",
        "compile",
        "--offline",
        "--no-cache",
        "--no-config",
        "--emit-index-url",
        "--python",
        sys.executable,
        "-",
    ]
    try:
        done = subprocess.run(
            command, env=kept, input="", capture_output=True, text=True, timeout=60, check=False
        )
        found = _DEFAULT.search(done.stdout)
    except (OSError, subprocess.TimeoutExpired):
        found = None
    if not found:
        raise ConfigurationError(
            "uv, which reads the public index, is not installed or too old.",
            why="it does not say which index it takes by default",
            remedy="`jupyter securepypi install --engine pip -U uv`, or name an index with `--from`",
        )
    return found.group(1).rstrip("/") + "/"
