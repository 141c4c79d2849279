"""`GET why`, what the gate said in `GET installs`, and the counts of it in /metrics."""

from __future__ import annotations

import asyncio
import json
import re
import time

import pytest
from jsonschema import Draft202012Validator
from tornado.httpclient import HTTPClientError

from jupyter_securepypi.core.errors import HeldBack
from jupyter_securepypi.core.gate.verdict import Verdict
from jupyter_securepypi.core.report import InstalledPackage, InstallReport
from jupyter_securepypi.emulator.samples import build_wheel
from jupyter_securepypi.install.history import record
from jupyter_securepypi.server.openapi import description


@pytest.fixture
def table(aws):
    """``acme-table``: 1.0 is a month old, 1.1 two days."""
    made = [
        build_wheel(aws.packages_dir, "acme-table", version, uploaded=time.time() - days * 86_400)
        for version, days in (("1.0", 30), ("1.1", 2))
    ]
    yield "acme-table"
    for path in made:
        path.unlink()


async def why(jp_fetch, requirement):
    answer = await jp_fetch("securepypi", "why", params={"requirement": requirement})
    found = json.loads(answer.body)
    schema = {"components": description()["components"], "$ref": "#/components/schemas/Why"}
    Draft202012Validator(schema).validate(found)
    return found


async def test_it_tells_what_would_be_taken(jp_fetch, table):
    found = await why(jp_fetch, table)
    assert (found["kind"], found["version"]) == ("available", "1.1")


class TestWithAMinimumAge:
    @pytest.fixture
    def options(self, options):
        return {**options, "minimum_age": "7 days"}

    async def test_it_tells_what_is_held_back_and_until_when(self, jp_fetch, table):
        found = await why(jp_fetch, f"{table}>=1.1")
        assert found["kind"] == "too_young"
        (held,) = [one for one in found["verdicts"] if one["held_back"]]
        assert (held["version"], held["kind"]) == ("1.1", "too_young")
        assert held["until"] > time.time()


async def test_it_tells_what_is_absent_and_what_could_not_be_seen(jp_fetch, aws):
    aws.faults(deny=["codeartifact:DescribePackage"])
    found = await why(jp_fetch, "acme-does-not-exist")
    assert found["kind"] == "absent"
    assert any("codeartifact:DescribePackage" in one for one in found["not_known"])


@pytest.mark.parametrize(
    "query", ["", "requirement=", "requirement=https://evil.example.com/x.whl", "another=1"]
)
async def test_what_is_no_requirement_is_a_bad_request(jp_fetch, query):
    params = dict([one.split("=") for one in query.split("&") if one])
    with pytest.raises(HTTPClientError) as caught:
        await jp_fetch("securepypi", "why", params=params)
    assert caught.value.code == 400
    assert json.loads(caught.value.response.body)["kind"] == "BadRequest"


async def test_the_server_answers_others_while_the_index_hangs(jp_fetch, aws, table):
    await why(jp_fetch, table)
    aws.faults(hang=600.0, operations=["index:*"])
    asked = asyncio.ensure_future(
        jp_fetch("securepypi", "why", params={"requirement": table}, request_timeout=120)
    )
    await asyncio.sleep(0.2)
    for _ in range(20):
        assert (await jp_fetch("securepypi", "status")).code == 200
    assert not asked.done()
    aws.clear()
    asked.cancel()


YOUNG = Verdict("acme-table", "1.1", "too_young", True, age=1.0, until=2e9)
BAD = Verdict("acme-bad", "1.0", "malicious", True)
BLOCKED = Verdict("acme-old", "0.9", "blocked", True, reason="too old")
WARNED = Verdict("acme-weak", "2.0", "vulnerable")


async def test_installs_show_what_the_gate_said(jp_fetch):
    package = InstalledPackage("acme-table", "1.0", None, "https://host/one.whl", "ab" * 32, requested=True)
    record(["acme-table"], repository="arn:x", outcome=InstallReport((package,), held_back=(YOUNG,)), seconds=1)
    (found,) = json.loads((await jp_fetch("securepypi", "installs")).body)["installs"]
    (said,) = found["gate"]
    assert (said["version"], said["kind"], said["held_back"]) == ("1.1", "too_young", True)
    assert "acme-table 1.1 is" in said["text"]


async def counts(jp_fetch):
    text = (await jp_fetch("metrics")).body.decode()
    line = r'^securepypi_gate_versions_total\{kind="(\w+)",outcome="(\w+)"\} (\S+)$'
    return {(kind, outcome): float(value) for kind, outcome, value in re.findall(line, text, re.MULTILINE)}


async def test_metrics_count_what_was_held_back_blocked_and_malicious(jp_fetch):
    before = await counts(jp_fetch)
    refused = HeldBack("Held back.")
    refused.verdicts = (BAD, BLOCKED)
    record(["acme-bad"], repository="arn:x", outcome=refused, seconds=1)
    record(
        ["x"], repository="arn:x", outcome=InstallReport((), held_back=(YOUNG,), warnings=(WARNED,)), seconds=1
    )
    wanted = {
        ("malicious", "held_back"),
        ("blocked", "held_back"),
        ("too_young", "held_back"),
        ("vulnerable", "warned"),
    }
    deadline, more = time.monotonic() + 60, {}
    while {key for key, count in more.items() if count == 1} != wanted:
        assert time.monotonic() < deadline, more
        await asyncio.sleep(0.1)
        after = await counts(jp_fetch)
        more = {key: count - before.get(key, 0) for key, count in after.items()}
