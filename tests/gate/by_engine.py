"""For tests of what each engine does in its own way: both are tried by day."""

from __future__ import annotations

import pytest

either_engine = pytest.mark.parametrize("engine", ["pip", "uv"], indirect=True)
