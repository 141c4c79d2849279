"""What Ray's worker processes run. It travels as pickled code: see `clusters.ray`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .here import failure, install_here


def setup_hook(payload: dict[str, Any]) -> Callable[[], None]:
    """Return the function that a worker process calls before its first task; it raises RuntimeError if it fails."""

    def secure_pip_install() -> None:
        words = failure(install_here(payload, lambda line: None))
        if words:
            raise RuntimeError(words)

    return secure_pip_install


class Lines:
    """An actor that holds what nodes say until the driver asks for it."""

    def __init__(self) -> None:
        self._held: list[tuple[str, str]] = []

    def put(self, node: str, line: str) -> None:
        """Take a line of the node that has this address."""
        self._held.append((node, line))

    def take(self) -> list[tuple[str, str]]:
        """Return the lines that have come since the last call."""
        held, self._held = self._held, []
        return held


def on_node(payload: dict[str, Any], node: str, lines: Any) -> dict[str, Any]:
    """Install on the node that this task runs on, and return the outcome.

    Args:
        payload: of `clusters.payload`.
        node: its name, for its lines.
        lines: the actor `Lines`.
    """

    def heard(line: str) -> None:
        lines.put.remote(node, line)

    return {**install_here(payload, heard), "node": node}
