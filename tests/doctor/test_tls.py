"""Behind TLS of a company's own authority the doctor says what pip and the AWS SDK meet."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from authorities import WAYS, folder_of, trusting, untrusted

from jupyter_securepypi.emulator import Emulator

ASK_AWS = "import boto3; boto3.session.Session().client('sts').get_caller_identity()"


@pytest.fixture(scope="module")
def _https():
    with Emulator(tls=True) as running:
        yield running


@pytest.fixture
def https(_https, prefix, monkeypatch):
    """AWS and its index behind TLS; nobody but the AWS SDK trusts their authority until a test says otherwise."""
    untrusted(_https, monkeypatch)
    return _https


@pytest.fixture
def trusted(https, home, monkeypatch):
    """Make the authority known in one of the ways."""

    def make(way):
        for name, value in trusting(way, https.ca_file, home).items():
            monkeypatch.setenv(name, value)

    return make


@pytest.mark.parametrize("way", WAYS)
def test_the_index_is_trusted_by_whom_pip_trusts(doctor, trusted, way):
    trusted(way)
    found = doctor()
    for name in ("index endpoint", "codeartifact:ReadFromRepository"):
        [check] = found[name]
        assert check["ok"], check


def test_where_pip_trusts_nobody_the_doctor_says_so_and_what_to_set(doctor, https):
    [check] = doctor()["index endpoint"]
    assert "TLS: its certificate is not trusted" in check["message"]
    assert "REQUESTS_CA_BUNDLE, or pip's `cert`" in check["remedy"]


def test_authorities_that_are_not_there_are_named(doctor, https, monkeypatch):
    monkeypatch.setenv("CURL_CA_BUNDLE", "/no/ca.pem")
    [check] = doctor()["index endpoint"]
    assert "CURL_CA_BUNDLE names the certificate authorities /no/ca.pem" in check["message"]


def _profile(https, home):
    (home / ".aws").mkdir()
    (home / ".aws/config").write_text(f"[default]\nca_bundle = {https.ca_file}\n")
    return {}


def _folder(https, home):
    return {"AWS_CA_BUNDLE": str(folder_of(https.ca_file, home / "authorities"))}


@pytest.mark.parametrize(
    ("variables", "trusts"),
    [
        (lambda https, _: {"AWS_CA_BUNDLE": str(https.ca_file)}, True),
        (lambda https, _: {"REQUESTS_CA_BUNDLE": str(https.ca_file)}, True),
        (_profile, True),
        (lambda https, _: {"AWS_CA_BUNDLE": os.devnull, "REQUESTS_CA_BUNDLE": str(https.ca_file)}, False),
        (lambda https, _: {"CURL_CA_BUNDLE": str(https.ca_file)}, False),
        (lambda https, _: {"SSL_CERT_FILE": str(https.ca_file)}, False),
        (_folder, False),
        (lambda *_: {"AWS_CA_BUNDLE": "/no/ca.pem"}, False),
    ],
    ids=["own variable", "requests", "profile", "own first", "curl", "system", "folder", "missing"],
)
def test_aws_is_trusted_by_whom_the_sdk_trusts(doctor, https, home, monkeypatch, variables, trusts):
    monkeypatch.delenv("AWS_CA_BUNDLE")
    for name, value in variables(https, home).items():
        monkeypatch.setenv(name, value)
    done = subprocess.run([sys.executable, "-c", ASK_AWS], capture_output=True, text=True, timeout=60)
    assert (done.returncode == 0) is trusts, f"the SDK is the judge: {done.stderr[-200:]}"
    for service in ("sts", "codeartifact"):
        [check] = doctor()[f"{service} endpoint"]
        assert (check["ok"] is True) is trusts, check


def test_a_project_of_the_same_index_in_clear_is_a_finding(doctor, https, home):
    """What it installs could be anybody's, and the token would travel in clear."""
    in_clear = https.index_url.replace("https://", "http://")
    text = '[[tool.poetry.source]]\nname = "acme"\nurl = "{}"\npriority = "primary"\n'
    (home / "pyproject.toml").write_text(text.format(https.index_url))
    [check] = doctor()["poetry"]
    assert check["ok"]
    (home / "pyproject.toml").write_text(text.format(in_clear))
    [check] = doctor()["poetry"]
    assert not check["ok"]
    assert in_clear in check["message"]


def test_an_index_in_clear_that_is_overridden_is_told(doctor, https, home, prefix, trusted):
    trusted("REQUESTS_CA_BUNDLE")
    assert doctor.run("configure").returncode == 0
    file = home / ".config/pip/pip.conf"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"[global]\nindex-url = {https.index_url.replace('https://', 'http://')}\n")
    [check] = doctor()["other indexes"]
    assert str(file) in check["message"]
