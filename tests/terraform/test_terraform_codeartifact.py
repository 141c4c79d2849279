"""What we write for CodeArtifact, by the real Terraform: it is applied, and lets in exactly those whom it names."""

from __future__ import annotations

import base64
import json
import os
import re
import shutil
import sys

import forked
import pytest
from iam_roles import HOME, PARTNER, as_role, client, policy
from installing import Environment
from real_terraform import Terraform, terraform_python, write

from jupyter_securepypi.emulator import Emulator
from jupyter_securepypi.emulator.samples import build_wheel

__all__ = ["as_role", "terraform_python"]
ARN = f"arn:aws:codeartifact:us-west-2:{HOME}:repository/newco/shared-pypi"
STUDIO, WRITER = (f"arn:aws:iam::{HOME}:role/{name}" for name in ("Studio", "Writer"))
OTHERS = f"arn:aws:iam::{PARTNER}:role/SecurePyPIReadRole_{HOME}"
READ_ROLE = f"arn:aws:iam::{HOME}:role/SecurePyPIReadRole"
WHO = ("--readers", STUDIO, OTHERS, "--writers", WRITER)
MARKER = "-token-that-nobody-may-keep-"


def allowing(action, resource="*"):
    """A policy of a role's own."""
    statement = {"Effect": "Allow", "Action": action, "Resource": resource}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


MAY_ASSUME = allowing("sts:AssumeRole", READ_ROLE)
# All that no policy of a domain or a repository can give.
MAY_BEAR_TOKENS = allowing("sts:GetServiceBearerToken")


@pytest.fixture(scope="module")
def emulated():
    with Emulator(token_marker=MARKER) as running:
        yield running


@pytest.fixture(scope="module")
def administrator(emulated):
    return {**emulated.environment(), **emulated.credentials("AdministratorRole")}


@pytest.fixture(scope="module")
def terraform(terraform_python, administrator, tmp_path_factory):
    """Make a Terraform for what a command writes; all that it has made is destroyed at the end."""
    made = []

    def make(*words):
        folder, scratch = tmp_path_factory.mktemp("configuration"), tmp_path_factory.mktemp("scratch")
        write(folder, *words)
        found = Terraform(terraform_python, folder, scratch, administrator)
        made.append(found)
        return found

    yield make
    for one in made:
        if one.has_made_something:
            mean_it(one)
            one.done("destroy", "-auto-approve")


@pytest.fixture(scope="module")
def applied(terraform):
    """A new domain with all that there can be."""
    made = terraform("--repository", ARN, *WHO, "--upstream", "pypi-store", "--protect", "acme-*", "acme_core")
    made.apply()
    return made


@pytest.fixture(scope="module")
def found(applied):
    """The values of what it has made, by address."""
    return applied.values()


@pytest.fixture(scope="module")
def _person(tmp_path_factory):
    folder = tmp_path_factory.mktemp("person")
    return Environment(folder / "venv", folder)


@pytest.fixture
def person(_person, tmp_path):
    """A data scientist's environment to install into, with nothing in it."""
    before = set(_person.packages.iterdir())
    _person.cwd = tmp_path / "work"
    _person.cwd.mkdir()
    yield _person
    for path in set(_person.packages.iterdir()) - before:
        shutil.rmtree(path) if path.is_dir() else path.unlink()


def mean_it(terraform):
    """What the README asks of whoever means to destroy."""
    main = terraform.folder / "main.tf"
    text = main.read_text()
    assert "`prevent_destroy = true`" in (terraform.folder / "README.md").read_text() or "prevent" not in text
    main.write_text(text.replace("prevent_destroy = true", "prevent_destroy = false"))


def install(person, environment, *words, role=READ_ROLE):
    """Install as that role, through the read role unless it is empty."""
    variables = {"CA_REPOSITORY_ARN": ARN, "SECURE_PYPI_ROLE_ARN": role}
    return person.run("install", *words, **{**environment, **variables})


def publish(environment, wheel):
    command = [sys.executable, "-m", "jupyter_securepypi.cli", "exec", "--", sys.executable, "-m", "twine"]
    command += ["upload", "--non-interactive", "--disable-progress-bar", str(wheel)]
    env = {**environment, "CA_REPOSITORY_ARN": ARN}
    return forked.run(command, env=env, capture_output=True, text=True, timeout=120)


# ---- the configuration


@pytest.mark.parametrize(
    "words",
    [
        ("--readers", STUDIO),
        ("--organization", "o-a1b2c3d4e5"),
        (*WHO, "--organization", "o-a1b2c3d4e5", "--upstream", "pypi-store", "--protect", "acme-*"),
        ("--readers", STUDIO, "--existing", "domain", "store", "--upstream", "pypi-store", "--no-studio"),
        ("--readers", STUDIO, "--promote-from", "pypi-store", "--read-role", "Readers"),
    ],
    ids=["a reader", "an organisation", "everything", "what exists", "promotion"],
)
def test_it_is_valid_and_formatted(terraform, words):
    made = terraform("--repository", ARN, *words)
    assert made.formatted()
    assert "The configuration is valid" in made.done("validate")


def test_a_single_policy_is_formatted(terraform):
    made = terraform("--repository", ARN, "--readers", STUDIO)
    for kind in ("reader", "execution-role", "read-role-trust", "domain-policy", "repository-policy"):
        text = policy(kind, "--roles", STUDIO, "--role-arn", READ_ROLE, "--terraform")
        (made.folder / f"{kind}.tf").write_text(text)
    assert made.formatted()


def test_every_variable_and_output_says_what_it_is_for(applied):
    for name in ("variables.tf", "outputs.tf"):
        text = (applied.folder / name).read_text()
        assert text.count("\n  description = ") == len(re.findall(r"(?m)^(variable|output) ", text)) > 3


# ---- what it makes


def test_a_second_plan_changes_nothing(applied):
    assert applied.changes_nothing()


def test_the_outputs_are_what_clients_are_configured_with(applied, emulated):
    found = applied.outputs()
    assert found["repository_arn"] == ARN
    assert found["index_url"] == emulated.index_url_of(ARN)
    assert found["read_role_arn"] == READ_ROLE
    assert ":studio-lifecycle-config/secure-pypi-" in found["studio_lifecycle_config_arn"]


def test_its_policies_are_those_that_iam_policy_prints(found):
    who = ("--roles", f"{STUDIO},{OTHERS}", "--writers", WRITER)
    held = {
        "domain-policy": found["aws_codeartifact_domain_permissions_policy.main"]["policy_document"],
        "repository-policy": found["aws_codeartifact_repository_permissions_policy.main"]["policy_document"],
        "read-role-trust": found["aws_iam_role.reader"]["assume_role_policy"],
        "reader": found["aws_iam_role_policy.reader"]["policy"],
    }
    for kind, text in held.items():
        assert json.loads(text) == json.loads(policy(kind, *who, arn=ARN)), kind
    assert ":domain/" not in held["repository-policy"]


def test_the_domain_is_encrypted_with_the_key(found, administrator):
    domain = client(administrator, "codeartifact").describe_domain(domain="newco")["domain"]
    assert domain["encryptionKey"] == found["aws_kms_key.packages"]["arn"]


def test_the_start_script_installs_from_the_repository_with_the_read_role(found):
    configuration = found["aws_sagemaker_studio_lifecycle_config.secure_pypi"]
    script = base64.b64decode(configuration["studio_lifecycle_config_content"]).decode()
    assert ARN in script
    assert READ_ROLE in script


# ---- whom it lets in


def test_a_reader_installs_through_the_read_role(applied, as_role, person):
    done = install(person, as_role(MAY_ASSUME, "Studio"), "tablefit==3.0.4")
    assert done.returncode == 0, done.stdout + done.stderr
    assert (person.packages / "tablefit-3.0.4.dist-info").is_dir()


def test_a_reader_of_another_account_installs_with_rights_of_its_own(applied, emulated, person):
    environment = {**os.environ, **emulated.environment(), **emulated.credentials(OTHERS)}
    done = install(person, environment, "tinydate", role="")
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_stranger_gets_nothing(applied, as_role, person):
    stranger = as_role(MAY_ASSUME, "Stranger")
    for role, refused in ((READ_ROLE, "sts:AssumeRole"), ("", "codeartifact:GetAuthorizationToken")):
        done = install(person, stranger, "tablefit", role=role)
        assert done.returncode == 1
        assert refused in done.stderr


def test_a_writer_publishes_and_a_reader_gets_it(applied, as_role, person, tmp_path):
    wheel = build_wheel(tmp_path, "newco-report", "1.0")
    done = publish(as_role(MAY_BEAR_TOKENS, "Writer"), wheel)
    assert done.returncode == 0, done.stdout + done.stderr
    done = install(person, as_role(MAY_ASSUME, "Studio"), "newco-report")
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_reader_does_not_publish(applied, as_role, tmp_path):
    done = publish(as_role(MAY_BEAR_TOKENS, "Studio"), build_wheel(tmp_path, "by-a-reader", "1.0"))
    assert done.returncode == 1
    assert "403" in done.stdout + done.stderr


def test_nobody_outside_answers_for_own_names(applied, emulated, as_role, person):
    for name in ("acme-reports", "acme-core", "unheard-of"):
        build_wheel(emulated.public_packages_dir, name, "99.0", uploaded=1_700_000_000)
    reader = as_role(MAY_ASSUME, "Studio")
    assert install(person, reader, "acme-reports").returncode == 1
    assert install(person, reader, "acme-core").returncode == 1
    assert install(person, reader, "unheard-of").returncode == 0


def test_the_state_holds_no_token(applied, administrator):
    aws = client(administrator, "codeartifact")
    assert MARKER in aws.get_authorization_token(domain="newco")["authorizationToken"]
    files = [one for one in applied.folder.rglob("*") if one.is_file()]
    assert "terraform.tfstate" in [one.name for one in files]
    for file in files:
        assert MARKER not in file.read_text(), file
    assert "authorization_token" not in (applied.folder / "terraform.tfstate").read_text()


# ---- what is there already


def test_an_existing_domain_and_store_are_used_and_left_as_they_are(terraform, administrator):
    aws = client(administrator, "codeartifact")
    before = aws.get_domain_permissions_policy(domain="acme")["policy"]
    arn = ARN.replace("newco/shared-pypi", "acme/research")
    words = ("--existing", "domain", "store", "--upstream", "pypi-store", "--read-role", "ResearchReaders")
    made = terraform("--repository", arn, "--readers", STUDIO, *words)
    made.apply()
    assert made.changes_nothing()
    assert aws.get_domain_permissions_policy(domain="acme")["policy"] == before
    upstreams = aws.describe_repository(domain="acme", repository="research")["repository"]["upstreams"]
    assert upstreams == [{"repositoryName": "pypi-store"}]
    assert f"iam-policy domain-policy --repository-arn {arn} --roles {STUDIO}" in (
        made.folder / "README.md"
    ).read_text().replace("\n", " ")
    made.done("destroy", "-auto-approve")
    names = [one["name"] for one in aws.list_repositories_in_domain(domain="acme")["repositories"]]
    assert "research" not in names
    assert "pypi-store" in names


def test_what_exists_is_taken_over_by_the_readmes_import_blocks(terraform):
    arn = ARN.replace("newco/shared-pypi", "acme/team-pypi")
    words = ("--existing", "domain", "--read-role", "TeamReaders", "--no-studio")
    made = terraform("--repository", arn, "--readers", STUDIO, *words)
    blocks = re.findall(r"import \{.*?^\}\n", (made.folder / "README.md").read_text(), re.DOTALL | re.MULTILINE)
    [wanted] = [one for one in blocks if "aws_codeartifact_repository.main\n" in one]
    (made.folder / "imports.tf").write_text(wanted)
    assert made.formatted()
    said = made.apply()
    assert "1 imported, 3 added" in said
    assert "0 destroyed" in said
    assert made.changes_nothing()


# ---- what it keeps from happening


def test_with_the_credentials_of_another_account_nothing_is_planned(applied, emulated):
    done = applied.run("plan", "-input=false", **emulated.credentials(OTHERS))
    assert done.returncode == 1
    assert f"AWS account ID not allowed: {PARTNER}" in done.stdout + done.stderr


def test_a_policy_without_anybody_is_not_planned(applied):
    done = applied.run("plan", "-input=false", "-refresh=false", "-var=readers=[]", "-var=writers=[]")
    assert done.returncode == 1
    assert (done.stdout + done.stderr).count("AWS takes no policy without a principal") == 2


def test_it_is_destroyed_by_whoever_means_it_only(terraform, administrator):
    arn = ARN.replace("newco", "shortlived")
    made = terraform("--repository", arn, "--readers", STUDIO, "--no-studio", "--read-role", "ShortLived")
    made.apply()
    refused = made.run("destroy", "-auto-approve")
    assert refused.returncode == 1
    assert "prevent_destroy" in refused.stdout + refused.stderr
    aws = client(administrator, "codeartifact")
    assert aws.describe_domain(domain="shortlived")["domain"]["status"] == "Active"
    mean_it(made)
    made.done("destroy", "-auto-approve")
    with pytest.raises(aws.exceptions.ResourceNotFoundException):
        aws.describe_domain(domain="shortlived")
