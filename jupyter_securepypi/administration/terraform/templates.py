"""The readable parts of a configuration, with names filled in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

_FOLDER = Path(__file__).parent / "templates"


def filled(name: str, values: Mapping[str, str]) -> str:
    """Return the template `name`, such as ``codeartifact/domain.tf``, with each ``@NAME@`` replaced by its value."""
    template = _FOLDER.joinpath(f"{name}.in").read_text(encoding="utf-8")
    # In one pass, so that text in a value is never read as a placeholder.
    return re.sub(r"@([A-Z_]+)@", lambda place: values[place[1]], template)
