"""Every operation of the service model, and AWS's refusals."""

from __future__ import annotations

import json
from typing import Any

import boto3
import pytest
import requests
from botocore import xform_name
from botocore.exceptions import ClientError
from codeartifact_walk import HOME, PUBLISH, walk
from emulator_support import Aws

from jupyter_securepypi.emulator import Emulator


def refused(error: pytest.ExceptionInfo[ClientError]) -> tuple[str, int]:
    response = error.value.response
    assert response["Error"]["Message"]
    return response["Error"]["Code"], response["ResponseMetadata"]["HTTPStatusCode"]


def test_boto3_walks_through_every_operation(emulator: Emulator, admin: Any) -> None:
    def call(operation: str, **parameters: Any) -> Any:
        answer = getattr(admin, xform_name(operation))(**parameters)
        answer.pop("ResponseMetadata")
        return answer

    walk(call)
    called = set(emulator.calls()["counts"])
    assert set(admin.meta.service_model.operation_names) - called == {PUBLISH}


GUESSES = {
    "domain": "acme",
    "repository": "shared-pypi",
    "sourceRepository": "shared-pypi",
    "destinationRepository": "team-pypi",
    "format": "pypi",
    "package": "acme-core",
    "packageVersion": "1.4.0",
    "versions": ["1.4.0"],
    "asset": "acme_core-1.4.0-py3-none-any.whl",
    "externalConnection": "public:pypi",
    "packageGroup": "/*",
    "originRestrictionType": "PUBLISH",
    "resourceArn": f"arn:aws:codeartifact:us-west-2:{HOME}:repository/acme/shared-pypi",
    "tags": [],
    "tagKeys": ["team"],
    "restrictions": {"publish": "ALLOW", "upstream": "BLOCK"},
    "policyDocument": "{}",
    "targetStatus": "Unlisted",
    "assetName": "acme.txt",
    "assetContent": b"",
    "assetSHA256": "0" * 64,
}
OPERATIONS = boto3.session.Session(region_name="us-west-2").client("codeartifact").meta.service_model


@pytest.mark.parametrize("operation", OPERATIONS.operation_names)
def test_every_operation_wants_its_permission(aws: Aws, operation: str) -> None:
    shape = OPERATIONS.operation_model(operation).input_shape
    parameters = {name: GUESSES[name] for name in shape.required_members}
    if operation in ("CreateDomain", "CreateRepository"):
        parameters |= {"domain": "unseen"} if operation == "CreateDomain" else {"repository": "unseen"}
    if operation == "CreatePackageGroup":
        parameters["packageGroup"] = "/npm/*"
    if operation == "CopyPackageVersions":
        parameters["versions"] = GUESSES["versions"]  # it wants this or another, which the model cannot say
    with pytest.raises(ClientError) as error:
        getattr(aws("codeartifact", role="SecurePyPINobodyRole"), xform_name(operation))(**parameters)
    assert refused(error) == ("AccessDeniedException", 403)
    action = {"CopyPackageVersions": "ReadFromRepository"}.get(operation, operation)
    assert f"is not authorized to perform: codeartifact:{action} on resource: " in str(error.value)


@pytest.mark.parametrize(
    ("method", "path"), [("POST", "/v1/nothing"), ("DELETE", "/v1/domains"), ("GET", "/v2/domain")]
)
def test_what_is_no_operation_is_named(
    emulator: Emulator, http: requests.Session, method: str, path: str
) -> None:
    answer = http.request(method, emulator.url + path)
    assert (answer.status_code, answer.headers["x-amzn-errortype"]) == (404, "UnknownOperationException")
    assert answer.json()["message"] == f"Unknown operation: {method} {path}"


def test_publishing_by_the_api_is_for_generic_packages(admin: Any) -> None:
    with pytest.raises(admin.exceptions.ValidationException) as error:
        admin.publish_package_version(
            domain="acme",
            repository="shared-pypi",
            format="pypi",
            package="acme-core",
            packageVersion="2.0",
            assetName="acme_core-2.0-py3-none-any.whl",
            assetContent=b"",
            assetSHA256="e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        )
    assert refused(error) == ("ValidationException", 400)


@pytest.mark.parametrize(
    ("call", "parameters", "code"),
    [
        ("create_domain", {"domain": "acme"}, "ConflictException"),
        ("create_domain", {"domain": "A"}, "ValidationException"),
        ("create_repository", {"domain": "acme", "repository": "team-pypi"}, "ConflictException"),
        ("delete_domain", {"domain": "acme"}, "ConflictException"),
        ("delete_repository", {"domain": "acme", "repository": "pypi-store"}, "ConflictException"),
        (
            "update_repository",
            {"domain": "acme", "repository": "pypi-store", "upstreams": [{"repositoryName": "curated"}]},
            "ValidationException",
        ),
        (
            "update_repository",
            {
                "domain": "acme",
                "repository": "curated",
                "upstreams": [{"repositoryName": f"r{n}"} for n in range(11)],
            },
            "ServiceQuotaExceededException",
        ),
        (
            "associate_external_connection",
            {"domain": "acme", "repository": "pypi-store", "externalConnection": "public:pypi"},
            "ConflictException",
        ),
        (
            "associate_external_connection",
            {"domain": "acme", "repository": "pypi-store", "externalConnection": "public:npmjs"},
            "ServiceQuotaExceededException",
        ),
        (
            "disassociate_external_connection",
            {"domain": "acme", "repository": "team-pypi", "externalConnection": "public:pypi"},
            "ResourceNotFoundException",
        ),
        ("get_domain_permissions_policy", {"domain": "island"}, "ResourceNotFoundException"),
        (
            "put_domain_permissions_policy",
            {"domain": "island", "policyDocument": "nonsense"},
            "ValidationException",
        ),
        (
            "delete_domain_permissions_policy",
            {"domain": "acme", "policyRevision": "other"},
            "ConflictException",
        ),
        ("create_package_group", {"domain": "acme", "packageGroup": "/*"}, "ConflictException"),
        ("create_package_group", {"domain": "acme", "packageGroup": "acme-*"}, "ValidationException"),
        ("create_package_group", {"domain": "acme", "packageGroup": "/pypi//acme-~"}, "ValidationException"),
        ("describe_package_group", {"domain": "acme", "packageGroup": "/npm/*"}, "ResourceNotFoundException"),
        ("delete_package_group", {"domain": "acme", "packageGroup": "/*"}, "ValidationException"),
        (
            "update_package_group_origin_configuration",
            {"domain": "acme", "packageGroup": "/*", "restrictions": {"PUBLISH": "INHERIT"}},
            "ValidationException",
        ),
        ("list_tags_for_resource", {"resourceArn": "arn:aws:s3:::other"}, "ResourceNotFoundException"),
    ],
)
def test_what_cannot_be_is_refused_in_awss_way(
    admin: Any, call: str, parameters: dict[str, Any], code: str
) -> None:
    with pytest.raises(ClientError) as error:
        getattr(admin, call)(**parameters)
    assert refused(error)[0] == code


PACKAGE = {"domain": "acme", "repository": "shared-pypi", "format": "pypi", "package": "acme-core"}


@pytest.mark.parametrize(
    ("call", "parameters", "kind"),
    [
        ("describe_package", {"package": "nothing"}, "package"),
        ("describe_package", {"format": "npm"}, "package"),
        ("describe_package_version", {"packageVersion": "9.9"}, "package-version"),
        ("describe_package_version", {"packageVersion": "not a version"}, "package-version"),
        ("list_package_version_assets", {"package": "nothing", "packageVersion": "1.0"}, "package"),
        ("get_package_version_asset", {"packageVersion": "1.4.0", "asset": "other.whl"}, "asset"),
        ("delete_package_versions", {"package": "nothing", "versions": ["1.0"]}, "package"),
        ("delete_package", {"package": "nothing"}, "package"),
    ],
)
def test_what_is_not_there_is_named(admin: Any, call: str, parameters: dict[str, Any], kind: str) -> None:
    with pytest.raises(admin.exceptions.ResourceNotFoundException) as error:
        getattr(admin, call)(**{**PACKAGE, **parameters})
    assert error.value.response["resourceType"] == kind


def test_request_rates_hold_for_one_operation(emulator: Emulator, admin: Any) -> None:
    emulator.faults(throttle=0, operations=["CopyPackageVersions"])
    with pytest.raises(admin.exceptions.ThrottlingException):
        admin.copy_package_versions(
            domain="acme",
            sourceRepository="shared-pypi",
            destinationRepository="team-pypi",
            format="pypi",
            package="acme-core",
            versions=["1.4.0"],
        )
    assert admin.list_package_versions(**PACKAGE)["versions"]


def test_a_repository_policy_opens_one_repository_to_another_account(admin: Any, aws: Aws) -> None:
    partner = "675292366480"
    where = {"domain": "island", "repository": "island-pypi"}
    role = f"arn:aws:iam::{partner}:role/SecurePyPIReadRole_{HOME}"
    reader = aws("codeartifact", role=role)
    with pytest.raises(reader.exceptions.AccessDeniedException):
        reader.list_packages(domainOwner=HOME, **where)
    statement = {"Effect": "Allow", "Principal": {"AWS": partner}, "Action": "codeartifact:*", "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    admin.put_repository_permissions_policy(**where, policyDocument=document)
    assert reader.list_packages(domainOwner=HOME, **where)["packages"] == []
    admin.delete_repository_permissions_policy(**where)
    with pytest.raises(reader.exceptions.AccessDeniedException):
        reader.list_packages(domainOwner=HOME, **where)
