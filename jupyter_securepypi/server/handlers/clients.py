"""``clients``."""

from __future__ import annotations

from typing import Any

from jupyter_server.auth.decorator import authorized
from tornado import web

from .base import SecurePyPIHandler


class ClientsHandler(SecurePyPIHandler):
    """``GET clients``: the standing of each of the user's clients, and the file or variable that decides."""

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """Answer with the standing of every client."""
        await self.serve(self._clients)

    def _clients(self) -> dict[str, Any]:
        return {"clients": self.refresher.standings()}
