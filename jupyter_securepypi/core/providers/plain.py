"""Any other index by its URL (Nexus, Artifactory, devpi, Gitea …): nothing is minted, the user has the credentials."""

from __future__ import annotations

import netrc as reader
import os
import re
import time
from dataclasses import dataclass
from math import inf
from typing import TYPE_CHECKING, Any, Callable, List, Mapping, Optional, Sequence, Tuple
from urllib.parse import SplitResult, urlsplit

from ..address import is_unambiguous, split_url
from ..errors import ConfigurationError, CredentialsError, FileProblem, SecurePyPIError
from ..files import file_state
from ..grant import Grant, MintRequest
from ..netrc import hosts, netrc_path
from ..secret import Secret
from ..token import Token, Windows
from .advice import Advice

if TYPE_CHECKING:
    from ..check import Check


PROVIDER = "plain"
_LOOPBACK = re.compile(r"localhost|127(\.\d{1,3}){3}|::1")
# The last part of the path of a simple index (PEP 503); devpi writes it with a plus.
_SIMPLE = ("simple", "+simple")


@dataclass(frozen=True)
class PlainIndex:
    """An index by its URL, without credentials and ending in a slash; valid by construction."""

    url: str

    @property
    def provider(self) -> str:
        """The provider's name."""
        return PROVIDER

    @property
    def id(self) -> str:
        """The URL."""
        return self.url

    @property
    def detail(self) -> str:
        """How the index is reached."""
        return urlsplit(self.url).scheme

    @property
    def facts(self) -> List[Tuple[str, str]]:
        """The facts that people are shown about it."""
        return [("Host", urlsplit(self.url).netloc), ("Index URL", self.url)]

    @property
    def endpoint_url(self) -> str:
        """The URL for publishing: the folder that holds the index's ``simple/``, or else the index itself."""
        folder, _, last = self.url.rstrip("/").rpartition("/")
        return f"{folder}/" if last in _SIMPLE else self.url

    @property
    def origin(self) -> str:
        """The URL above every file: the publishing URL, or the host for devpi, whose indexes share files."""
        if self.url.endswith("/+simple/"):
            split = urlsplit(self.url)
            return f"{split.scheme}://{split.netloc}/"
        return self.endpoint_url

    def __str__(self) -> str:
        split = urlsplit(self.endpoint_url)
        return f"{split.netloc}{split.path}".rstrip("/")


class Plain:
    """An index that needs a user name and a password from netrc or keyring, or no credentials."""

    name = PROVIDER
    label = "package index"
    authority = "your own credentials"
    login = ""
    mints = False
    windows = Windows()
    advice = Advice(
        forbidden=(
            "the user may not read it, or the user name and the password in your netrc file or in keyring are wrong",
            "check them for the host of the index, or ask whoever runs it",
        ),
        rejected=(
            "the user name or the password for its host, in your netrc file or in keyring, is not the right one",
            "correct the entry for the host in your netrc file, or `keyring set INDEX_URL USER`",
        ),
        unreachable="check the URL of the index",
        silent="unlock keyring, or put the credentials into your netrc file",
        credentials="your user name and password",
    )

    def claims(self, text: str) -> bool:
        """Return whether `text` is a web address."""
        return text.lower().startswith(("https://", "http://"))

    def repository(self, text: str) -> PlainIndex:
        """Return the index at a URL.

        Raises:
            ConfigurationError: it holds credentials, is no web address, or would send a password in clear.
        """
        text = text.strip()
        split, host = _split(text)
        shown = f"{split.scheme}://{split.netloc.rpartition('@')[2]}{split.path}"
        if split.query or split.fragment or not is_unambiguous(text):
            raise ConfigurationError(
                "The index URL has parts that tools read differently.",
                why="a query, a fragment, a backslash, white space or an encoded dot or slash",
                remedy="write it as https://HOST/…/simple/",
            )
        if "@" in split.netloc:
            raise ConfigurationError(
                f"The index URL {shown} holds credentials, and they would show wherever it does.",
                remedy="take them out; put them into your netrc file (machine, login, password), or into keyring",
            )
        if split.scheme == "http" and not _LOOPBACK.fullmatch(host):
            raise ConfigurationError(
                f"The index URL {shown} is not encrypted.",
                why="the password would travel in clear, and pip refuses such an index",
                remedy="use its https address",
            )
        netloc = split.netloc.lower()
        return PlainIndex(f"{split.scheme}://{netloc}{split.path.rstrip('/')}/")

    def mint(self, request: MintRequest) -> Grant:
        """Return the credentials from keyring, else from the netrc file, else none. Runs in a child process."""
        index = _named_by(request)
        found = _from_keyring(index)
        if found:
            return _grant(index, *found, time.time())
        return self.held(request) or _grant(index, "", "", time.time())

    def held(self, request: MintRequest) -> Optional[Grant]:
        """Return the grant with the credentials of the user's netrc file, or None if it has none."""
        index = _named_by(request)
        host = str(urlsplit(index.url).hostname)
        try:
            path = netrc_path(os.environ)
            known = hosts(path) if path.is_file() else {}
            found = known.get(host, known.get("default"))
            since = path.stat().st_mtime if found else 0.0
        except (reader.NetrcParseError, OSError, UnicodeDecodeError, FileProblem):
            return None
        return _grant(index, str(found[0]), Secret(found[2]), since, own=True) if found else None

    def explain(self, error: BaseException) -> SecurePyPIError:
        """Return a failure of keyring as an error of ours."""
        return CredentialsError(
            "keyring does not give the password of the index.",
            why=type(error).__name__,
            remedy="unlock it, or put the credentials into your netrc file",
        )

    def scope(self, request: MintRequest, environ: Mapping[str, str]) -> Sequence[str]:
        """Return the index."""
        return [PROVIDER, request.repository.id]

    def place(self, request: MintRequest) -> str:
        """Return the index."""
        return request.repository.id

    def logins(self, *, sessions: bool = True) -> str:
        """Return a text that differs once the netrc file has changed."""
        try:
            return file_state(netrc_path(os.environ))
        except SecurePyPIError:
            return "-"

    def examine(
        self, request: MintRequest, report: Callable[[Check], None], stored: str, index_url: str
    ) -> str:
        """Check that the index accepts the user's credentials."""
        from .index_examination import examine

        return examine(request, report, stored, index_url)

    def serves(self, host: str) -> bool:
        """Return False: any host may be a plain index, so none stands out."""
        return False


def _split(text: str) -> Tuple[SplitResult, str]:
    try:
        split = split_url(text)
        host, _ = (split.hostname or ""), split.port
    except ValueError:
        host = ""
    if not host or split.scheme not in ("http", "https"):
        raise ConfigurationError(
            "The repository is not the URL of an index.",
            why="it names no host, or a port that is no number",
            remedy="write it as https://HOST/…/simple/",
        )
    return split, host


def _named_by(request: MintRequest) -> PlainIndex:
    if not isinstance(request.repository, PlainIndex):
        raise TypeError(f"{request.repository} is no plain index")
    return request.repository


def _grant(index: PlainIndex, login: str, password: str, since: float, own: bool = False) -> Grant:
    token = Token(password, expires_at=inf, minted_at=since, identity=login)
    return Grant(token, index.endpoint_url, login, index_url=index.url, origin=index.origin, own=own)


def _from_keyring(index: PlainIndex) -> Optional[Tuple[str, str]]:
    """Return user name and password from keyring, by the index's URL or its host, in pip's order."""
    try:
        import keyring
        import keyring.backend
    except ImportError:
        return None
    chosen = keyring.get_keyring()
    backends = [chosen, *sorted(keyring.backend.get_all_keyring(), key=lambda one: -one.priority)]
    for backend in (one for one in backends if not _would_ask_us(one)):
        for service in (index.url, urlsplit(index.url).netloc):
            found = backend.get_credential(service, None)
            if found is not None and found.password:
                return str(found.username or ""), Secret(found.password)
    return None


def _would_ask_us(backend: Any) -> bool:
    """Return whether `backend` is ours, which reads the token store, or a chain, which may contain ours."""
    module = type(backend).__module__
    return module.startswith((__name__.split(".")[0], "securepypi_")) or module == "keyring.backends.chainer"
