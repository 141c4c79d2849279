"""The server extension: starts and stops the refresher, serves REST, announces events."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from jupyter_server.extension.application import ExtensionApp

from ..clients.variables import clean
from ..config import CONFIG_NAME, SecurePyPI
from .doctor import Doctor
from .handlers import routes
from .installs import HistoryWatch
from .refresher import Refresher

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
        self.refresher = Refresher(
            specs=self._server.kernel_spec_manager.get_all_specs,
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
        self._server.io_loop.add_callback(self.refresher.start)
        self._server.io_loop.add_callback(self.history.start)

    def initialize_handlers(self) -> None:
        """Register the REST routes."""
        self.handlers.extend(routes(self.refresher, self.doctor))

    async def stop_extension(self) -> None:
        """Stop watch, doctor and refresher; no task, thread or child process is left."""
        for part in ("history", "doctor", "refresher"):
            if hasattr(self, part):  # a start that failed half-way made some of them only
                await getattr(self, part).stop()

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
