"""Real pips, an index on loopback that writes down who asks for what, and a decoy beside it."""

from __future__ import annotations

import subprocess
import sys
import threading
import zipfile
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from jupyter_securepypi.clients.pip_write import point_at

WHEEL = "acme_tool-1.0-py3-none-any.whl"


@pytest.fixture
def index(tmp_path):
    """An http server: ``/secure/`` and ``/decoy/`` offer the same project; `requests` lists the paths asked for."""
    with zipfile.ZipFile(tmp_path / WHEEL, "w") as archive:
        archive.writestr("acme_tool.py", "")
        archive.writestr(
            "acme_tool-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: acme-tool\nVersion: 1.0\n"
        )
        archive.writestr(
            "acme_tool-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        archive.writestr("acme_tool-1.0.dist-info/RECORD", "")
    wheel = (tmp_path / WHEEL).read_bytes()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            self.server.requests.append(self.path)
            body = wheel if self.path.endswith(".whl") else f'<a href="{WHEEL}">{WHEEL}</a>'.encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.requests = []
    server.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture(params=["the environment's pip", "the newest pip"])
def pip(request, clean_venv, environ, tmp_path):
    """Run pip in the virtual environment: the one that came with Python, or this environment's, from outside."""
    python = clean_venv / "bin/python"
    start = {
        "the environment's pip": [python, "-m", "pip"],
        "the newest pip": [sys.executable, "-m", "pip", "--python", python],
    }

    def run(*arguments):
        command = [str(word) for word in (*start[request.param], *arguments)]
        options = {"capture_output": True, "text": True, "timeout": 60, "check": False}
        return subprocess.run(command, env=environ, cwd=tmp_path, **options)

    return run


COMMANDS = [
    ("install", "--dry-run", "acme-tool"),
    ("download", "-d", "got", "acme-tool"),
    ("wheel", "-w", "got", "acme-tool"),
    ("index", "versions", "acme-tool"),
]


def test_every_command_asks_the_secure_index_only(pip, index, clean_venv, environ, user_file, tmp_path):
    decoy = f"{index.url}/decoy"
    sections = ["global", "install", "download", "wheel", "index"]
    hostile = f"extra-index-url = {decoy}/extra\nfind-links = {decoy}/links\npypi-url = {decoy}/alias\n"
    user_file.write_text("".join(f"[{section}]\n{hostile}" for section in sections))
    assert pip(*COMMANDS[0]).returncode == 0
    assert any(path.startswith("/decoy/") for path in index.requests), (
        "the test must start from a hostile configuration"
    )
    index.requests.clear()

    outcome = point_at(clean_venv, f"{index.url}/secure/simple/", environ)

    assert not outcome.findings
    for command in COMMANDS:
        done = pip(*command)
        assert done.returncode == 0, done.stderr
        assert "WARNING: Location" not in done.stderr
    assert {path.split("/")[1] for path in index.requests} == {"secure"}
    assert sum(path == "/secure/simple/acme-tool/" for path in index.requests) == len(COMMANDS)


def test_pip_lists_what_was_written_and_what_was_there(pip, clean_venv, environ):
    (clean_venv / "pip.conf").write_text("[global]\ntimeout = 7\n[list]\nformat = json\n")
    point_at(clean_venv, "https://index.example/simple/", environ)

    listed = pip("config", "list", "--site").stdout.splitlines()

    assert sorted(listed) == [
        "global.disable-pip-version-check='true'",
        "global.extra-index-url='https://index.example/simple/'",
        "global.index-url='https://index.example/simple/'",
        "global.timeout='7'",
        "list.format='json'",
    ]
