"""``doctor`` and ``doctor/fix``."""

from __future__ import annotations

from jupyter_server.auth.decorator import authorized
from tornado import web

from ...core.errors import SecurePyPIError
from .base import SecurePyPIHandler


class DoctorHandler(SecurePyPIHandler):
    """``GET doctor``: the last examination. ``POST doctor``: examine now; requests at the same time share one."""

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """Answer with the last examination, from memory."""
        self.answer(self.doctor.outcome())

    @web.authenticated
    @authorized
    async def post(self) -> None:
        """Answer with the examination after its end; a body is ignored."""
        try:
            self.answer(await self.doctor.examine())
        except SecurePyPIError as error:
            self.fail(error)


class DoctorFixHandler(SecurePyPIHandler):
    """``GET doctor/fix``: what a fix would change. ``POST``: apply it; a client only chooses the finding."""

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """Answer with the changes in files that are not ours."""
        try:
            changes = await self.doctor.changes_of(self.query("/doctor/fix")["key"])
        except SecurePyPIError as error:
            self.fail(error)
            return
        self.answer(changes.to_dict())

    @web.authenticated
    @authorized
    async def post(self) -> None:
        """Answer with the sentences of the fix, and the examination afterwards."""
        try:
            body = self.body("FindingFixRequest")
            done, examination = await self.doctor.fix(body["key"], consent=body["consent"])
        except SecurePyPIError as error:
            self.fail(error)
            return
        self.refresher.kernels_changed()
        self.answer({"done": done, "examination": examination})
