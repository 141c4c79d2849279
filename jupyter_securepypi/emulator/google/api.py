"""The Artifact Registry API, as far as a repository is looked at (REST reference, ``repositories.get``)."""

from __future__ import annotations

import re
from typing import Any

from ..http import Request, Response
from .failures import GoogleError, as_json
from .world import LOCATION, LOOK, PROJECT, REMOTE, VIRTUAL, Repo, World

_REPOSITORY = re.compile(r"/v1/(?P<id>projects/[^/]+/locations/[^/]+/repositories/(?P<name>[^/]+))")


def answer_api(request: Request, who: str, world: World) -> Response:
    """Answer ``repositories.get``.

    Raises:
        GoogleError: it is refused, or it is another call.
    """
    found = _REPOSITORY.fullmatch(request.path)
    if request.method != "GET" or not found:
        raise GoogleError(404, "Requested entity was not found.")
    here = found["id"].startswith(f"projects/{PROJECT}/locations/{LOCATION}/")
    repo = world.repo(found["name"]) if here and found["name"] in world.names() else None
    if repo is None and here and who:
        # Whoever may look at repositories of the project is told that there is none.
        world.allow(who, LOOK, world.repo("shared-pypi"), found["id"])
        raise GoogleError(404, f'Repository "{found["id"]}" not found')
    world.allow(who, LOOK, repo, found["id"])
    assert repo is not None  # noqa: S101 nobody is allowed anything elsewhere # nosec B101
    return as_json(_described(repo, world))


def _described(repo: Repo, world: World) -> dict[str, Any]:
    found: dict[str, Any] = {"name": repo.id, "format": "PYTHON", "mode": repo.mode}
    if repo.mode == REMOTE:
        found["remoteRepositoryConfig"] = {"pythonRepository": {"publicRepository": "PYPI"}}
    if repo.mode == VIRTUAL:
        found["virtualRepositoryConfig"] = {
            "upstreamPolicies": [
                {"id": name, "repository": world.repo(name).id, "priority": priority}
                for name, priority in repo.upstreams.items()
            ]
        }
    return found
