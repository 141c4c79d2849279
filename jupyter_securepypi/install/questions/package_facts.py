"""What the provider knows of a package, asked in a short-lived child process with a deadline."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from ...core.child import Child
from ...core.errors import SecurePyPIError
from ...core.grant import MintRequest
from ...core.minting import answer_once, encoded
from ...core.providers.base import IndexProvider, KnowsPackages
from ...core.providers.package_facts import NOTHING, PackageFacts
from ...core.providers.registry import provider_of

DEADLINE = 8.0
"""Seconds that the provider has."""


def package_facts(request: MintRequest, project: str, deadline: float = DEADLINE) -> PackageFacts:
    """Return what the provider of a repository knows of a package; what it does not say is told in the facts.

    Args:
        request: the request that minting would make.
        project: the package's normalized name.
        deadline: seconds from now.
    """
    provider = provider_of(request.repository)
    if not isinstance(provider, KnowsPackages):
        return NOTHING
    question = {"request": encoded(request), "project": project}
    with Child.python(__name__, question, deadline) as child:
        output = b"".join(child.output())
    try:
        reply = json.loads(output)
        if "error" not in reply:
            return PackageFacts.from_dict(reply)
        error = SecurePyPIError.from_dict(reply["error"])
        missing = f"{error.message} {error.why}".strip()
    except (ValueError, KeyError, TypeError):
        in_time = f" within {deadline:g} seconds" if child.timed_out else ""
        missing = f"{provider.authority} has not answered{in_time}."
    return PackageFacts({}, not_known=(missing,))


def answer() -> None:
    """Run in the child: read the question from standard input, write the facts or an error to standard output."""

    def facts(provider: IndexProvider, request: MintRequest, question: Mapping[str, Any]) -> dict[str, Any]:
        assert isinstance(provider, KnowsPackages)  # noqa: S101 the parent has looked # nosec B101
        return provider.package_facts(request, question["project"]).to_dict()

    answer_once(facts)
