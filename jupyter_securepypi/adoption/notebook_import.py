"""The import of our function in a notebook: in a cell of Python that runs before the first call of it."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping

from .calls import OURS
from .notebook_text import Joined

_PACKAGE = __name__.partition(".")[0]
_IMPORT = f"from {_PACKAGE} import {OURS}"
_MAGIC_OF_PYTHON = re.compile(r"\s*%%(time|capture)\b")
_IMPORTS = re.compile(r"(?:import|from)\s[^;(\\]*$")


def with_import(cells: Mapping[int, str], joined: Joined) -> dict[int, str] | None:
    """Return `cells` (number → source), which call our function, with its import; None if no cell can take it.

    Args:
        cells: the new code cells.
        joined: the cells as they were.
    """
    before = joined.split(joined.text)
    first = next((one for one in sorted(cells) if f"{OURS}(" in cells[one] and cells[one] != before[one]), 0)
    earlier = [one for one in sorted(cells) if one <= first and _is_python(cells[one])]
    if any(_IMPORT in cells[one].split("\n") for one in earlier):
        return dict(cells)
    if not earlier:
        return None
    return {**cells, earlier[0]: _with_line(cells[earlier[0]])}


def _is_python(source: str) -> bool:
    """Return whether a cell's names are those of the notebook, and each of its lines is Python or a line magic."""
    if source.lstrip().startswith("%%") and not _MAGIC_OF_PYTHON.match(source):
        return False
    lines = [re.sub(r"^(\s*)[!%].*|^(\s*)[\w, ]+=\s*[!%].*", r"\1\2pass", line) for line in source.split("\n")]
    try:
        ast.parse("\n".join(lines))
    except (SyntaxError, ValueError):
        return False
    return True


def _with_line(source: str) -> str:
    """Return a cell with the import after the imports, or after the magic, at its beginning."""
    lines = source.split("\n")
    at = next((i + 1 for i, line in enumerate(lines) if line.lstrip().startswith("%%")), 0)
    for i in range(at, len(lines)):
        if _IMPORTS.match(lines[i]):
            at = i + 1
        elif lines[i].strip() and not lines[i].lstrip().startswith("#"):
            break
    if at == len(lines) - 1 and not lines[at].strip():
        return (
            "\n".join([*lines[:at], _IMPORT, *lines[at:]]) if at else _IMPORT + (lines[at] and "\n" + lines[at])
        )
    return "\n".join([*lines[:at], _IMPORT, *lines[at:]])
