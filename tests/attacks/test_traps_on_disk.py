"""What a neighbour on the machine can put where our files will be: tried, and what happens.

| trap                                   | must happen                                                    |
| -------------------------------------- | -------------------------------------------------------------- |
| a symbolic link to somebody's file     | that file stays as it is, byte for byte                        |
| a hard link to a file                  | the file that it is linked to stays as it is                   |
| a named pipe                           | an error within seconds: nobody waits for its other end        |
| a device                               | an error: it is not replaced by a file                         |
| a folder                               | an error                                                       |
| a private folder made by somebody else | an error that names it, and nothing is written into it         |
| a lock of another user, held for ever  | it is passed over                                              |
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import zipfile
from contextlib import contextmanager
from pathlib import Path

import pytest
from another_user import USER, become, needs_another_user

from jupyter_securepypi.administration.mirror import carrier
from jupyter_securepypi.administration.mirror.carrier import Carrier
from jupyter_securepypi.administration.mirror.manifest import NAME, Entry, Manifest
from jupyter_securepypi.cli import main
from jupyter_securepypi.clients.originals import data_folder, locked
from jupyter_securepypi.clients.publish import publish
from jupyter_securepypi.config import load_options, save_repository
from jupyter_securepypi.core import install_lock
from jupyter_securepypi.core.environment import PythonEnvironment
from jupyter_securepypi.core.errors import FileProblem, SecurePyPIError, Unreachable
from jupyter_securepypi.core.files import write_atomically
from jupyter_securepypi.core.grant import Grant
from jupyter_securepypi.core.token import Token
from jupyter_securepypi.emulator.emulator import DEFAULT_REPOSITORY
from jupyter_securepypi.install import history
from jupyter_securepypi.token.store import TokenStore, runtime_folder

pytestmark = needs_another_user
GOOGLE = "projects/acme-project/locations/europe-west1/repositories/shared-pypi"
PRECIOUS = b"[global]\ntimeout = 7\n"
# Where our file would be read first, it is one that can be read.
OF_ITS_KIND = {
    "netrc": b"machine a.example.com login a password b\n",
    "saved configuration": b"{}\n",
    "uv.toml": b"\n",
}


@contextmanager
def within(seconds):
    """Fail, by an exception in the middle of whatever waits, once that has taken too long."""

    def ring(*_):
        raise AssertionError("it waits for somebody who never comes")

    before = signal.signal(signal.SIGALRM, ring)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


# What is to be written: where, and how.


def grant():
    now = time.time()
    return Grant(Token("a-token", now + 43_200, now), "http://127.0.0.1:9/pypi/r/", "aws")


def publishing(client, place):
    """How the server writes the file of a client, which reports what it cannot do."""

    def write(home):
        options = load_options()
        options.repository, options.clients = DEFAULT_REPOSITORY, [client]
        (home / "env").mkdir(exist_ok=True)
        kernel = PythonEnvironment("one", "One", "python", home / "env", "", os.environ)
        found = publish(options, grant(), [kernel]).findings
        if found:
            raise FileProblem(str(found[0]))

    return place, write


def commanded(*words, place="out"):
    def write(home):
        if main([*words, str(home / "out")]):
            raise FileProblem("it said why")

    return place, write


def saving(home):
    save_repository(DEFAULT_REPOSITORY)


def recording(home):
    history.record(["acme"], repository="r", outcome=Unreachable("down"), seconds=1.0)
    assert history.read(1)


WRITERS = {
    "netrc": publishing("netrc", ".netrc"),
    "pip.conf": publishing("pip", "env/pip.conf"),
    "uv.toml": publishing("uv", ".config/uv/uv.toml"),
    "saved configuration": (".jupyter/jupyter_securepypi_config.json", saving),
    "bundle": commanded("bundle", "-o"),
    "freeze": commanded("freeze", "--all", "-o"),
    "sbom": commanded("sbom", "-o"),
    "lifecycle script": commanded("lifecycle-config", "--repository", DEFAULT_REPOSITORY, "-o"),
    "startup script": commanded("startup-script", "--for", "workbench", "--repository", GOOGLE, "-o"),
    "Terraform": commanded(
        *("terraform", "--repository", GOOGLE, "--readers", "group:all@example.com", "--force", "-o"),
        place="out/main.tf",
    ),
}


def symbolic(path, precious):
    os.chown(precious, USER, USER)
    path.symlink_to(precious)


def hard(path, precious):
    os.link(precious, path)


def pipe(path, precious):
    os.mkfifo(path)


def device(path, precious):
    path.symlink_to("/dev/full")


def folder(path, precious):
    path.mkdir()


TRAPS = [symbolic, hard, pipe, device, folder]


@pytest.fixture
def precious(tmp_path):
    path = tmp_path / "precious"
    path.write_bytes(PRECIOUS)
    return path


@pytest.fixture
def device_stays():
    before = os.stat("/dev/full")
    yield
    assert os.path.samestat(os.stat("/dev/full"), before)
    assert Path("/dev/full").is_char_device()


@pytest.mark.usefixtures("device_stays")
# Into a folder `bundle` writes a file of its usual name.
@pytest.mark.parametrize(
    ("writer", "trap"), [(w, t) for w in WRITERS for t in TRAPS if (w, t) != ("bundle", folder)]
)
def test_no_trap_at_a_file_of_ours_costs_anybody_theirs(home, precious, writer, trap):
    place, write = WRITERS[writer]
    path, content = home / place, OF_ITS_KIND.get(writer, PRECIOUS)
    path.parent.mkdir(parents=True, exist_ok=True)
    precious.write_bytes(content)
    precious.chmod(0o600)
    trap(path, precious)
    kind = path.lstat().st_mode
    with within(20):
        if trap is hard:
            write(home)  # the name gets a file of its own
            assert path.read_bytes() != content
        else:
            with pytest.raises(SecurePyPIError):
                write(home)
            assert path.lstat().st_mode == kind, "it is still what it was"
    assert precious.read_bytes() == content


@pytest.mark.parametrize("trap", [symbolic, hard])
def test_plain_writing_falls_for_the_links(home, precious, trap):
    """Or the above would show nothing."""
    trap(home / "out", precious)
    (home / "out").write_text("ours")
    assert precious.read_bytes() == b"ours"


def test_plain_replacing_falls_for_a_device(tmp_path):
    """What replaces a file atomically replaces a link to a device, or the device itself in a folder of root's."""
    (tmp_path / "out").symlink_to("/dev/full")
    write_atomically(tmp_path / "out", b"ours")
    assert (tmp_path / "out").is_file()


# Folders that hold tokens, originals and the history.


def keeping_a_token(home):
    store = TokenStore(load_options().mint_request())
    store.prepare()
    store.save(grant())


def editing(home):
    with locked():
        pass


STATE = {
    "tokens": (runtime_folder, keeping_a_token),
    "history": (data_folder, recording),
    "originals": (lambda: data_folder() / "originals", editing),
}


def made_by_somebody(path, tmp_path):
    path.mkdir(mode=0o777, parents=True)
    os.chown(path, USER, USER)


def led_elsewhere(path, tmp_path):
    path.parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / "theirs").mkdir()
    path.symlink_to(tmp_path / "theirs")


def a_file(path, tmp_path):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()


@pytest.mark.parametrize("trap", [made_by_somebody, led_elsewhere, a_file])
@pytest.mark.parametrize("state", STATE)
def test_nothing_secret_goes_into_a_folder_that_is_not_ones_own(home, tmp_path, monkeypatch, state, trap):
    monkeypatch.setenv("CA_REPOSITORY_ARN", DEFAULT_REPOSITORY)
    place, write = STATE[state]
    trap(place(), tmp_path)
    with within(20), pytest.raises(FileProblem, match="folder|File exists") as refused:
        write(home)
    assert str(place()) in str(refused.value)
    theirs = place().resolve()
    assert not theirs.is_dir() or list(theirs.iterdir()) == []


def test_a_history_that_is_a_pipe_is_told_and_not_waited_for(home):
    history.history_file().parent.mkdir(parents=True, mode=0o700)
    os.mkfifo(history.history_file())
    with within(20):
        assert history.read() == []
        with pytest.raises(OSError, match="No such device"):
            recording(home)


# A mirror in a folder that others may write, too.

WHEEL = "acme_tool-1.0-py3-none-any.whl"
MANIFEST = Manifest("somewhere", False, (Entry("acme-tool", "1.0", WHEEL, "0" * 64),))


@pytest.mark.parametrize("trap", [made_by_somebody, led_elsewhere])
def test_the_parts_of_a_zip_file_are_not_written_into_a_neighbours_folder(tmp_path, precious, trap):
    """In it, `whole.part` may be a link, and so may each file that an older zip file has."""
    shared = tmp_path / "shared"
    work = shared / ".disk.zip.parts"
    trap(work, tmp_path)
    (work / "whole.part").symlink_to(precious)
    (work / WHEEL).symlink_to(precious)
    with zipfile.ZipFile(shared / "disk.zip", "w") as archive:
        archive.writestr(WHEEL, "theirs")
    parts = Carrier.of(shared / "disk.zip")
    with pytest.raises(FileProblem, match="not a folder of your own") as refused:
        parts.prepare()
    assert "name a zip file elsewhere" in str(refused.value)
    assert precious.read_bytes() == PRECIOUS


def test_what_would_be_written_there_goes_through_the_links(tmp_path, precious):
    """Without that refusal."""
    work = tmp_path / ".disk.zip.parts"
    work.mkdir()
    (work / "whole.part").symlink_to(precious)
    with zipfile.ZipFile(work / "whole.part", "w"):
        pass
    assert precious.read_bytes() != PRECIOUS


def test_a_manifest_that_is_a_pipe_is_none(tmp_path):
    os.mkfifo(tmp_path / NAME)
    with within(20), pytest.raises(FileProblem, match="no mirror that can be uploaded"):
        Carrier.of(tmp_path).manifest()


@pytest.mark.parametrize("name", ["disk", "disk.zip"])
def test_of_a_manifest_that_grows_beyond_bounds_only_so_much_is_read(tmp_path, monkeypatch, name):
    content = b" " * 2_000_000 + MANIFEST.content()
    if name == "disk":
        (tmp_path / name).mkdir()
        (tmp_path / name / NAME).write_bytes(content)
    else:
        with zipfile.ZipFile(tmp_path / name, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(NAME, content)
        assert (tmp_path / name).stat().st_size < 10_000
    assert Carrier.of(tmp_path / name).manifest() == MANIFEST
    monkeypatch.setattr(carrier, "_MOST", 1_000_000)
    with pytest.raises(FileProblem, match="no manifest of a mirror"):
        Carrier.of(tmp_path / name).manifest()


# The lock of an environment that cannot be written, which lies in a folder that all share.


@pytest.fixture
def shared_folder(tmp_path, monkeypatch):
    path = tmp_path / "tmp"
    path.mkdir()
    path.chmod(0o1777)
    monkeypatch.setattr(install_lock.tempfile, "gettempdir", lambda: str(path))
    monkeypatch.setattr(install_lock.sysconfig, "get_path", lambda name: "/nowhere")
    monkeypatch.setattr(install_lock.site, "ENABLE_USER_SITE", False)
    return path


def names_in_use(folder):
    """The names of the locks there while somebody installs."""
    with install_lock.installing_alone(lambda line: None):
        return {path.name for path in folder.iterdir()}


HOLD = """
import fcntl, os, sys
handle = os.open(sys.argv[1], os.O_RDWR | os.O_CREAT, 0o666)
os.fchmod(handle, 0o666)
fcntl.flock(handle, fcntl.LOCK_EX)
print("held", flush=True)
sys.stdin.read()
"""


def never(line):
    raise AssertionError(line)


def test_a_lock_that_a_neighbour_holds_for_ever_is_passed_over(shared_folder):
    [ours] = names_in_use(shared_folder)
    words = [sys.executable, "-I", "-c", HOLD, ours]
    with subprocess.Popen(
        words, cwd=shared_folder, preexec_fn=become, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as neighbour:
        try:
            assert neighbour.stdout.readline() == b"held\n"
            assert (shared_folder / ours).stat().st_uid == USER
            with within(20), install_lock.installing_alone(never):
                assert {path.name for path in shared_folder.iterdir()} == {ours, f"{ours}_"}
        finally:
            neighbour.stdin.close()


def test_a_lock_of_ones_own_is_waited_for(shared_folder):
    """Or passing over would be no lock at all."""
    with (
        install_lock.installing_alone(never),
        pytest.raises(AssertionError, match="another process is installing"),
        install_lock.installing_alone(never),
    ):
        pass


@pytest.mark.parametrize("trap", [symbolic, hard])
def test_a_link_in_the_place_of_the_lock_costs_nobody_their_file(shared_folder, precious, trap):
    [ours] = names_in_use(shared_folder)
    (shared_folder / ours).unlink(missing_ok=True)
    trap(shared_folder / ours, precious)
    with (
        within(20),
        pytest.raises(FileProblem, match="Cannot lock the environment"),
        install_lock.installing_alone(never),
    ):
        pass
    assert precious.read_bytes() == PRECIOUS


def test_a_saved_configuration_keeps_what_is_no_whole_character(home):
    """JSON may hold half a pair, which no encoding has: it stays as it was written."""
    path = home / ".jupyter/jupyter_securepypi_config.json"
    path.parent.mkdir()
    path.write_text('{"Other": {"half": "\\ud800", "word": "Größe"}}')
    save_repository(DEFAULT_REPOSITORY)
    assert json.loads(path.read_text())["Other"] == {"half": "\ud800", "word": "Größe"}
    assert "Größe" in path.read_text()
