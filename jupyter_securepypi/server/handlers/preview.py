"""``preview``: what a SageMaker step would get, told beforehand."""

from __future__ import annotations

from typing import Any

from jupyter_server.auth.decorator import authorized
from tornado import web

from ...core.errors import ConfigurationError, NotConfigured
from ..openapi import BadRequest
from .base import SecurePyPIHandler


class PreviewHandler(SecurePyPIHandler):
    """``GET preview``: what the form offers. ``POST preview``: the environment, its verdicts, and snippets.

    What a client sends is only turned into text: nothing is minted, read, started or asked of anybody.
    """

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """Answer with routes, images and defaults."""
        await self.serve(_choices)

    @web.authenticated
    @authorized
    async def post(self) -> None:
        """Answer with the preview of one step."""
        await self.serve(self._preview)

    def _preview(self) -> dict[str, Any]:
        body = self.body("PreviewRequest")
        # Here, because a server that nobody asks for a preview needs neither the routes nor pydantic.
        from ...sagemaker.preview import preview_step

        try:
            return preview_step(**body).to_dict()
        except NotConfigured:
            raise
        except ConfigurationError as error:
            raise BadRequest(error.message, why=error.why, remedy=error.remedy) from None


def _choices() -> dict[str, Any]:
    from ...sagemaker.preview import choices

    return choices()
