"""`verify = "before"`: nothing of a package runs, and nothing is installed, before its origin is known."""

from __future__ import annotations

import io
import json
import tarfile
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from jupyter_securepypi.emulator.samples import build_wheel

INSTALL = """
import json, sys
from jupyter_securepypi.core.errors import SecurePyPIError
from jupyter_securepypi.core.installer import Index
from jupyter_securepypi.core.requirements import check_arguments
from jupyter_securepypi.engines.choice import install_with
engine, verify, url, *words = sys.argv[1:]
try:
    install_with(engine, check_arguments(words), Index(url + "simple/", url), verify=verify)
    print("installed")
except SecurePyPIError as error:
    print(json.dumps(error.to_dict()))
"""


def source_archive(folder: Path, name: str, marker: Path) -> Path:
    """A package that says that it ran as soon as anybody asks what it needs."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}-9.0.tar.gz"
    setup = (
        f"open({str(marker)!r}, 'a').write('ran')\n"
        f"from setuptools import setup\nsetup(name={name!r}, version='9.0', py_modules=[])\n"
    )
    with tarfile.open(path, "w:gz") as archive:
        for file, text in {
            "PKG-INFO": f"Metadata-Version: 2.1\nName: {name}\nVersion: 9.0\n",
            "setup.py": setup,
        }.items():
            entry = tarfile.TarInfo(f"{name}-9.0/{file}")
            entry.size = len(text)
            archive.addfile(entry, io.BytesIO(text.encode()))
    return path


@pytest.fixture
def serve():
    """Serve folders on loopback; each is an index of its own."""
    running = []

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *words):
            pass

    def start(folder: Path) -> str:
        server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
        threading.Thread(target=server.serve_forever, daemon=True).start()
        running.append(server)
        return f"http://127.0.0.1:{server.server_port}/"

    yield start
    for server in running:
        server.shutdown()
        server.server_close()


def page(index: Path, name: str, links: dict[str, str]) -> None:
    (index / "simple" / name).mkdir(parents=True)
    text = "".join(f'<a href="{url}">{file}</a>\n' for file, url in links.items())
    (index / "simple" / name / "index.html").write_text(text)


def attempt(environment, engine, verify, url, *words):
    import os
    import subprocess

    command = [str(environment.python), "-c", INSTALL, engine, verify, url, *words]
    env = {**os.environ, "NO_PROXY": "127.0.0.1"}
    done = subprocess.run(command, capture_output=True, text=True, env=env, cwd=environment.cwd, timeout=170)
    assert done.returncode == 0, done.stderr
    last = done.stdout.splitlines()[-1]
    return "installed" if last == "installed" else json.loads(last)


def digest(path):
    import hashlib

    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_page_that_links_elsewhere_installs_nothing(environment, engine, serve, tmp_path):
    wheel = build_wheel(tmp_path / "elsewhere", "other-tool", "9.0")
    elsewhere = serve(tmp_path / "elsewhere")
    page(tmp_path / "index", "other-tool", {wheel.name: f"{elsewhere}{wheel.name}#sha256={digest(wheel)}"})
    refused = attempt(environment, engine, "before", serve(tmp_path / "index"), "other-tool")
    assert refused["kind"] == "ForeignOrigin"
    assert "Nothing has been installed" in refused["message"]
    assert environment.versions() == {}


def test_no_code_of_a_source_archive_runs(environment, engine, serve, tmp_path):
    ran = tmp_path / "ran"
    archive = source_archive(tmp_path / "elsewhere", "other", ran)
    elsewhere = serve(tmp_path / "elsewhere")
    page(tmp_path / "index", "other", {archive.name: f"{elsewhere}{archive.name}#sha256={digest(archive)}"})
    index = serve(tmp_path / "index")
    refused = attempt(environment, engine, "before", index, "other")
    assert refused["kind"] == "InstallFailed"
    assert "strict mode builds nothing" in refused["message"]
    assert not ran.exists()
    # The archive does run where it is let to, or the above would prove nothing.
    attempt(environment, "pip", "after", index, "--no-build-isolation", "other")
    assert ran.exists()


def test_the_command_line_asks_for_it_and_the_report_is_the_same(environment, engine):
    strict = environment.install("--engine", engine, "--verify", "before", "acme-features")
    environment.empty()
    usual = environment.install("--engine", engine, "--verify", "after", "acme-features")
    assert sorted(one["name"] for one in strict) == sorted(one["name"] for one in usual)
    assert {one["name"]: one["sha256"] for one in strict} == {one["name"]: one["sha256"] for one in usual}
    assert environment.versions() == {"acme_core": "1.4.0", "acme_features": "1.2.0"}


def test_the_configuration_asks_for_it(environment, engine, home, packages, tmp_path):
    config = home / ".jupyter/jupyter_securepypi_config.json"
    config.parent.mkdir()
    config.write_text(json.dumps({"SecurePyPI": {"verify": "before", "engine": engine}}))
    source_archive(packages, "other", tmp_path / "ran")
    assert "strict mode builds nothing" in environment.fails("install", "other")
    assert not (tmp_path / "ran").exists()


def test_building_on_purpose_contradicts_it(environment):
    said = environment.fails(
        "install", "--engine", "pip", "--verify", "before", "--no-binary", ":all:", "acme-core"
    )
    assert "wheels only" in said


def test_a_file_that_changes_after_its_hash_was_read_is_not_installed(environment, engine, serve, tmp_path):
    page(tmp_path / "index", "other-tool", {})
    wheel = build_wheel(tmp_path / "index/files", "other-tool", "9.0")
    link = f"../../files/{wheel.name}#sha256={'0' * 64}"
    (tmp_path / "index/simple/other-tool/index.html").write_text(f'<a href="{link}">{wheel.name}</a>')
    refused = attempt(environment, engine, "before", serve(tmp_path / "index"), "other-tool")
    assert refused["kind"] == "InstallFailed"
    assert environment.versions() == {}
