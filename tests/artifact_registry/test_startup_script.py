"""The start script for Google Cloud, run for real in a sandbox that looks like such a machine."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import forked
import pytest
from studio_sandbox import Studio

from jupyter_securepypi.emulator.google import GoogleEmulator
from jupyter_securepypi.emulator.google.world import READER
from jupyter_securepypi.emulator.samples import build_wheel

VERSION = "99.1.0"
MARKER = "LEAKEDTOKEN"


@pytest.fixture
def machine(google: GoogleEmulator, tmp_path: Path) -> Studio:
    """A machine whose image has pip and nothing of Google's, and an index with our package and what it needs."""
    build_wheel(google.packages_dir, "jupyter_securepypi", VERSION, ["acme-needed>=1"])
    build_wheel(google.packages_dir, "acme-needed", "1.5.0")
    sandbox = Studio(tmp_path / "machine", image=("pip",))
    sandbox.command("systemctl", f'echo "$*" >> {sandbox.root / "systemctl"}')
    return sandbox


@pytest.fixture
def needed(machine: Studio, google: GoogleEmulator, tmp_path: Path) -> Path:
    file = tmp_path / "needed.txt"
    [wheel] = google.packages_dir.glob("acme_needed*")
    file.write_text(f"acme-needed==1.5.0 --hash=sha256:{hashlib.sha256(wheel.read_bytes()).hexdigest()}\n")
    return file


def generate(*words: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "jupyter_securepypi.cli", "startup-script", *map(str, words)]
    return forked.run(command, capture_output=True, text=True, timeout=120)


def written(tmp_path: Path, machine: Studio, *words: str | Path, place: str = "workbench") -> Path:
    script = tmp_path / "startup.sh"
    done = generate("--for", place, "--prefix", machine.prefix, "--version-pin", VERSION, "-o", script, *words)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return script


def run(machine: Studio, google: GoogleEmulator, script: Path) -> subprocess.CompletedProcess[str]:
    done = machine.run(script, **google.environment("metadata"))
    assert MARKER not in done.stdout
    return done


def test_the_first_start_installs_without_anything_of_google_and_restarts_jupyter(
    machine: Studio, google: GoogleEmulator, needed: Path, tmp_path: Path
) -> None:
    done = run(machine, google, written(tmp_path, machine, "--requirements", needed))
    assert done.returncode == 0, done.stdout
    assert (machine.version(), machine.version("acme-needed")) == (VERSION, "1.5.0")
    config = json.loads((machine.prefix / "etc/jupyter/jupyter_securepypi_config.json").read_text())
    assert config["SecurePyPI"] == {"repository": google.repository, "role_arn": ""}
    assert "restart jupyter.service" in (machine.root / "systemctl").read_text()
    assert [path for path, content in machine.files().items() if MARKER.encode() in content] == []


def test_a_second_start_does_nothing_and_asks_nobody(
    machine: Studio, google: GoogleEmulator, needed: Path, tmp_path: Path
) -> None:
    script = written(tmp_path, machine, "--requirements", needed)
    run(machine, google, script)
    google.clear()
    (machine.root / "systemctl").unlink()
    done = run(machine, google, script)
    assert "is there and configured" in done.stdout
    assert google.calls()["calls"] == []
    assert not (machine.root / "systemctl").exists()


def test_a_service_account_is_impersonated(
    machine: Studio, google: GoogleEmulator, needed: Path, tmp_path: Path
) -> None:
    script = written(tmp_path, machine, "--requirements", needed, "--role", READER)
    google.clear()
    assert run(machine, google, script).returncode == 0
    assert machine.version() == VERSION
    assert google.calls()["counts"]["token:impersonation"] == 1


def test_colab_points_plain_pip_at_the_index_itself(
    machine: Studio, google: GoogleEmulator, needed: Path, tmp_path: Path
) -> None:
    script = written(tmp_path, machine, "--requirements", needed, place="colab-enterprise")
    # The sample has no command line: what matters is that it is called.
    done = run(machine, google, script)
    assert done.returncode == 0
    assert machine.version() == VERSION
    assert "plain pip does not use the index yet" in done.stdout
    assert not (machine.root / "systemctl").exists()


@pytest.mark.parametrize("strict", [False, True])
def test_without_a_metadata_server_the_machine_starts_unless_strict(
    machine: Studio, google: GoogleEmulator, needed: Path, tmp_path: Path, strict: bool
) -> None:
    script = written(tmp_path, machine, "--requirements", needed, *(["--strict"] if strict else []))
    variables = {**google.environment("metadata"), "GCE_METADATA_HOST": "127.0.0.1:9"}
    done = machine.run(script, **variables)
    assert done.returncode == int(strict)
    assert "computeMetadata" in done.stdout
    assert machine.version() == ""


class _WithoutToken(BaseHTTPRequestHandler):
    """A metadata server of somebody else's: its answers are JSON, and hold no token."""

    answer = b"{}"

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(self.answer)

    def log_message(self, *words: object) -> None:
        pass


@pytest.mark.parametrize("answer", [b"{}", b"[]", b'{"access_token": null}'])
def test_an_answer_without_a_token_is_told_in_one_line(
    machine: Studio, google: GoogleEmulator, needed: Path, tmp_path: Path, answer: bytes
) -> None:
    server = HTTPServer(("127.0.0.1", 0), type("Handler", (_WithoutToken,), {"answer": answer}))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    script = written(tmp_path, machine, "--requirements", needed)
    host = f"127.0.0.1:{server.server_port}"
    done = machine.run(script, **{**google.environment("metadata"), "GCE_METADATA_HOST": host})
    server.shutdown()
    server.server_close()
    assert done.returncode == 0, "the machine starts all the same"
    assert "the answer has no access_token" in done.stdout
    assert "Traceback" not in done.stdout


def test_other_indexes_and_another_hash_do_not_count(
    machine: Studio, google: GoogleEmulator, needed: Path, tmp_path: Path
) -> None:
    script = written(tmp_path, machine, "--requirements", needed, "--hash", "sha256:" + "0" * 64)
    variables = {**google.environment("metadata"), "PIP_EXTRA_INDEX_URL": "http://127.0.0.1:9/simple/"}
    done = machine.run(script, **variables)
    assert "THESE PACKAGES DO NOT MATCH" in done.stdout
    assert "127.0.0.1:9/simple" not in done.stdout
    assert machine.version() == ""


def test_a_folder_of_wheels_needs_no_google(
    machine: Studio, google: GoogleEmulator, needed: Path, tmp_path: Path
) -> None:
    wheels = tmp_path / "wheels"
    wheels.mkdir()
    for wheel in google.packages_dir.glob("*.whl"):
        shutil.copy2(wheel, wheels)
    [ours] = wheels.glob("jupyter_securepypi*")
    script = written(tmp_path, machine, "--requirements", needed, "--source", wheels, "--wheel", ours)
    google.clear()
    assert run(machine, google, script).returncode == 0
    assert machine.version() == VERSION
    assert google.calls()["calls"] == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            ("--repository", "arn:aws:codeartifact:us-west-2:111122223333:repository/a/b"),
            "not a repository of Artifact",
        ),
        (("--role", "arn:aws:iam::111122223333:role/Reader"), "not a service account"),
        (("--prefix", "opt/conda"), "not an absolute path"),
        (("--source", "gs://bucket"), "no source to install from"),
        (("--source", "/wheels"), "Nothing says which"),
        (("--requirements", "pins.txt"), "nothing says the hash of jupyter_securepypi"),
    ],
)
def test_what_cannot_be_is_refused(
    machine: Studio, words: tuple[str, ...], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pins.txt").write_text(f"acme-needed==1.5.0 --hash=sha256:{'0' * 64}\n")
    # A version that the index does not have, so that it tells no hash.
    done = generate("--for", "workbench", "--version-pin", "98.0", *words)
    assert (done.returncode, done.stdout) == (1, "")
    assert said in done.stderr


def test_shellcheck_finds_nothing_and_the_commands_name_the_bucket(machine: Studio, tmp_path: Path) -> None:
    for place in ("workbench", "colab-enterprise"):
        script = tmp_path / f"{place}.sh"
        done = generate("--for", place, "--version-pin", VERSION, "--bucket", "gs://acme", "-o", script)
        assert f"gs://acme/{script.name}" in done.stdout
        checked = subprocess.run(["shellcheck", script], capture_output=True, text=True)
        assert checked.returncode == 0, checked.stdout
