"""The files that a request names: which names they may have, and their bytes, read once."""

from __future__ import annotations

import os
import re
import stat

from ..errors import RequestRefused
from .requirement import shown

_LARGEST = 20_000_000  # bytes
# pip and uv do not read these files as requirement lines: pylock.toml, pyproject.toml, setup.cfg, scripts.
_OTHER_FORMATS = re.compile(r"\.(?:toml|cfg|py|pyw)\s*(?:\[[^\]]*\]\s*)?$", re.I)
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def check_file_name(value: str, where: str) -> None:
    """Refuse what cannot name a requirements file.

    Raises:
        RequestRefused: it is a URL, holds what a name cannot hold, or names a file of another kind.
    """
    if _SCHEME.match(re.sub(r"[\x00-\x20\x7f]", "", value)):
        raise RequestRefused(
            f"{shown(value)} is a URL, not a file{at(where)}.",
            why="what it holds is not yours to check",
            remedy="download it, look at it, and give the file",
        )
    if _CONTROL.search(value) or re.search(r"\$\{[A-Z0-9_]+\}", value):
        raise RequestRefused(
            f"{shown(value)} cannot be the name of a requirements file{at(where)}.",
            why="it holds a control character"
            if _CONTROL.search(value)
            else "the variable in it is not set, or is one of pip's or uv's own, which an install does not see",
            remedy="correct the name, or set the variable",
        )
    if _OTHER_FORMATS.search(value):
        raise RequestRefused(
            f"{shown(value)} is not a requirements file{at(where)}.",
            why="pyproject.toml and scripts may name other indexes and URLs",
            remedy="export it to a requirements file, or give a lock file as `-r pylock.toml`",
        )


def content_of(path: str, source: str, where: str) -> bytes:
    """Return the bytes of the regular file `path`.

    Args:
        path: the file.
        source: its name in errors.
        where: the place that names it.

    Raises:
        RequestRefused: it cannot be read, is no regular file, or has more than 20 MB.
    """
    try:
        with open(path, "rb", opener=_without_waiting) as file:
            regular = stat.S_ISREG(os.fstat(file.fileno()).st_mode)
            content = file.read(_LARGEST + 1) if regular else b""
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or type(error).__name__
        raise RequestRefused(
            f"Cannot read the requirements file {shown(source)}{at(where)}: {reason}.",
            remedy="check its name; it is relative to the file that names it, or else to the working folder",
        ) from None
    if not regular or len(content) > _LARGEST:
        raise RequestRefused(
            f"{shown(source)} is {'too large' if regular else 'not a regular file'}{at(where)}.",
            why="a requirements file has some lines, not 20 MB" if regular else "its content may never end",
            remedy="save what is needed of it to a file",
        )
    return content


def at(where: str) -> str:
    """Return `where` in parentheses for the end of a sentence; nothing where it says nothing."""
    return f" ({where})" if where else ""


def _without_waiting(path: str, flags: int) -> int:
    """Open `path` without waiting for the writer of a named pipe, which is refused anyway."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))
