"""``mirror`` into Artifact Registry, by the same code as into CodeArtifact."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import forked
import pytest
from public_stand_in import PublicStandIn

from jupyter_securepypi.emulator.google import GoogleEmulator
from jupyter_securepypi.emulator.google.world import PUBLISHER
from jupyter_securepypi.emulator.samples import build_wheel

DAY = 86_400.0


@pytest.fixture
def public(tmp_path: Path) -> Iterator[PublicStandIn]:
    """A public index with three old packages, one of which needs another, and a young one."""
    folder = tmp_path / "public"
    folder.mkdir()
    for name, needs, days in (
        ("mirrored-app", ["mirrored-lib"], 90),
        ("mirrored-lib", [], 90),
        ("mirrored-tool", [], 90),
        ("mirrored-young", [], 1),
    ):
        build_wheel(folder, name, "1.0", needs, uploaded=time.time() - days * DAY)
    with PublicStandIn(folder) as index:
        yield index


@pytest.fixture
def report(
    google: GoogleEmulator, login: Any, public: PublicStandIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Any:
    login("key", account=PUBLISHER)
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "uv-cache"))
    (tmp_path / "requirements.txt").write_text("mirrored-app\nmirrored-tool\nmirrored-young\n")
    words = ["mirror", "-r", "requirements.txt", "--from", public.url, "--to", google.repository, "--json"]

    def run(*more: str, status: int = 0) -> dict[str, str]:
        command = [sys.executable, "-m", "jupyter_securepypi.cli", *words, *more]
        done = forked.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=170)
        assert done.returncode == status, done.stdout + done.stderr
        assert done.stdout, done.stderr
        return {one["filename"]: one["state"] for one in json.loads(done.stdout)["files"] if one["filename"]}

    return run


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.glob("mirrored*")}


def test_what_is_old_enough_arrives_once_and_the_young_one_does_not(
    report: Any, google: GoogleEmulator
) -> None:
    old = {f"mirrored_{one}-1.0-py3-none-any.whl" for one in ("app", "lib", "tool")}
    first = report("--minimum-age", "P7D", status=1)
    assert {name for name, state in first.items() if state == "uploaded"} == old
    assert names(google.packages_dir) == old
    second = report("--minimum-age", "P7D", status=1)
    assert {name for name, state in second.items() if state == "there"} == old
    # Other content under a name that is there is an error, and stays what it was.
    [there] = google.packages_dir.glob("mirrored_tool*")
    other = build_wheel(google.packages_dir, "mirrored-tool", "1.0", ["mirrored-lib"])
    assert there.name == other.name
    third = report("--minimum-age", "P7D", status=1)
    assert third[there.name] == "failed"
