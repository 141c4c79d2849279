"""``packages``, ``packages/search``, ``packages/newest`` and ``why``."""

from __future__ import annotations

from typing import Any

from jupyter_server.auth.decorator import authorized
from tornado import web

from ...core.errors import RequestRefused, SecurePyPIError
from ..openapi import BadRequest
from .base import SecurePyPIHandler


class PackagesHandler(SecurePyPIHandler):
    """``GET packages``: what is installed in a kernel's environment, and where it came from."""

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """Answer for the kernel in the query."""
        await self.serve(self._installed)

    def _installed(self) -> dict[str, Any]:
        kernel = self.query("/packages")["kernel"]
        # Imported here and below: a server that nobody asks does not need it.
        from ..packages import installed

        return installed(self.refresher.kernels, kernel)


class SearchHandler(SecurePyPIHandler):
    """``GET packages/search``: the names in the index that a part of one may stand for."""

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """Answer for the text in the query."""
        await self.serve(self._found)

    def _found(self) -> dict[str, Any]:
        text = self.query("/packages/search")["text"]
        from ..packages import found

        return found(text)


class NewestHandler(SecurePyPIHandler):
    """``GET packages/newest``: the newest version of some packages that the gate lets through."""

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """Answer for the kernel and the packages in the query."""
        from ..packages import newest_of

        try:
            asked = self.query("/packages/newest")
            self.answer(await newest_of(self.refresher.kernels, asked["kernel"], asked["packages"]))
        except SecurePyPIError as error:
            self.fail(error)


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
