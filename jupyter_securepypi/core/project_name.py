"""A name of a project, and its normalized spelling, which the index and its clients compare (formerly PEP 508, 503)."""

from __future__ import annotations

import re

NAME = r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?"


def normalized(name: str) -> str:
    """Return `name` normalized, like ``packaging.utils.canonicalize_name``, which may not be installed."""
    return re.sub(r"[-_.]+", "-", name).lower()
