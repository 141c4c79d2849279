"""An emulated Google Cloud, and an environment whose commands know nothing of AWS."""

from __future__ import annotations

import pytest
from installing import Environment

from jupyter_securepypi.emulator.google import GoogleEmulator

MARKER = "LEAKEDTOKEN"


@pytest.fixture(scope="session")
def _google():
    with GoogleEmulator(token_marker=MARKER) as running:
        yield running


@pytest.fixture
def google(_google, login):
    """The emulated Google, without faults; this process and its children may log in with a metadata server."""
    _google.clear()
    login()
    yield _google
    hosts = [call["host"] for call in _google.calls()["calls"] if call["service"] == "proxy"]
    _google.clear()
    assert hosts == [], "no client asked the proxy for another host"


@pytest.fixture
def login(_google, home, monkeypatch):
    """Use application default credentials of a kind from here on."""
    named = ("GOOGLE_APPLICATION_CREDENTIALS", "GCE_METADATA_HOST", "GCE_METADATA_IP", "NO_GCE_CHECK")

    def use(kind="metadata", account=""):
        for name in named:
            monkeypatch.delenv(name, raising=False)
        for name, value in _google.environment(kind, account=account).items():
            monkeypatch.setenv(name, value)

    return use


@pytest.fixture(scope="session")
def _shared_environment(tmp_path_factory):
    return Environment(tmp_path_factory.mktemp("google") / "venv", tmp_path_factory.mktemp("google-cwd"))


@pytest.fixture
def environment(_shared_environment, google, tmp_path, home, monkeypatch):
    """A virtual environment that runs our command line; no output of it may show a token or a key."""
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "uv-cache"))
    monkeypatch.setenv("PIP_DISABLE_PIP_VERSION_CHECK", "1")
    config = home / ".jupyter/jupyter_securepypi_config.py"
    config.parent.mkdir(exist_ok=True)
    config.write_text("c.SecurePyPI.manage_kernels = False\n")
    _shared_environment.cwd = tmp_path / "work"
    _shared_environment.cwd.mkdir()
    plain = _shared_environment.run

    def run(*words, **variables):
        done = plain(*words, **variables)
        assert MARKER not in done.stdout + done.stderr
        return done

    monkeypatch.setattr(_shared_environment, "run", run)
    yield _shared_environment
    _shared_environment.empty()


@pytest.fixture(params=["pip", "uv"])
def engine(request):
    return request.param
