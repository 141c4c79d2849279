"""A port: cheroot with enough threads for many hanging clients, with TLS on request."""

from __future__ import annotations

import logging
import threading

from cheroot.ssl import Adapter
from cheroot.wsgi import Server

from ..core.errors import ConfigurationError
from .http import Application

log = logging.getLogger("jupyter_securepypi.emulator")

HOST = "127.0.0.1"
# 64 clients may hang in a fault while other clients, and the control interface, still get answers.
_THREADS = 96


class LoopbackServer:
    """Serves `application` on loopback until `stop`.

    Args:
        application: WSGI.
        port: TCP port, 0 for any free one.
        tls: an adapter of cheroot's that speaks TLS; None for plain http.
        named: the name of loopback in all addresses.

    Attributes:
        port: the TCP port.
        url: scheme, host and port.

    Raises:
        ConfigurationError: the port is not available.
    """

    def __init__(
        self, application: Application, port: int, tls: Adapter | None = None, named: str = HOST
    ) -> None:
        server = Server((HOST, port), application, numthreads=_THREADS, request_queue_size=256)
        server.keep_alive_conn_limit = 1024
        server.shutdown_timeout = 2
        server.expiration_interval = 0.05  # seconds until it sees that it is to stop
        server.server_name = "localhost"
        server.error_log = _log  # type: ignore[method-assign]
        server.ssl_adapter = tls
        try:
            server.prepare()
        except OSError as error:
            raise cannot_listen(port, error) from error
        self.port: int = server.bind_addr[1]
        self.url = f"{'http' if tls is None else 'https'}://{named}:{self.port}"
        self._server = server
        self._thread = threading.Thread(target=server.serve, name="emulator", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Close the port and end every thread."""
        self._server.stop()
        self._thread.join(10)


def cannot_listen(port: int, error: OSError) -> ConfigurationError:
    """Return the error that `port` is not available."""
    return ConfigurationError(
        f"The emulator cannot listen on {HOST}:{port}.",
        why=str(error),
        remedy="choose another port with --port, or leave it out for any free one",
    )


def _log(msg: str = "", level: int = logging.INFO, traceback: bool = False) -> None:
    log.log(level, "%s", msg, exc_info=traceback)
