"""Environments and homes on a disk that cannot be written, as an image's or a mounted volume's."""

from __future__ import annotations

import asyncio
import logging
import os
import time

import pytest

from jupyter_securepypi.clients import originals
from jupyter_securepypi.clients.publish import publish
from jupyter_securepypi.config import load_options
from jupyter_securepypi.core.environment import PythonEnvironment
from jupyter_securepypi.core.errors import FileProblem
from jupyter_securepypi.core.grant import Grant
from jupyter_securepypi.core.token import Token
from jupyter_securepypi.server.refresher import Refresher
from jupyter_securepypi.token.broker import TokenBroker

pytestmark = pytest.mark.usefixtures("impatient")

THEIRS = "[global]\nindex-url = https://packages.example.com/simple\n"


@pytest.fixture
def prefix(disk):
    folder = disk.path / "env"
    folder.mkdir()
    return folder


@pytest.fixture
def home_on_disk(disk, monkeypatch):
    folder = disk.path / "home"
    (folder / "runtime").mkdir(parents=True)
    monkeypatch.setenv("HOME", str(folder))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(folder / ".config"))
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(folder / "runtime"))
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(folder / "data"))
    return folder


def published(prefix):
    options = load_options()
    grant = TokenBroker(options.mint_request()).current()
    kernel = PythonEnvironment("one", "One", "python", prefix, "", os.environ)
    return grant, publish(options, grant, [kernel])


def test_the_users_own_file_gets_the_last_word_over_a_read_only_environment(disk, prefix, aws, home):
    disk.read_only()
    grant, done = published(prefix)
    assert done.findings == ()
    assert f"index-url = {grant.index_url}" in (home / ".config/pip/pip.conf").read_text()
    assert not list(prefix.iterdir())


def test_an_index_that_a_read_only_environment_names_is_left_alone_and_reported(disk, prefix, aws):
    (prefix / "pip.conf").write_text(THEIRS)
    disk.read_only()
    _, done = published(prefix)
    assert any(str(prefix / "pip.conf") in str(finding) for finding in done.findings)
    assert (prefix / "pip.conf").read_text() == THEIRS


def test_a_read_only_home_is_reported_file_by_file_and_the_environment_is_served(
    disk, home_on_disk, aws, tmp_path, monkeypatch
):
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path / "runtime"))
    (tmp_path / "env").mkdir()
    disk.read_only()
    _, done = published(tmp_path / "env")
    assert done.written == ()
    assert any("JUPYTER_DATA_DIR" in str(finding) for finding in done.findings), "originals cannot be kept"


def test_without_a_place_for_the_token_the_command_says_what_to_set(disk, home_on_disk, aws, command):
    disk.read_only()
    done = command("refresh")
    assert done.returncode == 1
    assert "Read-only file system" in done.stderr
    assert "JUPYTER_RUNTIME_DIR" in done.stderr


def test_a_disk_that_turns_read_only_keeps_the_token_that_still_serves(disk, home_on_disk, aws):
    broker = TokenBroker(load_options().mint_request())
    broker.store.prepare()
    now = time.time()
    broker.store.save(Grant(Token("the-old-one", now + 3600, now - 39_600, ""), "https://i/pypi/r/", "aws"))
    disk.read_only()
    assert broker.current().token.secret == "the-old-one"
    with pytest.raises(FileProblem, match="Read-only file system"):
        broker.current(newer_than=now)
    disk.writable()
    assert broker.current().token.secret != "the-old-one"


def test_editing_without_a_lock_is_refused(disk, home_on_disk):
    with originals.locked():
        pass
    for path in home_on_disk.rglob("lock"):
        path.unlink()
    disk.read_only()
    with pytest.raises(FileProblem, match="Read-only file system"), originals.locked():
        pass


def test_the_server_shows_what_keeps_it_from_a_token(disk, home_on_disk, aws):
    disk.read_only()

    async def serve():
        refresher = Refresher(
            specs=dict, announce=lambda *_: None, on_options=lambda _: None, log=logging.getLogger("test")
        )
        refresher.start()
        try:
            with pytest.raises(FileProblem):
                await refresher.refresh()
            return refresher.status()
        finally:
            await refresher.stop()

    status = asyncio.run(serve())
    assert (status.state, type(status.error)) == ("missing", FileProblem)
    assert "JUPYTER_RUNTIME_DIR" in status.error.remedy
