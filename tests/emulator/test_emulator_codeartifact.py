"""CodeArtifact's own interface: tokens, endpoints, lists, and its refusals."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from botocore.exceptions import ClientError
from emulator_support import HOME, PARTNER, Aws

from jupyter_securepypi.emulator import Emulator
from jupyter_securepypi.emulator.samples import build_wheel


def lives(answer: Any, since: float, seconds: float) -> bool:
    """Return whether a token that was asked for after epoch second `since` expires `seconds` after it came."""
    given = answer["expiration"].timestamp()  # in whole milliseconds
    return since - 0.001 <= given - seconds <= time.time() + 0.001


@pytest.mark.parametrize(("asked", "given"), [(None, 43_200), (900, 900), (43_200, 43_200)])
def test_a_token_lives_as_long_as_asked_for(aws: Aws, asked: int | None, given: int) -> None:
    more = {} if asked is None else {"durationSeconds": asked}
    since = time.time()
    answer = aws("codeartifact").get_authorization_token(domain="acme", domainOwner=HOME, **more)
    assert lives(answer, since, given)
    assert 1500 <= len(answer["authorizationToken"]) <= 2048
    assert answer["authorizationToken"].count(".") == 4


def test_duration_0_is_what_is_left_of_the_callers_credentials(emulator: Emulator, aws: Aws) -> None:
    since = time.time()
    keys = emulator.credentials("SageMakerExecutionRole", seconds=120)
    answer = aws("codeartifact", keys=keys).get_authorization_token(domain="acme", durationSeconds=0)
    assert lives(answer, since, 120)


@pytest.mark.parametrize("seconds", [1, 899])
def test_other_durations_are_not_valid(aws: Aws, seconds: int) -> None:
    client = aws("codeartifact")
    with pytest.raises(client.exceptions.ValidationException) as error:
        client.get_authorization_token(domain="acme", durationSeconds=seconds)
    assert error.value.response["reason"] == "FIELD_VALIDATION_FAILED"
    assert str(seconds) in error.value.response["message"]


def test_a_lifetime_of_seconds_can_be_forced(emulator: Emulator, aws: Aws) -> None:
    emulator.faults(token_lifetime=5)
    since = time.time()
    assert lives(aws("codeartifact").get_authorization_token(domain="acme"), since, 5)


@pytest.mark.parametrize(
    ("where", "kind"),
    [
        ({"domain": "nowhere"}, "domain"),
        ({"domain": "acme", "domainOwner": PARTNER}, "domain"),
        ({"domain": "acme", "repository": "nothing"}, "repository"),
    ],
)
def test_what_does_not_exist_is_named(aws: Aws, where: dict[str, str], kind: str) -> None:
    client = aws("codeartifact")
    with pytest.raises(client.exceptions.ResourceNotFoundException) as error:
        client.describe_repository(**{"repository": "shared-pypi", **where})
    response = error.value.response
    assert response["resourceType"] == kind
    assert response["resourceId"].startswith(where.get("domainOwner", HOME))


def test_in_another_region_the_domain_does_not_exist(aws: Aws) -> None:
    client = aws("codeartifact", region="eu-west-1")
    with pytest.raises(client.exceptions.ResourceNotFoundException) as error:
        client.get_authorization_token(domain="acme")
    assert "Domain 'acme'" in error.value.response["message"]


@pytest.mark.parametrize("kind", [None, "ipv4", "dualstack"])
def test_the_endpoint_stands_below_domain_and_owner(emulator: Emulator, aws: Aws, kind: str | None) -> None:
    more = {} if kind is None else {"endpointType": kind}
    answer = aws("codeartifact").get_repository_endpoint(
        domain="acme", repository="shared-pypi", format="pypi", **more
    )
    assert answer["repositoryEndpoint"] == f"{emulator.url}/d/acme-{HOME}/pypi/shared-pypi/"
    assert emulator.index_url == answer["repositoryEndpoint"] + "simple/"


@pytest.mark.parametrize(
    ("action", "call"),
    [
        ("codeartifact:GetAuthorizationToken", "get_authorization_token"),
        ("sts:GetServiceBearerToken", "get_authorization_token"),
        ("codeartifact:GetRepositoryEndpoint", "get_repository_endpoint"),
        ("codeartifact:ListPackages", "list_packages"),
    ],
)
def test_a_missing_permission_is_named_with_its_resource(aws: Aws, action: str, call: str) -> None:
    # Everything but this one action, in the role's own policy.
    name = "SecurePyPIWithout" + action.partition(":")[2] + call
    role = make_role(aws, name, {"Effect": "Allow", "NotAction": action, "Resource": "*"})
    client = aws("codeartifact", role=role)
    arguments = {"domain": "acme"}
    if call != "get_authorization_token":
        arguments |= {"repository": "shared-pypi", "format": "pypi"}
    with pytest.raises(client.exceptions.AccessDeniedException) as error:
        getattr(client, call)(**arguments)
    message = error.value.response["message"]
    assert f"assumed-role/{name}/tester is not authorized to perform: {action} on resource: " in message
    assert message.endswith(f"because no identity-based policy allows the {action} action")


def test_a_policy_for_one_domain_opens_no_other(aws: Aws) -> None:
    arn = f"arn:aws:codeartifact:us-west-2:{HOME}:domain/acme"
    mint = {"Effect": "Allow", "Action": "codeartifact:GetAuthorizationToken", "Resource": arn}
    bearer = {"Effect": "Allow", "Action": "sts:GetServiceBearerToken", "Resource": "*"}
    client = aws("codeartifact", role=make_role(aws, "SecurePyPIOneDomain", mint, bearer))
    client.get_authorization_token(domain="acme")
    with pytest.raises(client.exceptions.AccessDeniedException) as error:
        client.get_authorization_token(domain="island")
    assert "domain/island" in error.value.response["message"]


def test_an_explicit_denial_beats_a_permission(aws: Aws) -> None:
    everything = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    nothing = {"Effect": "Deny", "Action": "codeartifact:Get*", "Resource": "*"}
    client = aws("codeartifact", role=make_role(aws, "SecurePyPIDenied", everything, nothing))
    with pytest.raises(client.exceptions.AccessDeniedException) as error:
        client.get_authorization_token(domain="acme")
    assert "with an explicit deny in an identity-based policy" in error.value.response["message"]


def test_across_accounts_the_resource_policy_must_agree(emulator: Emulator, aws: Aws) -> None:
    reader = emulator.credentials(f"arn:aws:iam::{PARTNER}:role/SecurePyPIReadRole_{HOME}")
    client = aws("codeartifact", keys=reader)
    client.get_authorization_token(domain="partner")
    client.get_authorization_token(domain="acme", domainOwner=HOME)
    with pytest.raises(client.exceptions.AccessDeniedException) as error:
        client.get_authorization_token(domain="island", domainOwner=HOME)
    assert "because no resource-based policy allows" in error.value.response["message"]


@pytest.mark.parametrize(
    ("wrong", "value", "code"),
    [
        ("AWS_ACCESS_KEY_ID", "ASIAQQQQQQQQQQQQQQQQ", "UnrecognizedClientException"),
        ("AWS_SESSION_TOKEN", "nonsense", "UnrecognizedClientException"),
        ("AWS_SECRET_ACCESS_KEY", "nonsense", "InvalidSignatureException"),
    ],
)
def test_wrong_credentials_are_told_apart(
    emulator: Emulator, aws: Aws, wrong: str, value: str, code: str
) -> None:
    with pytest.raises(ClientError) as error:
        aws("codeartifact", keys={**emulator.environment(), wrong: value}).list_domains()
    assert error.value.response["Error"]["Code"] == code
    assert error.value.response["ResponseMetadata"]["HTTPStatusCode"] == 403


def test_a_request_without_a_signature_is_refused(emulator: Emulator, http: Any) -> None:
    answer = http.post(f"{emulator.url}/v1/authorization-token?domain=acme")
    assert answer.status_code == 403
    assert answer.headers["x-amzn-errortype"] == "MissingAuthenticationTokenException"


def test_a_signature_for_another_request_is_refused(emulator: Emulator, aws: Aws, http: Any) -> None:
    client = aws("codeartifact")
    seen: list[Any] = []
    client.meta.events.register("before-send.*", lambda request, **_: seen.append(request))
    client.get_authorization_token(domain="acme")
    replayed = http.post(f"{emulator.url}/v1/authorization-token?domain=island", headers=dict(seen[0].headers))
    assert replayed.status_code == 403
    assert replayed.headers["x-amzn-errortype"] == "InvalidSignatureException"


def test_lists_name_what_the_account_owns(aws: Aws) -> None:
    client = aws("codeartifact")
    assert [domain["name"] for domain in client.list_domains()["domains"]] == ["acme", "island"]
    names = [repository["name"] for repository in client.list_repositories()["repositories"]]
    assert names == ["shared-pypi", "team-pypi", "pypi-store", "curated", "island-pypi"]
    assert client.describe_domain(domain="acme")["domain"]["repositoryCount"] == 4
    assert (
        client.describe_repository(domain="acme", repository="team-pypi")["repository"]["administratorAccount"]
        == HOME
    )


def test_packages_and_versions_come_from_the_files(emulator: Emulator, aws: Aws) -> None:
    for version in ("1.9", "1.10", "1.2"):
        build_wheel(emulator.packages_dir, "Many.Versions", version)
    client = aws("codeartifact")
    where = {"domain": "acme", "repository": "shared-pypi"}
    listed = client.list_packages(**where, format="pypi", packagePrefix="many")["packages"]
    assert [package["package"] for package in listed] == ["many-versions"]
    versions = client.list_package_versions(**where, format="pypi", package="many_versions")
    assert versions["defaultDisplayVersion"] == "1.10"
    assert [version["version"] for version in versions["versions"]] == ["1.10", "1.9", "1.2"]
    with pytest.raises(client.exceptions.ResourceNotFoundException) as error:
        client.list_package_versions(**where, format="pypi", package="no-such-thing")
    assert error.value.response["resourceType"] == "package"


def test_long_lists_come_in_pages(aws: Aws) -> None:
    client = aws("codeartifact")
    pages = client.get_paginator("list_packages").paginate(
        domain="acme", repository="shared-pypi", PaginationConfig={"PageSize": 1}
    )
    names = [[package["package"] for package in page["packages"]] for page in pages]
    assert all(len(page) == 1 for page in names)
    assert {"acme-core", "acme-features", "acme-plots"} <= {page[0] for page in names}
    with pytest.raises(client.exceptions.ValidationException):
        client.list_packages(domain="acme", repository="shared-pypi", nextToken="made-up")


def test_another_partition_can_be_the_default() -> None:
    import boto3

    arn = "arn:aws-cn:codeartifact:cn-north-1:444455556666:repository/china/pypi-store"
    with Emulator(repository_arn=arn) as emulator:
        keys = emulator.environment()
        session = boto3.session.Session(
            keys["AWS_ACCESS_KEY_ID"], keys["AWS_SECRET_ACCESS_KEY"], keys["AWS_SESSION_TOKEN"], "cn-north-1"
        )
        sts = session.client("sts", endpoint_url=emulator.url)
        assert sts.get_caller_identity()["Arn"].startswith("arn:aws-cn:sts::444455556666:assumed-role/")
        role = emulator.role_template.format(partition="aws-cn", account_id="444455556666")
        sts.assume_role(RoleArn=role, RoleSessionName="tester")
        client = session.client("codeartifact", endpoint_url=emulator.url)
        assert client.describe_repository(domain="china", repository="pypi-store")["repository"]["arn"] == arn


def make_role(aws: Aws, name: str, *statements: dict[str, Any]) -> str:
    trust = {"Effect": "Allow", "Principal": {"AWS": HOME}, "Action": "sts:AssumeRole"}
    iam = aws("iam", role="AdministratorRole")
    iam.create_role(RoleName=name, AssumeRolePolicyDocument=document(trust))
    iam.put_role_policy(RoleName=name, PolicyName="permissions", PolicyDocument=document(*statements))
    return name


def document(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})
