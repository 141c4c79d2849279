"""What a test tries by day; the rest is for the night. Both engines where each has a part of its own, else uv."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

either_engine = pytest.mark.parametrize("engine", ["pip", "uv"], indirect=True)
"""For what each engine does in its own way."""
pip_at_night = pytest.mark.parametrize(
    "engine", ["uv", pytest.param("pip", marks=pytest.mark.nightly)], indirect=True
)
"""For what is decided alike whatever the engine is, by code that other tests have run with pip."""


def by_day(wanted: Sequence[tuple[Any, ...]], *every: tuple[Any, ...]) -> list[Any]:
    """Return the parameters `every` of a test; those that are not `wanted` are for the night."""
    return [pytest.param(*one, marks=[] if one in wanted else [pytest.mark.nightly]) for one in every]
