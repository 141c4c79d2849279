"""``installs``."""

from __future__ import annotations

from typing import Any

from jupyter_server.auth.decorator import authorized
from tornado import web

from ..installs import recent_installs
from .base import SecurePyPIHandler


class InstallsHandler(SecurePyPIHandler):
    """``GET installs``: the newest installs, by any kernel or on the command line."""

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """Answer with up to `limit` installs."""
        await self.serve(self._installs)

    def _installs(self) -> dict[str, Any]:
        return {"installs": recent_installs(self.query("/installs")["limit"])}
