"""How a magic fails: errors of ours as they are, an interrupt as one line, and no traceback with values."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


class Interrupted(KeyboardInterrupt):
    """Somebody interrupted the kernel while the magic ran; the text says what has changed, if anything can have."""

    def _render_traceback_(self) -> list[str]:
        """Return what IPython shows."""
        return [str(self)]


@contextmanager
def failures_told() -> Iterator[None]:
    """Let messages that are made in the block name magics, and make what it raises fit to be shown in a notebook.

    Raises:
        SecurePyPIError: the block's own, or a `Fault` for any other exception.
        Interrupted: somebody interrupted the kernel.
    """
    from ..core.commands import in_a_notebook
    from ..core.errors import SecurePyPIError

    try:
        with in_a_notebook():
            yield
    except SecurePyPIError:
        raise
    except KeyboardInterrupt as error:
        raise Interrupted(str(error) or "Interrupted.") from None
    except Exception as error:  # noqa: BLE001 a traceback may show values (`%xmode Verbose`): the token's, too
        from ..core.errors import Fault

        raise Fault(error) from None
