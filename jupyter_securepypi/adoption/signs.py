"""By what code that authenticates by itself is known, of all providers together."""

from __future__ import annotations

import re
from functools import cache

from ..core.providers.base import KnowsCopiedCode
from ..core.providers.registry import PROVIDERS

PLACEHOLDER = r"(?:\{[^{}@]*\}|\$\{\w+\}|\$\w+|%s|%\(\w+\)s)"
"""In place of a password, this is only the name of one: {token}, ${TOKEN}, $TOKEN, %s, %(token)s."""
# A URL with a password that is put in where the code runs: \0 stands for what Python puts in, $ for a shell.
PASSWORD = re.compile(r"://[^/\s@:'\"]*:(?:\0|\$\{?\w+\}?)@")
# The same in code of any language: as a placeholder, or between two strings.
PASSWORD_IN_CODE = re.compile(rf"://[^/\s@:'\"]*:(?:{PLACEHOLDER}|[\"']\s*\+[^\n]*?\+\s*\w?[\"'])@")
_ADDRESS = re.compile(r"://[\w{}$%()]*:(?!\d)")
PIP_INSTALL = re.compile(
    r"(?:\bpip[\d.]*|\beasy_install)[\"',\s]+(?:-[-\w]+[\"',\s]+)*install\b|^easy_install\b"
)
PIP_CONFIG = re.compile(r"\bpip[\d.]*[\"',\s]+config[\"',\s]+set\b")
INDEX_VARIABLES = frozenset(
    (
        "PIP_INDEX_URL",
        "PIP_EXTRA_INDEX_URL",
        "UV_INDEX_URL",
        "UV_DEFAULT_INDEX",
        "UV_INDEX",
        "UV_EXTRA_INDEX_URL",
        "UV_PUBLISH_PASSWORD",
        "TWINE_PASSWORD",
    )
)
FILE_VARIABLES = frozenset(("PIP_CONFIG_FILE", "UV_CONFIG_FILE", "NETRC"))
"""They name files in which package managers look for an index, or for credentials."""


class _Known:
    """The signs of all providers together; each answers what a name or a text means."""

    def __init__(self) -> None:
        signs = [one.signs() for one in PROVIDERS if isinstance(one, KnowsCopiedCode)]
        self.role_calls = frozenset[str]().union(*(one.role_calls for one in signs))
        self.token_calls = frozenset[str]().union(*(one.token_calls for one in signs))
        self.services = frozenset[str]().union(*(one.services for one in signs))
        self.calls = self.role_calls.union(self.token_calls, *(one.service_calls for one in signs))
        self._signs = signs

    def may_be_in(self, text: str) -> bool:
        """Return whether `text` is worth a closer look."""
        return bool(_ADDRESS.search(text)) or any(word in text for one in self._signs for word in one.words)

    def prints_token(self, text: str) -> bool:
        """Return whether the command `text` prints a token."""
        return any(one.token_command.search(text) for one in self._signs)

    def prints_role(self, text: str) -> bool:
        """Return whether the command `text` prints the credentials of a role."""
        return any(one.role_command.search(text) for one in self._signs)

    def logs_in(self, text: str) -> bool:
        """Return whether the command `text` leaves a token in a configuration."""
        return any(one.login_command.search(text) for one in self._signs)


@cache
def known() -> _Known:
    """Return the signs of the providers that this package has."""
    return _Known()
