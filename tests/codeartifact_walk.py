"""A walk through every operation of CodeArtifact, for whoever can call them: boto3, or the AWS CLI.

It starts in a fresh emulator, and leaves nothing behind but what it says.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

HOME = "111122223333"
Call = Callable[..., Any]
"""Takes an operation's name, like ``CreateDomain``, and its parameters; returns the answer's members."""

POLICY = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"AWS": f"arn:aws:iam::{HOME}:root"},
                "Action": "codeartifact:ReadFromRepository",
                "Resource": "*",
            }
        ],
    }
)
PUBLISH = "PublishPackageVersion"
"""The one operation that is for another format: the walk leaves it out."""


def domains_and_repositories(call: Call) -> None:
    domain = call("CreateDomain", domain="walk", tags=[{"key": "team", "value": "data"}])["domain"]
    assert (domain["status"], domain["repositoryCount"]) == ("Active", 0)
    call("TagResource", resourceArn=domain["arn"], tags=[{"key": "stage", "value": "test"}])
    call("UntagResource", resourceArn=domain["arn"], tagKeys=["team"])
    tags = call("ListTagsForResource", resourceArn=domain["arn"])["tags"]
    assert tags == [{"key": "stage", "value": "test"}]
    assert "walk" in [one["name"] for one in call("ListDomains")["domains"]]

    for name in ("near", "far"):
        made = call("CreateRepository", domain="walk", repository=name, description=name)["repository"]
        assert made["arn"] == f"arn:aws:codeartifact:us-west-2:{HOME}:repository/walk/{name}"
    where = {"domain": "walk", "repository": "near"}
    updated = call("UpdateRepository", **where, upstreams=[{"repositoryName": "far"}])["repository"]
    assert (updated["upstreams"], updated["description"]) == ([{"repositoryName": "far"}], "near")
    connected = call(
        "AssociateExternalConnection", domain="walk", repository="far", externalConnection="public:pypi"
    )["repository"]["externalConnections"]
    assert [one["externalConnectionName"] for one in connected] == ["public:pypi"]
    assert call("DescribeRepository", **where)["repository"]["administratorAccount"] == HOME
    assert len(call("ListRepositoriesInDomain", domain="walk")["repositories"]) == 2
    assert len(call("ListRepositories", repositoryPrefix="near")["repositories"]) == 1
    assert call("DescribeDomain", domain="walk")["domain"]["repositoryCount"] == 2
    endpoint = call("GetRepositoryEndpoint", **where, format="pypi")["repositoryEndpoint"]
    assert endpoint.endswith("/pypi/near/")
    assert call("GetAuthorizationToken", domain="walk")["authorizationToken"]


def policies(call: Call) -> None:
    where = {"domain": "walk", "repository": "near"}
    put = call("PutDomainPermissionsPolicy", domain="walk", policyDocument=POLICY)["policy"]
    assert json.loads(put["document"]) == json.loads(POLICY)
    got = call("GetDomainPermissionsPolicy", domain="walk")["policy"]
    assert got == put
    call("DeleteDomainPermissionsPolicy", domain="walk", policyRevision=put["revision"])
    put = call("PutRepositoryPermissionsPolicy", **where, policyDocument=POLICY)["policy"]
    assert call("GetRepositoryPermissionsPolicy", **where)["policy"]["revision"] == put["revision"]
    assert call("DeleteRepositoryPermissionsPolicy", **where)["policy"]["resourceArn"] == put["resourceArn"]


def packages(call: Call) -> None:
    """Promote a package of the public index, look at it, and put it away again."""
    package = {"domain": "walk", "format": "pypi", "package": "tablefit"}
    copied = call(
        "CopyPackageVersions",
        **package,
        sourceRepository="far",
        destinationRepository="near",
        versions=["3.0.3", "3.0.4"],
        includeFromUpstream=True,
    )
    assert (set(copied["successfulVersions"]), copied["failedVersions"]) == ({"3.0.3", "3.0.4"}, {})
    near = {**package, "repository": "near"}
    listed = call("ListPackages", domain="walk", repository="near")["packages"]
    assert [one["package"] for one in listed] == ["tablefit"]
    described = call("DescribePackage", **near)["package"]
    assert described["originConfiguration"]["restrictions"] == {"publish": "BLOCK", "upstream": "ALLOW"}
    put = call("PutPackageOriginConfiguration", **near, restrictions={"publish": "BLOCK", "upstream": "BLOCK"})
    assert put["originConfiguration"]["restrictions"]["upstream"] == "BLOCK"

    versions = call("ListPackageVersions", **near)
    assert versions["defaultDisplayVersion"] == "3.0.4"
    assert {one["status"] for one in versions["versions"]} == {"Published"}
    one = {**near, "packageVersion": "3.0.4"}
    version = call("DescribePackageVersion", **one)["packageVersion"]
    assert version["origin"]["originType"] == "EXTERNAL"
    assert version["revision"] == copied["successfulVersions"]["3.0.4"]["revision"]
    [asset] = call("ListPackageVersionAssets", **one)["assets"]
    assert set(asset["hashes"]) == {"MD5", "SHA-1", "SHA-256", "SHA-512"}
    [dependency] = call("ListPackageVersionDependencies", **one)["dependencies"]
    assert (dependency["package"], dependency["versionRequirement"]) == ("tinydate", ">=2.8")
    assert "tablefit" in call("GetPackageVersionReadme", **one)["readme"]
    got = call("GetPackageVersionAsset", **one, asset=asset["name"])
    assert (got["assetName"], got["packageVersionRevision"]) == (asset["name"], version["revision"])

    changed = call("UpdatePackageVersionsStatus", **near, versions=["3.0.3"], targetStatus="Unlisted")
    assert changed["successfulVersions"]["3.0.3"]["status"] == "Unlisted"
    assert call("DisposePackageVersions", **near, versions=["3.0.3"])["failedVersions"] == {}
    assert call("DeletePackageVersions", **near, versions=["3.0.3"])["failedVersions"] == {}
    assert call("DeletePackage", **near)["deletedPackage"]["package"] == "tablefit"


def package_groups(call: Call) -> None:
    domain = {"domain": "walk"}
    made = call("CreatePackageGroup", **domain, packageGroup="/pypi//acme-*", description="ours")[
        "packageGroup"
    ]
    assert made["parent"]["pattern"] == "/*"
    restrictions = made["originConfiguration"]["restrictions"]
    assert {one["mode"] for one in restrictions.values()} == {"INHERIT"}
    assert {one["effectiveMode"] for one in restrictions.values()} == {"ALLOW"}
    group = {**domain, "packageGroup": "/pypi//acme-*"}
    updated = call("UpdatePackageGroup", **group, contactInfo="platform team")["packageGroup"]
    assert (updated["contactInfo"], updated["description"]) == ("platform team", "ours")
    origin = call(
        "UpdatePackageGroupOriginConfiguration",
        **group,
        restrictions={"EXTERNAL_UPSTREAM": "BLOCK", "PUBLISH": "ALLOW_SPECIFIC_REPOSITORIES"},
        addAllowedRepositories=[{"repositoryName": "near", "originRestrictionType": "PUBLISH"}],
    )
    assert origin["allowedRepositoryUpdates"] == {"PUBLISH": {"ADDED": ["near"]}}
    allowed = call("ListAllowedRepositoriesForGroup", **group, originRestrictionType="PUBLISH")
    assert allowed["allowedRepositories"] == ["near"]
    shown = call("DescribePackageGroup", **group)["packageGroup"]["originConfiguration"]["restrictions"]
    assert shown["EXTERNAL_UPSTREAM"]["effectiveMode"] == "BLOCK"
    assert shown["PUBLISH"]["repositoriesCount"] == 1
    patterns = [one["pattern"] for one in call("ListPackageGroups", **domain)["packageGroups"]]
    assert patterns == ["/*", "/pypi//acme-*"]
    below = call("ListSubPackageGroups", **domain, packageGroup="/*")["packageGroups"]
    assert [one["pattern"] for one in below] == ["/pypi//acme-*"]
    other = call("GetAssociatedPackageGroup", **domain, format="pypi", package="tablefit")
    assert (other["packageGroup"]["pattern"], other["associationType"]) == ("/*", "STRONG")
    packages = call("ListAssociatedPackages", **domain, packageGroup="/*")["packages"]
    assert {one["package"] for one in packages} == {"tablefit"}
    assert call("DeletePackageGroup", **group)["packageGroup"]["pattern"] == "/pypi//acme-*"


def goodbye(call: Call) -> None:
    call("DisassociateExternalConnection", domain="walk", repository="far", externalConnection="public:pypi")
    for name in ("near", "far"):
        assert call("DeleteRepository", domain="walk", repository=name)["repository"]["name"] == name
    assert call("DeleteDomain", domain="walk")["domain"]["status"] == "Deleted"


def walk(call: Call) -> None:
    """Call every operation but `PUBLISH`, and hold its answers."""
    domains_and_repositories(call)
    policies(call)
    packages(call)
    package_groups(call)
    goodbye(call)
