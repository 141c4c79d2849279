"""What the doctor finds out about AWS, by asking it."""

from __future__ import annotations

import json

import pytest

from jupyter_securepypi.emulator import Emulator

ACTIONS = (
    "sts:GetCallerIdentity",
    "sts:AssumeRole",
    "codeartifact:GetAuthorizationToken",
    "sts:GetServiceBearerToken",
    "codeartifact:GetRepositoryEndpoint",
    "codeartifact:ReadFromRepository",
)


@pytest.fixture
def role(aws, monkeypatch):
    monkeypatch.setenv("SECURE_PYPI_ROLE_ARN", aws.role_template)


@pytest.fixture(autouse=True)
def _kernel(prefix):
    """One kernel, so that none of this machine's own is looked at."""


def ok(found, name):
    [check] = found[name]
    return check["ok"]


def test_every_action_is_tried_and_allowed(role, doctor, aws):
    found = doctor()
    assert {name: ok(found, name) for name in ACTIONS} == dict.fromkeys(ACTIONS, True)
    asked = set(aws.calls()["counts"])
    assert {"GetCallerIdentity", "AssumeRole", "GetAuthorizationToken", "GetRepositoryEndpoint"} <= asked
    assert "index:GET" in asked
    [who] = found["AWS credentials"]
    assert "assumed-role/SageMakerExecutionRole/data-scientist" in who["message"]
    assert ok(found, "clock")


def test_it_keeps_no_token(doctor, home):
    doctor()
    assert not list((home / ".local/share/jupyter/runtime").rglob("*.json"))


@pytest.mark.parametrize("action", [name for name in ACTIONS if name != "sts:GetCallerIdentity"])
def test_the_action_that_is_denied_is_the_finding(role, doctor, aws, action):
    aws.faults(deny=[action])
    found = doctor()
    assert not ok(found, action)
    [check] = found[action]
    assert "jupyter securepypi iam-policy" in check["remedy"]
    assert [name for name in ACTIONS if ok(found, name) is False] == [action]


def test_expired_credentials_are_one_finding(role, doctor, aws):
    aws.faults(expired_credentials=True)
    found = doctor()
    assert not ok(found, "AWS credentials")
    assert {ok(found, name) for name in ACTIONS} == {None}, "nothing that follows from it is counted again"


def test_no_credentials(doctor, aws, monkeypatch):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name)
    [check] = doctor()["AWS credentials"]
    assert check["message"] == "there are none"
    assert "log in" in check["remedy"]


def test_when_the_credentials_expire_is_told_where_it_is_known(doctor, aws, monkeypatch):
    monkeypatch.setenv("AWS_CREDENTIAL_EXPIRATION", "2199-01-01T00:00:00Z")
    [check] = doctor()["AWS credentials"]
    assert "until " in check["message"]


def test_a_wrong_clock_is_one_finding(role, doctor, aws):
    aws.faults(clock_skew=3600.0)
    found = doctor()
    [check] = found["clock"]
    assert "behind AWS's" in check["message"]
    assert {ok(found, name) for name in ACTIONS} == {None}


def test_a_hanging_aws_is_given_up(role, doctor, aws):
    aws.faults(hang=600.0)
    found = doctor()
    assert not ok(found, "sts endpoint")
    assert not ok(found, "codeartifact endpoint")
    assert "kernel acme" in found, "the rest is looked at all the same"


def test_calls_that_hang_behind_hosts_that_answer_are_bounded_too(role, doctor, aws):
    aws.faults(hang=600.0, operations=["Get*", "Assume*", "index:*"])
    found = doctor()
    assert not ok(found, "sts:GetCallerIdentity")


def test_a_host_without_a_name(doctor, aws, monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL_CODEARTIFACT", "http://codeartifact.us-nowhere-1.invalid")
    [check] = doctor()["codeartifact endpoint"]
    assert "DNS knows no codeartifact.us-nowhere-1.invalid" in check["message"]
    assert "region" in check["remedy"]
    assert "codeartifact.api" in check["remedy"]


def test_a_host_where_nobody_listens(doctor, aws, monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL_CODEARTIFACT", "http://127.0.0.1:9")
    found = doctor()
    [check] = found["codeartifact endpoint"]
    assert "TCP: Connection refused" in check["message"]
    assert "codeartifact.api" in check["remedy"]
    assert ok(found, "codeartifact:GetAuthorizationToken") is None, "the cause has been told"


def test_without_a_role_sts_is_not_needed(doctor, aws, monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL_STS", "http://127.0.0.1:9")
    found = doctor()
    assert ok(found, "sts endpoint") is None
    assert ok(found, "codeartifact:ReadFromRepository")


@pytest.fixture(scope="module")
def tls():
    with Emulator(tls=True) as running:
        yield running


@pytest.fixture
def https(tls, monkeypatch):
    for name, value in tls.environment().items():
        monkeypatch.setenv(name, value)
    return tls


def test_over_tls_the_version_is_told(https, doctor):
    for service in ("sts", "codeartifact", "index"):
        [check] = doctor()[f"{service} endpoint"]
        assert check["ok"]
        assert "TLS 1." in check["message"]


def test_tls_interception(https, doctor, monkeypatch):
    monkeypatch.delenv("AWS_CA_BUNDLE")
    monkeypatch.delenv("REQUESTS_CA_BUNDLE")
    [check] = doctor()["codeartifact endpoint"]
    assert "TLS: its certificate is not trusted" in check["message"]
    assert "AWS_CA_BUNDLE" in check["remedy"]


def test_a_proxy_that_is_not_there(https, doctor, monkeypatch):
    monkeypatch.setenv("HTTPS_PROXY", "http://somebody:hidden-word@127.0.0.1:9")
    monkeypatch.delenv("NO_PROXY")
    monkeypatch.delenv("no_proxy")
    [check] = doctor()["codeartifact endpoint"]
    assert "the proxy 127.0.0.1 does not let us through" in check["message"]
    assert "NO_PROXY" in check["remedy"]
    assert "hidden-word" not in json.dumps(doctor.answer)


def test_nothing_configured_is_a_finding_and_the_rest_is_looked_at(home, doctor):
    found = doctor()
    assert not ok(found, "configuration")
    assert "kernel acme" in found


def test_a_malformed_arn_points_at_the_part(home, doctor, monkeypatch):
    monkeypatch.setenv("CA_REPOSITORY_ARN", "arn:aws:codeartifact:us-west2:111122223333:repository/acme/x1")
    [check] = doctor()["configuration"]
    assert "region" in check["message"]
