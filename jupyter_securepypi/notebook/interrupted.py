"""An interrupt of the magic: it ends the cell like any other, with one line in place of our source."""

from __future__ import annotations


class Interrupted(KeyboardInterrupt):
    """Somebody interrupted the kernel while the magic ran."""

    def _render_traceback_(self) -> list[str]:
        """Return what IPython shows."""
        return ["Interrupted; `%secure_pip list` shows what is installed."]
