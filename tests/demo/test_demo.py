"""`jupyter securepypi demo`: opens what it promises, and leaves nothing behind."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
import urllib.request

import psutil
import pytest

from jupyter_securepypi.demo.leaks import ProcessWatch, files_with

DEMO = [sys.executable, "-m", "jupyter_securepypi.cli", "demo", "--no-browser"]


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGINT])
def test_the_demo_opens_lab_with_the_notebook_and_leaves_nothing(tmp_path, ending):
    (tmp_path / "tmp").mkdir()
    environ = {**os.environ, "TMPDIR": str(tmp_path / "tmp"), "PYTHONUNBUFFERED": "1"}
    said = tmp_path / "said.txt"
    with said.open("w") as errors:
        process = subprocess.Popen(DEMO, env=environ, stdout=subprocess.PIPE, stderr=errors, text=True)
    line = process.stdout.readline()
    assert said.read_text().index("emulated AWS") < said.read_text().index("Starting JupyterLab")
    address = re.search(r"http://127\.0\.0\.1:\d+/lab/tree/Welcome\.ipynb\?token=\w+", line).group()
    contents = address.replace("lab/tree", "api/contents")
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(contents, timeout=30) as answer:
        assert b"Secure PyPI in two minutes" in answer.read()
    children = psutil.Process(process.pid).children(recursive=True)
    process.send_signal(ending)
    assert process.wait(timeout=60) == 0
    process.stdout.close()
    assert psutil.wait_procs(children, timeout=60)[1] == []
    assert not list((tmp_path / "tmp").glob("securepypi-*"))


def test_a_planted_leak_is_seen_in_argv_and_environment():
    sleep = [sys.executable, "-c", "import time; time.sleep(600)"]
    planted = (("argv", [*sleep, "planted-secret"], {}), ("environment", sleep, {"LEAK": "planted-secret"}))
    with ProcessWatch("planted-secret") as watch:
        for place, command, environ in planted:
            with subprocess.Popen(command, env={**os.environ, **environ}) as process:
                deadline = time.monotonic() + 60
                while f"{place} of process {process.pid}" not in watch.hits:
                    assert time.monotonic() < deadline, watch.hits
                    time.sleep(0.01)
                process.kill()
    assert {hit.split(" of ")[0] for hit in watch.hits} == {"argv", "environment"}


def test_a_planted_leak_is_seen_in_a_file_and_in_an_open_one(tmp_path):
    for name, mode in (("log", 0o600), ("store", 0o644), ("netrc", 0o600)):
        (tmp_path / name).write_text("x planted-secret x")
        (tmp_path / name).chmod(mode)
    found = files_with("planted-secret", tmp_path, allowed=[tmp_path / "store", tmp_path / "netrc"])
    assert sorted(path.name for path in found) == ["log", "store"]
