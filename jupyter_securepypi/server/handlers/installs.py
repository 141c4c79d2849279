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
        query = self.query("/installs")
        return {"installs": recent_installs(query["limit"], query["matching"])}


class ExportHandler(SecurePyPIHandler):
    """``GET installs/export``: the history as a file."""

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """Answer with the file's name, type and text."""
        await self.serve(self._file)

    def _file(self) -> dict[str, Any]:
        # Imported here, because the server's start does not need it.
        from ...install.export import export

        query = self.query("/installs/export")
        return export(query["format"], query["matching"]).to_dict()
