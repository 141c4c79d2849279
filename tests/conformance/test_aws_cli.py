"""The AWS CLI and boto3, unmodified, as processes."""

from __future__ import annotations

import configparser
import datetime
import json
import os
import time
from pathlib import Path
from typing import Any

import pytest

from jupyter_securepypi.emulator import Emulator
from jupyter_securepypi.emulator.samples import build_wheel

HOME = "111122223333"
READER = f"arn:aws:iam::{HOME}:role/SecurePyPIReadRole_675292366480"

BOTO3 = """
import json, boto3
sts = boto3.client("sts")
account = sts.get_caller_identity()["Account"]
keys = sts.assume_role(RoleArn=ROLE, RoleSessionName="conformance")["Credentials"]
session = boto3.session.Session(keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"])
client = session.client("codeartifact")
token = client.get_authorization_token(domain="acme", domainOwner=account, durationSeconds=0)
where = {"domain": "acme", "domainOwner": account, "repository": "shared-pypi"}
endpoint = client.get_repository_endpoint(format="pypi", endpointType="dualstack", **where)
packages = [p["package"] for page in client.get_paginator("list_packages").paginate(**where) for p in page["packages"]]
expires = token["expiration"].timestamp()
print(json.dumps([account, len(token["authorizationToken"]), expires, endpoint["repositoryEndpoint"], packages]))
"""


def aws(run: Any, command: str, **variables: str) -> Any:
    result = run("aws", *command.split(), "--output", "json", **variables)
    return json.loads(result.stdout)


def test_boto3_goes_from_a_role_to_a_token_and_an_endpoint(emulator: Emulator, run: Any) -> None:
    before = time.time()
    account, length, expires, endpoint, packages = json.loads(
        run("python", "-c", BOTO3.replace("ROLE", repr(READER))).stdout
    )
    assert account == HOME
    assert length > 1500
    assert before - 1 <= expires - 3600 <= time.time() + 1
    assert endpoint == emulator.index_url.removesuffix("simple/")
    assert packages == ["acme-core", "acme-features", "acme-plots"]


def test_boto3_gets_through_throttling_and_errors_by_its_own_retries(emulator: Emulator, run: Any) -> None:
    emulator.faults(error={"status": 503, "count": 2})
    code = "import boto3; print(boto3.client('codeartifact').list_domains()['domains'][0]['name'])"
    assert run("python", "-c", code, AWS_RETRY_MODE="standard").stdout.strip() == "acme"
    assert emulator.calls()["counts"] == {"ListDomains": 3}


def test_the_cli_says_who_it_is_and_assumes_a_role(run: Any) -> None:
    identity = aws(run, "sts get-caller-identity")
    assert identity["Arn"] == f"arn:aws:sts::{HOME}:assumed-role/SageMakerExecutionRole/data-scientist"
    keys = aws(run, f"sts assume-role --role-arn {READER} --role-session-name cli")["Credentials"]
    variables = {
        "AWS_ACCESS_KEY_ID": keys["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": keys["SecretAccessKey"],
        "AWS_SESSION_TOKEN": keys["SessionToken"],
    }
    assert aws(run, "sts get-caller-identity", **variables)["Arn"].endswith(
        "/SecurePyPIReadRole_675292366480/cli"
    )


def test_the_cli_assumes_a_role_of_a_profile_by_itself(run: Any, home: Path) -> None:
    (home / ".aws").mkdir()
    (home / ".aws" / "config").write_text(
        f"[profile reader]\nrole_arn = {READER}\ncredential_source = Environment\nregion = us-west-2\n"
    )
    identity = aws(run, "sts get-caller-identity --profile reader")
    assert ":assumed-role/SecurePyPIReadRole_675292366480/" in identity["Arn"]


def test_the_cli_mints_a_token_for_15_minutes(run: Any) -> None:
    before = time.time()
    answer = aws(
        run, f"codeartifact get-authorization-token --domain acme --domain-owner {HOME} --duration-seconds 900"
    )
    # Version 1 of the CLI prints epoch seconds, version 2 ISO 8601.
    given = answer["expiration"]
    expires = datetime.datetime.fromisoformat(given).timestamp() if isinstance(given, str) else given
    assert before - 1 <= expires - 900 <= time.time() + 1


def test_the_cli_lists_and_describes(emulator: Emulator, run: Any) -> None:
    where = "--domain acme --repository shared-pypi"
    endpoint = aws(run, f"codeartifact get-repository-endpoint {where} --format pypi")
    assert endpoint["repositoryEndpoint"] + "simple/" == emulator.index_url
    repositories = aws(run, "codeartifact list-repositories")["repositories"]
    assert emulator.repository_arn in [repository["arn"] for repository in repositories]
    packages = aws(run, f"codeartifact list-packages {where} --page-size 2")["packages"]
    assert [package["package"] for package in packages][:3] == ["acme-core", "acme-features", "acme-plots"]
    versions = aws(run, f"codeartifact list-package-versions {where} --format pypi --package acme-core")[
        "versions"
    ]
    assert [version["version"] for version in versions] == ["1.4.0"]


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("get-authorization-token --domain nowhere", "(ResourceNotFoundException)"),
        ("get-authorization-token --domain acme --region eu-west-1", "(ResourceNotFoundException)"),
        ("get-authorization-token --domain acme --duration-seconds 60", "(ValidationException)"),
    ],
)
def test_the_cli_shows_what_was_wrong(run: Any, command: str, words: str) -> None:
    result = run("aws", "codeartifact", *command.split(), check=False)
    assert result.returncode != 0
    assert words in result.stderr


def test_login_for_pip_lets_plain_pip_install(emulator: Emulator, run: Any, home: Path, own_pip: Path) -> None:
    variables = {"PATH": f"{own_pip}{os.pathsep}{os.defpath}", "PIP_CONFIG_FILE": ""}
    login = "codeartifact login --tool pip --domain acme --repository shared-pypi"
    run("aws", *login.split(), **variables)
    assert "aws:" in (home / ".config" / "pip" / "pip.conf").read_text()
    run(own_pip / "pip", "install", "acme-features", **variables)
    shown = run(own_pip / "python", "-c", "import acme_features, acme_core; print(acme_features.__version__)")
    assert shown.stdout.strip() == "1.2.0"
    run(own_pip / "pip", "uninstall", "--yes", "acme-features", "acme-core")


def test_login_for_twine_lets_plain_twine_upload(
    emulator: Emulator, run: Any, home: Path, tmp_path: Path
) -> None:
    login = "codeartifact login --tool twine --domain acme --repository shared-pypi"
    run("aws", *login.split(), **emulator.credentials("SecurePyPIPublishRole"))
    config = configparser.RawConfigParser()
    config.read(home / ".pypirc")
    assert config["codeartifact"]["repository"] == emulator.index_url.removesuffix("simple/")
    wheel = build_wheel(tmp_path, "by-login", "1.0")
    run("twine", "upload", "--disable-progress-bar", "--repository", "codeartifact", wheel)
    assert (emulator.packages_dir / wheel.name).is_file()
