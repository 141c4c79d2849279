"""Every way in which AWS credentials can fail to be found: each is told in words, with a cause and a remedy."""

from __future__ import annotations

import ast
import builtins
import inspect
import json
import os
import re
import socket
import string
import sys
from pathlib import Path

import botocore.configloader
import botocore.configprovider
import botocore.credentials
import botocore.exceptions
import botocore.httpsession
import botocore.session
import botocore.tokens
import botocore.utils
import forked
import pytest
import throwaway

from jupyter_securepypi.core.providers.codeartifact.errors import translate

ROLE = "arn:aws:iam::111122223333:role/Dev"
SECRET = "hunter2"
SSO = "sso_start_url = https://start.example.com\nsso_region = us-west-2\nsso_account_id = 111122223333\n"
NO_CREDENTIALS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")
KEYS = {"AWS_ACCESS_KEY_ID": "AKIA", "AWS_SECRET_ACCESS_KEY": "x"}
# Name → configuration file, variables, what is told, what to try. {tmp} is a folder of the test's own.
CASES = {
    "nothing": ("", {}, "there are no AWS credentials", "aws sso login"),
    "a profile that is not there": (
        "",
        {"AWS_PROFILE": "zz"},
        "profile (zz) could not be found",
        "AWS_PROFILE",
    ),
    "half of the keys": ("", {"AWS_ACCESS_KEY_ID": "AKIA"}, "not complete", "secret key"),
    "half of a profile": ("[default]\naws_access_key_id = AKIA\n", {}, "not complete", "secret key"),
    "MFA": (
        f"[profile p]\nrole_arn = {ROLE}\nsource_profile = p\nmfa_serial = arn:aws:iam::111122223333:mfa/me\n"
        "aws_access_key_id = AKIA\naws_secret_access_key = x\n",
        {"AWS_PROFILE": "p"},
        "wants a one-time code (MFA), and there is no terminal",
        "aws sts get-session-token",
    ),
    "a source profile that is not there": (
        f"[profile p]\nrole_arn = {ROLE}\nsource_profile = zz\n",
        {"AWS_PROFILE": "p"},
        'The source_profile "zz"',
        "source_profile",
    ),
    "no source": (f"[profile p]\nrole_arn = {ROLE}\n", {"AWS_PROFILE": "p"}, "not complete", "source_profile"),
    "an unknown source": (
        f"[profile p]\nrole_arn = {ROLE}\ncredential_source = Nowhere\n",
        {"AWS_PROFILE": "p"},
        "the role of the AWS profile gives no credentials",
        "credential_source",
    ),
    "profiles in a circle": (
        f"[profile a]\nrole_arn = {ROLE}\nsource_profile = b\n[profile b]\nrole_arn = {ROLE}\nsource_profile = a\n",
        {"AWS_PROFILE": "a"},
        "Infinite loop",
        "source_profile",
    ),
    "a line before the first section": (f"aws_secret_access_key = {SECRET}\n", {}, "{tmp}/config", "[default]"),
    "a web identity without its file": (
        "",
        {"AWS_ROLE_ARN": ROLE, "AWS_WEB_IDENTITY_TOKEN_FILE": "/nope"},
        "No such file or directory",
        "token file mounted",
    ),
    "a web identity without a role": (
        "",
        {"AWS_WEB_IDENTITY_TOKEN_FILE": "{tmp}/config"},
        "has no role ARN",
        "AWS_ROLE_ARN",
    ),
    "a web identity that is none": (
        "x",
        {"AWS_ROLE_ARN": ROLE, "AWS_WEB_IDENTITY_TOKEN_FILE": "{tmp}/config", "AWS_CONFIG_FILE": "/dev/null"},
        "the web identity (AWS_WEB_IDENTITY_TOKEN_FILE",
        "token file",
    ),
    "a program that is not there": (
        "[default]\ncredential_process = /nope\n",
        {},
        "credential_process",
        "terminal",
    ),
    "a program that fails": (
        "[default]\ncredential_process = /bin/sh -c 'echo vault is sealed >&2; exit 3'\n",
        {},
        "vault is sealed",
        "run it in a terminal",
    ),
    "a program that fails and repeats a key": (
        f"[default]\ncredential_process = /bin/sh -c 'echo SecretAccessKey:{SECRET} is bad >&2; exit 3'\n",
        {},
        "SecretAccessKey:***",
        "run it in a terminal",
    ),
    "a program that fails and repeats a short password": (
        "[default]\ncredential_process = /bin/sh -c 'echo vault says password=hunter2-4711, no >&2; exit 3'\n",
        {},
        "vault says password=***, no",
        "run it in a terminal",
    ),
    "a program that prints no JSON": (
        f"[default]\ncredential_process = /bin/echo {SECRET}\n",
        {},
        "what it printed is not JSON",
        "run it in a terminal",
    ),
    "a program that prints a list": (
        "[default]\ncredential_process = /bin/echo []\n",
        {},
        "what it printed is JSON, but no object",
        "run it in a terminal",
    ),
    "a program of another version": (
        "[default]\ncredential_process = /bin/echo '{\"Version\": 2}'\n",
        {},
        "credential_process",
        "Version 1",
    ),
    "a program with an open quote": (
        "[default]\ncredential_process = sh -c 'x\n",
        {},
        "No closing quot",
        "terminal",
    ),
    "a container's service elsewhere": (
        "",
        {"AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://creds.example.com/x"},
        "creds.example.com",
        "loopback",
    ),
    "a container's service that is down": (
        "",
        {"AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://127.0.0.1:9/x"},
        "the container's credentials service",
        "restart the app",
    ),
    "a container's token with a line end": (
        "",
        {
            "AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://127.0.0.1:9/",
            "AWS_CONTAINER_AUTHORIZATION_TOKEN": "x\n",
        },
        "not a legal header value",
        "AWS_CONTAINER_AUTHORIZATION_TOKEN",
    ),
    "a container's token that is not there": (
        "",
        {
            "AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://127.0.0.1:9/",
            "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": "/nope",
        },
        "the container's credentials service",
        "_TOKEN_FILE",
    ),
    "no SSO session": (f"[default]\n{SSO}sso_role_name = R\n", {}, "SSO", "aws sso login"),
    "half of an SSO session": (f"[default]\n{SSO}", {}, "sso_role_name", "sso_ lines"),
    "an SSO session that is not there": (
        "[default]\nsso_session = zz\nsso_account_id = 111122223333\nsso_role_name = R\n",
        {},
        "zz",
        "sso_ lines",
    ),
    "aws login": ("[default]\nlogin_session = x\n", {}, "the session of `aws login`", "aws "),
    "a metadata service at a bad address": (
        "",
        {"AWS_EC2_METADATA_DISABLED": "false", "AWS_EC2_METADATA_SERVICE_ENDPOINT": "gar bage"},
        "AWS_EC2_METADATA_SERVICE_ENDPOINT",
        "correct it",
    ),
    "no metadata service": (
        "",
        {"AWS_EC2_METADATA_DISABLED": "false", "AWS_EC2_METADATA_SERVICE_ENDPOINT": "http://127.0.0.1:9"},
        "there are no AWS credentials",
        "give this machine a role",
    ),
    "a number that is none": ("", {**KEYS, "AWS_MAX_ATTEMPTS": "three"}, "AWS_MAX_ATTEMPTS", "correct it"),
    "a mode that is none": ("", {**KEYS, "AWS_RETRY_MODE": "often"}, "AWS_RETRY_MODE", "correct it"),
    "an endpoint that is none": (
        "",
        {**KEYS, "AWS_ENDPOINT_URL_STS": "sts-of-ours"},
        "AWS_ENDPOINT_URL_STS",
        "correct it",
    ),
}
# Each of these takes three runs of the CLI, so not all of them: where the text is all there is to go by.
BY_THE_CLI = (
    "half of the keys",
    "MFA",
    "profiles in a circle",
    "a line before the first section",
    "a web identity without its file",
    "a program that is not there",
    "a program that prints no JSON",
    "a container's service elsewhere",
    "no SSO session",
    "aws login",
    "a number that is none",
)
UNTIDY = {
    "AWS_ACCESS_KEY_ID": "AKIA\n",
    "AWS_SECRET_ACCESS_KEY": f"{SECRET}\n",
    "AWS_SESSION_TOKEN": f"{SECRET}\r\n",
}


@pytest.fixture
def refused(request, aws, tmp_path, monkeypatch):
    """Ask for a token by boto3, or with the parameter ``aws`` by the CLI, and return what the refusal says."""
    python = Path(sys.executable)
    if getattr(request, "param", "") == "aws":
        python = throwaway.without(tmp_path / "venv", "boto3", "none here")
    for name in (*NO_CREDENTIALS, "AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)

    def ask(config="", **variables):
        (tmp_path / "config").write_text(config)
        known = {"AWS_MAX_ATTEMPTS": "1", "AWS_CONFIG_FILE": str(tmp_path / "config"), **variables}
        environ = {
            **os.environ,
            **{name: value.replace("{tmp}", str(tmp_path)) for name, value in known.items()},
        }
        command = [python, "-m", "jupyter_securepypi.cli", "refresh"]
        done = forked.run(command, env=environ, capture_output=True, text=True, timeout=120)
        assert done.returncode == 1, done.stdout
        assert SECRET not in done.stderr
        return done.stderr

    return ask


@pytest.mark.parametrize(
    ("refused", "case"),
    [*(("boto3", case) for case in CASES), *(("aws", case) for case in BY_THE_CLI)],
    indirect=["refused"],
)
def test_a_failed_login_is_told_in_words(refused, case, tmp_path):
    config, variables, told, remedy = CASES[case]
    said = refused(config, **variables)
    assert told.replace("{tmp}", str(tmp_path)) in said
    assert remedy in said.partition("  try   ")[2]
    assert "Traceback" not in said
    assert not re.search(r"[a-z](Error|Exception)\b", said), "no class name"


@pytest.mark.parametrize("refused", ["boto3", "aws"], indirect=True)
@pytest.mark.parametrize("name", UNTIDY)
def test_a_key_with_a_line_end_is_named_and_not_shown(refused, name):
    good = {"AWS_ACCESS_KEY_ID": "AKIA", "AWS_SECRET_ACCESS_KEY": SECRET}
    said = refused(**{**good, name: UNTIDY[name]})
    assert f"{name} cannot be right" in said
    assert "line end" in said
    assert "AKIA" not in said


def test_a_key_with_a_line_end_that_comes_from_a_program_is_not_shown(refused):
    keys = {"Version": 1, "AccessKeyId": "AKIA\n", "SecretAccessKey": SECRET, "SessionToken": f"{SECRET}\n"}
    said = refused(f"[default]\ncredential_process = /bin/echo '{json.dumps(keys)}'\n")
    assert "one of the AWS keys holds a blank, a line end" in said
    assert "AKIA" not in said


BUNDLES = {
    "AWS_CA_BUNDLE": "AWS_CA_BUNDLE",
    "REQUESTS_CA_BUNDLE": "REQUESTS_CA_BUNDLE",
    "ca_bundle": "ca_bundle in the AWS profile",
}


@pytest.mark.parametrize(
    ("refused", "name", "content", "told"),
    [
        *(("boto3", name, None, "which are not there") for name in BUNDLES),
        *(("boto3", name, "no certificate", "which cannot be read") for name in BUNDLES),
        ("aws", "AWS_CA_BUNDLE", None, "which are not there"),
        ("aws", "AWS_CA_BUNDLE", "no certificate", "which cannot be read"),
    ],
    indirect=["refused"],
)
def test_authorities_that_cannot_be_used_are_named_with_what_names_them(refused, tmp_path, name, content, told):
    file = tmp_path / "bundle.pem"
    if content:
        file.write_text(content)
    config, variables = (
        (f"[default]\nca_bundle = {file}\n", {}) if name == "ca_bundle" else ("", {name: str(file)})
    )
    with Listening() as url:
        endpoints = {"AWS_ENDPOINT_URL_STS": url, "AWS_ENDPOINT_URL_CODEARTIFACT": url}
        said = refused(config, **KEYS, **endpoints, **variables)
    assert f"{BUNDLES[name]} names the certificate authorities {file}, {told}" in said


class Listening:
    """A port that takes connections: authorities are read after the connection is there."""

    def __enter__(self):
        self.socket = socket.socket()
        self.socket.bind(("127.0.0.1", 0))
        self.socket.listen()
        return f"https://127.0.0.1:{self.socket.getsockname()[1]}/"

    def __exit__(self, *error):
        self.socket.close()


# botocore's exceptions about S3, waiters, pages, streams and its own tests: nothing that asking for a token can meet.
OF_NO_CONCERN = {
    "AwsChunkedWrapperError",
    "ChecksumError",
    "EndpointDiscoveryException",
    "EndpointDiscoveryRefreshFailed",
    "EndpointDiscoveryRequired",
    "FlexibleChecksumError",
    "MD5UnavailableError",
    "OperationNotPageableError",
    "PaginationError",
    "StubAssertionError",
    "StubResponseError",
    "UnStubbedResponseError",
    "UnseekableStreamError",
    "WaiterConfigError",
    "WaiterError",
    "AliasConflictParameterError",
}
SAID = {"RuntimeError": "Credentials were refreshed, but the refreshed credentials are still expired."}
LOOKING = [
    botocore.credentials,
    botocore.tokens,
    botocore.configloader,
    botocore.configprovider,
    botocore.httpsession,
    botocore.session,
]


def below(kind):
    """The kind and those below it, of botocore's own: whatever else has been imported may have more."""
    own = [child for child in kind.__subclasses__() if child.__module__.startswith("botocore.")]
    return [kind, *(one for child in own for one in below(child))]


def raised_in(module):
    """The names of what a module raises, and of what it catches."""
    for node in ast.walk(ast.parse(inspect.getsource(module))):
        if isinstance(node, ast.Raise) and node.exc is not None:
            called = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
            yield called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")


def made(kind):
    """An instance of one of botocore's exceptions, each field filled in."""
    fields = {name for _, name, _, _ in string.Formatter().parse(kind.fmt) if name}
    try:
        return kind(**dict.fromkeys(fields, "it"))
    except TypeError:
        return kind(**dict.fromkeys(fields, "it"), error="it", msg="it")


def told(error):
    found = translate(error, action="sts:GetCallerIdentity")
    assert found.message
    assert found.remedy, f"{type(error).__name__} has no remedy"
    assert type(error).__name__ not in str(found)
    return found


@pytest.mark.parametrize("kind", below(botocore.exceptions.BotoCoreError), ids=lambda kind: kind.__name__)
def test_every_exception_of_botocores_that_a_token_can_meet_is_classified(kind):
    if kind.__name__ in OF_NO_CONCERN | {"BotoCoreError"}:
        assert not [module for module in LOOKING if kind.__name__ in raised_in(module)]
        return
    told(made(kind))


@pytest.mark.parametrize("module", LOOKING, ids=lambda module: module.__name__)
def test_whatever_the_code_raises_that_looks_for_credentials_is_classified(module):
    names = {
        name for name in raised_in(module) if hasattr(builtins, name) or hasattr(botocore.exceptions, name)
    }
    for name in names - {"NotImplementedError"}:
        kind = getattr(botocore.exceptions, name, None) or getattr(builtins, name)
        told(made(kind) if hasattr(kind, "fmt") else kind(SAID.get(name, "it")))


def providers():
    """Everything in botocore that looks for credentials, and its helpers."""
    found = {one for name in KNOWN for one in vars(sys.modules[name]).values() if inspect.isclass(one)}
    names = ("Provider", "Fetcher", "TokenLoader", "Sourcer")
    return sorted(
        (
            one
            for one in found
            if inspect.isclass(one) and one.__name__.endswith(names) and one.__module__ in KNOWN
        ),
        key=lambda one: one.__name__,
    )


KNOWN = ("botocore.credentials", "botocore.tokens", "botocore.utils")
# What others are made from; and regions and endpoints, which are no credentials.
ABSTRACT = {"CredentialProvider", "CachedCredentialFetcher", "BaseAssumeRoleCredentialFetcher", "IMDSFetcher"}
ABSTRACT |= {"IMDSRegionProvider", "InstanceMetadataRegionFetcher", "DeferredRefreshableToken"}


@pytest.mark.parametrize("kind", providers(), ids=lambda kind: kind.__name__)
def test_whatever_breaks_in_a_provider_of_botocores_names_that_provider(kind):
    def at_work(self):
        raise FileNotFoundError(2, "No such file or directory", "/nope")

    try:
        at_work(object.__new__(kind))
    except FileNotFoundError as error:
        found = told(error)
    if kind.__name__ not in ABSTRACT:
        assert "gives no credentials" in found.message
        assert found.why == "No such file or directory: /nope"
