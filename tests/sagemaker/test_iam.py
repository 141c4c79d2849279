"""Policies: what they allow, shown with the emulated AWS; and what a linter says of them."""

from __future__ import annotations

import json
import subprocess
import sys

import hcl2
import pytest
from iam_roles import ARN, HOME, PARTNER, as_role, client, emulated, policy, run

from jupyter_securepypi.emulator.policies import Verdict, decide
from jupyter_securepypi.emulator.samples import build_wheel

__all__ = ["as_role", "emulated"]
TEAM = f"arn:aws:codeartifact:us-west-2:{HOME}:repository/acme/team-pypi"
ROLE = f"arn:aws:iam::{HOME}:role/SageMakerExecutionRole"
LET_IN = ("--roles", f"{ROLE},arn:aws:iam::{PARTNER}:role/Studio")
FULL = (*LET_IN, "--upstream", TEAM)
KINDS = (
    "reader",
    "publisher",
    "promoter",
    "protector",
    "execution-role",
    "read-role-trust",
    "domain-policy",
    "repository-policy",
)
# The service authorization reference knows no resource of these.
OF_NO_RESOURCE = ("sts:GetServiceBearerToken", "codeartifact:CreatePackageGroup")


def actions(text):
    found = [statement["Action"] for statement in json.loads(text)["Statement"]]
    return {action for one in found for action in ([one] if isinstance(one, str) else one)}


# ---- what they allow


def token(environment, domain="acme"):
    return client(environment, "codeartifact").get_authorization_token(domain=domain)["authorizationToken"]


def download(environment, emulated, folder, arn=ARN):
    url = emulated.index_url_of(arn).replace("://", f"://aws:{token(environment)}@")
    command = [sys.executable, "-m", "pip", "download", "-q", "--dest", str(folder), "--index-url", url]
    return subprocess.run([*command, "acme-features"], env=environment, capture_output=True, text=True)


def publish(environment, emulated, wheel, arn=ARN):
    variables = {
        **environment,
        "TWINE_REPOSITORY_URL": emulated.index_url_of(arn).removesuffix("simple/"),
        "TWINE_USERNAME": "aws",
        "TWINE_PASSWORD": token(environment),
    }
    command = [
        sys.executable,
        "-m",
        "twine",
        "upload",
        "--non-interactive",
        "--disable-progress-bar",
        str(wheel),
    ]
    return subprocess.run(command, env=variables, capture_output=True, text=True)


def test_a_reader_can_install_and_nothing_else(emulated, as_role, tmp_path):
    environment = as_role(policy("reader"))
    assert download(environment, emulated, tmp_path / "got").returncode == 0
    assert len(list((tmp_path / "got").glob("*.whl"))) == 2
    endpoint = client(environment, "codeartifact").get_repository_endpoint(
        domain="acme", repository="shared-pypi", format="pypi"
    )
    assert endpoint["repositoryEndpoint"].endswith("/pypi/shared-pypi/")
    upload = publish(environment, emulated, build_wheel(tmp_path, "by-a-reader", "1.0"))
    assert "403" in upload.stdout + upload.stderr
    assert upload.returncode != 0


def test_a_reader_reads_no_other_repository_and_no_other_domain(emulated, as_role, tmp_path):
    environment = as_role(policy("reader"))
    for wheel in emulated.packages_dir.glob("*.whl"):
        (emulated.packages_dir_of(TEAM) / wheel.name).write_bytes(wheel.read_bytes())
    assert download(environment, emulated, tmp_path / "got", TEAM).returncode != 0
    with pytest.raises(Exception, match="AccessDenied"):
        token(environment, "island")
    with pytest.raises(Exception, match="AccessDenied"):
        client(environment, "codeartifact").list_packages(domain="acme", repository="shared-pypi")
    with_upstream = as_role(policy("reader", "--upstream", TEAM), "TriedToo")
    assert download(with_upstream, emulated, tmp_path / "got", TEAM).returncode == 0


@pytest.mark.parametrize("left_out", ["GetTokens", "BearTokens", "ReadPackages"])
def test_each_statement_of_a_reader_is_needed(emulated, as_role, tmp_path, left_out):
    document = json.loads(policy("reader"))
    document["Statement"] = [one for one in document["Statement"] if one["Sid"] != left_out]
    environment = as_role(json.dumps(document))
    if left_out == "ReadPackages":
        assert download(environment, emulated, tmp_path / "got").returncode != 0
    else:
        with pytest.raises(Exception, match="AccessDenied"):
            token(environment)


def test_a_publisher_can_publish_here_only(emulated, as_role, tmp_path):
    environment = as_role(policy("publisher"))
    wheel = build_wheel(tmp_path, "by-a-publisher", "1.0")
    done = publish(environment, emulated, wheel)
    assert done.returncode == 0, done.stdout + done.stderr
    elsewhere = publish(environment, emulated, wheel, TEAM)
    assert "403" in elsewhere.stdout + elsewhere.stderr


def test_an_execution_role_reads_and_assumes_the_configured_role_only(emulated, as_role, tmp_path):
    template = "arn:{partition}:iam::{account_id}:role/SecurePyPIReadRole_" + PARTNER
    environment = as_role(policy("execution-role", "--role-arn", template, "--account", HOME))
    assert download(environment, emulated, tmp_path / "got").returncode == 0
    sts = client(environment, "sts")
    assert sts.assume_role(RoleArn=template.format(partition="aws", account_id=HOME), RoleSessionName="me")
    with pytest.raises(Exception, match="AccessDenied"):
        sts.assume_role(RoleArn=f"arn:aws:iam::{HOME}:role/SecurePyPIPublishRole", RoleSessionName="me")


def test_the_trust_policy_lets_the_named_role_in_and_no_other(emulated, as_role):
    as_role(policy("reader"), "ReadIt", policy("read-role-trust", "--roles", ROLE))
    arn = f"arn:aws:iam::{HOME}:role/ReadIt"
    assume = json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": arn}],
        }
    )
    stranger = as_role(assume, "Stranger")
    with pytest.raises(Exception, match="AccessDenied"):
        client(stranger, "sts").assume_role(RoleArn=arn, RoleSessionName="me")
    named = as_role(assume, "Named")
    trust = policy("read-role-trust", "--roles", f"arn:aws:iam::{HOME}:role/Named")
    as_role(policy("reader"), "ReadItToo", trust)
    with pytest.raises(Exception, match="AccessDenied"):
        client(named, "sts").assume_role(RoleArn=arn, RoleSessionName="me")


def test_the_named_role_is_let_in(emulated, as_role):
    arn = f"arn:aws:iam::{HOME}:role/ReadIt"
    statement = {"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": arn}
    named = as_role(json.dumps({"Version": "2012-10-17", "Statement": [statement]}), "Named")
    trust = policy("read-role-trust", "--roles", f"arn:aws:iam::{HOME}:role/Named")
    as_role(policy("reader"), "ReadIt", trust)
    assert client(named, "sts").assume_role(RoleArn=arn, RoleSessionName="me")


# ---- what they say


def lint(text):
    """Return what parliament finds in a policy; in a process of its own, because it leaves files open."""
    code = (
        "import json, parliament, sys; found = parliament.analyze_policy_string(sys.stdin.read()).findings; "
        "print(json.dumps([[one.issue, str(one.detail)] for one in found]))"
    )
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code], input=text, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize("kind", ["reader", "publisher", "promoter", "protector", "execution-role"])
def test_the_linter_finds_nothing(kind):
    role = "arn:{partition}:iam::{account_id}:role/SecurePyPIReadRole_{account_id}"
    assert lint(policy(kind, "--role-arn", role, "--upstream", TEAM)) == []


@pytest.mark.parametrize(
    ("right", "wrong", "issue"),
    [
        ("ReadFromRepository", "ReadRepository", "UNKNOWN_ACTION"),
        (":domain/acme", ":package/acme", "RESOURCE_MISMATCH"),
        ("sts:AWSServiceName", "sts:ServiceName", "UNKNOWN_CONDITION_FOR_ACTION"),
    ],
)
def test_the_linter_would_find_what_is_wrong(right, wrong, issue):
    assert issue in [found for found, _ in lint(policy("reader").replace(right, wrong))]


@pytest.mark.parametrize("kind", KINDS)
def test_other_partitions_keep_theirs(kind):
    here, team = (
        one.replace("arn:aws:", "arn:aws-cn:").replace("us-west-2", "cn-north-1") for one in (ARN, TEAM)
    )
    text = policy(kind, *LET_IN, "--upstream", team, arn=here)
    assert "arn:aws:codeartifact" not in text
    assert "arn:aws-cn:codeartifact" in text or kind == "read-role-trust"


def test_the_owners_policies_let_the_named_role_of_another_account_in_and_no_other():
    domain, repository = ARN.rpartition("/")[0].replace(":repository/", ":domain/"), ARN
    bearer = {"sts:awsservicename": "codeartifact.amazonaws.com"}
    asked = [
        ("domain-policy", "codeartifact:GetAuthorizationToken", domain, {}),
        ("domain-policy", "sts:GetServiceBearerToken", "*", bearer),
        ("repository-policy", "codeartifact:ReadFromRepository", repository, {}),
        ("repository-policy", "codeartifact:GetRepositoryEndpoint", repository, {}),
    ]
    for kind, action, resource, context in asked:
        document = policy(kind, *LET_IN)
        for role, verdict in (("Studio", Verdict.ALLOW), ("Stranger", Verdict.SILENT)):
            names = (frozenset({f"arn:aws:iam::{PARTNER}:role/{role}"}), frozenset({PARTNER}))
            assert decide([document], action, resource, context, names) is verdict
            publish = ("codeartifact:PublishPackageVersion", resource, context, names)
            assert decide([document], *publish) is Verdict.SILENT


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_allowed_that_is_not_needed(kind):
    text = policy(kind, *FULL)
    wildcards = [one for one in actions(text) if "*" in one]
    assert wildcards == []
    for statement in json.loads(text)["Statement"]:
        if statement.get("Resource") == "*":
            (action,) = [statement["Action"]] if isinstance(statement["Action"], str) else statement["Action"]
            assert action in OF_NO_RESOURCE
            if action == "sts:GetServiceBearerToken":
                condition = statement["Condition"]["StringEquals"]
                assert condition["sts:AWSServiceName"] == "codeartifact.amazonaws.com"


def evaluated(value):
    """The value of a parsed expression that has texts, lists and objects only."""
    if isinstance(value, dict):
        return {evaluated(name): evaluated(one) for name, one in value.items()}
    if isinstance(value, list):
        return [evaluated(one) for one in value]
    return json.loads(value).replace("$${", "${") if value.startswith('"') else value


@pytest.mark.parametrize("kind", KINDS)
def test_terraform_holds_the_same_policy(kind):
    role = ("--role-arn", "arn:{partition}:iam::" + PARTNER + ":role/SecurePyPIReadRole_{account_id}")
    text = policy(kind, *FULL, *role, "--terraform")
    [resource] = hcl2.loads(text)["resource"]
    assert "secure_pypi_" + kind.replace("-", "_") in json.dumps(resource)
    inside = text.partition("jsonencode(")[2].rpartition(")")[0]
    assert evaluated(hcl2.loads(f"policy = {inside}\n")["policy"]) == json.loads(policy(kind, *FULL, *role))


@pytest.mark.parametrize("kind", ["read-role-trust", "domain-policy", "repository-policy"])
def test_an_organisation_is_a_condition(kind):
    for statement in json.loads(policy(kind, "--organization-id", "o-a1b2c3d4e5"))["Statement"]:
        assert statement["Principal"] == {"AWS": "*"}
        assert statement["Condition"]["StringEquals"]["aws:PrincipalOrgID"] == "o-a1b2c3d4e5"
    for statement in json.loads(policy(kind, "--organization-id", "o-a1b2c3d4e5", *LET_IN))["Statement"]:
        assert statement["Principal"]["AWS"][0] == ROLE
        assert "aws:PrincipalOrgID" in statement["Condition"]["StringEquals"]


@pytest.mark.parametrize("kind", ["read-role-trust", "domain-policy", "repository-policy"])
def test_nobody_is_not_everybody(kind):
    done = run(kind)
    assert done.returncode == 1
    assert "--roles" in done.stderr
    assert done.stdout == ""


def test_a_template_without_an_account_is_bound_to_the_callers_own():
    template = "arn:{partition}:iam::{account_id}:role/SecurePyPIReadRole"
    statement = json.loads(policy("execution-role", "--role-arn", template))["Statement"][-1]
    assert statement["Resource"] == "arn:aws:iam::*:role/SecurePyPIReadRole"
    assert statement["Condition"]["StringEquals"] == {"aws:ResourceAccount": "${aws:PrincipalAccount}"}


def test_writers_publish_and_read_where_the_owner_lets_them():
    writer = f"arn:aws:iam::{PARTNER}:role/Publisher"
    domain = json.loads(policy("domain-policy", *LET_IN, "--writers", writer))["Statement"]
    assert all(writer in statement["Principal"]["AWS"] for statement in domain)
    text = policy("repository-policy", *LET_IN, "--writers", writer)
    read, publish = json.loads(text)["Statement"]
    assert writer in read["Principal"]["AWS"]
    assert publish["Principal"] == {"AWS": [writer]}
    assert publish["Resource"] == ARN.replace(":repository/", ":package/") + "/pypi//*"
    assert ":domain/" not in text


def test_without_a_role_nothing_is_assumed():
    assert "sts:AssumeRole" not in actions(policy("execution-role"))


def test_the_configured_repository_and_role_are_the_default(monkeypatch):
    monkeypatch.setenv("CA_REPOSITORY_ARN", TEAM)
    monkeypatch.setenv("SECURE_PYPI_ROLE_ARN", f"arn:aws:iam::{HOME}:role/Reader")
    text = policy("execution-role", arn="")
    assert TEAM in text
    assert f"arn:aws:iam::{HOME}:role/Reader" in text


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("reader", "--account", "12"), "not an account"),
        (("promoter",), "which repository is promoted from"),
        (("reader", "--upstream", "arn:aws:s3:::x"), "is 's3', not codeartifact"),
        (("read-role-trust", "--roles", "SageMakerExecutionRole"), "not the ARN of a role"),
        (("repository-policy", "--writers", "Publisher"), "not the ARN of a role"),
        (("read-role-trust", "--organization-id", "acme"), "not the id of an organisation"),
        (("execution-role", "--role-arn", "arn:aws:iam::1:role/x"), "not the ARN of a role"),
    ],
)
def test_what_cannot_be_is_refused(arguments, words):
    done = run(*arguments)
    assert done.returncode == 1
    assert words in done.stderr
    assert "  try   " in done.stderr


def test_a_kind_that_does_not_exist_is_wrong_usage():
    assert run("writer").returncode == 2
    assert run("reader", "--json", "--terraform").returncode == 2
