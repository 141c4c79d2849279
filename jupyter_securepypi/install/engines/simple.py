"""One page of the index: which files of a package it has (the simple repository API, formerly PEP 503)."""

from __future__ import annotations

from collections.abc import Iterable

from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from ...core.index import Index
from ...core.page_requests import page_of
from ...core.pip.misses import absent
from ...core.project_page import PageFile
from ...core.proxy_and_trust import ProxyAndTrust
from .pylock import File


def files_of(name: str, index: Index, proxy_and_trust: ProxyAndTrust) -> list[File]:
    """Return the files that `index` has of the package `name`, in its own order; yanked ones are left out.

    Args:
        name: in any spelling.
        index: where to ask.
        proxy_and_trust: how to reach it.

    Raises:
        NotFound: it has none.
        ForeignOrigin: its page is elsewhere.
        TokenExpired, AccessDenied, Unreachable, Throttled: it does not say.
    """
    files = [_file(one, name) for one in page_of(name, index, proxy_and_trust) if not one.yanked]
    if not files:
        raise absent(name, index)
    return files


def newest_first(versions: Iterable[str]) -> list[str]:
    """Return `versions`, each once, the newest first; what is no version by today's rules comes last."""
    return sorted(set(versions), key=_order, reverse=True)


def _file(file: PageFile, name: str) -> File:
    return File(canonicalize_name(name), file.version, file.url, file.sha256, file.uploaded)


def _order(version: str) -> tuple[bool, Version, str]:
    try:
        return True, Version(version), version
    except InvalidVersion:
        return False, Version("0"), version
