"""Change a client's configuration file: atomically, restorably, and only where it says something else already."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..core.errors import FileProblem
from ..core.files import safe_target
from . import originals

if TYPE_CHECKING:
    from tomlkit import TOMLDocument

REPOSITORY = "securepypi"
"""The name that the secure repository goes by in each client that gives its repositories names."""


@dataclass(frozen=True)
class Change:
    """What pointing one client at the secure index did.

    Attributes:
        path: its file.
        changed: whether that was written.
        findings: what is in the way, a sentence each.
    """

    path: Path
    changed: bool
    findings: tuple[str, ...] = ()


def rewrite(path: Path, change: Callable[[str], str], client: str) -> bool:
    """Give a text file the content that `change` makes of it; return whether it was written.

    A missing file is empty to `change`; a new one gets mode 0600, an old one keeps its own. The original is kept
    for `originals.restore_all` and, under the name of the client, for `originals.release`.

    Raises:
        FileProblem: it cannot be read or written, or `change` says so; it is then as it was.
    """
    if _planned(path, change) is None:
        return False
    with originals.locked():
        planned = _planned(path, change)  # another process may have written the same
        if planned is None:
            return False
        target, old, content = planned
        make_folder(target.parent)
        originals.write(target, content, client=client, basis=old)
    return True


def make_folder(folder: Path) -> None:
    """Make the folder that a configuration file goes to.

    Raises:
        FileProblem: if that cannot be done.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise FileProblem(
            f"Cannot create the folder {folder}: {error.strerror or error}.", remedy="make its parent writable"
        ) from error


def toml_change(path: Path, change: Callable[[TOMLDocument], None]) -> Callable[[str], str]:
    """Return a change for `rewrite` that edits TOML and keeps its comments and layout.

    Args:
        path: the file, for errors.
        change: edits the document in place.
    """

    def apply(text: str) -> str:
        import tomlkit
        from tomlkit.exceptions import TOMLKitError

        try:
            document = tomlkit.parse(text)
        except TOMLKitError as error:
            # The message of a parser may quote the line, which may hold a password.
            line = getattr(error, "line", None)
            where = f"{path}, line {line}," if line else f"{path}"
            raise FileProblem(
                f"{where} is not valid TOML, so it was left as it is.", remedy="mend or remove the file"
            ) from None
        before = document.unwrap()
        change(document)
        wanted = document.unwrap()
        if wanted == before:
            return text
        new = tomlkit.dumps(document)
        if not _reads_as(new, wanted):
            raise FileProblem(
                f"{path} is written in a way that cannot be edited safely.",
                why="it would be read differently afterwards; the file was left as it was",
                remedy="simplify the file: tables at the start of the line, no tables inside of lines",
            )
        return new

    return apply


def _planned(path: Path, change: Callable[[str], str]) -> tuple[Path, bytes | None, bytes] | None:
    """Return the file itself, its content before and afterwards; None where there is nothing to change."""
    target = safe_target(path)
    old: bytes | None = None
    try:
        old = target.read_bytes()
        text = old.decode("utf-8")
    except FileNotFoundError:
        text = ""
    except OSError as error:
        raise FileProblem(
            f"Cannot read {path}: {error.strerror or error}.", remedy="make the file readable for yourself"
        ) from error
    except UnicodeDecodeError as error:
        raise FileProblem(
            f"{path} is not UTF-8, so it was left as it is.", why=f"byte {error.start} cannot be read"
        ) from None
    new = change(text).encode("utf-8")
    return None if new == (old or b"") else (target, old, new)


def _reads_as(text: str, wanted: Mapping[str, Any]) -> bool:
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    try:
        return bool(tomlkit.parse(text).unwrap() == wanted)
    except TOMLKitError:
        return False
