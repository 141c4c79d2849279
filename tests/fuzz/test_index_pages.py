"""Pages of an index, and of a service for advisories: whatever they hold is read, or refused with an error of ours."""

from __future__ import annotations

import json
import time
from contextlib import suppress

import pytest
from fuzz_support import drawn
from hypothesis import example, given
from hypothesis import strategies as st
from packaging.utils import canonicalize_name, parse_wheel_filename

from jupyter_securepypi.core.gate.advisories import advisory, affects, is_affected
from jupyter_securepypi.core.gate.gate import Candidate, Gate
from jupyter_securepypi.core.gate.policy import Policy
from jupyter_securepypi.core.gate.verdict import ALLOWED
from jupyter_securepypi.core.index import Index
from jupyter_securepypi.core.index_requests import TooMuch
from jupyter_securepypi.core.project_page import PageFile, base_name, epoch_of, read_page
from jupyter_securepypi.core.proxy_and_trust import ProxyAndTrust
from jupyter_securepypi.install.engines.name_page import _names

URL = "https://index.example.com/team/simple/acme-tool/"
WHEEL = "acme_tool-1.0-py3-none-any.whl"
ODD = st.sampled_from(
    [
        "",
        "[",
        "]",
        "://",
        "http://[",
        "http://h℀/",
        "//",
        "\\",
        "?",
        "#sha256=",
        "\0",
        "\ud800",
        "%2e",
        "\u2028",
        "é",
    ]
)
NAME = st.sampled_from(
    [
        "acme_tool-1.0-py3-none-any.whl",
        "acme-tool-1.0.tar.gz",
        "acme_evil-9.0-py3-none-any.whl",
        "acme_tool.whl",
        "a-b",
    ]
)
PIECES = st.lists(st.one_of(ODD, NAME, st.text(max_size=5)), max_size=5).map("".join)
LEAF = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), PIECES, st.sampled_from(["0001-01-01T00:00:00+14:00"])
)
JSON = st.recursive(
    LEAF, lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(PIECES, inner, max_size=3))
)
TIMES = st.builds(
    "{}-{:02}-{:02}T{:02}:{:02}:{:02}{}{}".format,
    st.sampled_from(["0000", "0001", "1969", "2024", "9999", "10000", "²024"]),
    *[st.integers(0, top) for top in (13, 32, 25, 61, 61)],
    st.sampled_from(["", ".", ".5", ".123456789123"]),
    st.sampled_from(["", "Z", "+14:00", "-14:00", "-2359", "+99:99", "z"]),
)
ENTRY = st.fixed_dictionaries(
    {"filename": st.one_of(NAME, PIECES), "url": st.one_of(NAME, PIECES)},
    optional={
        "hashes": JSON,
        "size": LEAF,
        "upload-time": st.one_of(TIMES, LEAF),
        "yanked": LEAF,
        "requires-python": LEAF,
    },
)
AS_JSON = st.lists(st.one_of(ENTRY, JSON), max_size=4).map(lambda files: json.dumps({"files": files}).encode())
TAG = st.builds(
    "<{} href={}{}{}>".format,
    st.sampled_from(["a", "base", "A", "x"]),
    st.sampled_from(['"', "'", ""]),
    PIECES,
    st.sampled_from(['"', "'", ' data-yanked="', ""]),
)
AS_HTML = st.lists(
    st.one_of(TAG, PIECES, st.sampled_from(["<!--", "-->", "<![CDATA[", "<script>", "&#0;", "</a"]))
).map(lambda parts: "".join(parts).encode("utf-8", "surrogatepass"))


@drawn(200)
@given(st.one_of(AS_JSON, AS_HTML, st.binary()))
@example(b'{"files": [{"filename": "a-1-py3-none-any.whl", "url": "http://["}]}')
@example(b'<a href="http://[x/acme_tool-1.0-py3-none-any.whl">')
@example(b"{" * 50_000)
def test_a_page_is_files_of_its_project_or_an_error(content):
    try:
        files = read_page(content, URL, "Acme.Tool", 5.0)
    except TooMuch:
        return
    for one in files:
        assert base_name(one.url) == one.filename
        assert "@" not in one.url.partition("//")[2].partition("/")[0]
        assert one.uploaded is None or -62_135_596_800 <= one.uploaded <= 253_402_300_800
        time.gmtime(one.uploaded or 0)
        if one.is_wheel:
            with suppress(ValueError):  # what is no name to the standard is none to installers
                assert parse_wheel_filename(one.filename)[0] == canonicalize_name("acme-tool")


@drawn(300)
@given(TIMES)
@example("9999-12-31T23:59:59-14:00")
@example("0001-01-01T00:00:00+14:00")
def test_a_time_is_one_that_can_be_shown_or_none(text):
    found = epoch_of(text)
    if found is not None:
        assert time.gmtime(found).tm_year <= 10_000


@drawn(200)
@given(st.one_of(AS_HTML, st.binary(), JSON.map(lambda value: json.dumps({"projects": value}).encode())))
def test_a_list_of_projects_is_names_or_none(content):
    names, _ = _names(content, URL, 5.0)
    assert all(isinstance(one, str) for one in names)


FILES = st.lists(
    st.tuples(
        st.sampled_from(["acme_tool-1.0-py3-none-any.whl", "acme_tool-1.1-py3-none-any.whl"]),
        st.sampled_from([None, 0.0, 50.0, 99.0]),
    ),
    max_size=6,
)


@drawn(300)
@given(FILES, st.sampled_from(["refuse", "allow"]))
def test_no_spelling_of_a_page_makes_a_young_file_old(files, unknown):
    """What an installer may take under a name is as old as the youngest file of that name."""
    index = Index("https://index.example.com/team/simple/", "https://index.example.com/team/")
    gate = Gate(
        Policy(minimum_age=10.0, unknown_age=unknown), index, ProxyAndTrust(proxy=""), clock=lambda: 100.0
    )
    gate._pages["acme-tool"] = [
        PageFile(name, name.split("-")[1], f"{URL}{number}/{name}", "", at)
        for number, (name, at) in enumerate(files)
    ]
    wanted = "acme_tool-1.0-py3-none-any.whl"
    [verdict] = gate.judge([Candidate("acme-tool", "1.0", f"{URL}0/{wanted}")])
    times = [at for name, at in files if name == wanted]
    known = times and None not in times
    allowed = (max(times) <= 90.0) if known else unknown == "allow"
    assert (verdict.kind == ALLOWED or not verdict.held_back) == allowed


EVENT = st.dictionaries(
    st.sampled_from(["introduced", "fixed", "last_affected", "limit"]),
    st.one_of(st.sampled_from(["0", "1.0", "1.1", "2", "x", ""]), LEAF),
    max_size=2,
)
RECORD = st.fixed_dictionaries(
    {},
    optional={
        "id": st.one_of(st.sampled_from(["MAL-1", "GHSA-1"]), LEAF),
        "summary": LEAF,
        "details": LEAF,
        "withdrawn": LEAF,
        "severity": st.lists(
            st.fixed_dictionaries({"score": st.one_of(st.sampled_from(["CVSS:3.1/AV:N"]), LEAF)})
        ),
        "database_specific": JSON,
        "affected": st.lists(
            st.fixed_dictionaries(
                {"package": st.fixed_dictionaries({"name": st.sampled_from(["acme-tool", "Acme_Tool", "x"])})},
                optional={
                    "versions": st.lists(st.one_of(st.sampled_from(["1.0", "1.0.0"]), LEAF), max_size=3),
                    "ranges": st.lists(
                        st.fixed_dictionaries(
                            {
                                "type": st.sampled_from(["ECOSYSTEM", "GIT"]),
                                "events": st.lists(EVENT, max_size=4),
                            }
                        ),
                        max_size=2,
                    ),
                },
            ),
            max_size=2,
        ),
    },
)


@drawn(300)
@given(RECORD, st.sampled_from(["1.0", "1.1", "no version", "2!1"]))
def test_a_record_says_whether_a_version_is_affected(record, version):
    parts = list(affects(record, "acme-tool"))
    found = any(is_affected(version, one) for one in parts)
    assert isinstance(found, bool)
    if any(version in one.get("versions", ()) for one in parts):
        assert found
    assert advisory(record, "acme-tool").summary.count("\n") == 0
    assert not (found and record.get("withdrawn"))


@pytest.mark.parametrize("text", ["http://[", "//[", "http://h℀/x", "http://[::1"])
def test_an_address_that_is_none_costs_the_page_nothing_else(text):
    page = f'<base href="{text}"><a href="{text}{WHEEL}"><a href="{WHEEL}">'
    assert [one.version for one in read_page(page.encode(), URL, "acme-tool", 5.0)] == ["1.0"]
