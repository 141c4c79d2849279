"""``kernels`` and ``kernels/fix``."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from jupyter_server.auth.decorator import authorized
from tornado import web

from .base import SecurePyPIHandler


class KernelsHandler(SecurePyPIHandler):
    """``GET kernels``: the index in force in each kernel, and the setting that decides."""

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """Answer with the audit of every kernel."""
        await self.serve(self._kernels)

    def _kernels(self) -> dict[str, Any]:
        return {"kernels": self.refresher.audit()}


class FixHandler(SecurePyPIHandler):
    """``GET kernels/fix``: what that would change. ``POST``: point one kernel at the secure index.

    A client only chooses the kernel.
    """

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """Answer with the changes in pip's and uv's files."""
        await self.serve(self._changes)

    def _changes(self) -> dict[str, Any]:
        return self.refresher.changes_of_fix(self.query("/kernels/fix")["kernel"]).to_dict()

    @web.authenticated
    @authorized
    async def post(self) -> None:
        """Answer with the kernel's audit afterwards, and the written files."""
        await self.serve(self._fix)
        if self.get_status() == HTTPStatus.OK:
            self.refresher.kernels_changed()

    def _fix(self) -> dict[str, Any]:
        kernel, written = self.refresher.fix(self.body("FixRequest")["kernel"])
        return {"kernel": kernel, "written": written}
