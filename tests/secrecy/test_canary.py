"""The canary: with marks in every secret all is driven, and the marks stand in two files of mode 0600 only."""

from __future__ import annotations

import os
import subprocess
import sys
import time

import drive
import drive_administrator
import drive_browser
import drive_environment
import drive_google
import pytest
from canary_support import canary
from e2e_support import chromium, need


@pytest.fixture(scope="module")
def driven(tmp_path_factory):
    """All of it, after everything was done to it."""
    parts = [drive.server, drive.notebook, drive.rejected, drive.terminal, drive.jobs, drive.crash]
    parts += [drive_environment.packages, drive_environment.save, drive_environment.gate]
    parts += [drive_environment.notebook, drive_administrator.repositories, drive_administrator.hub]
    parts += [drive_google.google]
    if chromium():
        parts.insert(1, drive_browser.browser)
    with canary(tmp_path_factory.mktemp("canary"), lab=True) as found:
        for part in parts:
            part(found)
        found.cli("refresh")
        found.stop()
        yield found


@pytest.mark.timeout(600)
def test_what_was_driven_did_what_it_is_for(driven):
    """A canary that nobody sends down a mine sings for ever."""
    shown = "\n".join(driven.outputs.values())
    assert "this build fails" in shown
    assert "A fault in jupyter_securepypi itself: RuntimeError." in shown
    assert driven.watch.samples > 10_000
    assert "jupyter_securepypi" in driven.outputs["events of the server"]
    for text in driven.token_files:
        assert driven.token in text.read_text()


def test_a_browser_was_driven_too(driven):
    need(chromium(), "the canary's browser part needs Chromium (Debian: apt-get install chromium)")
    kept = driven.outputs["storage of the browser"]
    assert "@jupyterlab" in kept, "nothing was read of what it keeps"
    assert any(name.startswith("response to") and "/securepypi/status" in name for name in driven.outputs)


def test_the_marks_stand_where_they_may_and_nowhere_else(driven):
    assert "\n".join(driven.leaks()) == ""


def until_seen(driven, command, environ):
    """Let a process run until the watch has seen one more leak."""
    before = len(driven.watch.hits)
    with subprocess.Popen(command, env=environ) as process:
        deadline = time.monotonic() + 60
        while len(driven.watch.hits) == before and time.monotonic() < deadline:
            time.sleep(0.01)
        process.kill()


def plant(place, driven):
    """Leak the token, or a key, in one of the ways there are."""
    sleep = [sys.executable, "-c", "import time; time.sleep(600)"]
    if place == "argv":
        until_seen(driven, [*sleep, driven.token], os.environ)
    elif place == "environment":
        until_seen(driven, sleep, {**os.environ, "PIP_INDEX_URL": f"https://aws:{driven.token}@host/"})
    elif place == "log":
        with driven.box.log.open("a") as log:
            log.write(f"minted {driven.token}\n")
    elif place == "file":
        (driven.box.work / "planted.txt").write_text(driven.key)
    elif place == "mode":
        (driven.box.home / ".netrc").chmod(0o644)
    elif place == "output":
        driven.run(
            sys.executable, "-c", f"print('Basic', __import__('base64').b64encode(b'aws:{driven.token}'))"
        )


@pytest.mark.parametrize("place", ["argv", "environment", "log", "file", "mode", "output"])
def test_a_planted_leak_is_found(driven, place):
    before = set(driven.leaks())
    plant(place, driven)
    assert set(driven.leaks()) - before
