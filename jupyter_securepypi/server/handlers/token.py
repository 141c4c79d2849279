"""``status``, ``refresh`` and ``clients``: the token, and who has it."""

from __future__ import annotations

from typing import Any

from jupyter_server.auth.decorator import authorized
from tornado import web

from ...core.errors import SecurePyPIError
from .base import SecurePyPIHandler


class StatusHandler(SecurePyPIHandler):
    """``GET status``: the state of the token, from files alone."""

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """Answer with the status."""
        _answer_status(self)


class RefreshHandler(SecurePyPIHandler):
    """``POST refresh``: mint now; a body is ignored, so no client can choose role, endpoint or index."""

    @web.authenticated
    @authorized
    async def post(self) -> None:
        """Answer with the status after the attempt, or with the error."""
        try:
            await self.refresher.refresh()
        except SecurePyPIError as error:
            self.fail(error)
            return
        _answer_status(self)


class ClientsHandler(SecurePyPIHandler):
    """``GET clients``: the standing of each of the user's clients, and the file or variable that decides."""

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """Answer with the standing of every client."""
        await self.serve(self._clients)

    def _clients(self) -> dict[str, Any]:
        return {"clients": self.refresher.standings()}


def _answer_status(handler: SecurePyPIHandler) -> None:
    status = handler.refresher.status().to_dict()
    handler.answer({**status, "refreshing": handler.refresher.refreshing})
