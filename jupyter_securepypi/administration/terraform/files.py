"""Write a configuration into a folder, over nothing that somebody else has written there."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from ...core.errors import ConfigurationError, FileProblem
from ...core.files import safe_target, usual_mode, write_atomically


def write_files(folder: Path, files: Mapping[str, str], *, force: bool = False) -> list[str]:
    """Write `files`, name → text, into `folder`, and return the names of those that were not there as they are now.

    What speaks against one of them is found before the first is written.

    Args:
        folder: is made if there is none.
        files: name → text.
        force: overwrite files with other content.

    Raises:
        ConfigurationError: files with other content are there.
        FileProblem: a file cannot be read or written.
    """
    targets = {name: safe_target((folder / name).absolute()) for name in files}
    changed = [name for name, text in files.items() if _content(targets[name]) != text.encode()]
    taken = [name for name in changed if targets[name].exists()]
    if taken and not force:
        raise ConfigurationError(
            f"Other files are there already: {', '.join(str(folder / name) for name in taken)}.",
            why="they may hold changes of somebody's own; nothing was written",
            remedy="compare them with what the command prints without -o; --force overwrites them",
        )
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise FileProblem(f"Cannot make the folder {folder}: {error.strerror or error}.") from None
    for name in changed:
        write_atomically(targets[name], files[name].encode(), mode=usual_mode())
    return changed


def _content(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise FileProblem(f"Cannot read {path}: {error.strerror or error}.") from None
