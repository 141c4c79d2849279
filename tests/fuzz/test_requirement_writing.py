"""What is written out of a request means the same to pip and to uv, and what its author wrote."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from fuzz_support import drawn
from hypothesis import given
from hypothesis import strategies as st
from packaging.requirements import InvalidRequirement
from packaging.requirements import Requirement as Standard
from packaging.version import Version
from pip._internal.req.constructors import install_req_from_line
from pip._internal.req.req_file import RequirementsFileParser, get_line_parser

from jupyter_securepypi.core.errors import RequestRefused
from jupyter_securepypi.core.requests.reader import read_request
from jupyter_securepypi.core.requests.requirement import Requirement
from jupyter_securepypi.core.requests.writer import line_of, write
from jupyter_securepypi.emulator.samples import build_wheel

LINES = 40
VERSIONS = ("0.9", "1.0", "1.0.1", "1.1", "1.1.post1", "2.0rc1", "2.0")
BLANK = st.sampled_from(["", " ", "  ", "\t", " \t"])
CLAUSE = st.builds(
    "{}{}{}".format,
    st.sampled_from(["==", "!=", "<=", ">=", "<", ">", "~="]),
    BLANK,
    st.sampled_from(
        ["0.9", "1.0", "1.0.0", "1.1", "01.1", "1.1.post1", "2.0", "2", "v1.0", "1.0-post1"]
    ).filter(lambda text: text.isprintable()),
)
WILD = st.builds("{}{}.*".format, st.sampled_from(["==", "!="]), st.sampled_from(["1", "1.0", "2"]))
SPECIFIER = st.lists(st.one_of(CLAUSE, CLAUSE, WILD), max_size=3).map(lambda clauses: " , ".join(clauses))
VERSION_MARKER = st.builds(
    "{}{}{}{}'{}'".format,
    st.sampled_from(["python_version", "python_full_version"]),
    BLANK,
    st.sampled_from(["==", "!=", "<=", ">=", "<", ">", "~="]),
    BLANK,
    st.sampled_from(
        ["3", "3.8", "3.10", "3.11", "3.11.0", "3.12", "3.9", "4.0", "2.7", "3.11.7", "3.*", "3.11.*"]
    ),
)
TEXT_MARKER = st.builds(
    '{} {} "{}"'.format,
    st.sampled_from(["os_name", "sys_platform", "platform_system", "platform_machine", "implementation_name"]),
    st.sampled_from(["==", "!=", "in", "not in"]),
    st.sampled_from(["posix", "linux", "win32", "Linux", "x86_64", "aarch64", "cpython", "linux win32", ""]),
)
EXTRA = st.sampled_from(["extra == 'x'", 'extra=="test"'])
MARKER = st.recursive(
    st.one_of(VERSION_MARKER, TEXT_MARKER, EXTRA),
    lambda inner: st.one_of(
        st.builds("{} and {}".format, inner, inner),
        st.builds("{} or {}".format, inner, inner),
        st.builds("( {})".format, inner),
    ),
    max_leaves=5,
)
HASHES = st.lists(st.text("0123456789abcdefABCDEF", min_size=64, max_size=64), max_size=2)
CASE = st.tuples(st.sampled_from(["", "[x]", "[ x , y-z ]"]), SPECIFIER, st.one_of(st.just(""), MARKER), HASHES)
NO_SESSION: Any = None  # it is needed for addresses only


def spelled(number: int, case: tuple[str, str, str, list[str]], brackets: bool = False) -> str:
    extras, specifier, marker, hashes = case
    versions = f" ({specifier})" if brackets and specifier else specifier
    rest = "".join(f" \\\n    --hash=sha256:{digest}" for digest in hashes)
    return f"Pkg-{number}{extras}{versions}{f' ; {marker}' if marker else ''}{rest}\n"


@pytest.fixture(scope="module")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every version of as many projects as there are lines."""
    folder = tmp_path_factory.mktemp("wheels")
    for number in range(LINES):
        for version in VERSIONS:
            build_wheel(folder, f"pkg-{number}", version)
    return folder


def is_one(text: str) -> bool:
    """Tell whether `text` is a requirement, to the standard and to us; some versions are none, such as ``~=2``."""
    try:
        Standard(text.partition(" \\\n")[0])
        read_request([], lines=text)
    except (InvalidRequirement, RequestRefused):
        return False
    return True


@drawn(200)
@given(CASE, st.booleans())
def test_pip_reads_what_its_author_wrote(
    tmp_path: Path, case: tuple[str, str, str, list[str]], brackets: bool
) -> None:
    text = spelled(1, case, brackets)
    if not is_one(text):
        return
    [read] = read_request([], lines=text).requirements
    path = tmp_path / "written.txt"
    path.write_text(f"{line_of(read)}\n")
    assert path.read_text().isascii()
    assert path.read_text().count("\n") == 1
    [line] = RequirementsFileParser(NO_SESSION, get_line_parser(None)).parse(str(path), False)
    seen = install_req_from_line(str(line.requirement))
    meant = Standard(text.partition(" \\\n")[0])
    assert seen.req is not None
    assert seen.req.name == meant.name
    assert seen.req.extras == meant.extras
    assert {str(one) for one in seen.req.specifier} == {str(one) for one in meant.specifier}
    assert str(seen.markers or "") == str(meant.marker or "")
    given_hashes = (getattr(line.opts, "hashes", None) or {}).get("sha256", [])
    assert [one.lower() for one in given_hashes] == [one.lower() for one in case[3]]
    # Read again, it is the same value.
    assert read_request(["-r", str(path)]).requirements == (read,)


def chosen_by_the_standard(read: Requirement) -> str | None:
    """Return the newest version that the requirement allows; None where it does not count here, or allows none."""
    meant = Standard(str(read))
    if meant.marker and not meant.marker.evaluate({"extra": ""}):
        return None
    return max(meant.specifier.filter(VERSIONS), key=Version, default="none")


@drawn(15)
@given(st.lists(CASE, min_size=LINES, max_size=LINES))
def test_uv_takes_the_version_that_pip_would(
    tmp_path: Path, wheels: Path, cases: list[tuple[str, str, str, list[str]]]
) -> None:
    texts = [spelled(number, (*case[:3], [])) for number, case in enumerate(cases)]
    lines = "".join(text for text in texts if is_one(text))
    request = read_request([], lines=lines)
    expected = {one.project: chosen_by_the_standard(one) for one in request.requirements if one.marker.portable}
    kept = [one for one in request.requirements if expected.get(one.project) not in (None, "none")]
    left_out = [one for one in request.requirements if one.project in expected and not expected[one.project]]
    written = write(type(request)(requirements=(*kept, *left_out)), tmp_path)
    if not written.requirements:
        return
    uv = shutil.which("uv") or str(Path(sys.executable).with_name("uv"))
    words = (
        "pip compile -q --no-config --no-header --no-annotate --no-deps --no-index --offline --no-strip-extras"
    )
    done = subprocess.run(
        [
            uv,
            *words.split(),
            "--find-links",
            str(wheels),
            "--python",
            sys.executable,
            str(written.requirements),
        ],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr + written.requirements.read_text()
    found = dict(re.sub(r"\[.*\]", "", line).split("==") for line in done.stdout.splitlines())
    assert found == {one.project: expected[one.project] for one in kept}
