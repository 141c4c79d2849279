"""``preview``: the environment that a SageMaker step would get."""

from __future__ import annotations

from typing import Any

from jupyter_server.auth.decorator import authorized
from tornado import web

from ...core.errors import ConfigurationError, NotConfigured
from ..openapi import BadRequest
from .base import SecurePyPIHandler


class PreviewHandler(SecurePyPIHandler):
    """``GET preview``: the choices of the form. ``POST preview``: the environment, its verdicts, and snippets.

    A client's input only becomes text: nothing is minted, read, started or requested.
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
        # Imported here: without a preview, a server needs neither the routes nor pydantic.
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
