"""The port: cheroot with enough threads for many hanging clients, with TLS on request."""

from __future__ import annotations

import logging
import threading
from pathlib import Path
from typing import Any

from cheroot.ssl.builtin import BuiltinSSLAdapter
from cheroot.wsgi import Server

from ..core.errors import ConfigurationError

log = logging.getLogger("jupyter_securepypi.emulator")

HOST = "127.0.0.1"
# 64 clients may hang in a fault while other clients, and the control interface, still get answers.
_THREADS = 96


class LoopbackServer:
    """Serves `application` on loopback until `stop`.

    Args:
        application: WSGI.
        port: TCP port, 0 for any free one.
        tls_folder: the folder for the certificates; None for plain http.
        named: the name of loopback in all addresses.

    Raises:
        ConfigurationError: the port is not available.
    """

    def __init__(self, application: Any, port: int, tls_folder: Path | None, named: str = HOST) -> None:
        server = Server((HOST, port), application, numthreads=_THREADS, request_queue_size=256)
        server.keep_alive_conn_limit = 1024
        server.shutdown_timeout = 2
        server.server_name = "localhost"
        server.error_log = _log  # type: ignore[method-assign]
        self._named = named
        self.ca_file: Path | None = None
        if tls_folder is not None:
            self.ca_file = tls_folder / "ca.pem"
            server.ssl_adapter = _certified(tls_folder)
        try:
            server.prepare()
        except OSError as error:
            raise ConfigurationError(
                f"The emulator cannot listen on {HOST}:{port}.",
                why=str(error),
                remedy="choose another port with --port, or leave it out for any free one",
            ) from error
        self._server = server
        self._thread = threading.Thread(target=server.serve, name="emulator", daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        """Scheme, host and port."""
        scheme = "http" if self.ca_file is None else "https"
        return f"{scheme}://{self._named}:{self._server.bind_addr[1]}"

    def stop(self) -> None:
        """Close the port and end every thread."""
        self._server.stop()
        self._thread.join(10)


def _certified(folder: Path) -> BuiltinSSLAdapter:
    import trustme

    authority = trustme.CA()
    certificate = authority.issue_cert(HOST, "localhost")
    authority.cert_pem.write_to_path(str(folder / "ca.pem"))
    bundle = folder / "server.pem"
    bundle.touch(mode=0o600)
    certificate.private_key_and_cert_chain_pem.write_to_path(str(bundle))
    return BuiltinSSLAdapter(str(bundle), str(bundle))


def _log(msg: str = "", level: int = logging.INFO, traceback: bool = False) -> None:
    log.log(level, "%s", msg, exc_info=traceback)
