"""Which engines a test tries by day: both where each has a part of its own in it, else the faster one."""

from __future__ import annotations

import pytest

either_engine = pytest.mark.parametrize("engine", ["pip", "uv"], indirect=True)
"""For what each engine does in its own way."""
pip_at_night = pytest.mark.parametrize(
    "engine", ["uv", pytest.param("pip", marks=pytest.mark.nightly)], indirect=True
)
"""For what is decided alike whatever the engine is, by code that other tests have run with pip."""
