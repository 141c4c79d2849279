"""``ci``: the printed jobs are valid, and what they run installs from the index and leaves no token."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import boto3
import forked
import pytest
import yaml
from client_tools import Tools
from throwaway import with_pip

from jupyter_securepypi.emulator import Emulator

MARKER = "builds-marker-4711"
ACCOUNT = "111122223333"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/BuildRole"
ISSUER = "gitlab.example.com"
AUDIENCE = "sts.amazonaws.com"
PROJECT = "project_path:acme/app:ref_type:branch:ref:main"


def printed(system: str, *words: str) -> str:
    command = [sys.executable, "-m", "jupyter_securepypi.cli", "ci", system, *words]
    done = forked.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A folder as a CI system checks it out."""
    folder = tmp_path / "workspace"
    folder.mkdir()
    (folder / "requirements.txt").write_text("acme-features\n")
    return folder


@pytest.fixture
def workspace(checkout: Path) -> Path:
    """The same, and a Python to install into."""
    with_pip(checkout.parent / "python")
    return checkout


def shell(script: str, workspace: Path, variables: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run a step as the runners do: in a Bash that ends at the first failure."""
    path = f"{workspace.parent / 'python/bin'}:{Path(sys.executable).parent}:{os.defpath}"
    own = {"HOME": str(workspace.parent / "runner-home"), "TMPDIR": str(workspace.parent / "temporary")}
    for folder in own.values():
        Path(folder).mkdir(exist_ok=True)
    environ = {**os.environ, "PATH": path, **own, **variables}
    return subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script],
        cwd=workspace,
        env=environ,
        capture_output=True,
        text=True,
        timeout=120,
    )


def installed(workspace: Path) -> bool:
    python = workspace.parent / "python/bin/python"
    return subprocess.run([python, "-c", "import acme_core, acme_features"]).returncode == 0


def files_with_the_token(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() and MARKER.encode() in path.read_bytes()]


def left_of_the_token(folder: Path) -> list[Path]:
    """Return the files with a token or a key, but for those of our own command, which printed the job."""
    return [path for path in files_with_the_token(folder) if folder / "home" not in path.parents]


def without_keys() -> dict[str, str]:
    return {"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": "", "AWS_SESSION_TOKEN": ""}


def test_a_workflow_of_github_installs_and_removes_the_token(index: Emulator, workspace: Path) -> None:
    workflow = yaml.safe_load(printed("github", "--role", ROLE))
    [job] = workflow["jobs"].values()
    temporary = workspace.parent / "runner"
    temporary.mkdir()
    # What the action for the credentials leaves in the runner's environment.
    variables = {"RUNNER_TEMP": str(temporary), **index.credentials("SecurePyPIPublishRole")}
    steps = [step for step in job["steps"] if "run" in step and "docker" not in step["run"]]
    assert len(steps) == 3
    for step in steps[:2]:
        done = shell(step["run"], workspace, variables)
        assert done.returncode == 0, done.stdout + done.stderr
        unmasked = [line for line in done.stdout.splitlines() if not line.startswith("::add-mask::")]
        assert MARKER not in "\n".join(unmasked) + done.stderr
    assert installed(workspace)
    assert files_with_the_token(temporary) == [temporary / "netrc"]
    assert (temporary / "netrc").stat().st_mode & 0o777 == 0o600
    assert shell(steps[2]["run"], workspace, variables).returncode == 0
    assert left_of_the_token(workspace.parent) == []


def id_token(**claims: Any) -> str:
    body = {"iss": f"https://{ISSUER}", "aud": AUDIENCE, "sub": PROJECT, "exp": time.time() + 300, **claims}
    parts = [{"alg": "none"}, body, {}]
    return ".".join(base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts)


@pytest.fixture
def build_role(index: Emulator) -> None:
    """The role of the builds, and the identity provider that it trusts, made as an administrator makes them."""
    keys: dict[str, Any] = {
        name.lower(): value for name, value in index.credentials("AdministratorRole").items()
    }
    iam = boto3.client("iam", endpoint_url=index.url, region_name="us-west-2", **keys)
    if iam.list_open_id_connect_providers()["OpenIDConnectProviderList"]:
        return
    iam.create_open_id_connect_provider(
        Url=f"https://{ISSUER}", ClientIDList=[AUDIENCE], ThumbprintList=["0" * 40]
    )
    trust = {
        "Effect": "Allow",
        "Principal": {"Federated": f"arn:aws:iam::{ACCOUNT}:oidc-provider/{ISSUER}"},
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": {
            "StringEquals": {f"{ISSUER}:aud": AUDIENCE},
            "StringLike": {f"{ISSUER}:sub": "project_path:acme/*"},
        },
    }
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    iam.create_role(RoleName="BuildRole", AssumeRolePolicyDocument=document)
    policy = forked.run(
        [sys.executable, "-m", "jupyter_securepypi.cli", "iam-policy", "reader", "--role-arn", ""],
        capture_output=True,
        text=True,
        check=True,
    )
    iam.put_role_policy(RoleName="BuildRole", PolicyName="read", PolicyDocument=policy.stdout)


def gitlab_job() -> tuple[str, dict[str, str]]:
    """Return what the runner executes in one shell, and the job's variables."""
    [job] = yaml.safe_load(printed("gitlab", "--role", ROLE)).values()
    return "\n".join(job["script"]), job["variables"]


def test_a_job_of_gitlab_assumes_the_role_with_its_id_token(
    index: Emulator, build_role: None, workspace: Path
) -> None:
    script, variables = gitlab_job()
    given = {**without_keys(), **variables, "CI_JOB_ID": "17", "SECURE_PYPI_ID_TOKEN": id_token()}
    done = shell(script, workspace, given)
    assert done.returncode == 0, done.stdout + done.stderr
    assert MARKER not in done.stdout + done.stderr
    assert installed(workspace)
    assert left_of_the_token(workspace.parent) == []
    assert list((workspace.parent / "temporary").iterdir()) == []
    assert token_calls(index)[-1]["principal"] == f"arn:aws:sts::{ACCOUNT}:assumed-role/BuildRole/gitlab-17"


def token_calls(index: Emulator) -> list[dict[str, Any]]:
    return [call for call in index.calls()["calls"] if call["operation"] == "GetAuthorizationToken"]


@pytest.mark.parametrize(
    ("claims", "said"),
    [
        ({"sub": "project_path:others/app:ref_type:branch:ref:main"}, "AccessDenied"),
        ({"aud": "https://gitlab.example.com"}, "Incorrect token audience"),
        ({"iss": "https://other.example.com"}, "No OpenIDConnect provider found"),
        ({"exp": 1}, "Token expired"),
    ],
    ids=["another project", "another audience", "another provider", "expired"],
)
def test_a_job_that_the_role_does_not_trust_gets_nothing(
    index: Emulator, build_role: None, checkout: Path, claims: dict[str, Any], said: str
) -> None:
    script, variables = gitlab_job()
    before = len(token_calls(index))
    given = {**without_keys(), **variables, "CI_JOB_ID": "17", "SECURE_PYPI_ID_TOKEN": id_token(**claims)}
    done = shell(script, checkout, given)
    assert done.returncode != 0
    assert said in done.stderr
    assert len(token_calls(index)) == before
    assert list((checkout.parent / "temporary").iterdir()) == []


@pytest.mark.parametrize(("system", "schema"), [("github", "github-workflows"), ("gitlab", "gitlab-ci")])
def test_the_jobs_are_as_the_schemas_of_the_systems_say(
    system: str, schema: str, index: Emulator, tools: Tools, tmp_path: Path
) -> None:
    file = tmp_path / "job.yml"
    file.write_text(printed(system, "--role", ROLE))
    checker = tools.script("check-jsonschema")
    done = subprocess.run(
        [checker, "--builtin-schema", f"vendor.{schema}", file], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_an_auditor_of_workflows_only_asks_for_the_pin_that_the_comment_asks_for(
    index: Emulator, tools: Tools, tmp_path: Path
) -> None:
    file = tmp_path / ".github/workflows/packages.yml"
    file.parent.mkdir(parents=True)
    file.write_text(printed("github", "--role", ROLE))
    auditor = tools.script("zizmor")
    done = subprocess.run(
        [auditor, "--offline", "--no-progress", "--persona", "pedantic", "--format", "json", file],
        capture_output=True,
        text=True,
    )
    assert {finding["ident"] for finding in json.loads(done.stdout)} == {"unpinned-uses"}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "needs a role to assume"),
        (("--role", "BuildRole"), "cannot assume 'BuildRole'"),
        (("--role", ROLE, "-r", "a b.txt"), "would need quotes"),
        (("--role", ROLE, "-r", "uv.lock"), "pip does not install from uv.lock"),
    ],
)
def test_a_job_that_could_not_run_is_not_printed(
    index: Emulator, words: tuple[str, ...], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SECURE_PYPI_ROLE_ARN", raising=False)
    command = [sys.executable, "-m", "jupyter_securepypi.cli", "ci", "github", *words]
    done = forked.run(command, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (1, "")
    assert said in done.stderr


def test_an_index_without_minted_tokens_has_no_job(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECURE_PYPI_INDEX", "https://index.example.com/simple/")
    command = [sys.executable, "-m", "jupyter_securepypi.cli", "ci", "gitlab", "--role", ROLE]
    done = forked.run(command, capture_output=True, text=True)
    assert done.returncode == 1
    assert "own secrets" in done.stderr
