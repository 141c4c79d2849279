"""``why``."""

from __future__ import annotations

from typing import Any

from jupyter_server.auth.decorator import authorized
from tornado import web

from ...core.errors import RequestRefused
from ..openapi import BadRequest
from .base import SecurePyPIHandler


class WhyHandler(SecurePyPIHandler):
    """``GET why``: what an install of a requirement would take, or what stands in its way."""

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """Answer for the requirement in the query."""
        await self.serve(self._why)

    def _why(self) -> dict[str, Any]:
        requirement = self.query("/why")["requirement"]
        # Imported here: a server that nobody asks does not need it.
        from ...config import load_options
        from ...install.questions.why.question import why

        try:
            return why(load_options(), requirement).to_dict()
        except RequestRefused as error:
            raise BadRequest(error.message, why=error.why, remedy=error.remedy) from None
