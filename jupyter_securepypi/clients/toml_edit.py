"""Edit a TOML file and keep its comments and its layout."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..core.errors import FileProblem

if TYPE_CHECKING:
    from tomlkit import TOMLDocument


def toml_change(path: Path, change: Callable[[TOMLDocument], None]) -> Callable[[str], str]:
    """Return a change for `editing.rewrite`.

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
        meant = document.unwrap()
        if meant == before:
            return text
        new = tomlkit.dumps(document)
        if not _reads_as(new, meant):
            raise FileProblem(
                f"{path} is written in a way that cannot be edited safely.",
                why="it would be read differently afterwards; the file was left as it was",
                remedy="simplify the file: tables at the start of the line, no tables inside of lines",
            )
        return new

    return apply


def _reads_as(text: str, meant: Mapping[str, Any]) -> bool:
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    try:
        return bool(tomlkit.parse(text).unwrap() == meant)
    except TOMLKitError:
        return False
