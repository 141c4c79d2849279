"""Names like the one that the index does not have: what was meant, maybe."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from difflib import get_close_matches
from importlib import metadata

from packaging.utils import canonicalize_name

from ..core.errors import NotFound, SecurePyPIError, VersionNotFound
from ..core.index import Index
from ..core.pip.misses import project_of
from ..core.proxy_and_trust import ProxyAndTrust
from .engines.name_page import name_page
from .history import read

_RECORDS = 1000
_LIST_SECONDS, _LIST_BYTES = 3.0, 4_000_000
_LIKE = 0.8  # difflib's ratio: `acme-cor` and `acme-core` have 0.94, `acme-core` and `acme-plots` 0.63


@contextmanager
def near_names_offered(index: Index) -> Iterator[None]:
    """Let a package that is not in `index` be told with the names that are like its own.

    Those come from the list of the index, where it gives one in a moment (some give none), from the install
    history, and from what is installed: names that somebody has used, and nothing made up.
    """
    try:
        yield
    except NotFound as error:
        known = isinstance(error, VersionNotFound) or not error.unmet
        names = [] if known else near_names(project_of(error.unmet), index)
        if not names:
            raise
        meant = f"did you mean {' or '.join(names)}? Otherwise {error.remedy}"
        raise error.reworded(error.why, meant) from None


def near_names(name: str, index: Index) -> list[str]:
    """Return up to three names like `name`, the likest first."""
    wanted = canonicalize_name(name)
    known = {canonicalize_name(one) for one in (*_listed(index), *_installed_ever()) if one}
    like = [one for one in known - {wanted} if abs(len(one) - len(wanted)) <= 3]
    return get_close_matches(wanted, sorted(like), n=3, cutoff=_LIKE)


def _listed(index: Index) -> Sequence[str]:
    if not index.origin:
        return ()  # the public index: megabytes, and names that anybody may have chosen to be like another
    try:
        way = ProxyAndTrust.of(sys.prefix, os.environ)
        return name_page(index, way, seconds=_LIST_SECONDS, most=_LIST_BYTES).names
    except SecurePyPIError:
        return ()


def _installed_ever() -> Iterator[str]:
    for entry in read(_RECORDS):
        if entry.get("ok") and entry.get("repository") != "public":
            yield from (str(package.get("name", "")) for package in entry.get("packages", ()))
    for distribution in metadata.distributions():
        yield distribution.metadata["Name"] or ""
