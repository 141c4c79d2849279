"""Policies that our command line prints, and sessions of roles that have nothing else."""

from __future__ import annotations

import json
import os
import sys

import boto3
import forked
import pytest

from jupyter_securepypi.emulator import Emulator

HOME, PARTNER = "111122223333", "675292366480"
ARN = f"arn:aws:codeartifact:us-west-2:{HOME}:repository/acme/shared-pypi"


def policy(*arguments, arn=ARN):
    done = run(*arguments, arn=arn)
    assert done.returncode == 0, done.stderr
    return done.stdout


def run(*arguments, arn=ARN):
    words = [sys.executable, "-m", "jupyter_securepypi.cli", "iam-policy", *arguments]
    words += ["--repository-arn", arn] if arn else []
    return forked.run(words, capture_output=True, text=True, timeout=60)


@pytest.fixture(scope="module")
def emulated():
    with Emulator() as running:
        yield running


@pytest.fixture
def as_role(emulated, tmp_path):
    """Make a role whose one policy is the given text, and return the environment of a session of it."""
    administrator = emulated.credentials("AdministratorRole")
    iam = boto3.client(
        "iam",
        "us-west-2",
        endpoint_url=emulated.url,
        aws_access_key_id=administrator["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=administrator["AWS_SECRET_ACCESS_KEY"],
        aws_session_token=administrator["AWS_SESSION_TOKEN"],
    )
    made = []

    def make(text, name="Tried", trust=None):
        anybody = {
            "Effect": "Allow",
            "Principal": {"AWS": f"arn:aws:iam::{HOME}:root"},
            "Action": "sts:AssumeRole",
        }
        trusted = trust or json.dumps({"Version": "2012-10-17", "Statement": [anybody]})
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=trusted)
        made.append(name)
        iam.put_role_policy(RoleName=name, PolicyName="tried", PolicyDocument=text)
        return {
            **{name: value for name, value in os.environ.items() if not name.startswith("AWS_")},
            **emulated.environment(),
            **emulated.credentials(name),
            "PIP_CONFIG_FILE": os.devnull,
        }

    emulated.clear()
    yield make
    emulated.clear()
    for name in made:
        iam.delete_role_policy(RoleName=name, PolicyName="tried")
        iam.delete_role(RoleName=name)


def client(environment, service):
    return boto3.client(
        service,
        "us-west-2",
        endpoint_url=environment["AWS_ENDPOINT_URL_STS"],
        aws_access_key_id=environment["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=environment["AWS_SECRET_ACCESS_KEY"],
        aws_session_token=environment["AWS_SESSION_TOKEN"],
    )
