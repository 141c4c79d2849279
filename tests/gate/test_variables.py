"""A policy travels to a job in variables and arrives as it was, however long it is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_securepypi.core.errors import ConfigurationError
from jupyter_securepypi.core.gate.environment import policy_of
from jupyter_securepypi.core.gate.job_variables import variables_of
from jupyter_securepypi.core.gate.policy import (
    MALWARE,
    UNKNOWN_AGE,
    VULNERABILITIES,
    Policy,
    read_blocked,
    read_exempt,
)

NAMES = st.from_regex(r"[a-z][a-z0-9]{0,20}(-\*)?", fullmatch=True)
REASONS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=80).filter(str.strip)


@given(
    age=st.integers(1, 300_000_000).map(float),
    exempt=st.lists(NAMES, max_size=60),
    unknown=st.sampled_from(UNKNOWN_AGE),
    malware=st.sampled_from(MALWARE[1:]),
    vulnerabilities=st.sampled_from(VULNERABILITIES),
    blocked=st.dictionaries(st.from_regex(r"[a-z]{1,20}(<[1-9])?", fullmatch=True), REASONS, max_size=30),
)
def test_it_arrives_as_it_was_and_no_variable_is_too_long(
    age, exempt, unknown, malware, vulnerabilities, blocked
):
    policy = Policy(
        minimum_age=age,
        exempt=read_exempt(exempt),
        unknown_age=unknown,
        malware=malware,
        vulnerabilities=vulnerabilities,
        blocked=read_blocked(blocked),
        osv_database="/srv/all.zip",
    )
    variables = variables_of(policy)
    found = policy_of(variables)
    assert max(map(len, variables.values())) <= 256
    assert [str(one.requirement) for one in found.blocked] == [str(one.requirement) for one in policy.blocked]
    for one, other in zip(found.blocked, policy.blocked, strict=True):
        assert one.reason == other.reason or one.reason[:-1] in other.reason
    assert found == Policy(**{**vars(policy), "blocked": found.blocked})


def test_where_it_is_off_there_are_none():
    assert variables_of(Policy(exempt=("acme-*",), osv_url="https://osv.example")) == {}


def test_a_reason_that_is_too_long_is_cut():
    policy = Policy(blocked=read_blocked({"requests<2.32": "Long. " * 100}))
    [(name, text)] = variables_of(policy).items()
    assert name == "SECURE_PYPI_BLOCKED"
    assert len(text) <= 256
    assert policy_of({name: text}).blocked[0].reason.endswith("…")


def test_a_mistake_in_a_further_variable_names_it():
    with pytest.raises(ConfigurationError, match="SECURE_PYPI_BLOCKED_2"):
        policy_of({"SECURE_PYPI_BLOCKED": '{"numpy": "why"}', "SECURE_PYPI_BLOCKED_2": "[]"})
    with pytest.raises(ConfigurationError, match="SECURE_PYPI_BLOCKED_2"):
        policy_of({"SECURE_PYPI_BLOCKED_2": '{"numpy": ""}'})
