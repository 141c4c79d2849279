"""The canary's browser is the one of the end-to-end tests, its JupyterHub that of the overview's."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path += [str(Path(__file__).parents[1] / name) for name in ("e2e", "hub")]


@pytest.fixture(autouse=True)
def jp_asyncio_loop():
    """No loop for pytest-jupyter: Playwright runs its own in this thread, and the servers are other processes."""


@pytest.fixture(autouse=True)
def jp_server_cleanup():
    """Nothing to clean up, for the same reason."""
