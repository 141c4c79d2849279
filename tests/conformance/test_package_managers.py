"""pip, uv and Twine, unmodified, as processes."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from jupyter_securepypi.emulator import Emulator
from jupyter_securepypi.emulator.samples import build_wheel

UV = ("uv", "pip", "install", "--no-config", "--no-cache", "--python", sys.executable)


def with_token(url: str, token: str) -> str:
    return url.replace("://", f"://aws:{token}@")


def write_netrc(home: Path, token: str) -> None:
    file = home / ".netrc"
    file.write_text(f"machine 127.0.0.1\nlogin aws\npassword {token}\n")
    file.chmod(0o600)


def imported(site: Path) -> str:
    code = "import acme_features; print(acme_features.__version__, acme_features.features([2])['scaled'])"
    shown = subprocess.run(
        [sys.executable, "-c", code], env={"PYTHONPATH": str(site)}, capture_output=True, text=True
    )
    return shown.stdout.strip()


def test_pip_installs_with_a_token_in_the_url(emulator: Emulator, run: Any, token: str, tmp_path: Path) -> None:
    url = with_token(emulator.index_url, token)
    result = run("pip", "install", "--target", tmp_path / "site", "--index-url", url, "Acme_Features")
    assert imported(tmp_path / "site") == "1.2.0 [4]"
    assert token not in result.stdout + result.stderr


def test_pip_installs_with_netrc(emulator: Emulator, run: Any, home: Path, token: str, tmp_path: Path) -> None:
    write_netrc(home, token)
    run("pip", "install", "--target", tmp_path / "site", "acme-features", PIP_INDEX_URL=emulator.index_url)
    assert imported(tmp_path / "site") == "1.2.0 [4]"
    assert emulator.calls()["counts"]["index:file:acme/shared-pypi"] == 2


def test_pip_checks_the_hashes_that_the_index_gives(
    emulator: Emulator, run: Any, token: str, tmp_path: Path
) -> None:
    url = with_token(emulator.index_url, token)
    requirements = tmp_path / "requirements.txt"
    requirements.write_text(f"acme-plots==0.3.0 --hash=sha256:{'0' * 64}\n")
    result = run("pip", "download", "--dest", tmp_path, "--index-url", url, "-r", requirements, check=False)
    assert result.returncode != 0
    assert "DO NOT MATCH THE HASHES" in result.stderr


@pytest.mark.parametrize("status", [401, 404])
def test_pip_is_turned_away_once_the_token_has_expired(
    emulator: Emulator, run: Any, home: Path, tmp_path: Path, status: int
) -> None:
    emulator.faults(token_lifetime=0.2, rejected_status=status)
    mint = "aws codeartifact get-authorization-token --domain acme --query authorizationToken --output text"
    write_netrc(home, run(*mint.split()).stdout.strip())
    time.sleep(0.3)
    command = ("pip", "install", "--no-input", "--target", tmp_path / "site", "--index-url", emulator.index_url)
    result = run(*command, "acme-core", check=False)
    assert result.returncode != 0
    assert "No matching distribution found for acme-core" in result.stderr
    statuses = {call["status"] for call in emulator.calls()["calls"] if call["service"] == "index"}
    assert statuses == {status}


def test_uv_installs_with_a_token_in_the_url(emulator: Emulator, run: Any, token: str, tmp_path: Path) -> None:
    url = with_token(emulator.index_url, token)
    run(*UV, "--target", tmp_path / "site", "--default-index", url, "acme-features")
    assert imported(tmp_path / "site") == "1.2.0 [4]"


def test_uv_installs_with_netrc(emulator: Emulator, run: Any, home: Path, token: str, tmp_path: Path) -> None:
    write_netrc(home, token)
    run(*UV, "--target", tmp_path / "site", "acme-features", UV_DEFAULT_INDEX=emulator.index_url)
    assert imported(tmp_path / "site") == "1.2.0 [4]"


def test_uv_without_credentials_is_turned_away(emulator: Emulator, run: Any, tmp_path: Path) -> None:
    command = (*UV, "--target", tmp_path / "site", "--default-index", emulator.index_url, "acme-core")
    result = run(*command, check=False)
    assert result.returncode != 0
    assert "401" in result.stderr


def twine(run: Any, emulator: Emulator, token: str, wheel: Path) -> Any:
    return run(
        *("twine", "upload", "--non-interactive", "--disable-progress-bar", wheel),
        check=False,
        TWINE_REPOSITORY_URL=emulator.index_url.removesuffix("simple/"),
        TWINE_USERNAME="aws",
        TWINE_PASSWORD=token,
    )


def test_twine_publishes_a_file_once_however_often_it_sends_it(
    emulator: Emulator, run: Any, publisher: str, tmp_path: Path
) -> None:
    wheel = build_wheel(tmp_path, "by-twine", "1.0")
    for _ in range(2):
        sent = twine(run, emulator, publisher, wheel)
        assert sent.returncode == 0, sent.stdout + sent.stderr
    other = build_wheel(tmp_path / "other", "by-twine", "1.0", modules={"by_twine": "other = True"})
    refused = twine(run, emulator, publisher, other)
    assert refused.returncode != 0
    assert "409" in refused.stdout + refused.stderr
    run(
        "pip",
        "download",
        "--dest",
        tmp_path / "got",
        "--index-url",
        with_token(emulator.index_url, publisher),
        "by-twine",
    )
    assert (tmp_path / "got" / wheel.name).read_bytes() == wheel.read_bytes()


def test_twine_with_a_readers_token_is_forbidden(
    emulator: Emulator, run: Any, token: str, tmp_path: Path
) -> None:
    result = twine(run, emulator, token, build_wheel(tmp_path, "not-allowed", "1.0"))
    assert result.returncode != 0
    assert "403" in result.stdout + result.stderr
    assert not list(emulator.packages_dir.glob("not_allowed*"))
