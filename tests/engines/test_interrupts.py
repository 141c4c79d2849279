"""Ctrl-C during an install: a line that says what has changed by then, and exit status 130."""

from __future__ import annotations

import os
import signal
import subprocess
import threading


def test_an_interrupted_command_says_that_nothing_was_installed(environment, engine, aws):
    environment.ok("refresh")
    before = len(aws.calls()["calls"])
    aws.faults(hang=60.0)
    command = [
        str(environment.python),
        "-m",
        "jupyter_securepypi.cli",
        "install",
        "--engine",
        engine,
        "acme-core",
    ]
    process = subprocess.Popen(
        command,
        cwd=environment.cwd,
        env=dict(os.environ),
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    asked = threading.Event()
    while len(aws.calls()["calls"]) == before:
        assert process.poll() is None
        asked.wait(0.05)
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does: to everything that runs in it
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert said.splitlines()[-1] == "Interrupted; nothing was installed."
    assert "Traceback" not in said


def test_what_was_installed_by_then_is_named(environment):
    code = """
import sysconfig
from pathlib import Path
from jupyter_securepypi.install.interrupted import interrupts_told
packages = Path(sysconfig.get_path("purelib"))
packages.joinpath("acme_plots-0.1.0.dist-info").mkdir()
packages.joinpath("acme_gone-2.0.dist-info").mkdir()
try:
    with interrupts_told():
        packages.joinpath("acme_core-1.4.0.dist-info").mkdir()
        packages.joinpath("acme_plots-0.1.0.dist-info").rename(packages / "acme_plots-0.3.0.dist-info")
        packages.joinpath("acme_gone-2.0.dist-info").rmdir()
        raise KeyboardInterrupt
except KeyboardInterrupt as error:
    print(error)
"""
    done = environment.call(code)
    assert done.stdout == (
        "Interrupted; by then: acme-core 1.4.0, acme-gone is gone (was 2.0), acme-plots 0.3.0 (was 0.1.0).\n"
    ), done.stderr
