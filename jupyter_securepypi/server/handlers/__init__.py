"""REST under ``securepypi/``: thin, authenticated, authorized and without secrets; ``openapi.yaml`` describes it."""

from __future__ import annotations

from typing import Any

from ..doctor import Doctor
from ..refresher import Refresher
from .base import AUTH_RESOURCE, SecurePyPIHandler
from .configuration import ConfigurationHandler
from .doctor import DoctorFixHandler, DoctorHandler
from .installs import ExportHandler, InstallsHandler
from .kernels import FixHandler, KernelsHandler
from .packages import NewestHandler, PackagesHandler, SearchHandler, WhyHandler
from .preview import PreviewHandler
from .token import ClientsHandler, RefreshHandler, StatusHandler

__all__ = ["AUTH_RESOURCE", "SecurePyPIHandler", "routes"]


def routes(refresher: Refresher, doctor: Doctor) -> list[tuple[str, type[SecurePyPIHandler], dict[str, Any]]]:
    """Return the routing table, relative to the server's base URL."""
    collaborators = {"refresher": refresher, "doctor": doctor}
    handlers: dict[str, type[SecurePyPIHandler]] = {
        "status": StatusHandler,
        "refresh": RefreshHandler,
        "kernels": KernelsHandler,
        "kernels/fix": FixHandler,
        "clients": ClientsHandler,
        "doctor": DoctorHandler,
        "doctor/fix": DoctorFixHandler,
        "installs": InstallsHandler,
        "packages": PackagesHandler,
        "packages/search": SearchHandler,
        "packages/newest": NewestHandler,
        "installs/export": ExportHandler,
        "configuration": ConfigurationHandler,
        "why": WhyHandler,
        "preview": PreviewHandler,
    }
    return [(f"/securepypi/{verb}", handler, collaborators) for verb, handler in handlers.items()]
