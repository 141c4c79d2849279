"""A disk without any space left: nothing is lost or half written, what is wrong is said, and space mends it."""

from __future__ import annotations

import os
import time

import pytest

from jupyter_securepypi.clients import originals
from jupyter_securepypi.clients.publish import publish
from jupyter_securepypi.clients.undo import restore
from jupyter_securepypi.config import load_options
from jupyter_securepypi.core.environment import PythonEnvironment
from jupyter_securepypi.core.errors import Unreachable
from jupyter_securepypi.core.grant import Grant
from jupyter_securepypi.core.token import Token
from jupyter_securepypi.install import history
from jupyter_securepypi.token.broker import TokenBroker

pytestmark = pytest.mark.usefixtures("impatient")

USERS = "[global]\nindex-url = https://packages.example.com/simple\n# mine\n"


@pytest.fixture
def full(disk, monkeypatch):
    """A home on a disk that is full to the last byte, with a pip.conf and a netrc of the user's."""
    folder = disk.path / "home"
    for name in ("runtime/securepypi", "data/securepypi/originals", "env"):
        (folder / name).mkdir(parents=True, mode=0o700)
    (folder / "env/pip.conf").write_text(USERS)
    (folder / ".netrc").write_text("machine example.com login me password mine\n")
    monkeypatch.setenv("HOME", str(folder))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(folder / ".config"))
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(folder / "runtime"))
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(folder / "data"))
    return disk


def files(disk):
    """What is on the disk, without the locks, which are empty."""
    found = [path for path in disk.path.rglob("*") if path.is_file() and path.suffix != ".lock"]
    return {path: path.read_bytes() for path in found if path.name not in ("filler", "lock")}


def token(broker, now, *, left, lifetime=43200.0):
    broker.store.prepare()
    broker.store.save(
        Grant(Token("the-old-one", now + left, now + left - lifetime, ""), "https://i/pypi/r/", "aws")
    )


def test_a_refresh_says_so_and_leaves_the_old_token(full, aws, command):
    assert command("refresh").returncode == 0
    before = files(full)
    full.fill()
    done = command("refresh")
    assert done.returncode == 1
    assert "No space left on device" in done.stderr
    assert "try" in done.stderr
    assert files(full) == before
    full.free()
    assert command("refresh").returncode == 0


def test_the_first_token_cannot_be_kept_and_that_is_said(full, aws, command):
    full.fill()
    done = command("refresh")
    assert done.returncode == 1
    assert "No space left on device" in done.stderr
    assert "JUPYTER_RUNTIME_DIR" in done.stderr or "free some space" in done.stderr


def test_a_token_that_still_serves_is_kept(full, aws):
    broker = TokenBroker(load_options().mint_request())
    token(broker, time.time(), left=3600.0)
    full.fill()
    assert broker.current().token.secret == "the-old-one"


def test_what_aws_said_is_not_hidden_by_the_disk(full, aws):
    def down(request):
        raise Unreachable("AWS is down")

    broker = TokenBroker(load_options().mint_request(), mint=down)
    broker.store.prepare()
    full.fill()
    with pytest.raises(Unreachable, match="AWS is down"):
        broker.current()


def test_no_file_is_lost_or_half_written_and_each_is_named(full, aws):
    options = load_options()
    grant = TokenBroker(options.mint_request()).current()
    kernel = PythonEnvironment("one", "One", "python", full.path / "home/env", "", os.environ)
    before = files(full)
    full.fill()
    done = publish(options, grant, [kernel])
    assert done.written == ()
    assert any("netrc" in str(finding) for finding in done.findings)
    assert any("kernel one" in str(finding) for finding in done.findings)
    assert files(full) == before

    full.free()
    assert {path.name for path in publish(options, grant, [kernel]).written} >= {".netrc", "pip.conf"}


def test_restoring_waits_for_space(full, aws):
    options = load_options()
    options.clients = ["pip"]  # the record of another file would make space when it goes
    grant = TokenBroker(options.mint_request()).current()
    kernel = PythonEnvironment("one", "One", "python", full.path / "home/env", "", os.environ)
    publish(options, grant, [kernel])
    full.fill()
    assert "No space left on device" in " ".join(map(str, originals.restore_all().findings))
    assert grant.index_url in (full.path / "home/env/pip.conf").read_text()

    full.free()
    assert restore().findings == ()
    assert (full.path / "home/env/pip.conf").read_text() == USERS


def test_an_install_works_and_says_that_its_record_is_missing(full, aws, command, tmp_path):
    assert command("refresh").returncode == 0
    full.fill()
    done = command("install", "--target", tmp_path / "there", "acme-core")
    assert done.returncode == 0, done.stderr
    assert "history cannot be written" in done.stderr
    assert list((tmp_path / "there").glob("acme_core-*.dist-info"))


def test_a_record_that_does_not_fit_whole_is_an_error_and_spoils_no_other(full):
    def record(name, size):
        history.record([name], repository="public", outcome=Unreachable("down", why="x" * size), seconds=1.0)

    record("first", 1)
    recorded = 0
    with pytest.raises(OSError, match="No space left"):
        for _ in range(10):
            record("large", 200_000)
            recorded += 1
    (full.path / "home/env/pip.conf").unlink()
    (full.path / "home/.netrc").unlink()
    record("last", 1)
    names = [entry["arguments"][0] for entry in history.read()]
    assert names == ["last", *["large"] * recorded, "first"]
