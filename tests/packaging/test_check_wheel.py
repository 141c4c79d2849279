"""The check of a built wheel notices what is missing, what is too much, and a version that differs."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from tests.packaging.check_wheel import LABEXTENSION, WHEEL, main, problems_of

DATA = "jupyter_securepypi-0.1.0.data/data"
INFO = "jupyter_securepypi-0.1.0.dist-info"


@pytest.fixture
def members() -> dict[str, str]:
    """The least that a good wheel holds."""
    patterns = [pattern.replace("*.data/data", DATA).replace("*.dist-info", INFO) for pattern in WHEEL.required]
    good = {pattern.replace("*", "1"): "" for pattern in patterns}
    good[f"{DATA}/{LABEXTENSION}/package.json"] = json.dumps({"version": "0.1.0"})
    good["jupyter_securepypi/_version.py"] = '__version__ = "0.1.0"\n'
    good[f"{INFO}/METADATA"] = "Name: jupyter_securepypi\nVersion: 0.1.0\n"
    return good


def pack(members: dict[str, str], folder: Path) -> Path:
    path = folder / "jupyter_securepypi-0.1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as wheel:
        for name, text in members.items():
            wheel.writestr(name, text)
    return path


def test_a_complete_wheel_is_good(members: dict[str, str], tmp_path: Path) -> None:
    wheel = pack(members, tmp_path)
    assert problems_of(wheel) == []
    assert main([str(wheel)]) == 0


def test_each_required_member_is_missed(members: dict[str, str], tmp_path: Path) -> None:
    for name in members:
        if not name.endswith("METADATA"):
            wheel = pack({key: text for key, text in members.items() if key != name}, tmp_path)
            assert len(problems_of(wheel)) == 1, name


@pytest.mark.parametrize(
    "stray",
    [
        "jupyter_securepypi/node_modules/react/index.js",
        "tests/core/test_tokens.py",
        "labextension/package.json",
        "labextension/.yarn/install-state.gz",
        "jupyter_securepypi/labextension/static/style.js",
        "jupyter_securepypi/__pycache__/cli.cpython-311.pyc",
    ],
)
def test_what_belongs_to_the_workshop_is_found(stray: str, members: dict[str, str], tmp_path: Path) -> None:
    wheel = pack({**members, stray: ""}, tmp_path)
    assert f"must not hold {stray}" in problems_of(wheel)
    assert main([str(wheel)]) == 1


def test_a_front_end_of_another_version_is_found(members: dict[str, str], tmp_path: Path) -> None:
    members[f"{DATA}/{LABEXTENSION}/package.json"] = json.dumps({"version": "0.2.0"})
    assert len(problems_of(pack(members, tmp_path))) == 2


def test_a_wheel_that_weighs_too_much_is_found(members: dict[str, str], tmp_path: Path) -> None:
    members["jupyter_securepypi/data.bin"] = "x" * (WHEEL.largest + 1)
    (problem,) = problems_of(pack(members, tmp_path))
    assert "weighs" in problem
