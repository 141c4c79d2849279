"""Every failure that is translated, provoked for real: what went wrong, why, and what to try."""

from __future__ import annotations

import ctypes
import http.server
import json
import os
import re
import shutil
import subprocess
import sys
import threading
from urllib.parse import urlsplit

import forked
import pytest
import throwaway

from jupyter_securepypi.core.errors import InstallFailed, TokenExpired
from jupyter_securepypi.core.index import Index
from jupyter_securepypi.core.pip.failures import explain
from jupyter_securepypi.core.providers.codeartifact.provider import CodeArtifact
from jupyter_securepypi.core.requests.reader import read_request
from jupyter_securepypi.emulator import Emulator
from jupyter_securepypi.emulator.samples import build_wheel
from jupyter_securepypi.install.engines.select import install_with

OURS = "arn:aws:codeartifact:us-west-2:111122223333:repository/acme/shared-pypi"
NOBODY = "http://127.0.0.1:9"  # the discard port: nothing listens there


def run(*arguments, before=(), drop=(), python=sys.executable):
    command = [*before, str(python), "-m", "jupyter_securepypi.cli", *arguments]
    environ = {name: value for name, value in os.environ.items() if name not in drop}
    return forked.run(command, env=environ, capture_output=True, text=True, timeout=120)


def told(done):
    """What a failed command says: message, why and remedy."""
    assert done.returncode == 1, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    message, *lines = done.stderr.splitlines()
    parts = {line.split()[0]: line.split(maxsplit=1)[1] for line in lines if line.startswith("  ")}
    assert parts.get("try"), f"no remedy: {done.stderr}"
    return message, parts.get("why", ""), parts["try"]


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    monkeypatch.setenv("PIP_RETRIES", "0")


@pytest.fixture(scope="module")
def _https():
    with Emulator(tls=True) as running:
        yield running


@pytest.fixture
def https(_https, monkeypatch):
    """AWS behind TLS; its authority is trusted until a test says otherwise."""
    _https.clear()
    for name, value in _https.environment().items():
        monkeypatch.setenv(name, value)
    return _https


class TestAskingForAToken:
    def test_no_credentials(self, aws):
        keys = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")
        message, _, remedy = told(run("refresh", drop=keys))
        assert "there are no AWS credentials" in message
        assert "aws sso login" in remedy

    def test_expired_credentials(self, aws, monkeypatch):
        for name, value in aws.credentials("SageMakerExecutionRole", seconds=0).items():
            monkeypatch.setenv(name, value)
        message, why, remedy = told(run("refresh"))
        assert "the AWS credentials have expired" in message
        assert "expired" in why
        assert "log in again" in remedy

    def test_credentials_that_aws_does_not_know(self, aws, monkeypatch):
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE")
        message, _, remedy = told(run("refresh"))
        assert "AWS does not accept the credentials" in message
        assert "AWS_ACCESS_KEY_ID" in remedy

    def test_a_profile_that_does_not_exist(self, aws, monkeypatch):
        monkeypatch.setenv("AWS_PROFILE", "nobody")
        message, _, remedy = told(run("refresh"))
        assert "nobody" in message
        assert "AWS_PROFILE" in remedy

    @pytest.mark.parametrize(
        ("action", "resource"),
        [
            ("sts:AssumeRole", "role/SecurePyPIReadRole_"),
            ("sts:GetServiceBearerToken", "*"),
            ("codeartifact:GetAuthorizationToken", "domain/acme"),
        ],
    )
    def test_access_denied_names_action_and_resource(self, aws, monkeypatch, action, resource):
        monkeypatch.setenv("SECURE_PYPI_ROLE_ARN", aws.role_template)
        aws.faults(deny=[action])
        message, _, remedy = told(run("refresh"))
        assert f"AccessDenied on {action}" in message
        assert resource in message
        assert "jupyter securepypi iam-policy" in remedy

    @pytest.mark.parametrize(
        ("arn", "named"),
        [
            (OURS.replace("acme", "nobody"), "nobody"),
            (OURS.replace("shared-pypi", "no-such-repository"), "no-such-repository"),
        ],
    )
    def test_an_unknown_domain_or_repository(self, aws, monkeypatch, arn, named):
        monkeypatch.setenv("CA_REPOSITORY_ARN", arn)
        message, why, remedy = told(run("refresh"))
        assert named in message
        assert arn in why
        assert "check domain, owner, region and repository" in remedy

    def test_another_region_than_the_domains(self, aws, monkeypatch):
        monkeypatch.setenv("CA_REPOSITORY_ARN", OURS.replace("us-west-2", "eu-west-1"))
        _, why, remedy = told(run("refresh"))
        assert "eu-west-1 may be the wrong one" in why
        assert "region" in remedy

    def test_a_region_that_does_not_exist(self, aws, monkeypatch):
        # The name that a misspelt region leads to; this one is reserved for never existing.
        monkeypatch.setenv("AWS_ENDPOINT_URL_CODEARTIFACT", "http://codeartifact.us-nowhere-1.invalid")
        message, _, remedy = told(run("refresh"))
        assert "its host name is unknown here" in message
        assert "check the region" in remedy

    def test_throttling(self, aws):
        aws.faults(throttle=0)
        message, why, remedy = told(run("refresh"))
        assert "too many requests" in message
        assert "Rate exceeded" in why
        assert "wait" in remedy

    def test_aws_itself_failing(self, aws):
        aws.faults(error=503)
        message, _, remedy = told(run("refresh"))
        assert "AWS failed to answer" in message
        assert "tried again" in remedy

    @pytest.mark.parametrize("fault", ["nobody listens", "dropped"])
    def test_no_route_to_the_endpoint(self, aws, monkeypatch, fault):
        if fault == "dropped":
            aws.faults(unreachable=True)
        else:
            monkeypatch.setenv("AWS_ENDPOINT_URL_CODEARTIFACT", NOBODY)
        message, _, remedy = told(run("refresh"))
        assert "AWS cannot be reached for codeartifact:GetAuthorizationToken" in message
        assert "codeartifact.api" in remedy
        assert "HTTPS_PROXY" in remedy

    def test_an_endpoint_that_never_answers(self, aws, home):
        _configure(home, mint_timeout=2.0)
        aws.faults(hang=60.0)
        message, why, remedy = told(run("refresh"))
        assert "within 2 seconds" in message
        assert "hangs" in why
        assert "VPC endpoints" in remedy

    def test_a_proxy_that_is_not_there(self, https, monkeypatch):
        monkeypatch.setenv("HTTPS_PROXY", NOBODY)
        message, _, remedy = told(run("refresh", drop=("NO_PROXY", "no_proxy")))
        assert "The proxy does not let" in message
        assert "HTTPS_PROXY" in remedy

    def test_tls_interception(self, https, monkeypatch):
        monkeypatch.delenv("AWS_CA_BUNDLE")
        monkeypatch.delenv("REQUESTS_CA_BUNDLE")
        message, why, remedy = told(run("refresh"))
        assert "TLS connection to AWS failed" in message
        assert "CERTIFICATE_VERIFY_FAILED" in why
        assert "AWS_CA_BUNDLE" in remedy

    @pytest.mark.parametrize(("skew", "how"), [(7200.0, "behind"), (-7200.0, "ahead")])
    def test_a_wrong_clock(self, aws, skew, how):
        aws.faults(clock_skew=skew)
        message, _, remedy = told(run("refresh"))
        assert re.search(rf"clock is (119|120) minutes {how}", message)
        assert "set the clock" in remedy

    def test_neither_boto3_nor_the_cli(self, aws, monkeypatch, tmp_path):
        python = throwaway.without(tmp_path / "venv", "botocore", "no botocore here")
        monkeypatch.setenv("PATH", str(tmp_path))
        message, why, remedy = told(run("refresh", python=python))
        assert "neither boto3 nor the AWS CLI" in message
        assert "no botocore here" in why
        assert "add boto3" in remedy

    def test_botocore_alone_will_do(self, aws, tmp_path):
        python = throwaway.without(tmp_path / "venv", "boto3", "no boto3 here")
        done = run("refresh", python=python)
        assert done.returncode == 0, done.stderr
        assert "fresh" in done.stdout


@pytest.fixture
def wanted(request):
    """A package that no environment has, in the index that the test uses."""
    used = [request.getfixturevalue(name) for name in {"aws", "https"} & set(request.fixturenames)]
    wheels = [build_wheel(one.packages_dir, "acme-wanted", "1.4.0") for one in used]
    yield
    for wheel in wheels:
        wheel.unlink()


@pytest.fixture(params=["pip", "uv"])
def engine(request, home, tmp_path, monkeypatch):
    """Each package manager in turn: what it says differs, what is told must not."""
    _configure(home, engine=request.param)
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "uv-cache"))
    return request.param


@pytest.mark.usefixtures("engine", "wanted")
class TestInstalling:
    def test_a_package_that_is_not_in_the_index(self, aws):
        message, why, remedy = told(run("install", "--dry-run", "-q", "no-such-package"))
        assert f"no-such-package is not in {aws.index_url}" in message
        assert "misspelt" in why
        assert "have the package added" in remedy

    def test_a_version_that_is_not_in_the_index(self, aws):
        message, why, _ = told(run("install", "--dry-run", "-q", "acme-wanted==99"))
        assert "No version of acme-wanted==99" in message
        assert "1.4.0" in why

    def test_a_role_that_may_not_read_packages(self, aws):
        aws.faults(deny=["codeartifact:ReadFromRepository"])
        message, why, remedy = told(run("install", "--dry-run", "-q", "acme-wanted"))
        assert "may not be read (403" in message
        assert "codeartifact:ReadFromRepository" in why
        assert "jupyter securepypi iam-policy reader" in remedy

    def test_an_expired_token_that_cannot_be_replaced(self, aws, home):
        assert run("refresh").returncode == 0
        _grow_older(home, 3600)
        aws.faults(revoke="all")
        aws.faults(deny=["codeartifact:GetAuthorizationToken"])
        message, _, _ = told(run("install", "--dry-run", "-q", "acme-wanted"))
        assert "AccessDenied on codeartifact:GetAuthorizationToken" in message

    def test_no_route_to_the_index(self, aws):
        aws.faults(unreachable=True, operations=["index:*"])
        message, _, remedy = told(run("install", "--dry-run", "-q", "acme-wanted"))
        assert "The index cannot be reached" in message
        assert "codeartifact.repositories" in remedy

    @pytest.mark.parametrize(
        ("fault", "said"), [({"throttle": 0}, "too many requests"), ({"error": 503}, "The index fails (503")]
    )
    def test_an_index_in_trouble(self, aws, fault, said):
        aws.faults(**fault, operations=["index:*"])
        message, _, remedy = told(run("install", "--dry-run", "-q", "acme-wanted"))
        assert said in message
        assert "try again" in remedy

    def test_a_blocked_package(self, engine, tmp_path):
        file = build_wheel(tmp_path, "acme-blocked", "1.0").name
        pages = {"/simple/acme-blocked/": f'<a href="/files/{file}">{file}</a>'}
        with Pages(pages, rest=403) as url, pytest.raises(InstallFailed) as caught:
            install_with(engine, _dry("acme-blocked"), Index(f"{url}/simple/", f"{url}/"))
        assert f"refuses to serve {file} (403" in caught.value.message
        assert "blocked" in caught.value.why
        assert "allow it" in caught.value.remedy

    @pytest.mark.parametrize("status", [401, 404])
    def test_an_expired_token_is_replaced_whatever_the_index_answers(self, aws, home, status):
        assert run("refresh").returncode == 0
        _grow_older(home, 3600)
        aws.faults(revoke="all", rejected_status=status)
        done = run("install", "--dry-run", "acme-wanted")
        assert done.returncode == 0, done.stderr
        assert aws.calls()["counts"]["GetAuthorizationToken"] == 2

    def test_a_token_that_the_index_refuses(self, aws, engine):
        with pytest.raises(TokenExpired) as caught:
            install_with(engine, _dry("acme-wanted"), _without_a_good_token(aws))
        assert "401" in caught.value.message
        assert "expired" in caught.value.why
        assert "refresh" in caught.value.remedy

    @pytest.mark.parametrize("name", ["PIP_CERT", "REQUESTS_CA_BUNDLE"])
    def test_tls_interception(self, https, monkeypatch, name):
        monkeypatch.delenv("REQUESTS_CA_BUNDLE")
        monkeypatch.delenv("SSL_CERT_FILE")
        monkeypatch.setenv(name, _other_authority())
        message, why, remedy = told(run("install", "--dry-run", "-q", "acme-wanted"))
        assert "TLS connection to" in message
        assert "inspects traffic" in why
        assert "REQUESTS_CA_BUNDLE" in remedy

    def test_a_proxy_that_is_not_there(self, https, monkeypatch):
        monkeypatch.setenv("PIP_PROXY", NOBODY)
        message, _, remedy = told(run("install", "--dry-run", "-q", "acme-wanted"))
        assert "The proxy does not let requests through" in message
        assert "HTTPS_PROXY" in remedy

    def test_a_full_disk_while_installing(self, aws, full_disk, tmp_path, monkeypatch):
        large = {"acme_large": "x = " + repr(os.urandom(200_000).hex())}
        wheel = build_wheel(aws.packages_dir, "acme-large", "1.0", modules=large)
        monkeypatch.setenv("TMPDIR", str(tmp_path / "disk"))
        monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "disk/cache"))
        try:
            done = run("install", "-q", "--dry-run", "acme-large", before=full_disk)
        finally:
            wheel.unlink()
        message, why, remedy = told(done)
        assert message == "The disk is full."
        assert "No space left on device" in why
        assert "free some space" in remedy


@pytest.mark.parametrize(
    "lines",
    [
        ["ERROR: Could not install packages due to an OSError: [Errno 13] Permission denied: '/opt/env/x'"],
        [
            "ERROR: Could not install packages due to an OSError.",
            "Traceback (most recent call last):",
            '  File "/opt/env/lib/python3.11/site-packages/pip/_internal/operations/install/wheel.py", line 1, in f',
            "PermissionError: [Errno 13] Permission denied: '/opt/env/x'",
        ],
    ],
    ids=["quiet", "verbose"],
)
def test_an_environment_of_somebody_elses_is_said_to_be_that(lines):
    error = explain(lines, Index("http://127.0.0.1/simple/", "http://127.0.0.1/"), 1)
    assert error.message == "This environment is not yours to write."
    assert error.why == "[Errno 13] Permission denied: '/opt/env/x'"


def test_a_full_disk_as_pip_says_it(aws, tmp_path):
    build_wheel(tmp_path, "acme-small", "1.0")
    command = [sys.executable, "-m", "pip", "install", "--dry-run", "--no-index", "--report", "/dev/full"]
    done = subprocess.run([*command, *tmp_path.glob("*.whl")], capture_output=True, text=True, timeout=120)
    assert done.returncode
    error = explain(
        (done.stdout + done.stderr).splitlines(), Index(aws.index_url, aws.index_url), done.returncode
    )
    assert error.message == "The disk is full."
    assert "free some space" in error.remedy


class TestWriting:
    def test_a_full_disk(self, aws, full_disk, tmp_path, monkeypatch):
        monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path / "disk/runtime"))
        fill = ["sh", "-c", f'head -c 1000000 /dev/zero > "{tmp_path}/disk/zeros" 2>&-; exec "$@"', "sh"]
        message, _, remedy = told(run("refresh", before=[*full_disk, *fill]))
        assert "No space left on device" in message
        assert str(tmp_path / "disk") in message
        assert "free some space" in remedy

    def test_a_configuration_file_that_is_not_writable(self, aws, home, monkeypatch):
        assert run("refresh").returncode == 0
        (home / "etc").mkdir()
        netrc = home / "etc/netrc"
        netrc.write_text("machine example.com login me password mine\n")
        netrc.chmod(0o400)
        (home / "etc").chmod(0o500)
        monkeypatch.setenv("NETRC", str(netrc))
        _configure(home, manage_kernels=False)  # the environment that runs the tests has a kernel, too
        done = _as_mere_mortal("configure")
        assert f"Cannot write {netrc}: Permission denied" in done.stdout
        assert "make the file and its folder writable" in done.stdout
        assert netrc.read_text() == "machine example.com login me password mine\n"

    def test_a_runtime_folder_that_cannot_be_made(self, aws, home, monkeypatch):
        (home / "locked").mkdir(mode=0o500)
        monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(home / "locked/runtime"))
        message, _, remedy = told(_as_mere_mortal("refresh"))
        assert "Cannot create the folder" in message
        assert "JUPYTER_RUNTIME_DIR" in remedy


class TestConfiguration:
    @pytest.mark.parametrize(
        ("arn", "part"),
        [
            ("codeartifact:us-west-2", "it does not start with `arn:`"),
            ("arn:aws:codeartifact:us-west-2", "it has 4 of 6 parts"),
            (OURS.replace(":aws:", ":amazon:"), "partition"),
            (OURS.replace("codeartifact", "s3"), "service"),
            (OURS.replace("us-west-2", "us-west2"), "region"),
            (OURS.replace("111122223333", "1111"), "owner account"),
            (OURS.replace("repository/", "domain/"), "names a 'domain'"),
            (OURS.replace("acme", "Acme"), "domain name"),
            (OURS.replace("/shared-pypi", ""), "no repository after the domain"),
            (OURS.replace("shared-pypi", "-pypi"), "repository name"),
        ],
    )
    def test_a_malformed_arn_points_at_the_part(self, home, monkeypatch, arn, part):
        monkeypatch.setenv("CA_REPOSITORY_ARN", arn)
        done = run("refresh")
        _, _, remedy = told(done)
        assert part in done.stderr
        assert "arn:PARTITION:codeartifact:REGION:OWNER:repository/DOMAIN/REPOSITORY" in remedy

    @pytest.mark.parametrize(
        ("role", "part"), [("arn:aws:iam::1:role/x", "role/x"), ("arn:aws:iam::{owner}:role/x", "{owner}")]
    )
    def test_a_malformed_role_points_at_the_part(self, aws, monkeypatch, role, part):
        monkeypatch.setenv("SECURE_PYPI_ROLE_ARN", role)
        assert part in told(run("refresh"))[0]

    def test_nothing_configured(self, home):
        message, _, remedy = told(run("refresh"))
        assert "No repository is configured." in message
        assert "SECURE_PYPI_INDEX" in remedy


@pytest.fixture
def full_disk(tmp_path):
    """The start of a command that sees a disk of 64 KB at tmp_path/disk."""
    (tmp_path / "disk").mkdir()
    own = ["unshare", "-m"] if os.geteuid() == 0 else ["unshare", "-Urm"]
    mount = 'mount -t tmpfs -o size=64k tmpfs "$0" && exec "$@"'
    before = [*own, "sh", "-c", mount, str(tmp_path / "disk")]
    can = shutil.which("unshare") and subprocess.run([*before, "true"], capture_output=True).returncode == 0
    if not can:
        pytest.skip("NOT TESTED, a full disk: this machine lets nobody mount a small one (unshare, tmpfs)")
    return before


def _as_mere_mortal(*arguments):
    """Run a command without root's right to write everywhere."""

    def drop():
        # prctl(PR_CAPBSET_DROP, CAP_DAC_OVERRIDE), from linux/prctl.h and linux/capability.h; fails for others.
        ctypes.CDLL(None).prctl(24, 1, 0, 0, 0)

    command = [sys.executable, "-m", "jupyter_securepypi.cli", *arguments]
    return subprocess.run(command, preexec_fn=drop, capture_output=True, text=True, timeout=120)


class Pages:
    """A package index of given pages; everything else gets the status `rest`."""

    def __init__(self, pages, rest):
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_HEAD(self):
                self.do_GET()

            def do_GET(self):
                page = pages.get(self.path)
                self.send_response(rest if page is None else 200)
                self.send_header("Content-Type", "text/html")
                self.end_headers()
                if self.command == "GET":
                    self.wfile.write((page or "").encode())

            def log_message(self, *words):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever)

    def __enter__(self):
        self.thread.start()
        return f"http://127.0.0.1:{self.server.server_port}"

    def __exit__(self, *error):
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


def _dry(name):
    return read_request(["--dry-run", name])


def _without_a_good_token(aws):
    split = urlsplit(aws.index_url)
    return Index(
        aws.index_url, f"{split.scheme}://{split.netloc}/", "revoked-long-ago", "aws", CodeArtifact.advice
    )


def _configure(home, **options):
    config = home / ".jupyter/jupyter_securepypi_config.json"
    config.parent.mkdir(exist_ok=True)
    config.write_text(json.dumps({"SecurePyPI": options}))


def _grow_older(home, seconds):
    """Let the stored token have been minted so many seconds earlier."""
    [store] = (home / ".local/share/jupyter/runtime/securepypi").glob("*.json")
    data = json.loads(store.read_text())
    data["token"]["minted_at"] -= seconds
    store.write_text(json.dumps(data))


def _other_authority():
    """The file of an authority that did not sign the emulator's certificate."""
    import certifi

    return certifi.where()
