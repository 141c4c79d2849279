"""An install that was interrupted: what it had done by then."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from ..core.installed import installed_versions


class InstallInterrupted(KeyboardInterrupt):
    """Somebody interrupted an install; the text says what has changed in the environment."""


@contextmanager
def interrupts_told(nothing: str = "nothing was installed") -> Iterator[None]:
    """Let an interrupt of the block say what has changed, or `nothing`; pip and uv have ended by then.

    Raises:
        InstallInterrupted: in place of KeyboardInterrupt.
    """
    before = installed_versions()
    try:
        yield
    except KeyboardInterrupt:
        raise InstallInterrupted(_sentence(before, installed_versions(), nothing)) from None


def _sentence(before: Mapping[str, str], after: Mapping[str, str], nothing: str) -> str:
    changed = [
        f"{name} {after.get(name, 'is gone')}{f' (was {before[name]})' if name in before else ''}"
        for name in sorted({*before, *after})
        if before.get(name) != after.get(name)
    ]
    return f"Interrupted; by then: {', '.join(changed)}." if changed else f"Interrupted; {nothing}."
