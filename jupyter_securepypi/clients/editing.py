"""Change a client's configuration file atomically, keep its original, and write only if the content differs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from ..core.errors import FileProblem
from ..core.files import safe_target
from . import originals
from .change import Changes
from .rehearsal import noted


def rewrite(path: Path, change: Callable[[str], str], client: str) -> Changes:
    """Replace the content of a text file by the result of `change`; the changes name the file if it was written.

    A missing file is empty to `change`; a new one gets mode 0600, an old one keeps its own. The original is kept
    for `originals.restore_all` and, under the name of the client, for `originals.release`.

    Raises:
        FileProblem: it cannot be read or written, or `change` raised this; the file is unchanged.
    """
    if _planned(path, change) is None:
        return Changes()
    with originals.locked():
        planned = _planned(path, change)  # another process may have written the same
        if planned is None:
            return Changes()
        target, old, content = planned
        make_folder(target.parent)
        originals.write(target, content, client=client, basis=old)
    return Changes(written=(path,))


def make_folder(folder: Path) -> None:
    """Make the folder of a configuration file; in a rehearsal, none.

    Raises:
        FileProblem: if that cannot be done.
    """
    if noted() is not None:
        return
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise FileProblem(
            f"Cannot create the folder {folder}: {error.strerror or error}.", remedy="make its parent writable"
        ) from error


def _planned(path: Path, change: Callable[[str], str]) -> tuple[Path, bytes | None, bytes] | None:
    """Return the file itself and its content before and afterwards; None if there is nothing to change."""
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
            f"{path} is not UTF-8, so it was left as it is.",
            why=f"byte {error.start} cannot be read",
            remedy="mend or remove the file",
        ) from None
    new = change(text).encode("utf-8")
    return None if new == (old or b"") else (target, old, new)
