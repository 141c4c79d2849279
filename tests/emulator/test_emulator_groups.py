"""Package groups: which group a package belongs to, what it lets in, and when it starts to count."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from emulator_support import Aws, Packages

from jupyter_securepypi.emulator import Emulator
from jupyter_securepypi.emulator.samples import build_wheel

Create = Callable[..., None]


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    with Emulator() as emulator:
        emulator.faults(group_delay=0)
        yield emulator


@pytest.fixture
def packages(emulator: Emulator, aws: Aws, http: Any) -> Packages:
    return Packages(emulator, aws, http)


@pytest.fixture
def create(packages: Packages) -> Create:
    def make(pattern: str, **restrictions: str) -> None:
        packages.admin.create_package_group(domain="acme", packageGroup=pattern)
        packages.admin.update_package_group_origin_configuration(
            domain="acme", packageGroup=pattern, restrictions=restrictions
        )

    return make


def associated(packages: Packages, package: str, kind: str = "pypi") -> tuple[str, str]:
    answer = packages.admin.get_associated_package_group(domain="acme", format=kind, package=package)
    return answer["packageGroup"]["pattern"], answer["associationType"]


@pytest.mark.parametrize(
    ("package", "group", "strength"),
    [
        ("acme-core", "/pypi//acme~", "STRONG"),
        ("acme", "/pypi//acme~", "STRONG"),
        ("acmecore", "/pypi/*", "STRONG"),
        ("acme-ml-tools", "/pypi//acme-ml-*", "STRONG"),
        ("acme-ml", "/pypi//acme~", "STRONG"),
        ("acme-ml-secret", "/pypi//acme-ml-secret$", "STRONG"),
        ("ACME_Core", "/pypi//acme~", "STRONG"),
        ("numfast", "/pypi/*", "STRONG"),
    ],
)
def test_the_most_specific_pattern_counts(
    packages: Packages, create: Create, package: str, group: str, strength: str
) -> None:
    for pattern in ("/pypi/*", "/npm/*", "/pypi//acme~", "/pypi//acme-ml-*", "/pypi//acme-ml-secret$"):
        create(pattern)
    assert associated(packages, package) == (group, strength)


def test_a_variation_of_a_name_belongs_to_its_group_and_is_blocked(
    packages: Packages, create: Create, tmp_path: Path
) -> None:
    create("/npm//acme-ui$")
    for variation in ("ACME-ui", "acme.ui", "acme__ui"):
        assert associated(packages, variation, "npm") == ("/npm//acme-ui$", "WEAK")
    assert associated(packages, "acmeui", "npm") == ("/*", "STRONG")
    # A pattern that is not normalized as Python's names are matches none of them exactly.
    create("/pypi//Acme_Tools$", PUBLISH="ALLOW")
    assert packages.publish("team-pypi", build_wheel(tmp_path, "acme-tools", "1.0")) == 403


def test_groups_inherit_from_the_one_around_them(packages: Packages, create: Create) -> None:
    create("/pypi/*", EXTERNAL_UPSTREAM="BLOCK")
    create("/pypi//acme~")
    create("/pypi//acme-ml-*", PUBLISH="BLOCK")
    described = packages.admin.describe_package_group(domain="acme", packageGroup="/pypi//acme-ml-*")
    group = described["packageGroup"]
    assert group["parent"]["pattern"] == "/pypi//acme~"
    external = group["originConfiguration"]["restrictions"]["EXTERNAL_UPSTREAM"]
    assert (external["mode"], external["effectiveMode"]) == ("INHERIT", "BLOCK")
    assert external["inheritedFrom"]["pattern"] == "/pypi/*"
    assert group["originConfiguration"]["restrictions"]["PUBLISH"]["effectiveMode"] == "BLOCK"


def test_a_group_keeps_look_alikes_out_and_lets_own_packages_in(
    packages: Packages, create: Create, tmp_path: Path
) -> None:
    assert packages.versions("curated", "acme-secrets") == ["1.0"]
    create("/pypi//acme-*", EXTERNAL_UPSTREAM="BLOCK", PUBLISH="ALLOW")
    assert packages.page("curated", "acme-secrets") == {}
    assert packages.page("pypi-store", "acme-secrets") == {}
    assert packages.versions("curated", "tablefit") == ["3.0.3", "3.0.4", "3.1.0"]
    assert packages.publish("curated", build_wheel(tmp_path, "acme-secrets", "0.1")) == 200
    assert packages.versions("curated", "acme-secrets") == ["0.1"]


def test_a_group_can_name_the_repositories_that_it_lets_in(
    packages: Packages, create: Create, tmp_path: Path
) -> None:
    create("/pypi//tablefit$", INTERNAL_UPSTREAM="ALLOW_SPECIFIC_REPOSITORIES", PUBLISH="BLOCK")
    assert packages.page("curated", "tablefit") == {}
    assert packages.versions("pypi-store", "tablefit")
    packages.admin.update_package_group_origin_configuration(
        domain="acme",
        packageGroup="/pypi//tablefit$",
        addAllowedRepositories=[{"repositoryName": "curated", "originRestrictionType": "INTERNAL_UPSTREAM"}],
    )
    assert packages.versions("curated", "tablefit")
    assert packages.publish("team-pypi", build_wheel(tmp_path, "tablefit", "9.0")) == 403


def test_a_new_group_counts_only_after_a_while(emulator: Emulator, packages: Packages, create: Create) -> None:
    emulator.faults(group_delay=3600)
    create("/pypi//acme-*", EXTERNAL_UPSTREAM="BLOCK")
    listed = packages.admin.list_package_groups(domain="acme")["packageGroups"]
    assert [group["pattern"] for group in listed] == ["/*", "/pypi//acme-*"]
    assert associated(packages, "acme-secrets") == ("/*", "STRONG")
    assert packages.versions("curated", "acme-secrets") == ["1.0"]
    emulator.faults(clock_skew=3601)
    # Signatures are held against AWS's clock, and boto3 learns it from a refusal only.
    assert packages.page("curated", "acme-secrets") == {}


def test_a_deleted_group_still_counts_for_a_while(
    emulator: Emulator, packages: Packages, create: Create
) -> None:
    create("/pypi//acme-*", EXTERNAL_UPSTREAM="BLOCK")
    emulator.faults(group_delay=3600)
    packages.admin.delete_package_group(domain="acme", packageGroup="/pypi//acme-*")
    assert packages.page("curated", "acme-secrets") == {}
    emulator.faults(clock_skew=3601)
    assert packages.versions("curated", "acme-secrets") == ["1.0"]


def test_changes_of_a_group_count_at_once(emulator: Emulator, packages: Packages, create: Create) -> None:
    emulator.faults(group_delay=3600)
    packages.admin.update_package_group_origin_configuration(
        domain="acme", packageGroup="/*", restrictions={"EXTERNAL_UPSTREAM": "BLOCK"}
    )
    assert packages.page("curated", "tablefit") == {}


def test_the_packages_of_a_group_are_listed_and_can_be_previewed(packages: Packages, create: Create) -> None:
    def listed(pattern: str, **more: Any) -> list[str]:
        answer = packages.admin.list_associated_packages(domain="acme", packageGroup=pattern, **more)
        return [package["package"] for package in answer["packages"]]

    assert listed("/pypi//acme-p~", preview=True) == []
    assert listed("/pypi//acme~", preview=True) == ["acme-core", "acme-features", "acme-plots"]
    create("/pypi//acme~")
    create("/pypi//acme-plots$")
    assert listed("/pypi//acme~") == ["acme-core", "acme-features"]
    assert listed("/pypi//acme-plots$") == ["acme-plots"]
    assert listed("/*") == []
