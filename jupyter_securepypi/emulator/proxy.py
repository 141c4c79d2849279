"""The proxy that leads a cloud's own names to the emulator, and no other name anywhere (RFC 9110, section 9.3.6)."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urlsplit

from .server import HOST, cannot_listen

_SECONDS = 30  # for the head of a request
_PIECE = 1 << 16  # bytes


@dataclass(frozen=True)
class Ways:
    """Where the proxy's clients go.

    Attributes:
        serves: says which names are led to the emulator.
        refused: is told each other host that was asked for.
        tls_port: of the server that speaks TLS under those names.
        own_port: of the emulator's own address, for requests to the proxy's port itself.
    """

    serves: Callable[[str], bool]
    refused: Callable[[str], None]
    tls_port: int
    own_port: int


class LoopbackProxy:
    """Serves on loopback until `stop`.

    Args:
        port: TCP port, 0 for any free one.
        ways: where clients go; never elsewhere than to the two ports there.

    Attributes:
        port: the TCP port.

    Raises:
        ConfigurationError: the port is not available.
    """

    def __init__(self, port: int, ways: Ways) -> None:
        try:
            listening = socket.create_server((HOST, port), backlog=256)
        except OSError as error:
            raise cannot_listen(port, error) from error
        self.port: int = listening.getsockname()[1]
        self._ways = ways
        self._open: set[asyncio.Task[None] | None] = set()
        self._stopped = asyncio.Event()
        self._loop = asyncio.new_event_loop()
        serving = self._serve(listening)
        self._thread = threading.Thread(
            target=self._loop.run_until_complete, args=(serving,), name="emulator-proxy", daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        """Close the port and every connection."""
        self._loop.call_soon_threadsafe(self._stopped.set)
        self._thread.join(10)
        self._loop.close()

    async def _serve(self, listening: socket.socket) -> None:
        server = await asyncio.start_server(self._answer, sock=listening)
        await self._stopped.wait()
        server.close()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        # The loop holds tasks weakly: that of a client which has said all could be collected before its answer.
        task = asyncio.current_task()
        self._open.add(task)
        try:
            await self._lead(reader, writer)
        except (OSError, ValueError, asyncio.IncompleteReadError, asyncio.TimeoutError):
            pass  # the client went away, or speaks something else than HTTP
        except asyncio.CancelledError:
            pass  # the emulator stops
        finally:
            self._open.discard(task)
            writer.close()

    async def _lead(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        first = await asyncio.wait_for(reader.readline(), _SECONDS)
        method, _, rest = first.decode("latin-1").partition(" ")
        target = rest.partition(" ")[0]
        if method == "CONNECT":
            while (await asyncio.wait_for(reader.readline(), _SECONDS)).strip():
                pass
            host, _, port = target.rpartition(":")
            if port != "443" or not self._ways.serves(host):
                await self._refuse(target, writer)
                return
            writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            await _join(reader, writer, self._ways.tls_port)
        elif "://" in target.partition("?")[0]:
            await self._refuse(urlsplit(target).netloc.rpartition("@")[2], writer)
        elif first:
            await _join(reader, writer, self._ways.own_port, first)

    async def _refuse(self, host: str, writer: asyncio.StreamWriter) -> None:
        self._ways.refused(host)
        text = b"The emulator leads to the names only that it answers for.\n"
        head = f"HTTP/1.1 403 Forbidden\r\nContent-Type: text/plain\r\nContent-Length: {len(text)}\r\n"
        writer.write(head.encode() + b"Connection: close\r\n\r\n" + text)
        await writer.drain()


async def _join(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, port: int, first: bytes = b""
) -> None:
    """Carry bytes between a client and a port of ours until that port has said all, `first` before all others."""
    there, back = await asyncio.open_connection(HOST, port)
    back.write(first)
    sending = asyncio.create_task(_carry(reader, back))
    try:
        await _carry(there, writer)
    finally:
        sending.cancel()
        back.close()


async def _carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while piece := await reader.read(_PIECE):
            writer.write(piece)
            await writer.drain()
        # A client that has asked all its questions still wants the answers.
        writer.write_eof()
