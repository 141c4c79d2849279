"""An emulated AWS whose statuses and origin controls a test may change, and a client that may."""

from __future__ import annotations

import boto3
import pytest

from jupyter_securepypi.emulator import Emulator

DAY = 86_400.0
WEEK = {"SECURE_PYPI_MINIMUM_AGE": "7 days"}


@pytest.fixture
def world(environment, monkeypatch):
    """An emulated AWS of the test's own, whose statuses and origin controls it may change."""
    with Emulator() as emulator:
        for name, value in emulator.environment().items():
            monkeypatch.setenv(name, value)
        monkeypatch.setenv("SECURE_PYPI_ROLE_ARN", emulator.role_template)
        yield emulator


@pytest.fixture
def curated(world, monkeypatch):
    """The repository below the one that has a connection to the public index."""
    arn = repository(world, "curated")
    monkeypatch.setenv("CA_REPOSITORY_ARN", arn)
    return arn


def repository(emulator, name):
    return next(arn for arn in emulator.repository_arns if arn.endswith(f"/{name}"))


def api(emulator, role="AdministratorRole"):
    """A client of CodeArtifact, as an administrator."""
    keys = emulator.credentials(role)
    session = boto3.session.Session(
        keys["AWS_ACCESS_KEY_ID"], keys["AWS_SECRET_ACCESS_KEY"], keys["AWS_SESSION_TOKEN"], "us-west-2"
    )
    return session.client("codeartifact", endpoint_url=emulator.url)
