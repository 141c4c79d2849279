"""The hash of our wheel is read from an index behind a company's own certificate authority, too."""

from __future__ import annotations

import hashlib
import sys

import forked
import pytest
from authorities import WAYS, trusting, untrusted

from jupyter_securepypi.emulator import Emulator
from jupyter_securepypi.emulator.samples import build_wheel

VERSION = "99.1.0"
ARN = "arn:aws:codeartifact:us-west-2:111122223333:repository/acme/shared-pypi"


@pytest.fixture(scope="module")
def shared_index(tmp_path_factory):
    wheels = tmp_path_factory.mktemp("wheels")
    build_wheel(wheels, "jupyter_securepypi", VERSION)
    with Emulator(packages=wheels, tls=True) as running:
        yield running


@pytest.fixture
def index(shared_index, monkeypatch):
    """AWS and its index behind TLS; nobody but the AWS SDK trusts their authority until a test says otherwise."""
    untrusted(shared_index, monkeypatch)
    monkeypatch.delenv("CA_REPOSITORY_ARN")
    return shared_index


def generate():
    command = [sys.executable, "-m", "jupyter_securepypi.cli", "lifecycle-config"]
    command += ["--repository-arn", ARN, "--version-pin", VERSION]
    done = forked.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return done


@pytest.mark.parametrize("way", WAYS)
def test_the_hash_is_read_by_whom_pip_would_trust(index, home, monkeypatch, way):
    for name, value in trusting(way, index.ca_file, home).items():
        monkeypatch.setenv(name, value)
    [wheel] = index.packages_dir.glob(f"jupyter_securepypi-{VERSION}*")
    done = generate()
    assert f"--hash=sha256:{hashlib.sha256(wheel.read_bytes()).hexdigest()}" in done.stdout
    assert "but no hash of it" not in done.stderr


def test_where_nobody_trusts_it_the_script_has_no_hash_and_says_why(index):
    done = generate()
    assert "sha256:" not in done.stdout
    assert "but no hash of it" in done.stderr
    assert "TLS connection to" in done.stderr


def test_authorities_that_are_not_there_are_named(index, monkeypatch):
    monkeypatch.setenv("CURL_CA_BUNDLE", "/no/ca.pem")
    done = generate()
    assert "CURL_CA_BUNDLE names the certificate authorities /no/ca.pem, which are not there." in done.stderr


def test_another_version_has_no_hash(index, home, monkeypatch):
    for name, value in trusting("REQUESTS_CA_BUNDLE", index.ca_file, home).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(f"{__name__}.VERSION", "99.1.1")
    assert "has no wheel of jupyter_securepypi 99.1.1." in generate().stderr
