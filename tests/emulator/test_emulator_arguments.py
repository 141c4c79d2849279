"""The command line and the options of the emulator: whose names, whose credentials."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import boto3
import pytest
import requests
from emulator_support import environment, python

from jupyter_securepypi.core.errors import ConfigurationError
from jupyter_securepypi.emulator import Emulator

TUTORIAL = "arn:aws:codeartifact:eu-central-1:444455556666:repository/widgets/team.python"
WAYS = [
    ["jupyter_securepypi.emulator"],
    ["jupyter_securepypi.cli", "emulator"],
]


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("reader", "SageMakerExecutionRole"),
        ("publisher", "SecurePyPIPublishRole"),
        ("admin", "AdministratorRole"),
    ],
)
def test_the_printed_credentials_belong_to_the_chosen_role(name: str, role: str) -> None:
    with Emulator(as_role=name) as emulator:
        found = emulator.environment()
        sts = boto3.client(
            "sts",
            region_name=found["AWS_REGION"],
            endpoint_url=emulator.url,
            aws_access_key_id=found["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=found["AWS_SECRET_ACCESS_KEY"],
            aws_session_token=found["AWS_SESSION_TOKEN"],
        )
        assert f":assumed-role/{role}/" in sts.get_caller_identity()["Arn"]


def test_a_role_that_is_not_built_in_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="reader, publisher, admin"):
        Emulator(as_role="owner")


@pytest.mark.parametrize("way", WAYS, ids=["module", "command"])
def test_a_tutorial_is_followed_with_its_own_names(way: list[str]) -> None:
    command = [sys.executable, "-m", *way, "--repository-arn", TUTORIAL, "--as", "publisher"]
    with subprocess.Popen(command, env=environment(), stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        lines: list[str] = []
        while not (lines and lines[-1].startswith("export no_proxy=")):
            lines.append(process.stdout.readline())
        script = (
            "".join(lines)
            + "aws codeartifact get-repository-endpoint --domain widgets --domain-owner 444455556666 "
            + "--repository team.python --format pypi --output text --query repositoryEndpoint\n"
            + "aws sts get-caller-identity --output text --query Arn\n"
        )
        path = f"{os.path.dirname(sys.executable)}{os.pathsep}{os.defpath}"
        shown = subprocess.run(
            ["/bin/sh", "-eu", "-c", script], capture_output=True, text=True, env={"PATH": path}, timeout=120
        )
        process.terminate()
        assert process.wait(60) == 0
    endpoint, identity = shown.stdout.split()
    assert endpoint.endswith("/d/widgets-444455556666/pypi/team.python/")
    assert identity == "arn:aws:sts::444455556666:assumed-role/SecurePyPIPublishRole/data-scientist"


@pytest.mark.parametrize("way", WAYS, ids=["module", "command"])
@pytest.mark.parametrize(
    ("options", "status", "words"),
    [
        (["--repository-arn", "nonsense"], 1, "This is not a repository ARN: 'nonsense'"),
        (["--as", "owner"], 2, "invalid choice: 'owner'"),
        (["--tls", "--true-names"], 2, "not allowed with"),
        (
            [
                "--true-names",
                "--repository-arn",
                TUTORIAL.replace("aws:", "aws-cn:").replace("eu-central", "cn-north"),
            ],
            1,
            "cannot be computed",
        ),
    ],
)
def test_what_cannot_be_is_refused_in_words(
    way: list[str], options: list[str], status: int, words: str
) -> None:
    done = python("-m", *way, *options)
    assert (done.returncode, done.stdout) == (status, "")
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_an_index_of_html_only_is_asked_for_on_the_command_line() -> None:
    command = [sys.executable, "-m", "jupyter_securepypi.emulator", "--html-index-only", "--json"]
    with subprocess.Popen(command, env=environment(), stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        said = json.loads(process.stdout.readline())
        where = {"AWS_REGION": said["AWS_REGION"], "endpoint_url": said["AWS_ENDPOINT_URL_CODEARTIFACT"]}
        client = boto3.client(
            "codeartifact",
            region_name=where["AWS_REGION"],
            endpoint_url=where["endpoint_url"],
            aws_access_key_id=said["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=said["AWS_SECRET_ACCESS_KEY"],
            aws_session_token=said["AWS_SESSION_TOKEN"],
        )
        token = client.get_authorization_token(domain="acme")["authorizationToken"]
        found = client.get_repository_endpoint(domain="acme", repository="shared-pypi", format="pypi")
        page = requests.get(
            f"{found['repositoryEndpoint']}simple/acme-core/",
            auth=("aws", token),
            headers={"Accept": "application/vnd.pypi.simple.v1+json"},
            timeout=20,
        )
        process.terminate()
    assert page.headers["Content-Type"].startswith("text/html")
