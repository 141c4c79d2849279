"""The canary's browser is the one of the end-to-end tests."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parents[1] / "e2e"))


@pytest.fixture(autouse=True)
def jp_asyncio_loop():
    """No loop for pytest-jupyter: Playwright runs its own in this thread, and the servers are other processes."""


@pytest.fixture(autouse=True)
def jp_server_cleanup():
    """Nothing to clean up, for the same reason."""
