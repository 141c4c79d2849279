"""Read a client's configuration file like the client; only regular files, because reading a pipe would never end."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..core.errors import FileProblem

if TYPE_CHECKING:
    from configparser import RawConfigParser


def toml_of(path: Path) -> dict[str, Any]:
    """Return the content of a file.

    Raises:
        OSError: it cannot be read.
        ValueError: it is no TOML.
    """
    text = path.read_text(encoding="utf-8")
    if sys.version_info >= (3, 11):  # imported here, because most of the places hold no file
        import tomllib
    else:
        import tomli as tomllib

    return tomllib.loads(text)


def read_toml(path: Path) -> Mapping[str, Any]:
    """Return the content of a file; empty if the file is missing, or the client would refuse it."""
    try:
        return toml_of(path) if path.is_file() else {}
    except (OSError, ValueError):
        return {}


def entry(table: Any, *names: str) -> Any:
    """Return the value in nested tables under `names`, or None."""
    for name in names:
        table = table.get(name) if isinstance(table, dict) else None
    return table


def read_ini(path: Path) -> RawConfigParser:
    """Return the content of a file; empty if the file is missing.

    Raises:
        FileProblem: its readers would refuse it.
    """
    try:
        text = path.read_text(encoding="utf-8") if path.is_file() else ""
    except OSError:
        text = ""
    except UnicodeDecodeError as error:
        raise FileProblem(
            f"{path} is not UTF-8, so it was left as it is.",
            why=f"byte {error.start} cannot be read",
            remedy="mend or remove the file",
        ) from None
    return parse_ini(text, path)


def parse_ini(text: str, path: Path) -> RawConfigParser:
    """Return the parsed `text`, which is the content of `path`.

    Raises:
        FileProblem: its readers would refuse it.
    """
    import configparser

    parser = configparser.RawConfigParser()
    try:
        parser.read_string(text)
    except configparser.Error as error:
        # The parser's message quotes the line, and these files often hold passwords.
        line = getattr(error, "lineno", None) or next(
            (number for number, _ in getattr(error, "errors", [])), None
        )
        where = f"{path}, line {line}," if line else f"{path}"
        raise FileProblem(
            f"{where} is not valid, so it was left as it is.",
            why="its own readers cannot read it",
            remedy="mend or remove the file",
        ) from None
    return parser
