"""Real clients, unmodified, under Google's own names: they know a proxy, an authority, and how to log in."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from client_tools import Tools

from jupyter_securepypi.emulator.google import GoogleEmulator
from jupyter_securepypi.emulator.samples import build_wheel

ROOT = str(Path(__file__).parents[2])
SHOW = "import acme_features, acme_core; print(acme_features.__version__)"
PUBLISHER = "package-publisher@acme-project.iam.gserviceaccount.com"
PROJECT = """\
[project]
name = "by-poetry"
version = "1.0"
requires-python = ">=3.9"
dependencies = ["acme-features"]
[[tool.poetry.source]]
name = "securepypi"
url = "{url}"
priority = "primary"
"""
Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="module")
def cloud() -> Iterator[GoogleEmulator]:
    with GoogleEmulator(token_marker="LEAKEDTOKEN") as running:
        yield running


@pytest.fixture(scope="session")
def tools(tmp_path_factory: pytest.TempPathFactory) -> Tools:
    return Tools(tmp_path_factory.mktemp("google-tools"))


@pytest.fixture
def google(cloud: GoogleEmulator) -> Iterator[GoogleEmulator]:
    """The cloud without faults; no client asked its proxy for another host."""
    cloud.clear()
    yield cloud
    assert [call["host"] for call in cloud.calls()["calls"] if call["service"] == "proxy"] == []


@pytest.fixture
def run(google: GoogleEmulator, home: Path) -> Run:
    """Run a client in a scratch home, logged in as the publisher by a key file, or otherwise with `login` ``""``."""

    def start(
        *command: str | Path, where: Path | None = None, login: str = "key", **more: str
    ) -> subprocess.CompletedProcess[str]:
        found = google.environment(login or "none", account=PUBLISHER if login == "key" else "")
        environment = {
            "HOME": str(home),
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.defpath}",
            "LANG": "C.UTF-8",
            "PIP_DISABLE_PIP_VERSION_CHECK": "1",
            "PIP_CONFIG_FILE": os.devnull,
            **found,
            **more,
        }
        words = [str(word) for word in command]
        done = subprocess.run(
            words, env=environment, cwd=where or home, capture_output=True, text=True, timeout=170,
            stdin=subprocess.DEVNULL,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        return done

    return start


@pytest.fixture
def ours(run: Run, home: Path) -> Run:
    """Run a command of ours, with every client in the configuration."""
    config = home / ".jupyter/jupyter_securepypi_config.py"
    config.parent.mkdir()
    config.write_text(
        'c.SecurePyPI.clients.extend(["poetry", "twine", "keyring"])\nc.SecurePyPI.manage_kernels = False\n'
    )

    def start(*words: str | Path, **more: str) -> subprocess.CompletedProcess[str]:
        done = run(sys.executable, "-m", "jupyter_securepypi.cli", *words, PYTHONPATH=ROOT, **more)
        assert "LEAKEDTOKEN" not in done.stdout + done.stderr
        return done

    return start


@pytest.mark.parametrize("login", ["key", "metadata", "user", "federation"])
def test_googles_keyring_backend_gives_pip_a_token_and_asks_each_time(
    run: Run, tools: Tools, google: GoogleEmulator, tmp_path: Path, login: str
) -> None:
    python = tools.python("gauth", "pip", "keyrings.google-artifactregistry-auth")
    shown = run(python, "-m", "keyring", "get", google.index_url, "oauth2accesstoken", login=login)
    assert shown.stdout.startswith("ya29.")
    run(python, "-m", "keyring", "get", google.index_url, "oauth2accesstoken", login=login)
    assert google.token_calls() == 2
    url = google.index_url.replace("https://", "https://oauth2accesstoken@")
    target = tmp_path / "site"
    options = ["--keyring-provider", "import", "--index-url", url, "--target", target]
    run(python, "-m", "pip", "install", *options, "acme-features", login=login)
    assert run(python, "-c", SHOW, PYTHONPATH=str(target)).stdout.strip() == "1.2.0"
    assert google.token_calls() > 2


def test_ours_gives_the_same_and_asks_nobody(
    run: Run, ours: Run, google: GoogleEmulator, tools: Tools, tmp_path: Path
) -> None:
    ours("configure")
    assert google.token_calls() == 1
    # In the same environment as Google's backend: keyring has to prefer ours.
    python = tools.python("gauth", "pip", "keyrings.google-artifactregistry-auth")
    keyring = [python, "-m", "keyring", "get", google.index_url, "oauth2accesstoken"]
    for _ in range(2):
        assert run(*keyring, login="").stdout.startswith("ya29.")
    url = google.index_url.replace("https://", "https://oauth2accesstoken@")
    target, options = tmp_path / "site", ["--keyring-provider", "import", "--index-url", url]
    run(
        python,
        "-m",
        "pip",
        "install",
        *options,
        "--target",
        target,
        "acme-features",
        login="",
        NETRC=os.devnull,
    )
    assert google.token_calls() == 1


def test_plain_clients_install_and_publish_with_no_login_of_their_own(
    run: Run, ours: Run, google: GoogleEmulator, tools: Tools, home: Path, tmp_path: Path
) -> None:
    poetry = tools.script("poetry")
    ours("configure", PATH=f"{poetry.parent}{os.pathsep}{Path(sys.executable).parent}{os.pathsep}{os.defpath}")
    uv = Path(sys.executable).with_name("uv")
    installers: list[list[str | Path]] = [[sys.executable, "-m", "pip", "install"], [uv, "pip", "install"]]
    for number, pip in enumerate(installers):
        target = tmp_path / f"site-{number}"
        run(*pip, "--no-cache-dir", "--target", target, "acme-features", login="", PIP_CONFIG_FILE="")
        assert (target / "acme_core.py").is_file()
    wheel = build_wheel(tmp_path, "acme-by-twine", "1.0")
    words = ("--non-interactive", "--disable-progress-bar", "--repository", "securepypi")
    run(sys.executable, "-m", "twine", "upload", *words, wheel, login="")
    wheel = build_wheel(tmp_path, "acme-by-uv", "1.0")
    run(uv, "publish", wheel, login="")
    project = home / "by-poetry"
    (project / "dist").mkdir(parents=True)
    (project / "by_poetry.py").write_text("")
    (project / "pyproject.toml").write_text(PROJECT.format(url=google.index_url))
    run(poetry, "lock", "-n", where=project, login="")
    assert 'name = "acme-core"' in (project / "poetry.lock").read_text()
    build_wheel(project / "dist", "by-poetry", "1.0")
    run(poetry, "publish", "-n", "--repository", "securepypi", where=project, login="")
    there = {path.name for path in google.packages_dir.iterdir()}
    assert {f"{name}-1.0-py3-none-any.whl" for name in ("acme_by_twine", "acme_by_uv", "by_poetry")} <= there
    assert google.token_calls() == 1
