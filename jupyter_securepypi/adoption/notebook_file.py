"""A notebook's file with other code in some cells: everything else stays as it is, to the byte."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any


def with_cells(text: str, cells: Mapping[int, str]) -> str | None:
    """Return the notebook's `text` with `cells` (number, from 1 on → source) in place of those that differ.

    None if the file's layout is not one that can be written again as it is.
    """
    notebook = json.loads(text)
    end = text[len(text.rstrip()) :]
    form = next((one for one in _forms() if json.dumps(notebook, **one) + end == text), None)
    if form is None:
        return None
    for number, source in cells.items():
        cell = notebook["cells"][number - 1]
        if "".join(cell["source"]) != source:
            cell["source"] = source if isinstance(cell["source"], str) else source.splitlines(keepends=True)
    return json.dumps(notebook, **form) + end


def _forms() -> Iterator[dict[str, Any]]:
    """Yield the ways in which programs write notebooks."""
    for indent in (1, 2, 4, 0, "\t", 3, None):
        for ascii_only in (False, True):
            separators = [(",", ": "), (", ", ": "), (",", ":")] if indent is None else [(",", ": ")]
            for separator in separators:
                yield {"indent": indent, "ensure_ascii": ascii_only, "separators": separator}
