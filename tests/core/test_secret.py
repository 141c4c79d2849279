"""A secret is text like any other, but for what shows it."""

from __future__ import annotations

import base64
import copy
import json
import os
import pickle
import pprint
import reprlib
from dataclasses import asdict, dataclass, replace
from urllib.parse import quote

import pytest
from pydantic import BaseModel

from jupyter_securepypi.core.grant import Grant
from jupyter_securepypi.core.index import Index
from jupyter_securepypi.core.providers.advice import PUBLIC
from jupyter_securepypi.core.secret import Secret, SecretBytes, SecretDict, SecretTuple, basic, without
from jupyter_securepypi.core.token import Token

TEXT = "to/ken+1234-äöü"
SECRET = Secret(TEXT)


@dataclass
class Holder:
    held: str


class Model(BaseModel):
    held: str


SHOWN = {
    "repr": repr,
    "an f-string with !r": lambda value: f"{value!r}",
    "%r": lambda value: f"{value!r}",
    "ascii": ascii,
    "a list": lambda value: repr([value]),
    "a dictionary": lambda value: str({"held": value}),
    "pprint": pprint.pformat,
    "pprint, too wide for a line": lambda value: pprint.pformat([value] * 40),
    "reprlib": reprlib.repr,
    "a dataclass": lambda value: repr(Holder(value)),
    "a slice, as Rich makes it": lambda value: repr(value[:12]),
    "a sum": lambda value: repr("Bearer " + value) if isinstance(value, str) else repr(b"Bearer " + value),
    "a copy": lambda value: repr(copy.deepcopy(value)),
}


@pytest.mark.parametrize("value", [SECRET, SECRET.encode()], ids=["text", "bytes"])
@pytest.mark.parametrize("show", SHOWN.values(), ids=SHOWN.keys())
def test_it_is_not_shown(show, value):
    said = show(value)
    assert "****" in said
    assert "ken" not in said


def test_what_holds_it_is_not_shown_either():
    assert repr(SecretDict(held=TEXT)) == repr(SecretTuple((TEXT,))) == str(SecretBytes(b"to/ken")) == "****"


def test_all_else_is_as_with_any_text():
    assert isinstance(SECRET, str)
    assert (SECRET, hash(SECRET), len(SECRET)) == (TEXT, hash(TEXT), len(TEXT))
    assert {TEXT: 1}[SECRET] == 1
    assert [str(SECRET), f"{SECRET}", "{}".format(SECRET), "%s" % SECRET] == [TEXT] * 4  # noqa: UP031, UP032
    assert type(str(SECRET)) is str
    assert SECRET.encode() == TEXT.encode()
    assert SECRET.encode().decode() == TEXT
    assert not Secret()


def test_it_is_still_one_after_a_way_through_bytes_files_and_processes(tmp_path):
    assert type(SECRET.encode().decode()) is Secret
    assert type(pickle.loads(pickle.dumps(SECRET))) is Secret
    assert pickle.loads(pickle.dumps(SECRET)) == TEXT
    assert json.loads(json.dumps({"held": SECRET})) == {"held": TEXT}
    assert (
        repr(json.loads(SECRET.__class__(json.dumps({"held": TEXT})).encode(), object_hook=SecretDict))
        == "****"
    )
    assert os.fsencode(SECRET) == TEXT.encode()
    assert asdict(Holder(SECRET)) == {"held": TEXT}
    assert "ken" not in repr(asdict(Holder(SECRET)))
    assert Model(held=SECRET).held == TEXT


def test_a_token_and_an_index_have_one_whatever_they_are_given():
    token = Token(TEXT, expires_at=9e9, minted_at=0.0)
    index = Index.of(Grant(token, "https://a.example.com/", "aws"), PUBLIC)
    for found in (
        token.secret,
        index.password,
        replace(token, identity="me").secret,
        Index("u", "o", TEXT).password,
    ):
        assert type(found) is Secret
        assert found == TEXT


@pytest.mark.parametrize(
    "said",
    [TEXT, quote(TEXT, safe=""), *(base64.b64encode(("x" * n + TEXT).encode()).decode() for n in range(4))],
)
def test_it_is_taken_out_of_what_others_say_in_each_of_its_forms(said):
    found = without(TEXT, f"before {said} after")
    assert found.startswith("before ")
    assert found.endswith(" after")
    assert "****" in found
    assert TEXT[-6:] not in found
    assert base64.b64encode(TEXT.encode())[8:16].decode() not in found


def test_the_header_is_taken_out_too():
    assert without(TEXT, str(basic("aws", TEXT))).startswith("Basic YXdzO")
    assert "****" in without(TEXT, str(basic("aws", TEXT)))


def test_a_short_one_is_not_looked_for_in_base64():
    assert without("ab", "YWI is a word, ab is not") == "YWI is a word, **** is not"


def test_without_a_secret_nothing_is_taken_out():
    assert without("", "anything") == "anything"
