"""The external connections that serve a repository, its own and those of its upstreams. Runs in the child.

AWS user guide: "Connect a CodeArtifact repository to a public repository".
"""

from __future__ import annotations

from dataclasses import replace
from typing import List

from ...grant import MintRequest
from ..base import Connection
from .administration.api import Api
from .administration.own_names import Look
from .repository import named_by


def look_up(request: MintRequest) -> List[Connection]:
    """Return the connections, the nearest first.

    Raises:
        SecurePyPIError: there are no credentials, or ``codeartifact:DescribeRepository`` is refused.
    """
    repository = named_by(request)
    ways = Look(Api.of(request), repository).ways()
    return [Connection(name, replace(repository, name=where).id) for where, name in ways.connections]
