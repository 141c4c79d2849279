"""The normalized spelling of a project's name, which the index and its clients compare (formerly PEP 503)."""

from __future__ import annotations

import re


def normalized(name: str) -> str:
    """Return `name` normalized, like ``packaging.utils.canonicalize_name``, which may not be installed."""
    return re.sub(r"[-_.]+", "-", name).lower()
