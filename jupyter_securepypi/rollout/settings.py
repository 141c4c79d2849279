"""What a start script may be told: versions, hashes, pinned requirements; checked, because it runs on every machine."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from ..core.errors import ConfigurationError, FileProblem

_VERSION = re.compile(r"[0-9][A-Za-z0-9.!+]*")
_HASH = re.compile(r"(?:sha256:)?([0-9a-fA-F]{64})")


def check_printable(**texts: str) -> None:
    """Refuse a value that cannot stand in a shell script.

    Raises:
        ConfigurationError: it names the value.
    """
    for name, text in texts.items():
        if not text.isprintable():
            raise ConfigurationError(
                f"The {name} holds a character that cannot be printed: {text!r}.",
                why="it would become part of a shell script",
                remedy="write it without line breaks and control characters",
            )


def check_version(text: str) -> None:
    """Refuse what is not one version.

    Raises:
        ConfigurationError: it is none.
    """
    if not _VERSION.fullmatch(text):
        raise ConfigurationError(f"This is not one version: {text!r}.", remedy="give an exact one, like 1.2.0")


def check_prefix(text: str) -> None:
    """Refuse a prefix that is no absolute path.

    Raises:
        ConfigurationError: it is none.
    """
    if not text.startswith("/"):
        raise ConfigurationError(f"The prefix is not an absolute path: {text!r}.")


def check_pins(requirements: Sequence[str], hashes: Sequence[str]) -> None:
    """Refuse pinned dependencies beside a wheel of ours without a hash: pip wants a hash of all then.

    Raises:
        ConfigurationError: there are such.
    """
    if requirements and not hashes:
        raise ConfigurationError(
            "The dependencies have hashes, and nothing says the hash of jupyter_securepypi.",
            why="pip then refuses to install it, on every machine",
            remedy="add --wheel FILE or --hash sha256:DIGEST, or run this where the index can be asked",
        )


def check_hash(text: str) -> str:
    """Return the digits of a SHA-256, without a leading ``sha256:``.

    Raises:
        ConfigurationError: it is no SHA-256.
    """
    match = _HASH.fullmatch(text.strip())
    if match is None:
        raise ConfigurationError(
            f"This is not the SHA-256 of a file: {text!r}.",
            remedy="write 64 hexadecimal digits, as `python -m pip hash FILE` prints them",
        )
    return match[1].lower()


def read_requirements(path: Path) -> tuple[str, ...]:
    """Return the pinned lines of a requirements file with hashes, each on one line.

    Raises:
        FileProblem: if it cannot be read.
        ConfigurationError: a line is not ``NAME==VERSION`` with hashes; the error names it.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise FileProblem(f"Cannot read {path}: {error}.") from None
    lines = []
    for line in re.sub(r"\\\r?\n", " ", text).splitlines():
        words = re.sub(r"(^|\s)#.*", "", line).split()
        if not words:
            continue
        pinned = re.fullmatch(r"[A-Za-z0-9][\w.-]*==[\w.!+]+", words[0])
        hashed = [re.fullmatch(r"--hash=sha256:[0-9a-f]{64}", word) for word in words[1:]]
        if not pinned or not hashed or not all(hashed):
            raise ConfigurationError(
                f"{path} has a line that is not NAME==VERSION with hashes: {line.strip()[:120]!r}.",
                why="what a start script installs runs on every machine",
                remedy="write the file with `uv pip compile --generate-hashes`",
            )
        lines.append(" ".join(words))
    return tuple(lines)
