"""The packages of a kernel's environment, and the index's, as the panel asks for them; nothing is run in a kernel."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from functools import partial
from typing import Any

from ..config import load_options
from ..core.errors import AccessDenied, ConfigurationError, SecurePyPIError, TokenExpired, Unreachable
from ..core.project_name import NAME
from ..install.questions.in_environment import in_environment
from ..install.questions.index_names import index_names
from ..install.questions.newest import newest
from ..install.questions.search import search
from ..kernels.audits import Kernels
from ..kernels.search_path import SearchPath, search_path
from .openapi import BadRequest
from .threads import in_thread

_AT_ONCE = 8
"""Packages of one request that the index is asked about at the same time."""
_MOST = 50
# What stands in the way of one package stands in the way of all.
_OF_ALL = (AccessDenied, ConfigurationError, TokenExpired, Unreachable)


def installed(kernels: Kernels, kernel: str) -> dict[str, Any]:
    """Return what is installed in a kernel's environment as JSON values; blocks on the disk.

    Raises:
        UnknownKernel: the server has no kernel of that name.
        SecurePyPIError: the options, or the kernels, cannot be read.
    """
    environment = kernels.named(kernel)
    about = {
        "kernel": environment.name,
        "display_name": environment.display_name,
        "prefix": str(environment.prefix) if environment.prefix else None,
        "reason": "" if environment.prefix else environment.reason,
    }
    path = _search_path(kernels, kernel)
    found = (
        in_environment(load_options(), str(environment.prefix), [str(one) for one in path.folders])
        if environment.prefix
        else []
    )
    return {**about, "python": path.python, "packages": [one.to_dict() for one in found]}


def found(text: str) -> dict[str, Any]:
    """Return what the index has that `text` may stand for, as JSON values; blocks on the network at first.

    Raises:
        SecurePyPIError: there is no token, or no answer.
    """
    listed = index_names(load_options())
    result = search(listed.names, text)
    return {
        "text": text,
        "names": list(result.names),
        "total": result.total,
        "near": result.near,
        "listed": bool(listed.names) or listed.whole,
        "not_known": list(listed.not_known),
    }


async def newest_of(kernels: Kernels, kernel: str, packages: str) -> dict[str, Any]:
    """Return the newest allowed version of each of `packages` for a kernel's Python, as JSON values.

    A few are asked about at the same time, each in a thread. What cannot be found out of one package is told beside the
    rest.

    Args:
        kernels: of the server.
        kernel: the name of the kernel specification.
        packages: up to fifty names, with commas between them; ``NAME==VERSION`` where that version is installed.

    Raises:
        BadRequest: they are something else, or more.
        UnknownKernel: the server has no kernel of that name.
        SecurePyPIError: nothing can be found out; the error says why.
    """
    wanted = _wanted(packages)
    python = (await in_thread(partial(_search_path, kernels, kernel))).python
    options = await in_thread(load_options)  # once: they may be code of the user's
    limit = asyncio.Semaphore(_AT_ONCE)

    async def one(name: str, since: str) -> dict[str, Any]:
        async with limit:
            try:
                answer = await in_thread(lambda: newest(options, name, python, since))
            except _OF_ALL:
                raise
            except SecurePyPIError as error:
                return {
                    "name": name,
                    "version": "",
                    "held_back": [],
                    "absent": False,
                    "error": error.to_dict(),
                }
            return {**answer.to_dict(), "error": None}

    asked = [asyncio.ensure_future(one(name, since)) for name, since in wanted]
    try:
        return {"packages": await asyncio.gather(*asked)}
    finally:
        for task in asked:  # after the first failure nobody waits for the others
            task.cancel()


def _search_path(kernels: Kernels, kernel: str) -> SearchPath:
    environment = kernels.named(kernel)
    if environment.prefix is None:
        return SearchPath((), "")
    return search_path(environment.prefix, environment.environ)


def _wanted(packages: str) -> Sequence[tuple[str, str]]:
    words = packages.split(",")
    if len(words) > _MOST:
        raise BadRequest(f"There are {len(words)} packages, and at most {_MOST} may be asked about at once.")
    found = []
    for word in words:
        name, _, since = word.partition("==")
        if not re.fullmatch(NAME, name):
            raise BadRequest(f"{word[:80]!r} is no name.", remedy="write pandas, or pandas==2.2.3")
        found.append((name, since))
    return found
