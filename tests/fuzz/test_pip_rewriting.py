"""pip.conf: after the rewriting pip itself knows the secure index only and trusts no host; all else is as before."""

from __future__ import annotations

import contextlib
import io
import os
import sys
from pathlib import Path
from typing import Any

import pytest
from fuzz_support import drawn
from hypothesis import assume, example, given
from hypothesis import strategies as st
from pip._internal.commands import create_command
from pip._internal.configuration import Configuration
from pip._internal.exceptions import PipError

from jupyter_securepypi.clients.addresses import NO_HOST
from jupyter_securepypi.clients.originals import restore_all
from jupyter_securepypi.clients.pip_write import point_at
from jupyter_securepypi.core.errors import FileProblem
from jupyter_securepypi.core.pip.names import INDEX_KEYS

INDEX = "https://secure.example/pypi/shared/simple/"
COMMANDS = ("install", "download", "wheel", "lock")
OURS = (*INDEX_KEYS, "trusted-host", "disable-pip-version-check")

NAME = st.sampled_from(
    [
        *[
            "index-url",
            "index_url",
            "INDEX-URL",
            "pypi-url",
            "extra-index-url",
            "Extra_Index_Url",
            "find-links",
        ],
        *["--index-url", "timeout", "cert", "trusted-host", "no-index", "x", "no index"],
    ]
)
VALUE = st.sampled_from(
    [
        *["", "https://evil/simple", "10", "a = b ; c", "50%", "# none", "https://evil/1\n  https://evil/2"],
        *["\n    https://evil/below", "/wheels", INDEX, "true", "é"],
    ]
)
LINE = st.one_of(
    st.builds(
        "{}{}{}{}".format,
        st.sampled_from(["", "", " ", "    ", "\t"]),
        NAME,
        st.sampled_from([" = ", "=", ": ", " :\t"]),
        VALUE,
    ),
    st.sampled_from(["[global]", "[install]", "[download]", " [wheel]", "[lock]", "[DEFAULT]", "[list]"]),
    st.sampled_from(["", " ", "# note", "  ; note", "  continued", "\f", "lonely", "= x", "[", "\u00a0x = 1"]),
)
TEXT = st.builds(
    lambda first, lines, last: "".join([first, *(line + end for line, end in lines), last]),
    st.sampled_from(["[global]\n", "[global]\n", "[install]\r\n", "[DEFAULT]\n", "", "\ufeff[global]\n"]),
    st.lists(st.tuples(LINE, st.sampled_from(["\n", "\n", "\n", "\r\n", "\r"])), max_size=8),
    st.sampled_from(["", "", "timeout = 5", "# last"]),
)
FILES = st.dictionaries(
    st.sampled_from(["etc/pip", "home/.pip", "home/.config/pip", "prefix"]), TEXT, max_size=4
)


@pytest.fixture
def root(tmp_path, monkeypatch):
    """A machine of the test's own, in force for pip's code in this process: its homes and its prefix."""
    for name in [name for name in os.environ if name.startswith(("PIP_", "XDG_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_CONFIG_DIRS", str(tmp_path / "etc"))
    monkeypatch.setattr(sys, "prefix", str(tmp_path / "prefix"))
    for folder in ("etc/pip", "home/.pip", "home/.config/pip", "prefix"):
        (tmp_path / folder).mkdir(parents=True)
    return tmp_path


def place(root: Path, files: dict[str, str]) -> dict[Path, bytes]:
    """Make `files` the only configuration, and return their content."""
    restore_all()
    for folder in ("etc/pip", "home/.pip", "home/.config/pip", "prefix"):
        (root / folder / "pip.conf").unlink(missing_ok=True)
    content = {root / folder / "pip.conf": text.encode() for folder, text in files.items()}
    for path, text in content.items():
        path.write_bytes(text)
    return content


def others_by_pip(path: Path) -> dict[str, str] | None:
    """Return what pip reads in one file besides the options that are ours to set; None where it refuses it."""
    configuration = Configuration(isolated=False)
    try:
        parser = configuration._construct_parser(str(path))
        return {
            key: value
            for section in parser.sections()
            for key, value in configuration._normalized_keys(section, parser.items(section)).items()
            if key.partition(".")[2] not in OURS
        }
    except PipError:
        return None


def options_by_pip(command: str) -> dict[str, Any] | None:
    """Return every option that pip would run `command` with; None if it does not start."""
    silence = io.StringIO()
    try:
        with contextlib.redirect_stderr(silence), contextlib.redirect_stdout(silence):
            return vars(create_command(command).parser.get_default_values())
    except (PipError, SystemExit):
        return None


def places_of(options: dict[str, Any]) -> set[object]:
    """Return the indexes and the link folders among `options`, a folder with nothing in it left out."""
    folders = [link for link in options["find_links"] if not os.path.isdir(link) or os.listdir(link)]
    return {options["index_url"], *options["extra_index_urls"], *folders}


def settings_of(options: dict[str, object]) -> dict[str, str]:
    """Return the options that are none of ours to set."""
    ours = ("index_url", "extra_index_urls", "find_links", "trusted_hosts", "disable_pip_version_check")
    return {name: repr(value) for name, value in options.items() if name not in ours}


@drawn(80)
@given(FILES)
@example({"etc/pip": "[install]\npypi-url = https://evil\n", "prefix": "[global]\nindex-url = https://evil\n"})
@example({"prefix": "[DEFAULT]\nextra_index_url = https://evil\n[install]\n"})
@example({"etc/pip": "[install]\ntrusted-host = evil\n", "prefix": "[global]\ntrusted_host = evil\n"})
@example({"prefix": "[global]\n[DEFAULT]\nindex_url = \n[DEFAULT]\n"})
def test_pip_knows_the_secure_index_only_and_all_the_rest_as_before(root, files):
    content = place(root, files)
    before = {path: others_by_pip(path) for path in content}
    ran_with = {command: options_by_pip(command) for command in COMMANDS}
    try:
        point_at(root / "prefix", INDEX, os.environ)
    except FileProblem:
        assert {path: path.read_bytes() for path in content} == content, "a refusal changes nothing"
        return
    for path, known in before.items():
        assert known is None or known.items() <= others_by_pip(path).items()
    for command, old in ran_with.items():
        if old is not None:
            new = options_by_pip(command)
            assert places_of(new) == {INDEX}
            assert set(new["trusted_hosts"]) <= {NO_HOST}
            assert settings_of(new) == settings_of(old)
    assert not point_at(root / "prefix", INDEX, os.environ).changed
    restore_all()
    assert {path: path.read_bytes() for path in content} == content
    assert (root / "prefix/pip.conf").exists() == ("prefix" in files)


@drawn(40)
@given(st.binary(max_size=40))
def test_bytes_that_pip_cannot_read_are_left_alone(root, content):
    place(root, {})
    path = root / "prefix/pip.conf"
    path.write_bytes(content)
    assume(others_by_pip(path) is None)
    with contextlib.suppress(FileProblem):
        point_at(root / "prefix", INDEX, os.environ)
        raise AssertionError("a file that pip refuses was taken for one that it reads")
    assert path.read_bytes() == content
