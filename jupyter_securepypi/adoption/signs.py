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
INDEX_HOST = re.compile(
    r"\.[a-z]*artifact[a-z]*\.|@[^/\s]*(?:pypi|packages|index|artifact|nexus)|/simple\b|/pypi/", re.IGNORECASE
)
"""By this an address is that of a package index, whoever asks for it."""
_INDEX_OPTION = re.compile(
    r"(?:^|\s)(?:-i|--index-url|--extra-index-url|--index|--default-index|--pypi-url|-f|--find-links|--repository-url)"
    r"[\s=]\s*[\"']?\S*$|index-url[\"']?\s+[\"']?\S*$"
)
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


def has_index_password(text: str) -> bool:
    """Return whether a command has a password, put in where it runs, in the address of an index.

    A repository of Git's is none, though pip may install from it.
    """
    for found in PASSWORD.finditer(text):
        before, address = text[: found.start()], text[found.start() :].split(maxsplit=1)[0]
        if re.search(r"\bgit\+\w+$", before):
            continue
        if INDEX_HOST.search(address) or _INDEX_OPTION.search(before):
            return True
    return False


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
