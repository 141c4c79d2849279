"""Editing any text: pip reads what was set, and all the rest as before."""

from __future__ import annotations

import itertools
import re

from fuzz_support import drawn
from hypothesis import assume, example, given
from hypothesis import strategies as st

from jupyter_securepypi.clients.ini import IniText
from jupyter_securepypi.core.pip.configuration import parse

_KEYS = ["index-url", "INDEX_URL", "extra-index-url", "timeout", "no index", "x"]
_OPTIONS = map(
    "".join,
    itertools.product(
        ["", " ", "    ", "\t"], _KEYS, [" = ", "=", ": ", " =\t"], ["", "https://a/simple", "10", "a = b ; c"]
    ),
)
_OTHERS = [
    "",
    " ",
    "# note",
    "    # deep note",
    "\t; note",
    "  continued",
    "      deep",
    "= x",
    "\u00a0wide",
    "# é",
]
_HEADERS = ["[global]", "[install]", " [list]", "  [a] b"]
_LINE = st.one_of(st.sampled_from(list(_OPTIONS)), st.sampled_from(_OTHERS), st.sampled_from(_HEADERS))
_LINES = st.lists(st.tuples(_LINE, st.sampled_from(["\n", "\n", "\r\n", "\r"])), max_size=12)
TEXTS = st.builds(
    lambda first, lines, last: "".join([first, *(line + end for line, end in lines), last]),
    st.sampled_from(["", "[global]\n", "[DEFAULT]\r\nx = 1\n"]),
    _LINES,
    st.sampled_from(["", "x = last", "# last"]),
)
CHANGES = st.dictionaries(
    st.tuples(
        st.sampled_from(["global", "install", "list"]), st.sampled_from(["index-url", "extra-index-url"])
    ),
    st.just("https://secure/simple/"),
    min_size=1,
)


@drawn(150)
@given(text=TEXTS, changes=CHANGES)
def test_what_is_set_is_read_and_the_rest_is_kept(text, changes):
    before = parse(text.encode())
    assume(not before.problem)

    # As the caller does: what [DEFAULT] hands down must not stay another value.
    handed_down = {("DEFAULT", key): value for (_, key), value in changes.items() if key in before.defaults}
    after = parse(_edit(text, {**changes, **handed_down}).encode())

    assert not after.problem
    for (section, key), value in changes.items():
        assert after.sections[section][key] == value
    for section, options in before.sections.items():
        for key, value in options.items():
            if (section, key) not in changes and ("DEFAULT", key) not in handed_down:
                assert after.sections[section][key] == value


@drawn(100)
@given(text=TEXTS, changes=CHANGES)
@example(
    # Tab and space are one deep alike; the option that goes must not decide how deep the new one is.
    text="[global]\n INDEX_URL = \n\tindex-url = \n [list]\n",
    changes={("global", "index-url"): "https://secure/", ("global", "extra-index-url"): "https://secure/"},
)
def test_comments_stay_and_a_second_edit_changes_nothing(text, changes):
    assume(not parse(text.encode()).problem)

    once = _edit(text, changes)

    assert _edit(once, changes) == once
    kept = [line for line in _lines(text) if line.strip().startswith(("#", ";"))]
    remaining = iter(_lines(once))
    assert all(line in remaining for line in kept), "a comment is missing or out of order"
    if text:
        assert once.endswith(("\n", "\r")) == text.endswith(("\n", "\r"))


@drawn(100)
@given(text=TEXTS)
def test_without_a_change_the_text_is_the_same(text):
    assert str(IniText(text)) == text


def _edit(text, changes):
    edited = IniText(text)
    for (section, key), value in changes.items():
        edited.set(section, key, value)
    return str(edited)


def _lines(text):
    return re.split(r"\r\n|\r|\n", text)
