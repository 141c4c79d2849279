"""CodeArtifact's REST interface.

Paths, parameters and limits are those of botocore's service model ``codeartifact/2018-09-22``; a module for each kind
of resource.
"""

from __future__ import annotations

import json
import uuid

from ..errors import AwsError
from ..http import Request, Response
from ..principals import Principal
from ..state import State
from . import (
    assets,
    copying,
    domains,
    groups,
    package_lists,
    policies,
    repositories,
    statuses,
    tags,
    tokens,
)
from .asked import Asked, Routes

_MODULES = (
    assets,
    copying,
    domains,
    groups,
    package_lists,
    policies,
    repositories,
    statuses,
    tags,
    tokens,
)
_ROUTES: Routes = {address: route for module in _MODULES for address, route in module.ROUTES.items()}


def operation_of(request: Request) -> str:
    """Return the name of the operation that `request` asks for, or an empty string."""
    route = _ROUTES.get((request.method, request.path))
    return route[0] if route else ""


def unknown_operation(request: Request) -> AwsError:
    """Return the refusal of a request for no operation."""
    return AwsError("UnknownOperationException", f"Unknown operation: {request.method} {request.path}", 404)


def answer(request: Request, who: Principal, region: str, state: State) -> Response:
    """Return CodeArtifact's answer to `who`, the principal that signed the request for `region`.

    Raises:
        AwsError: a refusal in CodeArtifact's words.
    """
    handler = _ROUTES[request.method, request.path][1]
    with state.world.lock:
        found = handler(Asked(request, who, region, state))
    if isinstance(found, Response):
        return found
    headers = {"Content-Type": "application/json", "x-amzn-requestid": str(uuid.uuid4())}
    return Response(200, headers, json.dumps(found).encode())
