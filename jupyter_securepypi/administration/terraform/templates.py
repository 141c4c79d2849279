"""The readable parts of a configuration, with names filled in: a file for each provider, a part below each headline."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from ...core.template import filled_in

_FOLDER = Path(__file__).parent / "templates"
_HEADLINE = re.compile(r"^==== (\S+)\n", re.MULTILINE)


def filled(name: str, values: Mapping[str, str]) -> str:
    """Return the part `name`, such as ``codeartifact/domain.tf``, with each ``@NAME@`` replaced by its value."""
    provider, _, part = name.partition("/")
    _, *said = _HEADLINE.split((_FOLDER / f"{provider}.in").read_text(encoding="utf-8"))
    return filled_in(dict(zip(said[::2], said[1::2], strict=True))[part], values)
