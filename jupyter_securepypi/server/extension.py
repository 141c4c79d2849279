"""The server extension: starts and stops the refresher, serves REST, announces events."""

from __future__ import annotations

import asyncio
import atexit
import os
import time
from functools import partial
from pathlib import Path
from typing import Any

from jupyter_server.extension.application import ExtensionApp

from ..clients.variables import clean
from ..config import CONFIG_NAME, SecurePyPI
from ..core.child import kill_children
from ..core.signals import before_hangup
from .doctor import Doctor
from .handlers import routes
from .installs import HistoryWatch
from .kernel_specs import ServerSpecs
from .refresher import Refresher

GRACE = 1.2
"""Seconds that a stop may wait for work that goes on."""

_EVENTS = "https://events.jupyter.org/jupyter_securepypi"
EVENT = f"{_EVENTS}/token/v1"
INSTALLS_EVENT = f"{_EVENTS}/installs/v1"
KERNELS_EVENT = f"{_EVENTS}/kernels/v1"


class SecurePyPIExtension(ExtensionApp):
    """Keeps the token fresh and points every kernel's package managers at the secure index."""

    name = "securepypi"
    load_other_extensions = True

    def _config_file_name_default(self) -> str:
        """Load no file: `load_options` reads ours, in the server as in kernels and commands."""
        return ""

    @property
    def _server(self) -> Any:
        """The server; it is set before this code runs, although the base class types it as optional."""
        return self.serverapp

    def initialize_settings(self) -> None:
        """Prepare the refresher; it starts with the event loop, so that the server's own start does not wait."""
        self._warn_about_options_elsewhere()
        for name in ("token", "installs", "kernels"):
            self._server.event_logger.register_event_schema(Path(__file__).parent / "events" / f"{name}.yaml")
        self.specs = ServerSpecs(
            self._server.kernel_spec_manager.get_all_specs, lambda: self._server.io_loop.asyncio_loop
        )
        self.refresher = Refresher(
            specs=self.specs,
            announce=self._announce,
            on_options=self._clean_environment,
            log=self.log,
            on_kernels=self._announce_kernels,
            folder=Path(self._server.root_dir),
        )
        # Read now, so that even the first request sees the options in force.
        self.refresher.read_options()
        self.doctor = Doctor(self.refresher)
        self.history = HistoryWatch(self._announce_installs, self.log)
        # Server 2.15 lacks the start hook of newer servers; all servers have the event loop.
        # A server that is interrupted, or whose terminal is closed, ends without `stop_extension`.
        atexit.register(kill_children, for_good=True)
        before_hangup(partial(kill_children, for_good=True))
        self._server.io_loop.add_callback(self.refresher.start)
        self._server.io_loop.add_callback(self.history.start)

    def initialize_handlers(self) -> None:
        """Register the REST routes."""
        self.handlers.extend(routes(self.refresher, self.doctor))

    async def stop_extension(self) -> None:
        """Stop watch, doctor and refresher, within `GRACE` seconds; no task and no child process is left."""
        parts = [getattr(self, name) for name in ("history", "doctor", "refresher") if hasattr(self, name)]
        if hasattr(self, "specs"):  # a start that failed half-way made some of them only
            self.specs.cancel()
        stopping = asyncio.gather(*(part.stop() for part in parts), return_exceptions=True)
        deadline = time.monotonic() + GRACE
        # Again and again: a thread may be starting a child just now.
        while not stopping.done() and time.monotonic() < deadline:
            kill_children()
            await asyncio.wait([stopping], timeout=0.05)
        if not stopping.done():  # a disk hangs; the thread that waits for it ends with the process
            stopping.cancel()
            self.log.warning("Secure PyPI: stopped, although some work has not ended; does a disk hang?")

    def _announce(self, action: str, expires_at: float | None, message: str) -> None:
        self._server.event_logger.emit(
            schema_id=EVENT, data={"action": action, "expires_at": expires_at, "message": message}
        )

    def _announce_kernels(self) -> None:
        self._server.event_logger.emit(schema_id=KERNELS_EVENT, data={"action": "changed"})

    def _announce_installs(self, ok: bool, count: int) -> None:
        data = {"action": "recorded", "ok": ok, "count": count}
        self._server.event_logger.emit(schema_id=INSTALLS_EVENT, data=data)

    def _clean_environment(self, options: SecurePyPI) -> None:
        """Remove variables that new kernels and terminals would inherit, and that beat their configuration files."""
        if options.repository and options.use_secure_pypi and options.clean_environment:
            names = clean(os.environ)
            if names:
                self.log.info("Secure PyPI: kernels and terminals no longer inherit %s", ", ".join(names))

    def _warn_about_options_elsewhere(self) -> None:
        found = sorted(self._server.config.get("SecurePyPI", {}))
        if found:
            self.log.warning(
                "Secure PyPI: SecurePyPI.%s in the server's configuration or command line is ignored, because kernels "
                "would not see it. Put it into %s.py or .json.",
                ", SecurePyPI.".join(found),
                CONFIG_NAME,
            )
