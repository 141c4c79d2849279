"""Mint for real, in child processes, against the emulated AWS."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time

import boto3
import psutil
import pytest

from jupyter_securepypi.core.errors import (
    AccessDenied,
    ClockSkew,
    ConfigurationError,
    CredentialsError,
    NotFound,
    SecurePyPIError,
    Throttled,
    Unreachable,
)
from jupyter_securepypi.core.grant import MintRequest
from jupyter_securepypi.core.minting import ChildMinter
from jupyter_securepypi.core.providers.codeartifact import aws_sdk
from jupyter_securepypi.core.providers.codeartifact.repository import Repository

# The benchmarks ask with 64, too.
CROWD = 64 if os.environ.get("SECUREPYPI_NIGHTLY") else 24
OWNER_TEMPLATE = "arn:{partition}:iam::675292366480:role/SecurePyPIReadRole_{account_id}"
ASK = """
import json, sys
from jupyter_securepypi.token.broker import TokenBroker
from jupyter_securepypi.config import load_options
grant = TokenBroker(load_options().mint_request()).current()
print(json.dumps([grant.token.minted_at, sorted(m for m in sys.modules if m.startswith("boto"))]))
"""


@pytest.fixture
def request_(aws):
    return MintRequest(Repository.parse(aws.repository_arn), role=aws.role_template)


def mint(request, timeout=60.0):
    return ChildMinter(timeout)(request)


def replace(request, **changes):
    return MintRequest(**{**vars(request), **changes})


def test_a_token_comes_through_the_role_in_the_callers_account(request_, aws):
    before = time.time()
    grant = mint(request_)
    assert "111122223333:assumed-role/SecurePyPIReadRole_675292366480" in grant.token.identity
    assert grant.index_url == aws.index_url
    assert before - 1 <= grant.token.expires_at - 43200 <= time.time() + 1


def test_a_token_comes_through_the_role_in_the_owners_account(request_):
    grant = mint(replace(request_, role=OWNER_TEMPLATE))
    assert "675292366480:assumed-role/SecurePyPIReadRole_111122223333" in grant.token.identity


def test_a_token_comes_with_ambient_credentials(request_):
    grant = mint(replace(request_, role=""))
    assert "assumed-role/SageMakerExecutionRole/data-scientist" in grant.token.identity


@pytest.mark.parametrize("duration", [900, 1800])
def test_the_duration_arrives(request_, duration):
    grant = mint(replace(request_, duration=duration))
    assert grant.token.lifetime == pytest.approx(duration, abs=30)


def test_a_duration_of_zero_means_as_long_as_the_roles_credentials(request_):
    assert mint(replace(request_, duration=0)).token.lifetime == pytest.approx(3600, abs=30)


@pytest.mark.parametrize("duration", [-1, 1, 899, 43201])
def test_another_duration_is_refused_before_aws_is_asked(request_, aws, duration):
    with pytest.raises(ConfigurationError, match=str(duration)):
        mint(replace(request_, duration=duration))
    assert not aws.calls()["calls"]


def test_an_unknown_placeholder_is_named(request_):
    with pytest.raises(ConfigurationError, match="{account}"):
        mint(replace(request_, role="arn:aws:iam::{account}:role/reader"))


def test_an_unknown_domain_says_where_it_was_looked_for(request_):
    other = Repository("nobody", "111122223333", "us-west-2", "shared-pypi")
    with pytest.raises(NotFound) as caught:
        mint(replace(request_, repository=other, role=""))
    assert "repository/nobody/" in caught.value.why


def test_a_role_that_may_not_be_assumed_is_named(request_):
    with pytest.raises(AccessDenied, match="sts:AssumeRole") as caught:
        mint(replace(request_, role="arn:aws:iam::111122223333:role/Nobody"))
    assert "role/Nobody" in caught.value.message
    assert "trust policy" in caught.value.why


@pytest.mark.parametrize("action", ["sts:GetServiceBearerToken", "codeartifact:GetAuthorizationToken"])
def test_the_missing_action_is_named(request_, aws, action):
    aws.faults(deny=[action])
    with pytest.raises(AccessDenied, match=action) as caught:
        mint(request_)
    assert caught.value.remedy


def test_without_the_endpoint_permission_the_documented_host_is_used(request_, aws):
    aws.faults(deny=["codeartifact:GetRepositoryEndpoint"])
    assert mint(request_).endpoint_url == request_.repository.computed_endpoint


def test_without_sts_ambient_credentials_still_serve(request_, monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL_STS", "http://127.0.0.1:9")
    assert mint(replace(request_, role="")).token.identity == ""


def test_expired_credentials_are_called_that(request_, aws):
    aws.faults(expired_credentials=True)
    with pytest.raises(CredentialsError, match="expired"):
        mint(request_)


def test_no_credentials_are_called_that(request_, monkeypatch):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name)
    with pytest.raises(CredentialsError, match="no AWS credentials"):
        mint(request_)


def test_a_wrong_clock_is_called_that(request_, aws):
    aws.faults(clock_skew=3600.0)
    with pytest.raises(ClockSkew, match="clock"):
        mint(request_)


def test_throttling_is_called_that(request_, aws, monkeypatch):
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    aws.faults(throttle=0)
    with pytest.raises(Throttled):
        mint(request_)


def test_nobody_at_the_endpoint_is_called_that(request_, monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL_STS", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    with pytest.raises(Unreachable, match="sts:GetCallerIdentity"):
        mint(request_)


@pytest.fixture
def others():
    """The children that this process had before: other tests keep theirs to the end."""
    return set(psutil.Process().children(recursive=True))


def test_a_hanging_aws_meets_the_deadline_and_leaves_no_child(request_, aws, others):
    aws.faults(hang=600.0)
    with pytest.raises(Unreachable, match="within 2 seconds"):
        mint(request_, timeout=2.0)
    assert set(psutil.Process().children(recursive=True)) <= others


def test_cancel_ends_the_child_at_once(request_, aws, others):
    aws.faults(hang=600.0)
    minter = ChildMinter(600)
    caught = []

    def ask():
        with pytest.raises(SecurePyPIError) as error:
            minter(request_)
        caught.append(error)

    thread = threading.Thread(target=ask)
    thread.start()
    deadline = time.monotonic() + 60
    while not aws.calls()["calls"]:
        assert time.monotonic() < deadline, "it did not ask"
        time.sleep(0.02)
    minter.cancel()
    thread.join(60)
    assert caught
    assert set(psutil.Process().children(recursive=True)) <= others


def test_a_crowd_of_processes_at_once_causes_one_mint(aws, monkeypatch):
    monkeypatch.setenv("SECURE_PYPI_ROLE_ARN", aws.role_template)
    crowd = [
        subprocess.Popen([sys.executable, "-c", ASK], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for _ in range(CROWD)
    ]
    answers = []
    for process in crowd:
        output, errors = process.communicate(timeout=120)
        assert process.returncode == 0, errors.decode()
        answers.append(json.loads(output))
    assert len({minted_at for minted_at, _ in answers}) == 1
    assert {tuple(modules) for _, modules in answers} == {()}, "no boto3 outside the child"
    assert aws.calls()["counts"]["GetAuthorizationToken"] == 1


def test_a_module_in_the_working_folder_does_not_run(request_, tmp_path, monkeypatch):
    (tmp_path / "json.py").write_text("import pathlib; pathlib.Path('ran').touch()\n")
    (tmp_path / "boto3.py").write_text("import pathlib; pathlib.Path('ran').touch()\n")
    monkeypatch.chdir(tmp_path)
    assert mint(request_).token.secret
    assert not os.path.exists("ran")


@pytest.mark.parametrize("region", ["us-west-2", "us-east-1", "us-gov-west-1", "cn-north-1", "eusc-de-east-1"])
@pytest.mark.parametrize("service", ["sts", "codeartifact", "sso", "sso-oidc"])
def test_our_session_knows_a_service_as_boto3_does(service, region, monkeypatch):
    """It reads botocore's descriptions in its own, quicker way, and so must find the same host and operations."""
    for name in [name for name in os.environ if name.startswith("AWS_ENDPOINT_URL")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_STS_REGIONAL_ENDPOINTS", "regional")
    ours = aws_sdk.Session.start(region, "").client(service, region, None).meta
    theirs = boto3.session.Session(region_name=region).client(service).meta
    assert ours.endpoint_url == theirs.endpoint_url
    assert ours.method_to_api_mapping == theirs.method_to_api_mapping
    assert ours.service_model.metadata == theirs.service_model.metadata
