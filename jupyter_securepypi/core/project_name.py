"""The one spelling of a project's name in which the index and its clients compare it (formerly PEP 503)."""

from __future__ import annotations

import re


def normalized(name: str) -> str:
    """Return `name` in that spelling, as ``packaging.utils.canonicalize_name`` does where that is at hand."""
    return re.sub(r"[-_.]+", "-", name).lower()
