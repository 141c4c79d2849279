"""Nobody else answers for own names: not for those that are published, and not for those that do not exist yet."""

from __future__ import annotations

import pytest


@pytest.fixture
def exposed(administrator):
    """``shared-pypi`` takes packages from a repository with the public index behind it, for acme-core, too."""
    administrator.connect()
    administrator.let_in("acme-core")
    return administrator


def test_a_look_alike_of_the_public_index_is_no_longer_answered(exposed):
    assert exposed.versions("acme-core")[0] == "99.0"
    assert exposed.protect("acme-*") == {"acme-*": "blocked", "acme-core": "blocked"}
    assert exposed.versions("acme-core") == ["1.4.0"]


def test_a_name_that_does_not_exist_yet_is_covered(exposed):
    exposed.protect("acme-*")
    assert exposed.versions("acme-secrets") == []
    assert exposed.versions("tinydate"), "other names come in as before"


def test_a_look_alike_that_an_upstream_has_taken_in_before_is_kept_out_too(exposed):
    assert exposed.versions("acme-secrets", "pypi-store") == ["1.0"]
    download = ("download", "-d", "wheels", "acme-secrets")
    assert exposed.run(*download, CA_REPOSITORY_ARN=exposed.arn("pypi-store")).returncode == 0
    assert exposed.protect("acme-*")["acme-secrets"] == "blocked"
    assert exposed.versions("acme-secrets") == []


def test_a_plan_changes_nothing(exposed):
    plan = exposed.protect("acme-*", "--plan")
    assert plan == {"acme-*": "to be blocked", "acme-core": "to be blocked"}
    assert exposed.versions("acme-core")[0] == "99.0"
    for operation in ("PutPackageOriginConfiguration", "CreatePackageGroup"):
        assert exposed.asked(operation) == [200] * (operation == "PutPackageOriginConfiguration"), operation


def test_a_second_run_changes_nothing(exposed):
    exposed.protect("acme-*")
    exposed.emulator.clear()
    done = exposed.run("protect", "acme-*")
    assert done.returncode == 0
    assert "Nothing to change: no upstream of acme/shared-pypi answers for acme-*." in done.stdout
    assert not {"PutPackageOriginConfiguration", "CreatePackageGroup"} & set(exposed.emulator.calls()["counts"])


def test_a_group_that_is_there_already_is_closed(exposed):
    exposed.aws.create_package_group(domain="acme", packageGroup="/pypi//acme-*", description="ours")
    assert exposed.protect("acme-*")["acme-*"] == "blocked"
    group = exposed.aws.describe_package_group(domain="acme", packageGroup="/pypi//acme-*")["packageGroup"]
    assert group["description"] == "ours"
    assert group["originConfiguration"]["restrictions"]["EXTERNAL_UPSTREAM"]["mode"] == "BLOCK"


def test_it_is_done_when_the_group_counts(exposed):
    exposed.emulator.faults(group_delay=3)
    exposed.protect("acme-*")
    assert exposed.versions("acme-secrets") == []


def test_without_a_pattern_all_that_is_published_here_is_protected(exposed):
    exposed.run("download", "-d", "wheels", "tinydate")
    assert exposed.protect() == {"acme-core": "blocked"}
    assert exposed.versions("acme-core") == ["1.4.0"]
    assert exposed.versions("tinydate")[0] == "2.9.0", "what came from outside is nobody's own"


def test_what_an_upstream_of_ours_publishes_goes_on_coming_from_it(administrator):
    administrator.connect("team-pypi", "shared-pypi", "pypi-store")
    assert administrator.versions("acme-core", "team-pypi") == ["99.0", "1.4.0"]
    assert administrator.protect("acme-*", repository="team-pypi") == {"acme-*": "blocked"}
    administrator.publish("shared-pypi", "acme-core", "1.5.0")
    assert administrator.versions("acme-core", "team-pypi") == ["1.5.0", "1.4.0"]


def test_a_single_name_gets_a_group_of_its_own_where_an_upstream_publishes_it(administrator):
    administrator.connect("team-pypi", "shared-pypi", "pypi-store")
    administrator.run("download", "-d", "w", "acme-plots", CA_REPOSITORY_ARN=administrator.arn("team-pypi"))
    administrator.protect("acme-core", repository="team-pypi")
    assert administrator.versions("acme-core", "team-pypi") == ["1.4.0"]
    assert "99.0" in administrator.versions("acme-features", "team-pypi"), "it was not named"


def test_what_is_inside_already_is_told_and_is_no_success(exposed):
    assert exposed.run("download", "-d", "wheels", "acme-core").returncode == 0
    done = exposed.run("protect", "acme-*")
    assert done.returncode == 1
    assert "acme/shared-pypi has 99.0 of it, from outside" in done.stdout
    assert "aws codeartifact delete-package-versions" in done.stdout


def test_a_repository_without_upstreams_needs_nothing(administrator):
    administrator.let_in("acme-core")
    assert administrator.protect("acme-*") == {}


@pytest.mark.parametrize("pattern", ["acme*", "*", "*-acme", "acme-?", "acme core", "-r"])
def test_what_no_package_group_can_cover_is_refused(exposed, pattern):
    done = exposed.run("protect", "--", pattern)
    assert done.returncode == 1
    assert "write acme-core, or 'acme-*'" in done.stderr
    assert exposed.asked("CreatePackageGroup") == []


def test_names_are_normalized(exposed):
    assert exposed.protect("ACME_*") == {"acme-*": "blocked", "acme-core": "blocked"}


def test_a_missing_permission_is_named_with_the_policy_that_has_it(exposed):
    exposed.emulator.faults(deny=["codeartifact:CreatePackageGroup"])
    done = exposed.run("protect", "acme-*")
    assert done.returncode == 1
    assert "codeartifact:CreatePackageGroup" in done.stdout
    exposed.emulator.faults(deny=["codeartifact:ListPackages"])
    done = exposed.run("protect", "acme-*")
    assert done.returncode == 1
    assert "`jupyter securepypi iam-policy protector` prints the statement" in done.stderr
