"""The emulator as an object and as a process: start, print, serve, stop."""

from __future__ import annotations

import contextlib
import json
import signal
import socket
import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from emulator_support import environment, python

from jupyter_securepypi.core.errors import ConfigurationError
from jupyter_securepypi.emulator import Emulator
from jupyter_securepypi.emulator.samples import build_samples, build_wheel


@contextlib.contextmanager
def running(*options: str) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "jupyter_securepypi.emulator", *options]
    with subprocess.Popen(
        command, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            yield process
        finally:
            if process.poll() is None:
                process.kill()


def first_line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_process_prints_json_serves_and_stops_cleanly(number: signal.Signals) -> None:
    with running("--json", "--token-lifetime", "60") as process:
        variables = json.loads(first_line(process))
        url = variables["AWS_ENDPOINT_URL_CODEARTIFACT"]
        assert requests.get(f"{url}/_emulator/faults", timeout=60).json()["faults"]["token_lifetime"] == 60
        process.send_signal(number)
        rest, errors = process.communicate(timeout=60)
    assert (process.returncode, rest, errors) == (0, "", "")
    with pytest.raises(requests.ConnectionError):
        requests.get(url, timeout=60)


def test_a_shell_can_read_the_export_lines(tmp_path: Path) -> None:
    build_wheel(tmp_path, "only-this", "1.0")
    with running("--packages", str(tmp_path)) as process:
        assert process.stdout is not None
        lines: list[str] = []
        while not (lines and lines[-1].startswith("export no_proxy=")):
            lines.append(process.stdout.readline())
        script = "".join(lines) + 'printf "%s %s" "$CA_REPOSITORY_ARN" "$AWS_REGION"'
        shown = subprocess.run(
            ["/bin/sh", "-eu", "-c", script], capture_output=True, text=True, env={}, check=True
        )
        process.terminate()
        assert process.wait(60) == 0
    assert all(line.startswith("export ") for line in lines)
    assert shown.stdout == "arn:aws:codeartifact:us-west-2:111122223333:repository/acme/shared-pypi us-west-2"


def test_a_port_that_is_taken_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        result = python("-m", "jupyter_securepypi.emulator", "--port", str(port))
    assert result.returncode == 1
    assert f"cannot listen on 127.0.0.1:{port}" in result.stderr
    assert "--port" in result.stderr
    assert "Traceback" not in result.stderr


def test_importing_it_imports_none_of_its_libraries() -> None:
    code = "import sys, jupyter_securepypi.emulator as e; e.Emulator(); print(sorted(sys.modules))"
    result = python("-c", code)
    assert result.returncode == 0, result.stderr
    assert not {"moto", "boto3", "botocore", "werkzeug", "cheroot", "trustme"} & set(eval(result.stdout))


@pytest.mark.parametrize("library", ["moto", "werkzeug", "cheroot"])
def test_a_missing_library_is_named_with_the_remedy(library: str) -> None:
    code = f"import sys; sys.modules['{library}'] = None\nfrom jupyter_securepypi.emulator import run; run()"
    result = python("-c", code)
    assert "ConfigurationError" in result.stderr
    assert library in result.stderr
    assert 'pip install "jupyter_securepypi[demo]"' in result.stderr


def test_stopping_leaves_no_thread_no_port_and_no_file() -> None:
    before = set(threading.enumerate())
    with Emulator() as emulator:
        folder, url = emulator.packages_dir, emulator.url
        assert folder.is_dir()
    assert not folder.exists()
    assert set(threading.enumerate()) <= before
    with pytest.raises(requests.ConnectionError):
        requests.get(url, timeout=60)
    with pytest.raises(ConfigurationError, match="not running"):
        _ = emulator.url


def test_a_given_folder_is_kept_with_what_was_published(tmp_path: Path) -> None:
    with Emulator(state_dir=tmp_path) as emulator:
        build_wheel(emulator.packages_dir, "kept", "1.0")
        kept = emulator.packages_dir / "kept-1.0-py3-none-any.whl"
    assert kept.is_file()
    with Emulator(state_dir=tmp_path) as again:
        assert again.packages_dir / kept.name == kept


FORGETS = """
import boto3
from jupyter_securepypi.emulator import Emulator

def iam(emulator):
    keys = emulator.credentials("AdministratorRole")
    names = ("ACCESS_KEY_ID", "SECRET_ACCESS_KEY", "SESSION_TOKEN")
    session = boto3.session.Session(*(keys["AWS_" + name] for name in names))
    return session.client("iam", endpoint_url=emulator.url, region_name="us-west-2")

def roles(emulator):
    return sorted(role["RoleName"] for role in iam(emulator).list_roles()["Roles"])

with Emulator() as emulator:
    first = roles(emulator)
    iam(emulator).create_role(RoleName="Passing", AssumeRolePolicyDocument='{"Version": "2012-10-17", "Statement": []}')
    assert "Passing" in roles(emulator)
with Emulator() as emulator:
    print(roles(emulator) == first, "SageMakerExecutionRole" in first)
"""


def test_the_next_emulator_of_a_process_knows_nothing_of_the_last() -> None:
    # In a process of its own: emulators that run together share what IAM knows.
    result = python("-c", FORGETS)
    assert result.stdout.split() == ["True", "True"], result.stderr


def test_https_is_served_under_its_own_authority() -> None:
    with Emulator(tls=True) as emulator:
        variables = emulator.environment()
        authority = variables["REQUESTS_CA_BUNDLE"]
        assert emulator.url.startswith("https://127.0.0.1:")
        assert {variables[name] for name in ("AWS_CA_BUNDLE", "PIP_CERT", "SSL_CERT_FILE")} == {authority}
        for url in (emulator.url, emulator.url.replace("127.0.0.1", "localhost")):
            assert requests.get(f"{url}/_emulator/calls", verify=authority, timeout=60).ok
        with pytest.raises(requests.exceptions.SSLError):
            requests.get(f"{emulator.url}/_emulator/calls", timeout=60)


@pytest.mark.parametrize(
    "options",
    [
        {"token_lifetime": 0},
        {"token_lifetime": 43_201},
        {"packages": Path("no-such-folder")},
        {"repository_arn": "nonsense"},
    ],
)
def test_what_cannot_be_is_refused_at_once(options: dict[str, Any]) -> None:
    with pytest.raises(ConfigurationError):
        Emulator(**options)


def test_only_loopback_is_served() -> None:
    with Emulator() as emulator:
        port = int(emulator.url.rpartition(":")[2])
        others = {
            str(info[4][0]) for info in socket.getaddrinfo(socket.gethostname(), port, socket.AF_INET)
        } - {"127.0.0.1"}
        for address in others or {"127.0.0.2"}:
            with pytest.raises(OSError):
                socket.create_connection((address, port), timeout=2).close()


def test_the_samples_are_real_wheels(tmp_path: Path) -> None:
    core, features, plots = build_samples(tmp_path)
    target = tmp_path / "site"
    wheels = [str(core), str(features), str(plots)]
    installed = python(
        "-m",
        "pip",
        "--isolated",
        "install",
        "--no-index",
        "--find-links",
        str(tmp_path),
        "--target",
        str(target),
        *wheels,
    )
    assert installed.returncode == 0, installed.stderr
    code = "import acme_features as f, acme_plots as p; print(f.__version__, f.features([1, 2])['scaled'], p.bar([1]))"
    shown = python("-c", f"import sys; sys.path.insert(0, {str(target)!r}); {code}")
    assert shown.stdout.strip() == "1.2.0 [2, 4] ['#']"
    assert zipfile.ZipFile(core).testzip() is None


def test_building_the_same_wheel_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    first = build_wheel(tmp_path / "a", "Same.Thing", "2.0", ["acme-core"])
    second = build_wheel(tmp_path / "b", "Same.Thing", "2.0", ["acme-core"])
    assert first.name == "same_thing-2.0-py3-none-any.whl"
    assert first.read_bytes() == second.read_bytes()
