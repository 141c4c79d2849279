"""``emulator``: run a package index and the service that gives its tokens in the foreground."""

from __future__ import annotations

from ..emulator.arguments import add_arguments, run

__all__ = ["add_arguments", "run"]
