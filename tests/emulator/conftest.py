"""An emulator for many tests, each of which finds it without faults and without calls."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import boto3
import botocore.config
import pytest
import requests
from emulator_support import Aws

from jupyter_securepypi.emulator import Emulator, principals, tokens


@pytest.fixture(scope="session")
def shared_emulator() -> Iterator[Emulator]:
    with Emulator(token_marker="MARKED", secret_marker="MARKED") as emulator:
        yield emulator


@pytest.fixture
def emulator(shared_emulator: Emulator) -> Iterator[Emulator]:
    shared_emulator.clear()
    yield shared_emulator
    shared_emulator.clear()


@pytest.fixture
def aws(emulator: Emulator) -> Aws:
    """Make a boto3 client: of the default caller, of a ``role``, or with given ``keys``; it neither retries nor
    keeps wrong parameters from the emulator."""

    def client(
        service: str,
        role: str = "",
        keys: dict[str, str] | None = None,
        region: str = "us-west-2",
        timeout: float = 20,
    ) -> Any:
        keys = keys or (emulator.credentials(role) if role else emulator.environment())
        session = boto3.session.Session(
            keys["AWS_ACCESS_KEY_ID"], keys["AWS_SECRET_ACCESS_KEY"], keys["AWS_SESSION_TOKEN"], region
        )
        config = botocore.config.Config(
            retries={"total_max_attempts": 1}, read_timeout=timeout, proxies={}, parameter_validation=False
        )
        make: Any = session.client  # its types know the services by name only
        return make(service, endpoint_url=emulator.url, config=config)

    return client


@pytest.fixture
def admin(aws: Aws) -> Any:
    """CodeArtifact for the role that may do everything."""
    return aws("codeartifact", role="AdministratorRole")


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Move the clock by which the emulator's tokens and sessions expire on by some seconds."""

    def move(seconds: float) -> None:
        moved = SimpleNamespace(time=lambda: time.time() + seconds)
        for module in (principals, tokens):
            monkeypatch.setattr(module, "time", moved)

    return move


@pytest.fixture
def token(aws: Aws) -> str:
    answer: dict[str, Any] = aws("codeartifact").get_authorization_token(domain="acme")
    return str(answer["authorizationToken"])


@pytest.fixture
def http() -> Iterator[requests.Session]:
    """A session that reads neither netrc nor proxies of the machine."""
    with requests.Session() as session:
        session.trust_env = False
        yield session
