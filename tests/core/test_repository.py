"""Which repository: every way to say it, and what is wrong where it is not one."""

from __future__ import annotations

import botocore.loaders
import pytest

from jupyter_securepypi.core.errors import ConfigurationError
from jupyter_securepypi.core.providers.codeartifact.repository import Repository

ARN = "arn:aws:codeartifact:us-west-2:111122223333:repository/acme/shared-pypi"
ACME = Repository("acme", "111122223333", "us-west-2", "shared-pypi")


def test_an_arn_and_its_parts_are_the_same():
    assert Repository.parse(ARN) == ACME
    assert ACME.arn == ARN


@pytest.mark.parametrize(
    ("partition", "region"),
    [
        ("aws", "eu-central-1"),
        ("aws-cn", "cn-north-1"),
        ("aws-us-gov", "us-gov-west-1"),
        ("aws-iso-b", "us-isob-east-1"),
    ],
)
def test_every_partition_is_understood(partition, region):
    repository = Repository.parse(
        f"arn:{partition}:codeartifact:{region}:111122223333:repository/acme/shared-pypi"
    )
    assert (repository.partition, repository.region) == (partition, region)


def regions():
    """Every region of every partition that botocore knows."""
    data = botocore.loaders.create_loader().load_data("partitions")
    return [
        (one["id"], region) for one in data["partitions"] for region in one["regions"] if "global" not in region
    ]


@pytest.mark.parametrize(("partition", "region"), regions())
def test_a_region_lies_in_one_partition_whatever_the_arn_or_the_url_says(partition, region):
    resource = f"codeartifact:{region}:111122223333:repository/acme/shared-pypi"
    assert Repository.parse(f"arn:{partition}:{resource}").partition == partition
    for other in {"aws", "aws-cn"} - {partition}:
        with pytest.raises(ConfigurationError, match=f"in partition {other}") as caught:
            Repository.parse(f"arn:{other}:{resource}")
        assert partition in caught.value.why
    url = f"https://acme-111122223333.d.codeartifact.{region}.amazonaws.com/pypi/shared-pypi/simple/"
    if partition in ("aws", "aws-us-gov"):
        assert Repository.parse(url).partition == partition
    else:
        with pytest.raises(ConfigurationError, match="not a CodeArtifact index URL") as caught:
            Repository.parse(url)
        assert f"partition {partition}" in caught.value.why
        assert "the repository's ARN" in caught.value.remedy


@pytest.mark.parametrize(
    "url",
    [
        "https://acme-111122223333.d.codeartifact.us-west-2.amazonaws.com/pypi/shared-pypi/simple/",
        "https://acme-111122223333.d.codeartifact.us-west-2.amazonaws.com/pypi/shared-pypi",
        "https://acme-111122223333.codeartifact.us-west-2.on.aws/pypi/shared-pypi/",
        "https://aws:secret@acme-111122223333.d.codeartifact.us-west-2.amazonaws.com/pypi/shared-pypi/simple",
        "https://vpce-0a1-b2.d.codeartifact.us-west-2.vpce.amazonaws.com/d/acme-111122223333/pypi/shared-pypi/simple/",
    ],
)
def test_every_kind_of_index_url_names_the_repository(url):
    assert Repository.parse(url) == ACME


@pytest.mark.parametrize(
    ("arn", "part"),
    [
        ("", "does not start with"),
        ("acme/shared-pypi", "does not start with"),
        ("arn:aws:codeartifact:us-west-2:111122223333", "5 of 6 parts"),
        ("arn:aws:s3:us-west-2:111122223333:repository/acme/shared-pypi", "service"),
        ("arn:AWS:codeartifact:us-west-2:111122223333:repository/acme/shared-pypi", "partition"),
        ("arn:aws:codeartifact:oregon:111122223333:repository/acme/shared-pypi", "region"),
        ("arn:aws:codeartifact:us-west-2:1111:repository/acme/shared-pypi", "owner account"),
        ("arn:aws:codeartifact:us-west-2:111122223333:domain/acme", "not a repository"),
        ("arn:aws:codeartifact:us-west-2:111122223333:repository/acme", "names no repository"),
        ("arn:aws:codeartifact:us-west-2:111122223333:repository/Acme/shared-pypi", "domain name"),
        ("arn:aws:codeartifact:us-west-2:111122223333:repository/a/shared-pypi", "domain name"),
        ("arn:aws:codeartifact:us-west-2:111122223333:repository/acme/x", "repository name"),
        ("arn:aws:codeartifact:us-west-2:111122223333:repository/acme/-pypi", "repository name"),
    ],
)
def test_a_wrong_arn_says_which_part(arn, part):
    with pytest.raises(ConfigurationError) as caught:
        Repository.parse(arn)
    assert part in str(caught.value)
    assert caught.value.remedy


def test_a_url_of_another_host_is_refused_without_showing_its_password():
    with pytest.raises(ConfigurationError, match="host") as caught:
        Repository.parse("https://aws:hunter2@packages.example.com/pypi/shared-pypi/simple/")
    assert "hunter2" not in str(caught.value)


def test_the_endpoint_is_computed_in_one_partition_only():
    assert (
        ACME.computed_endpoint
        == "https://acme-111122223333.d.codeartifact.us-west-2.amazonaws.com/pypi/shared-pypi/"
    )
    china = Repository("acme", "111122223333", "cn-north-1", "shared-pypi", "aws-cn")
    with pytest.raises(ConfigurationError, match="aws-cn"):
        _ = china.computed_endpoint
