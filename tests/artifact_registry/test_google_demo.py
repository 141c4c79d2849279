"""The whole product against the emulated Google Cloud, as `demo` shows and checks it."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import urllib.request

DEMO = [sys.executable, "-m", "jupyter_securepypi.cli", "demo", "--cloud", "google"]


def test_every_step_of_the_check_holds(tmp_path):
    environ = {**os.environ, "TMPDIR": str(tmp_path)}
    done = subprocess.run([*DEMO, "--check"], env=environ, capture_output=True, text=True, timeout=170)
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"^all \d+ steps hold", done.stdout, re.MULTILINE)


def test_the_notebook_speaks_of_this_cloud_only(tmp_path):
    environ = {**os.environ, "TMPDIR": str(tmp_path), "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        [*DEMO, "--no-browser"], env=environ, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        line = process.stdout.readline()
        try:
            address = re.search(r"http://127\.0\.0\.1:\d+/lab/tree/Welcome\.ipynb\?token=\w+", line).group()
            contents = address.replace("lab/tree", "api/contents")
            with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(
                contents, timeout=60
            ) as answer:
                cells = json.load(answer)["content"]["cells"]
        finally:
            process.send_signal(signal.SIGTERM)
        process.wait(timeout=60)
    text = "\n".join(cell["source"] for cell in cells)
    assert "stands in for Google Cloud" in text
    assert "acme-project/shared-pypi" in text
    assert not re.findall(r"AWS|SageMaker|acme/shared-pypi", text)
    assert "emulated Google Cloud" in line
