"""When two addresses are one index, and when a file's address lies within an index."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from address_table import OTHER_HOST, SAME_HOST, written
from hypothesis import example, given
from hypothesis import strategies as st

from jupyter_securepypi.core.address import is_unambiguous, lies_within, same_address, without_credentials
from jupyter_securepypi.core.index import Index

HOST = "packages.example.org"
BASE = f"https://{HOST}/pypi/shared/"


@pytest.mark.parametrize("form", SAME_HOST)
def test_another_spelling_of_the_host_makes_no_difference(form):
    url = written(form, HOST)
    assert same_address(url, f"https://{HOST}/")
    assert lies_within(f"{url.rstrip('/')}/pypi/shared/a.whl", BASE)


@pytest.mark.parametrize("form", OTHER_HOST)
def test_another_scheme_host_or_port_and_what_tools_read_differently_is_another_index(form):
    url = written(form, HOST)
    assert not same_address(url, f"https://{HOST}/")
    assert not lies_within(f"{url.rstrip('/')}/pypi/shared/a.whl", BASE)


@pytest.mark.parametrize(
    ("url", "is_same"),
    [
        (BASE, True),
        (BASE.rstrip("/"), True),
        (f"{BASE}#egg=a", True),
        (BASE.replace("shared", "s%68ared"), True),
        (f"{BASE}simple/", False),
        (f"{BASE}?format=json", False),
        (BASE.replace("shared", "Shared"), False),
        (BASE.replace("shared", "shared%20"), False),
        (f"{BASE}x/../", False),
        (f"{BASE}x/%2e%2e/", False),
        (BASE.replace("/shared", "%2fshared"), False),
        ("", False),
        ("pypi", False),
    ],
)
def test_the_same_index_has_the_same_path_and_query(url, is_same):
    assert same_address(url, BASE) is same_address(BASE, url) is is_same


@pytest.mark.parametrize(
    ("path", "within"),
    [
        ("/pypi/shared/a.whl", True),
        ("/pypi/shared/simple/a/1.0/a-1.0+x.whl#sha256=00", True),
        ("/pypi/shared/a%2B1.whl", True),
        ("/pypi/%73hared/a.whl", True),
        ("/pypi/shared/a.whl?signature=..%2f..", True),
        ("/pypi/shared", False),
        ("/pypi/shared/", False),
        ("/pypi/shared//", False),
        ("/pypi/shared-too/a.whl", False),
        ("/pypi/Shared/a.whl", False),
        ("/pypi/a.whl", False),
        ("/", False),
        ("/pypi/shared/../other/a.whl", False),
        ("/pypi/shared/./a.whl", False),
        ("/pypi/shared/..", False),
        ("/pypi/shared/..;/other/a.whl", False),
        ("/pypi/shared/..;x=y/other/a.whl", False),
        ("/pypi/shared/..%2fother/a.whl", False),
        ("/pypi/shared/..%2F..%2Fother/a.whl", False),
        ("/pypi/shared/%2e%2e/other/a.whl", False),
        ("/pypi/shared/.%2E/other/a.whl", False),
        ("/pypi/shared/%252e%252e/other/a.whl", False),
        ("/pypi/shared/%25252e./other/a.whl", False),
        ("/pypi/shared/..%5cother/a.whl", False),
        ("/pypi/shared/..\\other\\a.whl", False),
        ("/pypi/shared/%0d%0aa.whl", False),
        ("/pypi/shared/a%00.whl", False),
        ("/pypi/shared/a b.whl", False),
        ("/pypi%2fshared/a.whl", False),
        ("?/pypi/shared/a.whl", False),
        ("#/pypi/shared/a.whl", False),
    ],
)
def test_what_lies_within_an_index_is_below_its_path_for_every_tool(path, within):
    assert lies_within(f"https://{HOST}{path}", BASE) is within
    assert Index(BASE, BASE).holds(f"https://{HOST}{path}") is within


def test_a_host_in_disguise_is_read_differently():
    url = f"https://packages%2eexample.org{BASE[-5:]}"
    assert not is_unambiguous(url)
    assert not same_address(url, url)


def test_bytes_that_are_no_text_are_told_apart():
    assert not same_address(f"{BASE}%fe", f"{BASE}%ff")
    assert same_address(f"{BASE}%FF", f"{BASE}%ff")


def test_where_anything_goes_everything_lies_within():
    assert Index("", "").holds("https://anywhere.example.com/a.whl")


def test_a_base_at_the_root_of_its_host_holds_all_of_it():
    assert lies_within(f"https://{HOST}/a", f"https://{HOST}")
    assert not lies_within(f"https://{HOST}/", f"https://{HOST}/")


def test_letters_of_other_scripts_do_not_become_ascii_ones():
    assert not same_address("https://pac\u212aages.example.org/", f"https://{HOST}/")
    assert same_address("https://b\xfccher.example.org/a", "https://b\xfccher.example.org/a/")


def test_credentials_are_taken_out_and_nothing_else():
    assert without_credentials("https://aws:p@ss@Host:1/a?b=c@d#e") == "https://Host:1/a?b=c@d#e"
    assert without_credentials("https://host/a@b") == "https://host/a@b"


# What a name of a path, of credentials and of a host may be made of, odd signs included.
ODD = st.one_of(
    st.just(""),
    st.lists(
        st.sampled_from(["a", "b", *"./\\@:%?#;&=+ \t\n\r\0[]", "..", "%2e", "%2F", "%5c", "%25", "8997"]),
        max_size=6,
    ).map("".join),
)


@given(ODD, ODD, ODD)
@example("", "\\@127.0.0.1:8997", "a.whl")
@example("", "", "..%2f..%2fother")
def test_what_is_accepted_leads_to_the_index_whoever_reads_it(before, after, path):
    url = f"http://{before}localhost:8996{after}/pypi/shared/{path}"
    base = "http://localhost:8996/pypi/shared/"
    if not lies_within(url, base):
        return
    assert is_unambiguous(url)
    # As tools that know no backslash read it, and as browsers and uv do, for which it is a slash.
    for text in (url, url.replace("\\", "/")):
        split = urlsplit(text)
        assert (split.hostname, split.port) == ("localhost", 8996)
    resolved = split.path
    for code, sign in {"%25": "%", "%2e": ".", "%2f": "/", "%5c": "/"}.items():
        resolved = resolved.replace(code, sign).replace(code.upper(), sign)
    parts: list[str] = []
    for part in resolved.split("/"):
        if part.partition(";")[0] == "..":
            parts = parts[:-1]
        else:
            parts.append(part)
    assert parts[:3] == ["", "pypi", "shared"]


@given(st.text(), st.text())
def test_any_text_is_judged_and_nothing_is_raised(url, other):
    assert same_address(url, other) is same_address(other, url)
    assert not (lies_within(url, other) and lies_within(other, url))
