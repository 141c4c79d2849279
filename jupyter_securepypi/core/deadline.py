"""A limit for the whole of a request: a server that sends a byte now and then keeps within every limit of one read."""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
import urllib.request
from typing import Any, Callable, List


class Deadline:
    """A context manager that ends the connections it watches after some seconds; reads of them then see their end.

    Args:
        seconds: from entering the block.

    Attributes:
        passed: the time was up before the block ended.
    """

    def __init__(self, seconds: float) -> None:
        self.passed = False
        self._sockets: List[socket.socket] = []
        self._lock = threading.Lock()
        self._timer = threading.Timer(seconds, self._pass)
        self._timer.daemon = True

    def watch(self, connection: http.client.HTTPConnection) -> None:
        """End `connection`, which is open, when the time is up, or at once if it is."""
        with self._lock:
            self._sockets.append(connection.sock)
        if self.passed:
            self._pass()

    def handlers(self, context: Callable[[], ssl.SSLContext]) -> List[urllib.request.BaseHandler]:
        """Return the handlers of an opener whose connections are watched; those of https ask for a `context`."""
        return [_Http(self), _Https(self, context)]

    def __enter__(self) -> Deadline:
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()
        self._timer.join()

    def _pass(self) -> None:
        self.passed = True
        with self._lock:
            for one in self._sockets:
                try:
                    # Not SSLSocket's own, which would change the state that the reading thread uses.
                    socket.socket.shutdown(one, socket.SHUT_RDWR)
                except OSError:
                    pass  # it has ended already


class _Http(urllib.request.HTTPHandler):
    def __init__(self, deadline: Deadline) -> None:
        super().__init__()
        self._deadline = deadline

    def http_open(self, req: urllib.request.Request) -> Any:
        def connection(*words: Any, **options: Any) -> http.client.HTTPConnection:
            return _watched(http.client.HTTPConnection(*words, **options), self._deadline)

        return self.do_open(connection, req)


class _Https(urllib.request.HTTPSHandler):
    def __init__(self, deadline: Deadline, context: Callable[[], ssl.SSLContext]) -> None:
        # The class's own makes a context at once, for which http waits too.
        urllib.request.AbstractHTTPHandler.__init__(self)
        self._deadline = deadline
        self._trust = context

    def https_open(self, req: urllib.request.Request) -> Any:
        def connection(*words: Any, **options: Any) -> http.client.HTTPConnection:
            return _watched(
                http.client.HTTPSConnection(*words, context=self._trust(), **options), self._deadline
            )

        return self.do_open(connection, req)


def _watched(connection: http.client.HTTPConnection, deadline: Deadline) -> http.client.HTTPConnection:
    connect = connection.connect

    def connect_and_watch() -> None:
        connect()
        deadline.watch(connection)

    connection.connect = connect_and_watch  # type: ignore[method-assign]
    return connection
