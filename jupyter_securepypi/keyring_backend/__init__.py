"""The token for tools that ask keyring: Twine, Hatch, PDM, Poetry, pip. Read-only, and for the secure index only.

In an environment with this package, keyring finds the backend by its entry point. For all others, the client
``keyring`` writes a copy of this file, so it only needs keyring and Python 3.8.
"""

from __future__ import annotations

import json
import re
import time
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from keyring.backend import KeyringBackend
from keyring.compat import properties
from keyring.credentials import SimpleCredential
from keyring.errors import PasswordDeleteError, PasswordSetError

_PORTS = {"https": 443, "http": 80}
_AMBIGUOUS = re.compile(r"[\\\s\x00-\x20\x7f]")  # tools then disagree where the host ends


class _Place(NamedTuple):
    """The file of the token store, and the index that its token opens."""

    endpoint_url: str
    login: str
    token_file: Path


class SecurePyPIKeyring(KeyringBackend):
    """Answers from the token store alone; an expired token counts as none."""

    @properties.classproperty
    def priority(cls) -> float:  # noqa: N805 - a property of the class
        """The priority: above the desktop's stores (5) and backends that ask each time, below keyring's chainer (10).

        Raises:
            RuntimeError: no repository is configured, so this backend is not viable.
        """
        if _place() is None:
            raise RuntimeError("no repository is configured, or its address is not known yet")
        return 9.95

    def get_password(self, service: str, username: str | None) -> str | None:
        """Return the token if `service` is the secure index and `username` is the index's, None or empty; else None."""
        place = _place()
        if (
            place is None
            or username not in (None, "", place.login)
            or not _same_host(service, place.endpoint_url)
        ):
            return None
        try:
            token = json.loads(place.token_file.read_bytes())["token"]
            secret, expires_at = token["secret"], token["expires_at"]  # null if it does not expire
            lives = expires_at is None or time.time() < expires_at
            return secret if secret and isinstance(secret, str) and lives else None
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            return None

    def get_credential(self, service: str, username: str | None) -> Any:
        """Return user name and token, or None; see `get_password`."""
        secret, place = self.get_password(service, username), _place()
        return None if secret is None or place is None else SimpleCredential(place.login, secret)

    def set_password(self, service: str, username: str, password: str) -> None:
        """Refuse: tokens come from the index's provider.

        Raises:
            PasswordSetError: for the secure index.
            NotImplementedError: for anything else; keyring then asks the next backend.
        """
        if self._ours(service):
            raise PasswordSetError("the token of the secure index comes from its provider and cannot be set")
        raise NotImplementedError("this keyring only reads the token of the secure index")

    def delete_password(self, service: str, username: str) -> None:
        """Refuse, like `set_password`.

        Raises:
            PasswordDeleteError: for the secure index.
            NotImplementedError: for anything else.
        """
        if self._ours(service):
            raise PasswordDeleteError("use `jupyter securepypi logout`")
        raise NotImplementedError("this keyring only reads the token of the secure index")

    @staticmethod
    def _ours(service: str) -> bool:
        place = _place()
        return place is not None and _same_host(service, place.endpoint_url)


@lru_cache(maxsize=1)
def _place() -> _Place | None:
    """Return the place of the token: from a file beside this copy, else from the options in force."""
    beside = Path(__file__).with_suffix(".json")
    try:
        found = json.loads(beside.read_bytes())
        urlsplit(found["endpoint_url"] + found["login"])
        return _Place(found["endpoint_url"], found["login"], Path(found["token_file"]))
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        pass
    try:
        from ..config import load_options
        from ..core.errors import SecurePyPIError
        from ..token.store import TokenStore
    except ImportError:
        return None
    try:
        store = TokenStore(load_options().mint_request())
    except SecurePyPIError:
        return None
    grant = store.load()
    return _Place(grant.endpoint_url, grant.login, store.token_file) if grant else None


def _same_host(service: str, endpoint_url: str) -> bool:
    """Return whether `service`, a URL or a host with or without a port, is the host of the secure index.

    A URL must have the same scheme, so that the token does not travel in clear if the index uses TLS. The rule repeats
    `core.address`, which a copy of this file does not have; the tests compare the two.
    """
    ours = urlsplit(endpoint_url)
    try:
        theirs = urlsplit(service if "://" in service else f"{ours.scheme}://{service}")
        ports = [_PORTS.get(one.scheme) if one.port is None else one.port for one in (theirs, ours)]
    except ValueError:
        return False
    if (
        _AMBIGUOUS.search(service)
        or not theirs.netloc.isascii()
        or ("[" in theirs.netloc) != ("[" in ours.netloc)
    ):
        return False
    return ports[0] == ports[1] and (theirs.scheme, theirs.hostname) == (ours.scheme, ours.hostname)
