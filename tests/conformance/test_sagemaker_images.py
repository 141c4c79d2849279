"""The bundle in images that age: boto3 from before CodeArtifact, and pips that write no report."""

from __future__ import annotations

import os

import pytest
from sagemaker_parts import MARKER, Container, DefaultIndex, install, pyenv_python

from jupyter_securepypi.emulator import Emulator
from jupyter_securepypi.sagemaker.bundle import write_bundle

# Of January 2019; CodeArtifact came in June 2020. Its botocore needs Python < 3.10.
OLD_BOTO3 = (
    "boto3==1.9.80",
    "botocore<1.13",
    "s3transfer<0.2",
    "jmespath<1",
    "python-dateutil",
    "six",
    "urllib3<1.26",
)
# 20.0 is Ubuntu 20.04's and reads ~/.netrc only; from 22.2 on there is --report.
PIPS = ("20.0.2", "20.3.4", "22.1.2")


@pytest.fixture(scope="module")
def python():
    return pyenv_python("3.8")


@pytest.fixture(scope="module")
def old_boto3(python, tmp_path_factory):
    return install(python, tmp_path_factory.mktemp("old") / "boto3", *OLD_BOTO3)


@pytest.fixture(scope="module")
def emulator():
    with Emulator(tls=True, token_marker=MARKER) as running:
        yield running


@pytest.fixture
def container(tmp_path, python, emulator):
    """Make a container whose Python has the packages in `parts`, and no AWS CLI if `bare`."""
    emulator.clear()
    default = DefaultIndex(tmp_path / "default")
    write_bundle(tmp_path)

    def start(part, *words, bare=False):
        job = Container(tmp_path / "container", python, emulator, default, part)
        path = {"PATH": os.fspath(python.parent)} if bare else {}
        target = tmp_path / "site"
        done = job.run(python, tmp_path / "securepypi.pyz", "install", "--target", target, *words, **path)
        assert MARKER not in job.log
        assert not default.asked
        return done

    yield start
    default.server.shutdown()
    default.server.server_close()


def test_a_boto3_that_does_not_know_codeartifact_serves(old_boto3, container, emulator):
    done = container(old_boto3, "acme-features", bare=True)
    assert done.returncode == 0, done.stderr
    assert "acme-core==1.4.0" in done.stdout
    asked = {call["operation"] for call in emulator.calls()["calls"] if call["service"] != "index"}
    assert {"GetAuthorizationToken", "GetRepositoryEndpoint"} <= asked


@pytest.mark.parametrize("fault", ["codeartifact:GetAuthorizationToken", "sts:GetServiceBearerToken"])
def test_an_old_boto3_names_the_missing_action(fault, old_boto3, container, emulator):
    emulator.faults(deny=[fault])
    done = container(old_boto3, "acme-core", bare=True)
    assert done.returncode == 1
    assert f"AccessDenied on {fault}" in done.stderr


@pytest.mark.parametrize("fault", ["codeartifact:GetAuthorizationToken", "sts:GetServiceBearerToken"])
def test_the_aws_cli_names_the_missing_action(fault, container, emulator, tmp_path):
    emulator.faults(deny=[fault])
    done = container(tmp_path / "nothing", "acme-core")
    assert done.returncode == 1
    assert f"AccessDenied on {fault}" in done.stderr


def test_without_boto3_and_cli_it_says_what_the_image_needs(container, tmp_path):
    done = container(tmp_path / "nothing", "acme-core", bare=True)
    assert done.returncode == 1
    assert "neither boto3 nor the AWS CLI" in done.stderr


@pytest.mark.parametrize("version", PIPS)
def test_an_old_pip_installs_and_its_log_proves_the_origin(version, python, container, tmp_path):
    part = install(python, tmp_path / "pip", f"pip=={version}")
    done = container(part, "acme-features")
    assert done.returncode == 0, done.stderr
    assert "installed, all from acme/shared-pypi: acme-core==1.4.0 acme-features==1.2.0" in done.stdout
