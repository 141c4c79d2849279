"""Whether a public index answers for a repository already: asked of its provider, in a short-lived child process."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from ...core.child import Child
from ...core.errors import RequestRefused, SecurePyPIError
from ...core.grant import MintRequest
from ...core.minting import answer_once, encoded
from ...core.providers.base import Connection, IndexProvider, KnowsConnections
from ...core.providers.registry import provider_of, repository_of

_SECONDS = 60.0


def look_up(request: MintRequest) -> tuple[list[Connection], str]:
    """Return the connections that serve the repository of `request`, and a sentence where they could not be seen."""
    provider = provider_of(request.repository)
    if not isinstance(provider, KnowsConnections):
        return [], ""
    with Child.python(__name__, {"request": encoded(request)}, _SECONDS) as child:
        output = b"".join(child.output())
    try:
        reply = json.loads(output)
        if "error" not in reply:
            return [Connection(**one) for one in reply["connections"]], ""
        missing = SecurePyPIError.from_dict(reply["error"]).message
    except (ValueError, KeyError, TypeError):
        missing = f"{provider.authority} has not answered."
    return [], f"Whether a public index serves {request.repository} could not be seen: {missing}"


def refuse_public(connections: Sequence[Connection], request: MintRequest, files: Sequence[str]) -> None:
    """Refuse to mirror the public index into a repository that it serves already.

    Raises:
        RequestRefused: `connections` has one.
    """
    for one in connections:
        behind = repository_of(one.repository)
        listed = " ".join(f"-r {file}" for file in files) or "-r FILE"
        promote = f"`jupyter securepypi promote {listed} --from {behind.id} --to {request.repository.id}`"
        if behind == request.repository:
            remedy = "mirror into a repository without it; or keep this one as a store, and copy from it with "
            remedy += f"`jupyter securepypi promote {listed} --from {behind.id} --to CURATED`"
        else:
            remedy = (
                f"{promote} copies what passes the gate; for a mirror, take {behind} away from its upstreams"
            )
        raise RequestRefused(
            f"{request.repository} is not mirrored into.", why=_why(one, request), remedy=remedy
        )


def note(connection: Connection, request: MintRequest) -> str:
    """Return what is to be known where another index is mirrored into such a repository."""
    return (
        f"{_why(connection, request)}. "
        "`jupyter securepypi promote` copies what comes from there; this mirror does not."
    )


def _why(one: Connection, request: MintRequest) -> str:
    behind = repository_of(one.repository)
    through = "" if behind == request.repository else f" of {behind}, which is behind it"
    return (
        f"{request.repository} takes packages over the external connection {one.name}{through}: the public index "
        "answers for every name already, a publisher is refused what is reachable there, and a copy from there "
        "keeps its time of upload, which an upload does not"
    )


def answer() -> None:
    """Run in the child: read the question from standard input, write the connections or an error to standard output."""

    def connections(
        provider: IndexProvider, request: MintRequest, question: Mapping[str, Any]
    ) -> dict[str, Any]:
        assert isinstance(provider, KnowsConnections)  # noqa: S101 the parent has looked # nosec B101
        return {"connections": [asdict(one) for one in provider.connections(request)]}

    answer_once(connections)
