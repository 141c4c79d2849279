"""Reader against pip: what this machine's pip would take as a way around the index is refused, the rest read alike."""

from __future__ import annotations

import contextlib
import copy
import io
import logging
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fuzz_support import drawn
from hypothesis import example, given
from hypothesis import strategies as st
from pip._internal.commands import create_command
from pip._internal.exceptions import PipError
from pip._internal.req.constructors import install_req_from_line
from pip._internal.req.req_file import RequirementsFileParser, get_line_parser

from jupyter_securepypi.core.errors import RequestRefused
from jupyter_securepypi.core.requests.reader import check_file, read_request
from jupyter_securepypi.core.requests.request import Request
from jupyter_securepypi.core.requests.writer import line_of

INDEX_OPTIONS = ("index_url", "extra_index_urls", "no_index", "find_links", "trusted_hosts")
OTHER_SOURCES = ("editables", "dependency_groups", "requirements_from_scripts")
VARIABLES = {
    "EVIL": "--index-url=http://evil",
    "URL": "https://evil/x.whl",
    "HASH": "#",
    "DASH": "-",
    "EMPTY": "",
}

VALUE = st.sampled_from(
    ["http://evil/simple", "/tmp/x", "evil", ".", "good.txt", "bad.txt", "a=b", "foo", "sha256:00"]
)
# Every option that this pip knows.
OPTIONS = sorted(
    name
    for option in create_command("install", isolated=True).parser.option_list_all
    for name in option._long_opts
)
LEADING = [
    name for name in OPTIONS if re.search("index|url|link|host|require|constraint|group|edit|script", name)
]
LONG = st.one_of(st.sampled_from(OPTIONS), st.sampled_from(LEADING))
ABBREVIATED = st.builds(lambda name, cut: name[: max(3, len(name) - cut)], LONG, st.integers(0, 8))
CLUSTER = st.text("qvUIifertcChV-", min_size=1, max_size=4).map("-{}".format)
GLUED = st.builds("{}{}{}".format, st.one_of(ABBREVIATED, CLUSTER), st.sampled_from(["", "="]), VALUE)
REQUIREMENT = st.sampled_from(
    [
        *["foo", "foo==1.0", "Foo.Bar[baz]>=1,<2", "foo ; python_version>'3'", "foo===1.0.whl", "foo.zip"],
        *["foo.zip [a]"],
        *[
            "foo @ https://evil/x",
            "foo@file:x",
            "git+https://evil/x",
            "hg+http:x",
            "http:evil",
            "HTTPS://evil/x",
        ],
        *["./foo", "../foo", ".", "..", "/tmp", "foo/bar", "foo.tar.gz", "foo[a].whl", "bad.txt", "foo==1.zip"],
        *["-", ""],
        *[
            "fo\u017fo",
            "git+\tssh://x",
            "foo;extra=='x' @ http://y",
            "foo (==1.0)",
            "foo<2;",
            "file:foo",
            "ftp:x",
        ],
        *[
            "foo==1.0; 'http://x' != os_name",
            "foo[x,y]",
            "foo>=1,",
            "foo 1",
            "foo#x",
            "dir",
            "x.egg",
            "a.TAR.BZ2",
        ],
    ]
)
WORD = st.one_of(ABBREVIATED, CLUSTER, GLUED, VALUE, REQUIREMENT, LONG, st.just("--"))
SPACE = st.sampled_from(
    [
        *[
            " ",
            " ",
            " ",
            "  ",
            "\t",
            "\n",
            "\n",
            "\n",
            "\r\n",
            "\r",
            "\\\n",
            " \\\n",
            "\\ \n",
            "\\\\\n",
            "\x0b",
        ],
        *[
            "\x0c",
            "\x1c",
            "\x1e",
            "\x1f",
            "\x85",
            "\xa0",
            "\u2003",
            "\u2028",
            "\u2029",
            "\u3000",
            "\0",
            "#",
            " # ",
        ],
        *[
            "\n#",
            " #\\\n",
            ";",
            '"',
            "'",
            "\\",
            "${EVIL}",
            "${URL}",
            "${HASH}",
            "${DASH}",
            "${EMPTY}",
            "${UNSET}",
        ],
        *["${evil}", "\ufeff", "@", "", "=", ","],
    ]
)
TEXT = st.lists(st.tuples(WORD, SPACE), max_size=8).map(lambda parts: "".join(a + b for a, b in parts))
CODING = st.sampled_from(
    [
        *[("", "utf-8"), ("", "utf-8"), ("", "utf-8-sig"), ("", "utf-16"), ("", "utf-32"), ("", "latin-1")],
        *[("# coding: utf-7\n", "utf-7"), ("#\n# -*- coding=latin-1 -*-\n", "latin-1")],
        *[("# coding: idna\n", "utf-8"), ("# coding: nonsense\n", "utf-8")],
    ]
)


@pytest.fixture(autouse=True)
def _isolated(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """Run in a folder with things to trip over, and with no pip configuration."""
    for name in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.delenv("UNSET", raising=False)
    for name, value in VARIABLES.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    Path("good.txt").write_text("foo\n")
    Path("bad.txt").write_text("foo\n--extra-index-url http://evil\n")
    for folder in ("dir", "foo"):
        Path(folder).mkdir()
        Path(folder, "setup.py").touch()
    Path("foo.zip").touch()
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


def is_elsewhere(requirement: str) -> bool:
    """Tell whether pip takes `requirement` for something else than a package of the index."""
    try:
        return install_req_from_line(requirement).link is not None
    except (PipError, ValueError, AssertionError):
        return False


NO_SESSION: Any = None  # it is needed for addresses only


def file_leads_elsewhere(path: str) -> bool | None:
    """Tell whether pip, reading the requirements file `path`, would go around the index; None if it fails."""
    if path.lower().startswith(("http:", "https:", "file:")):
        return True
    elsewhere = False
    try:
        for line in RequirementsFileParser(NO_SESSION, get_line_parser(None)).parse(path, False):
            found = any(getattr(line.opts, name, None) for name in (*INDEX_OPTIONS, "editables"))
            elsewhere = elsewhere or found or bool(line.requirement and is_elsewhere(line.requirement))
    except (PipError, OSError, ValueError, LookupError, AttributeError, RecursionError, SystemExit):
        return elsewhere or None
    return elsewhere


def quiet_check(check: object, *arguments: object) -> Request | None:
    """Return what the scanner makes of it, None if it refuses. Any other exception is a fault."""
    try:
        return check(*arguments)  # type: ignore[operator,no-any-return]
    except RequestRefused:
        return None


def hashes(line: Any) -> list[tuple[str, list[str]]]:
    """Return the hashes that pip reads in a line, by their kind."""
    return list((getattr(line.opts, "hashes", None) or {}).items())


def written(request: Request) -> list[str]:
    """Return the lines that pip and uv get of a request."""
    return list(map(line_of, request.requirements))


def seen_by_pip(lines: list[str]) -> set[tuple[object, ...]]:
    """Return what pip makes of lines without references to other files: what counts where, with which hashes."""
    path = Path.cwd() / "seen.txt"
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    found: set[tuple[object, ...]] = set()
    for line in RequirementsFileParser(NO_SESSION, get_line_parser(None)).parse(str(path), False):
        if line.requirement:
            requirement = install_req_from_line(line.requirement)
            assert requirement.req is not None
            allowed = sorted((kind, digest.lower()) for kind, digests in hashes(line) for digest in digests)
            found.add(
                (
                    requirement.req.name.lower(),
                    frozenset(requirement.req.extras),
                    frozenset(map(str, requirement.req.specifier)),
                    requirement.match_markers(),
                    tuple(allowed),
                )
            )
    return found


@drawn(300)
@given(st.lists(WORD, max_size=6))
@example(["-qihttp://evil", "foo"])
@example(["foo", "--", "--index-url"])
@example(["--build", "bad.txt"])
def test_no_arguments_that_lead_pip_elsewhere_are_accepted(arguments: list[str]) -> None:
    parser = create_command("install", isolated=True).parser
    silence = io.StringIO()
    with contextlib.redirect_stderr(silence), contextlib.redirect_stdout(silence):
        try:
            # A copy: pip's parser keeps what --group collects in a list that outlives the parser.
            plain = copy.deepcopy(vars(parser.parse_args([])[0]))
            options, others = parser.parse_args(list(arguments))
        except (SystemExit, PipError):
            return
    files = [*options.requirements, *options.constraints, *(getattr(options, "build_constraints", None) or [])]
    elsewhere = any(vars(options).get(name) != plain.get(name) for name in (*INDEX_OPTIONS, *OTHER_SOURCES))
    elsewhere = elsewhere or any(map(is_elsewhere, others)) or any(file_leads_elsewhere(file) for file in files)
    accepted = quiet_check(read_request, arguments)
    if elsewhere:
        assert accepted is None
    if accepted:
        assert accepted.report == getattr(options, "json_report_file", None)
        texts = [Path(file).read_text() for file in options.requirements if "lock" not in file]
        assert seen_by_pip(written(accepted)) == seen_by_pip([*"".join(texts).splitlines(), *others])


@drawn(300)
@given(TEXT, CODING)
@example("foo # comment \\\n--index-url http://evil\n", ("", "utf-8"))
@example("\\--index-url=http://evil \\\n", ("", "utf-8"))
@example("foo\x0c-i http://evil", ("", "utf-8"))
def test_no_file_that_leads_pip_elsewhere_is_accepted(text: str, coding: tuple[str, str]) -> None:
    cookie, encoding = coding
    path = Path.cwd() / "fuzzed.txt"
    path.write_bytes(cookie.encode() + text.encode(encoding, "replace"))
    accepted = quiet_check(check_file, path)
    leads_elsewhere = file_leads_elsewhere(str(path))
    if leads_elsewhere:
        assert accepted is None
    elif accepted and leads_elsewhere is False:
        lines = [
            " ".join(
                [line.requirement, *(f"--hash={kind}:{one}" for kind, all_ in hashes(line) for one in all_)]
            )
            for line in RequirementsFileParser(NO_SESSION, get_line_parser(None)).parse(str(path), False)
            if line.requirement
        ]
        assert seen_by_pip(written(accepted)) == seen_by_pip(lines)
