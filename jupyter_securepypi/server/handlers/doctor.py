"""``doctor`` and ``doctor/fix``."""

from __future__ import annotations

from jupyter_server.auth.decorator import authorized
from tornado import web

from ...core.errors import SecurePyPIError
from .base import SecurePyPIHandler


class DoctorHandler(SecurePyPIHandler):
    """``GET doctor``: what was found last. ``POST doctor``: examine now; several at a time share one examination."""

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """Answer with the last examination, from memory."""
        self.answer(self.doctor.outcome())

    @web.authenticated
    @authorized
    async def post(self) -> None:
        """Answer with the examination once it has ended; a body is ignored."""
        try:
            self.answer(await self.doctor.examine())
        except SecurePyPIError as error:
            self.fail(error)


class DoctorFixHandler(SecurePyPIHandler):
    """``POST doctor/fix``: apply the remedy of one finding; a client chooses which, and nothing else."""

    @web.authenticated
    @authorized
    async def post(self) -> None:
        """Answer with what was done, and with the examination afterwards."""
        try:
            body = self.body("FindingFixRequest")
            done, examination = await self.doctor.fix(body["key"], consent=body["consent"])
        except SecurePyPIError as error:
            self.fail(error)
            return
        self.refresher.kernels_changed()
        self.answer({"done": done, "examination": examination})
