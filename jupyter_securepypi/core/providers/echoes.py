"""What a provider, or a program of the user's, says of a failure: without the credentials that it repeats."""

from __future__ import annotations

import os
import re
from traceback import walk_tb
from typing import Any, Iterator, Mapping, Optional

from ..secret import without

# The forms that have a name of their own first, however short: an access token, a JWT (RFC 7519, a JSON object in
# base64 to begin with), the secret of an OAuth client. Then 40 or more characters in a row, unless they are a part of a
# name with colons.
_SECRET = re.compile(
    r"ya29\.[\w.-]+|(?<![A-Za-z0-9])eyJ[\w-]+(?:\.[\w-]*)+|GOCSPX-[\w-]+"
    r"|(?<![\w/.-])(?<!\d:)(?<!::)(?!//)[A-Za-z0-9_+/=-]{40,}(?:\.[A-Za-z0-9_-]+)*"
)
_NAME = re.compile(r"(?:secret|token|password|assertion|secret_?(?:access_?)?key)$", re.IGNORECASE)
# A value that stands behind such a name, and has a digit, which words have not.
_NAMED = re.compile(
    r"((?:secret|token|password|assertion|secret_?(?:access_?)?key)[\"']?\s*[:=]\s*[\"']?)"
    r"(?=[^\s\"',;&]*\d)[^\s\"',;&]{6,}",
    re.IGNORECASE,
)
_LEAST = 6  # characters of a credential


def unsaid(text: str, error: Optional[BaseException] = None) -> str:
    """Return `text` in one line, with ``***`` for what looks like a credential; the name of a file stays.

    Args:
        text: what was said.
        error: the error that says it: what its frames sent is a credential, whatever it looks like.
    """
    for value in _sent(error):
        text = without(value, text)
    text = _NAMED.sub(r"\1***", " ".join(text.split()))
    return _SECRET.sub(lambda found: found.group() if os.path.exists(found.group()) else "***", text)


def _sent(error: Optional[BaseException]) -> Iterator[str]:
    """Yield the credentials in variables of the frames that `error` comes from."""
    for frame, _ in walk_tb(error.__traceback__ if error else None):
        yield from _named(frame.f_locals)
        for value in frame.f_locals.values():
            if isinstance(value, dict):
                yield from _named(value)


def _named(values: Mapping[Any, Any]) -> Iterator[str]:
    for name, value in values.items():
        if isinstance(value, str) and len(value) >= _LEAST and _NAME.search(str(name)):
            yield value
