"""``configuration``."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from jupyter_server.auth.decorator import authorized
from tornado import web

from ...config import save_repository
from .base import SecurePyPIHandler


class ConfigurationHandler(SecurePyPIHandler):
    """``POST configuration``: write a repository into the user's own file, where nothing names one.

    A client chooses neither a role nor a file, and replaces nothing.
    """

    @web.authenticated
    @authorized
    async def post(self) -> None:
        """Answer with the file that was written; the server looks at the new options at once."""
        await self.serve(self._save)
        if self.get_status() == HTTPStatus.OK:
            self.refresher.look_now()

    def _save(self) -> dict[str, Any]:
        written = save_repository(self.body("Configuration")["repository"])
        # So that the status which the client asks for next is about it.
        self.refresher.read_options()
        return {"written": str(written)}
