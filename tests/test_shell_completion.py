"""TAB in real shells: commands, options and package names, behind `jupyter securepypi` as people type it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pexpect
import pytest
from throwaway import NotMade, not_made

BIN = Path(sys.executable).parent
STARTS = {
    "bash": ["--norc", "--noprofile", "-i"],
    "zsh": ["-f", "-i"],
    "fish": ["--no-config", "-i"],
}
READY = {
    "bash": "bind 'set show-all-if-ambiguous on'; PS1='ready> '",
    "zsh": "autoload -Uz compinit; compinit -u; PS1='ready> '",
    "fish": "function fish_prompt; echo 'ready> '; end",
}
ESCAPES = re.compile(
    r"\x1b(?:\[[0-9;?>=]*[A-Za-z~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[()][A-Z0-9]|[=>78])|[\x00-\x09\x0b-\x1f]"
)


def jupyter(*words):
    return subprocess.run(
        [BIN / "jupyter-securepypi", *words], capture_output=True, text=True, timeout=60, check=True
    )


def has_names(home):
    """Press TAB as a shell does until the names are on disk, which another process writes meanwhile."""
    kept, deadline = home / ".local/share/jupyter/securepypi", time.monotonic() + 90
    code = "from jupyter_securepypi.config import load_options as options\n"
    code += (
        "from jupyter_securepypi.install.questions.index_names import names_on_disk; names_on_disk(options())"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
    while not any("acme-core" in path.read_text() for path in kept.glob("names-*.json")):
        assert time.monotonic() < deadline, list(kept.iterdir())
        time.sleep(0.1)  # it is nobody's child


@pytest.fixture(params=list(STARTS))
def shell(request, home, aws):
    """A shell that has read what `completion` prints for it."""
    path = shutil.which(request.param)
    if not path:
        not_made(NotMade(f"{request.param} is not on this machine"))
    jupyter("refresh")
    has_names(home)
    lines = home / "completion"
    lines.write_text(jupyter("completion", request.param).stdout)
    env = {**os.environ, "PATH": f"{BIN}:{os.environ['PATH']}", "TERM": "xterm", "HOME": str(home)}
    running = pexpect.spawn(
        path, STARTS[request.param], env=env, encoding="utf-8", timeout=60, dimensions=(60, 150)
    )
    running.sendline(READY[request.param])
    running.sendline(f". {lines}")
    running.sendline("echo all''set")
    running.expect("allset")
    yield running
    running.close(force=True)


def tab(shell, line, expected):
    """Type `line` and TAB, and again, until the screen shows `expected` behind it."""
    shell.send(line)
    text = ""
    for _ in range(2):
        shell.send("\t")
        try:
            while not re.search(expected, ESCAPES.sub("", text).replace(line, "", 1)):
                text += shell.read_nonblocking(4000, timeout=30)
            break
        except pexpect.TIMEOUT:
            continue
    else:
        raise AssertionError(repr(text))
    shell.send("\x03")
    shell.sendline("echo next''line")
    shell.expect("nextline")


def test_commands_options_and_names_are_completed(shell):
    tab(shell, "jupyter securepypi unin", r"all|stall")
    tab(shell, "jupyter securepypi install --ver", r"ify|verify|verbose")
    tab(shell, "jupyter-securepypi install acme-c", r"ore")


def test_wrong_shell_is_wrong_usage():
    done = subprocess.run(
        [BIN / "jupyter-securepypi", "completion", "tcsh"], capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 2
    assert "bash" in done.stderr
