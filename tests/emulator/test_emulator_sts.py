"""STS: who is there, who may become whom, and for how long."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from botocore.exceptions import ClientError
from emulator_support import HOME, PARTNER, READER, Aws

from jupyter_securepypi.emulator import Emulator


def assume(sts: Any, role: str, **more: Any) -> Any:
    return sts.assume_role(RoleArn=role, RoleSessionName="tester", **more)


def keys_of(answer: Any) -> dict[str, str]:
    found = answer["Credentials"]
    names = {
        "AccessKeyId": "ACCESS_KEY_ID",
        "SecretAccessKey": "SECRET_ACCESS_KEY",
        "SessionToken": "SESSION_TOKEN",
    }
    return {f"AWS_{ours}": found[theirs] for theirs, ours in names.items()}


def refused(error: pytest.ExceptionInfo[ClientError]) -> tuple[str, int, str]:
    response = error.value.response
    return (
        response["Error"]["Code"],
        response["ResponseMetadata"]["HTTPStatusCode"],
        response["Error"]["Message"],
    )


def test_the_default_caller_is_a_session_of_the_execution_role(aws: Aws) -> None:
    identity = aws("sts").get_caller_identity()
    assert identity["Arn"] == f"arn:aws:sts::{HOME}:assumed-role/SageMakerExecutionRole/data-scientist"
    assert identity["Account"] == HOME
    assert identity["UserId"].endswith(":data-scientist")


@pytest.mark.parametrize("role", [READER, f"arn:aws:iam::{PARTNER}:role/SecurePyPIReadRole_{HOME}"])
def test_the_default_caller_assumes_the_readers_of_both_accounts(aws: Aws, role: str) -> None:
    keys = keys_of(assume(aws("sts"), role))
    identity = aws("sts", keys=keys).get_caller_identity()
    assert identity["Arn"] == role.replace(":iam:", ":sts:").replace(":role/", ":assumed-role/") + "/tester"


def test_the_role_template_names_a_role_that_can_be_assumed(emulator: Emulator, aws: Aws) -> None:
    answer = assume(aws("sts"), emulator.role_template.format(partition="aws", account_id=HOME))
    assert answer["AssumedRoleUser"]["Arn"].endswith("/tester")


@pytest.mark.parametrize("role", ["NoSuchRole", "SecurePyPINoSuchRole", "SecurePyPIForeignRole"])
def test_a_role_that_is_missing_or_trusts_others_is_denied_in_the_same_words(aws: Aws, role: str) -> None:
    arn = f"arn:aws:iam::{HOME}:role/{role}"
    with pytest.raises(ClientError) as error:
        assume(aws("sts"), arn)
    caller = f"arn:aws:sts::{HOME}:assumed-role/SageMakerExecutionRole/data-scientist"
    message = f"User: {caller} is not authorized to perform: sts:AssumeRole on resource: {arn}"
    assert refused(error) == ("AccessDenied", 403, message)


def test_a_caller_without_permission_to_assume_is_denied(aws: Aws) -> None:
    with pytest.raises(ClientError) as error:
        assume(aws("sts", role="SecurePyPINobodyRole"), READER)
    assert refused(error)[0] == "AccessDenied"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (3601, "1 hour session limit for roles assumed by role chaining"),
        (899, "Member must have value greater than or equal to 900"),
        (43_201, "Member must have value less than or equal to 43200"),
    ],
)
def test_a_chained_session_lasts_from_15_minutes_to_an_hour(aws: Aws, seconds: int, words: str) -> None:
    with pytest.raises(ClientError) as error:
        assume(aws("sts"), READER, DurationSeconds=seconds)
    code, status, message = refused(error)
    assert (code, status) == ("ValidationError", 400)
    assert words in message


def test_a_session_ends_when_its_answer_said(aws: Aws, emulator: Emulator, later: Any) -> None:
    before = time.time()
    answer = assume(aws("sts"), READER, DurationSeconds=900)
    # STS gives whole seconds.
    assert before - 1 <= answer["Credentials"]["Expiration"].timestamp() - 900 <= time.time()

    emulator.faults(session_lifetime=30)
    keys = keys_of(assume(aws("sts"), READER))
    aws("sts", keys=keys).get_caller_identity()
    later(31)
    with pytest.raises(ClientError) as error:
        aws("sts", keys=keys).get_caller_identity()
    assert refused(error) == ("ExpiredToken", 403, "The security token included in the request is expired")


@pytest.mark.parametrize("wrong", ["AWS_ACCESS_KEY_ID", "AWS_SESSION_TOKEN"])
def test_unknown_keys_are_invalid(emulator: Emulator, aws: Aws, wrong: str) -> None:
    with pytest.raises(ClientError) as error:
        aws("sts", keys={**emulator.environment(), wrong: "ASIAQQQQQQQQQQQQQQQQ"}).get_caller_identity()
    code, status, message = refused(error)
    assert (code, status) == ("InvalidClientTokenId", 403)
    assert message == "The security token included in the request is invalid."


def test_a_wrong_secret_does_not_match_the_signature(emulator: Emulator, aws: Aws) -> None:
    with pytest.raises(ClientError) as error:
        aws("sts", keys={**emulator.environment(), "AWS_SECRET_ACCESS_KEY": "wrong"}).get_caller_identity()
    assert refused(error)[:2] == ("SignatureDoesNotMatch", 403)


def test_a_role_name_that_is_no_arn_is_not_valid(aws: Aws) -> None:
    with pytest.raises(ClientError) as error:
        assume(aws("sts"), "arn:aws:iam::12:role/too-short-account")
    assert refused(error)[0] == "ValidationError"


def test_roles_and_users_made_through_iam_count(aws: Aws) -> None:
    iam = aws("iam", role="AdministratorRole")
    iam.create_user(UserName="alice")
    key = iam.create_access_key(UserName="alice")["AccessKey"]
    keys = {
        "AWS_ACCESS_KEY_ID": key["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"],
        "AWS_SESSION_TOKEN": "",
    }
    alice = aws("sts", keys=keys)
    assert alice.get_caller_identity()["Arn"] == f"arn:aws:iam::{HOME}:user/alice"
    trust = {
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{HOME}:user/alice"},
        "Action": "sts:AssumeRole",
    }
    role = iam.create_role(
        RoleName="AliceOnly", AssumeRolePolicyDocument=policy(trust), MaxSessionDuration=7200
    )

    # The trust policy names her, so she needs no permission of her own; the default caller is not named.
    assume(alice, role["Role"]["Arn"], DurationSeconds=7200)
    with pytest.raises(ClientError) as error:
        assume(alice, role["Role"]["Arn"], DurationSeconds=7201)
    assert "exceeds the MaxSessionDuration" in refused(error)[2]
    with pytest.raises(ClientError) as error:
        assume(aws("sts"), role["Role"]["Arn"])
    assert refused(error)[0] == "AccessDenied"


def test_an_external_id_that_the_trust_policy_wants_must_be_given(aws: Aws) -> None:
    trust = {
        "Effect": "Allow",
        "Principal": {"AWS": HOME},
        "Action": "sts:AssumeRole",
        "Condition": {"StringEquals": {"sts:ExternalId": "agreed"}},
    }
    iam = aws("iam", role="AdministratorRole")
    role = iam.create_role(RoleName="SecurePyPIExternal", AssumeRolePolicyDocument=policy(trust))["Role"]["Arn"]
    assume(aws("sts"), role, ExternalId="agreed")
    with pytest.raises(ClientError) as error:
        assume(aws("sts"), role, ExternalId="guessed")
    assert refused(error)[0] == "AccessDenied"


def test_iam_is_for_those_who_may(aws: Aws) -> None:
    with pytest.raises(ClientError) as error:
        aws("iam").list_roles()
    assert refused(error)[0] == "AccessDenied"


def policy(statement: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})
