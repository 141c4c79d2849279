"""Take credentials out of addresses before they are shown."""

from __future__ import annotations

import re
from typing import Any

# The text between the scheme and the last @ before the next address: a password may hold an @ of its own.
# One character of the scheme is enough: a search for its start takes quadratic time on a long word.
_USER = re.compile(r"(?<=[a-z0-9+.\-])://(?P<user>(?:(?!://)\S)*)@", re.IGNORECASE)
_VERSION_CONTROL = re.compile(r"(?:git|hg|svn|bzr)\+[a-z]+\Z", re.IGNORECASE)


def masked(text: str) -> str:
    """Return `text` with ``user:****`` for the credentials of each URL in it; a lone user name goes, too.

    A lone name may be a token: several package indexes take their tokens that way. The end of a password with an
    unquoted / ? # or \\ is unknown, so everything before the last @ goes.
    """
    return _USER.sub(_mask, text)


def all_masked(value: Any) -> Any:
    """Return JSON values with every string masked, names of members included."""
    if isinstance(value, str):
        return masked(value)
    if isinstance(value, list):
        return [all_masked(item) for item in value]
    if isinstance(value, dict):
        return {masked(str(name)): all_masked(item) for name, item in value.items()}
    return value


def _mask(match: re.Match[str]) -> str:
    authority, sign, rest = re.match(r"([^/?#\\]*)(.?)(.*)", match["user"]).groups()  # type: ignore[union-attr]
    if not sign:
        return f"://{_user(authority)}@"
    if "@" not in authority and ":" not in authority and sign != "\\":
        return match.group()  # a host with an @ in its path or query
    scheme = match.string[max(0, match.start() - 16) : match.start()]
    if "@" in authority and sign == "/" and _VERSION_CONTROL.search(scheme):
        user, _, host = authority.rpartition("@")  # and then a revision
        return f"://{_user(user)}@{host}/{rest}@"
    return "://****@"


def _user(words: str) -> str:
    user, colon, _ = words.partition(":")
    return f"{user + ':' if colon else ''}****"
