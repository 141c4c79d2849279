"""Where a request ends to be one: an empty variable, an abbreviation of two options, a lost hash."""

from __future__ import annotations

from pathlib import Path

import pytest

from jupyter_securepypi.core.errors import RequestRefused
from jupyter_securepypi.core.requests.reader import check_file, read_request

_LOCK = """lock-version = "1.0"
created-by = "x"
[[packages]]
name = "tool"
version = "1.0"
wheels = [
  {{ name = "tool-1.0-py3-none-any.whl", url = "x", hashes = {{ sha256 = "{digest}" }} }},
  {{ name = "tool-1.0-py2-none-any.whl", url = "x", hashes = {{ {other} = "{digest}" }} }},
]
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_variable_that_is_empty_is_not_replaced_as_to_pip(folder: Path) -> None:
    (folder / "r.txt").write_text("foo${MORE}\n")
    with pytest.raises(RequestRefused, match="cannot be understood"):
        check_file(folder / "r.txt", environ={"MORE": ""})
    assert check_file(folder / "r.txt", environ={"MORE": "==1"}).requirements[0].versions == "==1"


def test_an_abbreviation_of_two_options_is_refused() -> None:
    with pytest.raises(RequestRefused, match="--upg may stand for --upgrade or --upgrade-strategy"):
        read_request(["foo", "--upg"])
    assert read_request(["foo", "--upgrade-s=eager"]).value("--upgrade-strategy") == "eager"


@pytest.mark.parametrize("deep", [50, 51])
def test_fifty_files_may_include_each_other_and_no_more(folder: Path, deep: int) -> None:
    for number in range(1, deep):
        (folder / f"{number}.txt").write_text(f"-r {number + 1}.txt\n")
    (folder / f"{deep}.txt").write_text("foo\n")
    if deep == 50:
        assert read_request(["-r", "1.txt"]).names == ("foo",)
    else:
        with pytest.raises(RequestRefused, match="more than 50 deep"):
            read_request(["-r", "1.txt"])


@pytest.mark.parametrize("other", ["sha256", "md5"])
def test_a_lock_has_a_hash_for_each_file_or_is_refused(folder: Path, other: str) -> None:
    (folder / "pylock.toml").write_text(_LOCK.format(digest="0" * 64, other=other))
    if other == "sha256":
        assert read_request(["-r", "pylock.toml"]).names == ("tool",)
    else:
        with pytest.raises(RequestRefused, match="locks tool without"):
            read_request(["-r", "pylock.toml"])
