"""What administrators and machines hand over: policies, Google's names, mirrors, Save, requests, the history."""

from __future__ import annotations

import base64
import csv
import io
import json
import re
from datetime import datetime, timezone

import pytest
from fuzz_support import drawn
from hypothesis import example, given
from hypothesis import strategies as st

from jupyter_securepypi.administration.mirror.manifest import Entry, Manifest
from jupyter_securepypi.config import load_options, save_repository
from jupyter_securepypi.config.locked import is_as_strict
from jupyter_securepypi.core.duration import LONGEST, exactly, seconds_of
from jupyter_securepypi.core.errors import ConfigurationError, FileProblem, SecurePyPIError
from jupyter_securepypi.core.gate.policy import (
    MALWARE,
    UNKNOWN_AGE,
    VULNERABILITIES,
    read_age,
    read_blocked,
    read_exempt,
)
from jupyter_securepypi.core.providers.artifact_registry.repository import Repository
from jupyter_securepypi.install import history
from jupyter_securepypi.install.export import export
from jupyter_securepypi.server.installs import recent_installs
from jupyter_securepypi.server.openapi import LARGEST, BadRequest, body_of, query_of
from jupyter_securepypi.server.packages import _wanted

SECRET = "hunter2"
LEAF = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=12))
JSON = st.recursive(
    LEAF,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=12,
)
AS_BYTES = JSON.map(lambda value: json.dumps(value).encode())

# Ages and names.

AGE = st.one_of(
    st.text(max_size=12),
    st.builds(
        "{}{}{}".format,
        st.integers(-5, 10**9),
        st.sampled_from(["", " "]),
        st.sampled_from(["d", "days", "w", "D", "y", "%"]),
    ),
    st.builds("P{}DT{}H".format, st.integers(0, 9999), st.integers(0, 99)),
    st.integers(-10, 10**12),
    st.floats(),
    st.booleans(),
)


@drawn(150)
@given(AGE)
@example("P")
@example("PT")
@example("1e9")
@example("٣ days")
@example("-1")
@example(float("nan"))
def test_an_age_is_a_number_of_seconds_within_bounds_or_refused(said):
    try:
        found = read_age(said)
    except ConfigurationError as error:
        assert error.remedy
        return
    assert 0 <= found <= LONGEST
    assert found < 1 or seconds_of(exactly(found)) == pytest.approx(found, abs=1)


@drawn(200)
@given(AGE, AGE)
def test_no_two_ages_loosen_what_is_locked(held, said):
    try:
        longer = read_age(said) >= read_age(held)
    except ConfigurationError:
        return
    assert is_as_strict("minimum_age", held, said) == longer


@drawn(200)
@given(
    st.lists(st.text(max_size=8), max_size=4),
    st.dictionaries(st.text(max_size=10), st.text(max_size=5), max_size=3),
)
def test_what_is_exempt_or_blocked_is_a_name_or_refused(names, blocked):
    for read, said in ((read_exempt, names), (read_blocked, blocked)):
        try:
            found = read(said)
        except ConfigurationError as error:
            assert error.remedy
        else:
            assert len(found) <= len(said)


@pytest.mark.parametrize(
    ("option", "words"),
    [("malware", MALWARE), ("unknown_age", UNKNOWN_AGE), ("vulnerabilities", VULNERABILITIES)],
)
def test_of_words_the_stricter_one_is_as_strict(option, words):
    ranks = [(held, said) for held in words for said in words]
    assert [is_as_strict(option, *one) for one in ranks] == [words.index(b) >= words.index(a) for a, b in ranks]


# The second cloud.

LETTERS = "abcdefghijklmnopqrstuvwxyz"
GOOGLE = st.builds(
    Repository,
    st.from_regex(re.compile(r"[a-z][a-z0-9-]{4,28}[a-z0-9]", re.ASCII), fullmatch=True),
    st.from_regex(re.compile(r"[a-z]{1,9}(-[a-z]{1,9}[0-9]{1,2})?", re.ASCII), fullmatch=True),
    st.from_regex(re.compile(r"[a-z]([a-z0-9-]{0,20}[a-z0-9])?", re.ASCII), fullmatch=True),
)
ODD = st.sampled_from(list(":/@[]%?# \t\n\r\0\\.-_aA0٣\xe9\u2028\ufeff"))


def spellings(one):
    return [
        one.id,
        f"//artifactregistry.googleapis.com/{one.id}",
        one.endpoint_url,
        f"{one.endpoint_url}simple/",
        f"{one.endpoint_url}simple",
        one.endpoint_url.replace(".dev/", ".dev:443/"),
    ]


def google(text):
    try:
        return Repository.parse(text)
    except ConfigurationError as error:
        assert error.remedy
        assert SECRET not in str(error)
        return None


@drawn(200)
@given(GOOGLE)
def test_every_spelling_of_googles_repository_is_that_one(one):
    assert {google(text) for text in spellings(one)} == {one}


@drawn(200)
@given(
    GOOGLE,
    st.integers(0, 5),
    st.lists(
        st.tuples(st.integers(0, 200), st.integers(0, 1), st.one_of(ODD, st.just(""))), min_size=1, max_size=3
    ),
)
@example(Repository("a-project", "us", "r"), 2, [(8, 0, f"oauth2accesstoken:{SECRET}@")])
@example(Repository("a-project", "us", "r"), 2, [(8, 0, f"evil.example.com#{SECRET}@")])
def test_what_is_accepted_as_googles_leads_to_google(one, which, damages):
    text = spellings(one)[which]
    for at, over, put in damages:
        at = min(at, len(text))
        text = text[:at] + put + text[at + over :]
    found = google(text)
    if found:
        assert re.fullmatch(r"https://[a-z0-9-]+-python\.pkg\.dev/[a-z0-9-]+/[a-z0-9-]+/", found.endpoint_url)
        assert found.id.isascii()


@drawn(200)
@given(st.text(), st.sampled_from(["", "https://", "projects/", "//"]))
def test_no_error_about_googles_names_shows_a_password(text, start):
    google(f"{start}user:{SECRET}@{text}")


# Manifests of mirrors.

ENTRY = st.fixed_dictionaries(
    {"name": LEAF, "version": LEAF, "filename": LEAF, "sha256": LEAF},
    optional={"size": LEAF, "uploaded": LEAF, "why": LEAF},
)
GOOD = {"name": "acme-tool", "version": "1.0", "filename": "acme_tool-1.0-py3-none-any.whl", "sha256": "0" * 64}


def damaged(entry, name, value):
    return {**entry, name: value}


@drawn(300)
@given(
    st.one_of(
        st.binary(max_size=60),
        AS_BYTES,
        st.builds(
            lambda files, public: json.dumps(
                {"format": 1, "source": "s", "public": public, "files": files}
            ).encode(),
            st.lists(
                st.one_of(
                    st.just(GOOD),
                    st.builds(
                        damaged,
                        st.just(GOOD),
                        st.sampled_from([*GOOD, "size", "uploaded"]),
                        st.one_of(
                            LEAF,
                            st.sampled_from(
                                [
                                    "../x-1.0-py3-none-any.whl",
                                    "/etc/passwd",
                                    "acme_tool-1.0-py3-none-any.whl/..",
                                    "x" * 64,
                                ]
                            ),
                        ),
                    ),
                ),
                max_size=3,
            ),
            st.one_of(st.booleans(), LEAF),
        ),
    )
)
@example(b"[" * 100_000)
def test_a_manifest_names_files_in_its_own_folder_or_is_none(content):
    try:
        found = Manifest.read(content, "there")
    except FileProblem as error:
        assert error.remedy
        return
    assert Manifest.read(found.content(), "there") == found
    for one in found.entries:
        assert isinstance(one, Entry)
        assert not set(one.filename) & set("/\\\0")
        assert one.filename not in (".", "..", "")
        assert len(one.sha256) == 64


# Save.


@drawn(150)
@given(
    st.one_of(
        st.binary(max_size=40),
        AS_BYTES,
        st.dictionaries(st.text(max_size=6), JSON, max_size=3).map(
            lambda found: json.dumps({**found, "SecurePyPI": {"engine": "pip"}}).encode()
        ),
    ),
    st.one_of(
        st.text(max_size=30),
        st.just("arn:aws:codeartifact:us-west-2:111122223333:repository/acme/shared-pypi"),
        st.just("https://index.example.com/simple/"),
        st.just(f"https://me:{SECRET}@index.example.com/simple/"),
    ),
)
@example(b'{"Other": "\\ud800"}', "https://index.example.com/simple/")
def test_saving_keeps_all_else_or_leaves_the_file_as_it_is(home, content, text):
    path = home / ".jupyter/jupyter_securepypi_config.json"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content)
    try:
        save_repository(text)
    except SecurePyPIError as error:
        assert path.read_bytes() == content
        assert SECRET not in str(error)
        return
    before, after = json.loads(content), json.loads(path.read_bytes())
    assert set(after) == {*before, "SecurePyPI"}
    for name in set(before) - {"SecurePyPI"}:
        assert json.dumps(after[name]) == json.dumps(before[name])
    assert load_options().repository == after["SecurePyPI"]["repository"]
    assert {**before.get("SecurePyPI", {}), "repository": after["SecurePyPI"]["repository"]} == after[
        "SecurePyPI"
    ]


# The panel's requests, byte for byte.

FORMS = ["Configuration", "FixRequest", "FindingFixRequest", "PreviewRequest"]


@drawn(300)
@given(
    st.sampled_from(FORMS),
    st.one_of(st.binary(max_size=60), AS_BYTES),
)
@example("Configuration", b"[" * 100_000)
@example("Configuration", b'{"repository": "a", "repository": 1}')
@example("Configuration", b'{"repository": "a", "__proto__": {}}')
@example("Configuration", b'{"repository": NaN}')
@example("Configuration", b" " * (LARGEST + 1))
@example("FixRequest", b"9" * 5000)
def test_a_body_is_an_object_of_its_form_or_refused(form, body):
    try:
        found = body_of(body, form)
    except BadRequest as error:
        assert len(str(error)) < 1_000
        return
    assert isinstance(found, dict)
    if form == "Configuration":
        assert isinstance(found["repository"], str)


QUERIES = {
    "/installs": ("limit", "matching"),
    "/installs/export": ("format", "matching"),
    "/packages": ("kernel",),
    "/packages/search": ("text",),
    "/packages/newest": ("kernel", "packages"),
    "/why": ("requirement",),
    "/doctor/fix": ("key",),
}


@drawn(300)
@given(st.sampled_from(sorted(QUERIES)), st.data())
def test_a_query_is_what_is_described_or_refused(path, data):
    value = st.one_of(st.binary(max_size=20), st.sampled_from([b"csv", b"7", b"a,b==1"]))
    said = {name: [data.draw(value)] for name in QUERIES[path]}
    try:
        found = query_of(said, path)
    except BadRequest:
        return
    assert set(found) >= set(said)
    if "packages" in found:
        try:
            asked = _wanted(found["packages"])
        except BadRequest as error:
            assert str(error).isprintable() or "\n" in str(error)
            return
        assert all(re.fullmatch(r"[A-Za-z0-9._-]+", name) for name, _ in asked)


# The history: a file of lines that a crash, a full disk or somebody else may have damaged.

PACKAGE = st.fixed_dictionaries(
    {
        "name": st.one_of(st.just("acme"), LEAF),
        "version": st.one_of(st.sampled_from(["1.0", "=1+1", "\ud800"]), LEAF),
    },
    optional={
        "url": st.one_of(st.just(f"https://me:{SECRET}@index.example.com/x.whl"), LEAF),
        "sha256": LEAF,
        "previous": LEAF,
    },
)
RECORD = st.fixed_dictionaries(
    {},
    optional={
        "time": st.one_of(st.floats(), st.integers(), LEAF),
        "ok": st.booleans(),
        "packages": st.one_of(st.lists(st.one_of(PACKAGE, LEAF), max_size=3), LEAF),
        "removed": st.one_of(st.lists(st.one_of(PACKAGE, LEAF), max_size=2), LEAF),
        "arguments": st.one_of(
            st.lists(st.one_of(st.just(f"https://me:{SECRET}@h/x"), LEAF), max_size=3), LEAF
        ),
        "repository": LEAF,
        "prefix": LEAF,
        "engine": LEAF,
        "gate": JSON,
        "error": st.one_of(st.dictionaries(st.sampled_from(["kind", "message", "why", "remedy"]), LEAF), LEAF),
    },
)
LINES = st.lists(
    st.one_of(RECORD.map(lambda one: json.dumps(one).encode()), st.binary(max_size=30), AS_BYTES), max_size=5
)


@drawn(150)
@given(LINES, st.one_of(st.text(max_size=6), st.sampled_from(["acme", SECRET, "1.0 acme"])), st.integers(1, 5))
@example([b"[" * 100_000, b'{"time": 1e400}', b'{"time": 253402300799.9}'], "", 5)
@example([json.dumps({"ok": True, "packages": [{"name": "\ud800", "version": "\ud800"}]}).encode()], "", 5)
def test_a_history_is_read_filtered_and_exported_whatever_is_in_it(home, lines, text, limit):
    path = history.history_file()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"\n".join(lines))
    shown = recent_installs(limit, text)
    assert len(shown) <= limit
    assert SECRET not in json.dumps(shown)
    for form in ("csv", "json", "cyclonedx"):
        found = export(form, text)
        assert SECRET not in found.text
        json.dumps(found.to_dict())
        found.text.encode("utf-8", "surrogatepass")
    if text == SECRET:
        assert [one for one in shown if SECRET in json.dumps(one)] == []
    rows = list(csv.DictReader(io.StringIO(export("csv").text.replace("\0", ""))))
    for row in rows:
        assert datetime.fromisoformat(row["time"]).tzinfo == timezone.utc
        for cell in row.values():
            assert not (cell or "").lstrip(" ").startswith(("=", "+", "-", "@")), (
                "a spreadsheet would take it for a formula"
            )


# What travels to a cluster's hosts.

WORD = st.one_of(
    st.sampled_from(
        [
            "acme",
            "-r",
            "-rx",
            "--proxy=http://u:hunter2@h",
            "--log",
            "--pre",
            "-q",
            "--engine=uv",
            "--verify=before",
            "acme==1.0",
            "./x",
            "-e",
            "--",
            "-",
            "",
        ]
    ),
    st.text(max_size=6),
)


@drawn(60)
@given(st.lists(WORD, max_size=4), st.one_of(st.none(), st.text(max_size=20)))
def test_a_payload_holds_no_password_or_is_refused(home, monkeypatch, words, lines):
    from jupyter_securepypi.clusters.payload import payload_of

    monkeypatch.chdir(home)
    monkeypatch.setenv("SECURE_PYPI_INDEX", "")
    monkeypatch.setenv(
        "CA_REPOSITORY_ARN", "arn:aws:codeartifact:us-west-2:111122223333:repository/acme/shared-pypi"
    )
    try:
        found = payload_of(words, lines=lines)
    except SecurePyPIError as error:
        assert SECRET not in str(error)
        return
    question = json.loads(found["question"])
    assert SECRET.encode() not in base64.b64decode(question["request"])
    assert str(home).encode() not in found["question"] + base64.b64decode(question["request"])
    assert re.fullmatch("[0-9a-f]{64}", found["digest"])
