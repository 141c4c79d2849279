"""A secret that no traceback shows: ``repr`` of it is ``****``, while all else works as with any text.

Debuggers, ``%xmode Verbose`` and reporters of errors show the ``repr`` of variables. So what holds a secret, or a part
of one, stands in variables as one of these kinds only. An f-string returns plain text: what it makes is wrapped again.
"""

from __future__ import annotations

import base64
from functools import lru_cache
from typing import Any, Tuple
from urllib.parse import quote

_MASK = "****"
_LEAST = 8  # characters of the secret in base64: less of them stands by chance in what holds no secret


class _Masked:
    """What is never shown."""

    __slots__ = ()

    def __repr__(self) -> str:
        return _MASK


class SecretBytes(_Masked, bytes):
    """A secret, or a text with one in it, as bytes."""

    __str__ = _Masked.__repr__  # `str` of bytes is what `repr` is

    def __getitem__(self, key: Any) -> Any:
        found = bytes.__getitem__(self, key)
        return SecretBytes(found) if isinstance(key, slice) else found

    def __radd__(self, before: bytes) -> SecretBytes:
        return SecretBytes(bytes.__add__(before, self))

    def decode(self, encoding: str = "utf-8", errors: str = "strict") -> Secret:
        """Return it as text."""
        return Secret(bytes.decode(self, encoding, errors))


class Secret(_Masked, str):
    """A secret, or a text with one in it. It is empty where none is needed."""

    __slots__ = ()

    def __getitem__(self, key: Any) -> Secret:
        return Secret(str.__getitem__(self, key))

    def __add__(self, more: str) -> Secret:
        return Secret(str.__add__(self, more))

    def __radd__(self, before: str) -> Secret:
        return Secret(str.__add__(before, self))

    def encode(self, encoding: str = "utf-8", errors: str = "strict") -> SecretBytes:
        """Return it as bytes."""
        return SecretBytes(str.encode(self, encoding, errors))

    def replace(self, old: str, new: str, count: Any = -1) -> Secret:
        """Return it with `new` for each `old`."""
        return Secret(str.replace(self, old, new, count))


class SecretDict(_Masked, dict):  # type: ignore[type-arg]
    """A mapping with a secret in it."""


class SecretTuple(_Masked, tuple):  # type: ignore[type-arg]
    """A tuple with a secret in it."""


def basic(login: str, password: str) -> Secret:
    """Return the value of the header ``Authorization`` for basic authentication (RFC 7617)."""
    return Secret("Basic " + base64.b64encode(f"{login}:{password}".encode()).decode())


def without(secret: str, text: str) -> str:
    """Return `text`, which somebody else wrote, with ``****`` in place of `secret`; of an empty one it holds none.

    It is found as it is, percent-encoded, and in base64, as in a header of basic authentication.
    """
    text = Secret(text)
    for form in _forms(Secret(secret)) if secret else ():
        text = text.replace(form, _MASK)
    return str(text)


@lru_cache(maxsize=8)
def _forms(secret: Secret) -> Tuple[Secret, ...]:
    """Return what `secret` may look like, the longest first: in base64 it depends on what stands before it."""
    shifted = (
        Secret(base64.b64encode(bytes(n) + secret.encode()).rstrip(b"=")[(n * 8 + 5) // 6 : -1].decode())
        for n in range(3)
    )
    found = {secret, Secret(quote(secret, safe="")), *(one for one in shifted if len(one) >= _LEAST)}
    return tuple(sorted(found, key=len, reverse=True))
