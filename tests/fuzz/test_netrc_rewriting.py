"""The netrc editor: whatever Python's own reader, and so pip, knew about other hosts it knows afterwards."""

from __future__ import annotations

import netrc as reader
import sys

import pytest
from fuzz_support import drawn
from hypothesis import example, given
from hypothesis import strategies as st

from jupyter_securepypi.core.errors import FileProblem
from jupyter_securepypi.core.netrc_text import read_entry, remove_entry, set_entry

HOST = "index.example"
WORD = st.sampled_from(
    [
        *["b.example", "me", "x", '"two words"', '"a\\"b"', "a\\ b", "#x", "é", "login", '""', "index.example"],
        *[
            "INDEX.EXAMPLE",
            "index.example:443",
            "machine",
            "default",
            '"',
            "\\",
            "x#y",
            "\u2028",
            "\ufeff",
            "🦝",
        ],
    ]
)
PIECE = st.one_of(
    st.builds("machine {} login {} password {}".format, WORD, WORD, WORD),
    st.builds("machine {}\n  user {} # c\n account {}\n password {}".format, WORD, WORD, WORD, WORD),
    st.builds("default login {} password {}".format, WORD, WORD),
    st.just("machine index.example login old password older"),
    st.builds("macdef {}\n ls {}\n\n".format, st.sampled_from(["init", "m", "index.example"]), WORD),
    st.builds("# {} {}".format, WORD, WORD),
    st.sampled_from(["#", "#\n", "#word more", "machine", "macdef x\n y", "\ufeff", "nonsense"]),
)
END = st.sampled_from(["\n", "\n", "\n\n", " ", "\t", "\r\n", "\r", "\n\n\n", "\r\n\r\n", ""])
TEXT = st.lists(st.tuples(PIECE, END), max_size=6).map(lambda parts: "".join(a + b for a, b in parts))


@pytest.fixture
def hosts(tmp_path):
    """Return what this Python reads in a netrc of some content, None where it rejects it."""
    file = tmp_path / "netrc"

    def read(content: bytes) -> dict[str, tuple[str, ...]] | None:
        file.write_bytes(content)
        try:
            known = reader.netrc(str(file)).hosts
        except (reader.NetrcParseError, UnicodeDecodeError):
            return None
        return {host: tuple(value or "" for value in entry) for host, entry in known.items()}

    return read


def without_ours(known: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """Leave our host out, in every spelling that means it to us."""
    return {name: entry for name, entry in known.items() if name.lower() != HOST}


@drawn(400)
@given(TEXT)
@example("#\nmachine b.example login c password d\n")
@example("machine b.example login c password d\n\nmachine index.example login old password x\n# a b\n")
@example('#\n\n# "" b.example\n')  # an empty pair of quotes is the end of the file, to Python
def test_whatever_python_read_before_it_reads_afterwards(hosts, text):
    content = text.encode()
    before = hosts(content)
    try:
        changed = set_entry(content, HOST, "aws", "secret")
    except FileProblem as problem:
        # A refusal is right for what Python rejects, and for comments that only an entry makes valid.
        allowed = before is None or sys.version_info < (3, 11) or "An entry cannot be" in str(problem)
        assert allowed, problem
        return
    others = without_ours(before or {})
    assert hosts(changed) == {**others, HOST: ("aws", "", "secret")}
    assert set_entry(changed, HOST, "aws", "secret") == changed
    assert read_entry(changed, HOST) == ("aws", "secret")
    try:
        assert hosts(remove_entry(changed, HOST, None)) == others
    except FileProblem as problem:
        assert "cannot be taken out" in str(problem)


@drawn(200)
@given(st.one_of(st.binary(max_size=60), TEXT.map(lambda text: text.encode("utf-16"))))
def test_a_file_that_is_no_text_is_kept_or_refused(hosts, content):
    before = hosts(content)
    try:
        changed = set_entry(content, HOST, "aws", "secret")
    except FileProblem:
        return
    # What Python cannot decode is refused where the file is read (tests/core/test_netrc.py), not here.
    assert changed.endswith(content) or before is not None
    if before is not None:
        assert hosts(changed) == {**without_ours(before), HOST: ("aws", "", "secret")}
