"""The readable parts of a configuration, with names filled in."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from ...core.template import filled_in

_FOLDER = Path(__file__).parent / "templates"


def filled(name: str, values: Mapping[str, str]) -> str:
    """Return the template `name`, such as ``codeartifact/domain.tf``, with each ``@NAME@`` replaced by its value."""
    return filled_in(_FOLDER / f"{name}.in", values)
