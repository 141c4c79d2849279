"""The record beside a host's packages: what is damaged counts as none, and nothing half written stays."""

from __future__ import annotations

import errno
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from jupyter_securepypi.clusters.host import record

OUTCOME = {
    "packages": [{"name": "pytest", "previous": None}],
    "said": ["…"],
    "installed": record.versions(["pytest"]),
    "at": 1764393600.25,
    "seconds": 0.1 + 0.2,
}


@pytest.fixture(autouse=True)
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The record's file, in a folder of the test's own instead of this Python's packages."""
    path = tmp_path / "packages" / record.NAME
    path.parent.mkdir()
    monkeypatch.setattr(record, "_paths", lambda: [path])
    return path


def test_what_is_kept_is_found_until_a_version_changes() -> None:
    record.keep("d", OUTCOME)
    assert record.found("d", 0) == OUTCOME
    record.keep("d", {**OUTCOME, "installed": {"pytest": "0.1"}})
    assert record.found("d", 0) is None


def _without_installed(kept: dict[str, Any]) -> Any:
    return {name: value for name, value in kept.items() if name != "installed"}


@pytest.mark.parametrize(
    "damage",
    [
        _without_installed,
        lambda kept: {**kept, "installed": None},
        lambda kept: {**kept, "packages": "none"},
        lambda kept: {**kept, "packages": [{}]},
        lambda kept: {"error": {}},
        lambda kept: {},
        lambda kept: [kept],
    ],
)
def test_a_damaged_record_is_none_and_is_replaced(file: Path, damage: Callable[[dict[str, Any]], Any]) -> None:
    record.keep("d", OUTCOME)
    file.write_text(json.dumps({"d": damage(json.loads(file.read_text())["d"])}))
    assert record.found("d", 0) is None
    record.keep("d", OUTCOME)
    assert record.found("d", 0) == OUTCOME


def test_a_record_nested_too_deeply_is_none(file: Path) -> None:
    file.write_text("[" * 200_000)
    assert record.found("d", 0) is None


def test_a_full_disk_keeps_nothing_half_written(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write = Path.write_text

    def full(self: Path, text: str, **more: Any) -> int:
        write(self, text[:10], **more)
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_text", full)
    record.keep("d", OUTCOME)
    assert list(file.parent.iterdir()) == []


def test_an_earlier_request_holds_in_any_version_that_a_later_one_has_brought() -> None:
    record.keep("d", {**OUTCOME, "installed": {"pytest": "0.1"}})
    assert record.found("d", 0, once=True)
    record.keep("d", {**OUTCOME, "installed": {"pytest": "0.1", "not-installed-here": "1"}})
    assert record.found("d", 0, once=True) is None
