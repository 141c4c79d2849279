"""Where the gate opens and closes: to the second, to the version, whatever a name is spelled like."""

from __future__ import annotations

import os
import sys

import pytest

from jupyter_securepypi.core.gate.advisories import is_affected
from jupyter_securepypi.core.gate.gate import Candidate, Gate
from jupyter_securepypi.core.gate.policy import Policy, read_blocked, read_exempt
from jupyter_securepypi.core.gate.severity import severity_of
from jupyter_securepypi.core.index import Index
from jupyter_securepypi.core.proxy_and_trust import ProxyAndTrust

NOW, WEEK = 1_800_000_000.0, 604_800.0


def verdict(policy: Policy, candidate: Candidate) -> str:
    way = ProxyAndTrust.of(sys.prefix, os.environ)
    gate = Gate(policy, Index("https://index.example/simple/", ""), way, clock=lambda: NOW)
    return gate.judge([candidate])[0].kind


@pytest.mark.parametrize(("age", "kind"), [(WEEK - 1, "too_young"), (WEEK, "allowed"), (WEEK + 1, "allowed")])
def test_a_version_is_old_enough_from_the_second_on_that_is_told(age: float, kind: str) -> None:
    candidate = Candidate("acme-core", "1.0", uploaded=NOW - age)
    assert verdict(Policy(minimum_age=WEEK), candidate) == kind


@pytest.mark.parametrize("name", ["acme-core", "Acme_Core", "ACME.core"])
def test_a_name_is_exempt_in_every_spelling(name: str) -> None:
    policy = Policy(minimum_age=WEEK, exempt=read_exempt(["Acme_*"]))
    assert verdict(policy, Candidate(name, "1.0", uploaded=NOW)) == "allowed"
    assert verdict(policy, Candidate(f"not-{name}", "1.0", uploaded=NOW)) == "too_young"


@pytest.mark.parametrize("version", ["1.9", "2.0rc1", "2.0.dev3", "3.0rc1", "3.0.dev1"])
def test_a_preview_of_a_blocked_range_is_blocked_too(version: str) -> None:
    policy = Policy(blocked=read_blocked({"Acme_Core<3,!=2.0": "it is broken"}))
    assert verdict(policy, Candidate("acme-core", version)) == "blocked"
    for other in ("2.0", "3.0", "3.0+local", "3.1rc1"):
        assert verdict(policy, Candidate("acme-core", other)) == "allowed"


@pytest.mark.parametrize(
    ("version", "affected"),
    [
        ("0.9", False),
        ("1.0", True),
        ("1.5", True),
        ("1.6rc1", False),
        ("1.6", False),
        ("2.0", True),
        ("2.1", False),
    ],
)
def test_the_last_affected_version_is_affected_and_the_fixed_one_is_not(version: str, affected: bool) -> None:
    events = [{"introduced": "1.0"}, {"last_affected": "1.5"}, {"introduced": "2.0"}, {"fixed": "2.1"}]
    record = {"package": {"name": "acme-core"}, "ranges": [{"type": "ECOSYSTEM", "events": events}]}
    assert is_affected(version, record) is affected


def test_of_several_scores_the_highest_counts() -> None:
    high = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"
    low = "CVSS:3.1/AV:P/AC:H/PR:H/UI:R/S:U/C:L/I:N/A:N"
    scores = [{"type": "CVSS_V3", "score": one} for one in (low, high)]
    assert severity_of({"severity": scores[:1]}) == "low"
    assert severity_of({"severity": scores}) == severity_of({"severity": scores[::-1]}) == "critical"
