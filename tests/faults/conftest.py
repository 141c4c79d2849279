"""How much is tried: a small part in continuous integration, all of it where SECUREPYPI_NIGHTLY is set."""

from __future__ import annotations

import os

import pytest


@pytest.fixture(scope="session")
def nightly():
    return bool(os.environ.get("SECUREPYPI_NIGHTLY"))
