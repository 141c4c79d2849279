"""Take credentials out of addresses before anybody sees them."""

from __future__ import annotations

import re
from typing import Any

# What stands between the scheme and the last @ of the authority: a password may hold an @ of its own.
# Of the scheme one character is enough; looking for its start takes time with the square of a long word.
_USER = re.compile(r"(?<=[a-z0-9+.\-])://(?P<user>[^\s/?#]*)@", re.IGNORECASE)


def masked(text: str) -> str:
    """Return `text` with ``user:****`` for the credentials of each URL in it; a lone user name goes, too.

    A lone name may be a token: several package indexes take theirs that way.
    """
    return _USER.sub(_mask, text)


def all_masked(value: Any) -> Any:
    """Return JSON values with every string in them masked, names of members included."""
    if isinstance(value, str):
        return masked(value)
    if isinstance(value, list):
        return [all_masked(item) for item in value]
    if isinstance(value, dict):
        return {masked(str(name)): all_masked(item) for name, item in value.items()}
    return value


def _mask(match: re.Match[str]) -> str:
    user, colon, _ = match["user"].partition(":")
    return f"://{user + ':' if colon else ''}****@"
