"""The printed policies suffice for promoters and protectors, and each permission in them is needed."""

from __future__ import annotations

import copy
import json
import sys

import forked
import pytest
from iam_roles import as_role, emulated, policy

__all__ = ["as_role", "emulated"]
STORE, TO = (
    f"arn:aws:codeartifact:us-west-2:111122223333:repository/acme/{one}" for one in ("pypi-store", "curated")
)
PROMOTER, PROTECTOR = ("promoter", "--from", STORE), ("protector", "--upstream", STORE)


def permissions(text):
    """Each action in a policy, with the number of its statement."""
    statements = json.loads(text)["Statement"]
    listed = [one["Action"] if isinstance(one["Action"], list) else [one["Action"]] for one in statements]
    return [(number, action) for number, actions in enumerate(listed) for action in actions]


def without(text, number, action):
    document = copy.deepcopy(json.loads(text))
    statement = document["Statement"][number]
    left = [one for one in permissions(text) if one[0] == number and one[1] != action]
    statement["Action"] = [one for _, one in left]
    if not left:
        del document["Statement"][number]
    return json.dumps(document)


# Without GetRepositoryEndpoint the index is taken to be at AWS's own address, which the emulator does not have.
PROMOTES = [one for one in permissions(policy(*PROMOTER, arn=TO)) if "GetRepositoryEndpoint" not in one[1]]
PROTECTS = permissions(policy(*PROTECTOR, arn=TO))


def run(environment, folder, *words):
    command = [sys.executable, "-m", "jupyter_securepypi.cli", *words]
    env = {
        **environment,
        "CA_REPOSITORY_ARN": TO,
        "UV_CACHE_DIR": str(folder / "uv-cache"),
    }
    return forked.run(command, env=env, cwd=folder, capture_output=True, text=True, timeout=120)


def promote(environment, folder):
    (folder / "requirements.txt").write_text("tablefit==3.0.4\n")
    return run(
        environment, folder, "promote", "-r", "requirements.txt", "--from", "pypi-store", "--to", "curated"
    )


@pytest.fixture
def administrator(emulated):
    """Boto3's client of an administrator, who takes back what a test has done."""
    from iam_roles import client

    keys = {"AWS_ENDPOINT_URL_STS": emulated.url, **emulated.credentials("AdministratorRole")}
    aws = client(keys, "codeartifact")
    where = {"domain": "acme", "repository": "curated", "format": "pypi"}
    aws.put_package_origin_configuration(
        **where, package="acme-core", restrictions={"publish": "ALLOW", "upstream": "ALLOW"}
    )
    yield aws
    for package in aws.list_packages(**where)["packages"]:
        aws.delete_package(**where, package=package["package"])
    groups = [one["pattern"] for one in aws.list_package_groups(domain="acme")["packageGroups"]]
    for group in groups:
        if group != "/*":
            aws.delete_package_group(domain="acme", packageGroup=group)


def test_a_promoter_can_promote(emulated, as_role, administrator, tmp_path):
    done = promote(as_role(policy(*PROMOTER, arn=TO)), tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "2 copied" in done.stdout


@pytest.mark.parametrize(("number", "action"), PROMOTES, ids=[action for _, action in PROMOTES])
def test_each_permission_of_a_promoter_is_needed(emulated, as_role, administrator, tmp_path, number, action):
    done = promote(as_role(without(policy(*PROMOTER, arn=TO), number, action)), tmp_path)
    said = done.stdout + done.stderr
    assert done.returncode == 1, said
    assert action in said
    assert "iam-policy" in said


def test_a_protector_can_protect(emulated, as_role, administrator, tmp_path):
    done = run(as_role(policy(*PROTECTOR, arn=TO)), tmp_path, "protect", "acme-*")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "answers for acme-* any more" in done.stdout


@pytest.mark.parametrize(("number", "action"), PROTECTS, ids=[action for _, action in PROTECTS])
def test_each_permission_of_a_protector_is_needed(emulated, as_role, administrator, tmp_path, number, action):
    done = run(as_role(without(policy(*PROTECTOR, arn=TO), number, action)), tmp_path, "protect", "acme-*")
    said = done.stdout + done.stderr
    assert done.returncode == 1, said
    assert action in said
    assert "protector" in said


def test_a_promoter_copies_nowhere_else(emulated, as_role, administrator, tmp_path):
    environment = as_role(policy(*PROMOTER, arn=TO))
    (tmp_path / "requirements.txt").write_text("numfast\n")
    words = ("promote", "-r", "requirements.txt", "--from", "pypi-store", "--to", "team-pypi")
    assert run(environment, tmp_path, *words).returncode == 1
