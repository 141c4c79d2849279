"""An interrupt of the magic: it ends the cell like any other, with one line in place of our source."""

from __future__ import annotations


class Interrupted(KeyboardInterrupt):
    """Somebody interrupted the kernel while the magic ran; the text says what has changed, if anything can have."""

    def _render_traceback_(self) -> list[str]:
        """Return what IPython shows."""
        return [str(self)]
