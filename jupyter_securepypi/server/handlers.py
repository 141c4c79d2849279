"""REST under ``securepypi/``: thin, authenticated, authorized, and never a secret."""

from __future__ import annotations

import json
from typing import Any

from jupyter_server.auth.decorator import authorized
from jupyter_server.base.handlers import APIHandler
from tornado import web

from ..core.errors import AccessDenied, ConfigurationError, SecurePyPIError, Throttled
from .refresher import Refresher

AUTH_RESOURCE = "securepypi"


class SecurePyPIHandler(APIHandler):
    """What the handlers share; authorizers know them as the resource ``securepypi``."""

    auth_resource = AUTH_RESOURCE

    def initialize(self, refresher: Refresher) -> None:
        """Receive the collaborator from the routing table."""
        self.refresher = refresher

    def answer(self, data: dict[str, Any]) -> None:
        """Finish with `data` as JSON that nobody may cache."""
        self.set_header("Cache-Control", "no-store")
        self.finish(json.dumps(data))

    def answer_status(self) -> None:
        """Finish with how things stand."""
        status = self.refresher.status().to_dict()
        self.answer({**status, "refreshing": self.refresher.refreshing})


class StatusHandler(SecurePyPIHandler):
    """``GET status``: how things stand, from files alone."""

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """Answer with the status."""
        self.answer_status()


class RefreshHandler(SecurePyPIHandler):
    """``POST refresh``: mint now; a body is ignored, so no client can choose role, endpoint or index."""

    @web.authenticated
    @authorized
    async def post(self) -> None:
        """Answer with the status after the attempt, or with what went wrong."""
        try:
            await self.refresher.refresh()
        except SecurePyPIError as error:
            self.set_status(_http_status(error))
            self.answer(error.to_dict())
            return
        self.answer_status()


def _http_status(error: SecurePyPIError) -> int:
    if isinstance(error, ConfigurationError):
        return 409
    if isinstance(error, AccessDenied):
        return 403
    if isinstance(error, Throttled):
        return 503
    return 502


def routes(refresher: Refresher) -> list[tuple[str, type[SecurePyPIHandler], dict[str, Any]]]:
    """Return the routing table, relative to the server's base URL."""
    collaborators = {"refresher": refresher}
    return [
        ("/securepypi/status", StatusHandler, collaborators),
        ("/securepypi/refresh", RefreshHandler, collaborators),
    ]
