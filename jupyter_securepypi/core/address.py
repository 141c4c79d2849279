"""The rule for addresses of indexes: when two are the same, and when a file's address lies within an index.

An address that two tools read differently equals no address and lies within none: its target is uncertain.
"""

from __future__ import annotations

import re
from ipaddress import IPv6Address
from typing import NamedTuple, Optional, Tuple
from urllib.parse import SplitResult, unquote, urlsplit

_PORTS = {"https": 443, "http": 80}
# Only some tools end the host at a backslash, and only some drop blanks and control characters.
_AMBIGUOUS = re.compile(r"[\\\s\x00-\x20\x7f]")
# Dots, slashes and control characters, percent-encoded once or several times: servers decode them before use.
_DISGUISED = re.compile(r"%(?:25)*(?:2e|2f|5c|[01][0-9a-f]|7f)", re.IGNORECASE)


class _Address(NamedTuple):
    """An address as every tool reads it, without credentials."""

    server: Tuple[str, str, int]  # scheme, host and port
    path: str  # percent-encoding undone, no slash at the end
    query: str


def same_address(url: str, other: str) -> bool:
    """Return whether two web addresses name one index; credentials in them make no difference."""
    here = _read(url)
    return here is not None and here == _read(other)


def lies_within(url: str, base: str) -> bool:
    """Return whether `url` is below `base`: same scheme, host and port, and deeper in its path.

    Credentials make no difference.
    """
    here, ours = _read(url), _read(base)
    if here is None or ours is None:
        return False
    return here.server == ours.server and here.path.startswith(f"{ours.path}/")


def is_unambiguous(url: str) -> bool:
    """Return whether `url` is a web address that every tool reads alike."""
    return _read(url) is not None


def split_url(url: str) -> SplitResult:
    """Return the parts of `url`. A word in brackets is no host: before 3.11.4, Python's `urlsplit` took it for one.

    Raises:
        ValueError: `url` cannot be split.
    """
    split = urlsplit(url)
    if "[" in split.netloc:
        IPv6Address(split.hostname or "")
    return split


def without_credentials(url: str) -> str:
    """Return `url` without user name and password."""
    split = urlsplit(url)
    return split._replace(netloc=split.netloc.rpartition("@")[2]).geturl() if "@" in split.netloc else url


def _read(url: str) -> Optional[_Address]:
    """Return the parts of `url`; None if it is no web address, or if tools read it differently."""
    if _AMBIGUOUS.search(url):
        return None
    try:
        split = split_url(url)
        host, port = split.hostname, split.port
    except ValueError:
        return None
    place = split.netloc.rpartition("@")[2]
    if split.scheme not in _PORTS or not host or "%" in place or _DISGUISED.search(split.path):
        return None
    # Some servers take `..;x` for two dots.
    if any(part.partition(";")[0] in (".", "..") for part in split.path.split("/")):
        return None
    if not place.isascii():
        host = place  # lower case may turn letters of other scripts into ASCII
    server = (split.scheme, host, _PORTS[split.scheme] if port is None else port)
    return _Address(server, unquote(split.path, errors="surrogateescape").rstrip("/"), split.query)
