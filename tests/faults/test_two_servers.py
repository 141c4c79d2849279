"""Two servers of one user, one home, two repositories: the first has the shared files, each has its netrc entry."""

from __future__ import annotations

import copy
import json
import netrc
import os
import platform
import time
from urllib.parse import urlsplit

import forked
import pytest

from jupyter_securepypi.demo.sandbox import Sandbox
from jupyter_securepypi.emulator import Emulator

OTHER = "arn:aws:codeartifact:us-west-2:111122223333:repository/other/team-pypi"


@pytest.fixture
def other_aws():
    with Emulator(named="localhost", repository_arn=OTHER) as running:
        yield running


@pytest.fixture
def servers(aws, other_aws, tmp_path):
    options = {"role_arn": "", "poll_interval": 0.3, "clients": ["pip", "pip-user", "uv", "netrc"]}
    first = Sandbox(tmp_path / "sandbox", aws.environment(), options)
    second = copy.copy(first)
    runtime = tmp_path / "second-runtime"
    runtime.mkdir()
    second.environ = {**first.environ, **other_aws.environment(), "JUPYTER_RUNTIME_DIR": str(runtime)}
    second.port, second.log = first.port + 100, first.root / "second.log"
    with first, second:
        yield first, second


def until(condition, what):
    deadline = time.monotonic() + 60
    while not (found := condition()):
        assert time.monotonic() < deadline, what
        time.sleep(0.1)
    return found


def settled(server):
    return until(
        lambda: (found := server.get("securepypi/status"))["state"] == "fresh" and found, server.log.read_text
    )


def written(server, aws):
    """The shared files that lead to the index of `aws`, of those that there are."""
    files = [
        server.prefix / "pip.conf",
        server.home / ".config/pip/pip.conf",
        server.home / ".config/uv/uv.toml",
    ]
    return [file.name for file in files if file.is_file() and aws.index_url in file.read_text()]


def entries(server):
    return set(netrc.netrc(str(server.home / ".netrc")).hosts)


def cli(server, *words):
    command = [server.python, "-m", "jupyter_securepypi.cli", *words]
    return forked.run(command, env=server.environ, capture_output=True, text=True, timeout=120, cwd=server.work)


def test_the_second_leaves_the_shared_files_alone_and_says_whom_it_met(servers, aws, other_aws):
    first, second = servers
    first.start()
    settled(first)
    until(lambda: len(written(first, aws)) == 3, "the first server's files")
    second.start()
    status = until(
        lambda: (found := second.get("securepypi/status"))["error"] and found, "the second server's word"
    )
    assert status["state"] == "fresh"
    said = f"Another Jupyter server of yours (process {first.process.pid}) serves acme/shared-pypi"
    assert said in status["error"]["message"]
    assert "stop that server" in status["error"]["remedy"]
    until(lambda: said in second.log.read_text(), "the second server's log")
    assert first.get("securepypi/status")["error"] is None

    # For several turns of both: nothing swings, and each host has its own entry.
    hosts = {urlsplit(aws.index_url).hostname, urlsplit(other_aws.index_url).hostname}
    until(lambda: entries(first) == hosts, "an entry for each")
    for _ in range(12):
        assert len(written(first, aws)) == 3
        assert written(first, other_aws) == []
        assert entries(first) == hosts
        time.sleep(0.1)

    assert said in cli(second, "status").stdout
    assert said in cli(second, "doctor").stdout
    refused = cli(second, "configure")
    assert refused.returncode == 1
    assert said in refused.stdout
    assert said not in cli(first, "status").stdout

    # Once the first one has ended, the second one has the files.
    first.stop()
    until(lambda: len(written(second, other_aws)) == 3, "the files of the server that is left")
    until(lambda: second.get("securepypi/status")["error"] is None, "nothing more to say")
    until(lambda: entries(second) == {urlsplit(other_aws.index_url).hostname}, "its entry alone")


def test_two_servers_of_one_repository_share_everything(servers, aws):
    first, second = servers
    second.environ = {**second.environ, **aws.environment()}
    for server in servers:
        server.start()
    for server in servers:
        assert settled(server)["error"] is None
    first.stop()
    settled(second)
    assert len(written(second, aws)) == 3


def test_a_note_of_a_server_that_was_killed_or_is_damaged_binds_nobody(servers, aws, other_aws):
    first, second = servers
    first.start()
    settled(first)
    first.process.kill()
    first.process.wait()
    [file] = first.home.rglob("servers.json")
    notes = json.loads(file.read_text())["servers"]
    odd = [None, 7, {}, {**notes[0], "pid": "x"}, {**notes[0], "repository": None}, {**notes[0], "seen": True}]
    file.write_text(json.dumps({"servers": [*odd, *notes]}))
    second.start()
    assert settled(second)["error"] is None
    until(lambda: len(written(second, other_aws)) == 3, "the second server's files")


def test_a_note_of_a_repository_that_nobody_here_knows_is_told_and_keeps_no_token_back(servers, aws):
    first, _ = servers
    note = {
        "pid": os.getpid(),
        "machine": platform.node(),
        "repository": "gopher://x",
        "host": "x",
        "seen": time.time(),
    }
    folder = first.home / ".local/share/jupyter/securepypi"
    folder.mkdir(parents=True, mode=0o700)
    (folder / "servers.json").write_text(json.dumps({"servers": [note]}))
    first.start()
    status = until(lambda: (found := first.get("securepypi/status"))["error"] and found, "its word")
    assert status["state"] == "fresh"
    assert "serves gopher://x" in status["error"]["message"]
    assert urlsplit(aws.index_url).hostname in entries(first)
