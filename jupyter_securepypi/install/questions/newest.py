"""The newest version of a package that the gate lets through for some Python, and newer ones that it holds back."""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.tags import compatible_tags, cpython_tags, parse_tag, sys_tags
from packaging.version import InvalidVersion, Version

from ...config import SecurePyPI
from ...core.errors import NotFound
from ...core.gate.gate import Gate
from ...core.gate.verdict import Verdict
from ...core.index import Index
from ...core.installation import with_index
from ...core.minting import encoded
from ...core.project_page import PageFile
from ...core.proxy_and_trust import ProxyAndTrust
from ..engines.simple import newest_first
from ..service import BrokerTokens

FRESH = 600.0
"""Seconds for which an answer serves."""
_KEPT = 5000  # answers
_AT_ONCE = 10  # versions that are judged together
_MOST_HELD = 5


@dataclass(frozen=True)
class Newest:
    """What the index has of a package for some Python.

    Attributes:
        name: of the package.
        version: the newest version that an install would take; empty where it would take none.
        held_back: the verdicts on newer ones, the newest first.
        absent: whether the index does not have the package.
    """

    name: str
    version: str = ""
    held_back: tuple[Verdict, ...] = ()
    absent: bool = False

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON values."""
        return {
            "name": self.name,
            "version": self.version,
            "held_back": [one.to_dict() for one in self.held_back],
            "absent": self.absent,
        }


_kept: dict[str, tuple[float, Newest]] = {}
_keeping = threading.Lock()


def newest(options: SecurePyPI, name: str, python: str, since: str = "") -> Newest:
    """Return the newest version of `name` that an install into an environment would take. Blocks on the network.

    An answer serves for `FRESH` seconds, or until a version that is held back becomes available.

    Args:
        options: the options in force.
        name: of the package.
        python: the version of the environment's Python; empty for this one's.
        since: the version that is installed there: only newer ones are looked at, where there are any.

    Raises:
        SecurePyPIError: there is no token, the index does not answer, or what decides cannot be found out.
    """
    policy = options.policy().checked()
    question = [encoded(options.mint_request()), repr(policy), options.verify, name, python, since]
    key = json.dumps(question, sort_keys=True)
    with _keeping:
        until, known = _kept.get(key, (0.0, None))
    if known and time.time() < until:
        return known
    may_build = options.verify != "before" and not policy.holds_back

    def attempt(index: Index) -> Newest:
        gate = Gate(policy, index, ProxyAndTrust.of(sys.prefix, os.environ))
        try:
            files = gate.page(name)
        except NotFound:
            # Not passed on: a miss would have another token minted, and most of what is installed may be a miss.
            return Newest(name, absent=True)
        return _among([one for one in files if _suits(one, python, may_build)], gate, name, since)

    found, _ = with_index(BrokerTokens.of(options), attempt)
    moments = [one.until for one in found.held_back if one.until is not None]
    with _keeping:
        if len(_kept) >= _KEPT:
            _kept.clear()
        _kept[key] = min([time.time() + FRESH, *moments]), found
    return found


def _among(files: list[PageFile], gate: Gate, name: str, since: str) -> Newest:
    """Return the newest of `files` that the gate lets through; it judges no more versions than it must."""
    installed = _version(since)
    yanked = {one.version for one in files} - {one.version for one in files if not one.yanked}
    versions = [one for one in newest_first(file.version for file in files) if one not in yanked]
    readable = [(one, found) for one in versions if (found := _version(one))]
    takes_previews = all(one.is_prerelease for _, one in readable) or bool(
        installed and installed.is_prerelease
    )
    wanted = [
        text
        for text, one in readable
        if (takes_previews or not one.is_prerelease) and (installed is None or one >= installed)
    ]
    held: list[Verdict] = []
    while wanted:
        now, wanted = set(wanted[:_AT_ONCE]), wanted[_AT_ONCE:]
        verdicts = {
            one.version: one for one in gate.best(name, [file for file in files if file.version in now])
        }
        for version in newest_first(now):
            if not verdicts[version].held_back:
                return Newest(name, version, tuple(held[:_MOST_HELD]))
            held.append(replace(verdicts[version], name=name))
    return Newest(name, "", tuple(held[:_MOST_HELD]))


def _version(text: str) -> Version | None:
    try:
        return Version(text)
    except InvalidVersion:
        return None


def _suits(file: PageFile, python: str, may_build: bool) -> bool:
    """Return whether a file can be installed into a Python of the version `python` on this machine."""
    if not file.is_wheel:
        return may_build and _allows(file.requires_python, python)
    tag = "-".join(file.filename[: -len(".whl")].rsplit("-", 3)[1:])
    try:
        return not parse_tag(tag).isdisjoint(_tags(_minor(python))) and _allows(file.requires_python, python)
    except ValueError:
        return False


def _allows(requires_python: str, python: str) -> bool:
    if not requires_python:
        return True
    # Where only the minor version is known, its latest patch is meant.
    whole = python if python.count(".") > 1 else f"{python}.99" if python else sys.version.split()[0]
    try:
        return SpecifierSet(requires_python).contains(whole, prereleases=True)
    except InvalidSpecifier:
        return False


def _minor(python: str) -> tuple[int, int] | None:
    parts = python.split(".")
    return (
        (int(parts[0]), int(parts[1])) if len(parts) > 1 and all(one.isdigit() for one in parts[:2]) else None
    )


@lru_cache(maxsize=16)
def _tags(minor: tuple[int, int] | None) -> frozenset[Any]:
    """Return the tags of wheels for CPython `minor` on this machine; None for this Python."""
    if minor is None or minor == sys.version_info[:2]:
        return frozenset(sys_tags())
    interpreter = f"cp{minor[0]}{minor[1]}"
    return frozenset([*cpython_tags(minor), *compatible_tags(minor, interpreter)])
