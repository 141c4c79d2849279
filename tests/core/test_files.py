"""Files are replaced whole or not at all, and links are followed only where that is safe."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import time

import pytest

from jupyter_securepypi.core.errors import FileProblem
from jupyter_securepypi.core.files import private_folder, safe_target, write_atomically

WRITE_FOR_EVER = """
import sys
from pathlib import Path
from jupyter_securepypi.core.files import write_atomically
print("ready", flush=True)
while True:
    for letter in b"ab":
        write_atomically(Path(sys.argv[1]), bytes([letter]) * 200_000)
"""


def test_a_new_file_is_its_owners_alone(tmp_path):
    write_atomically(tmp_path / "new", b"x")
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o600


def test_an_old_files_mode_is_kept(tmp_path):
    path = tmp_path / "old"
    path.write_bytes(b"x")
    path.chmod(0o640)
    write_atomically(path, b"y")
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_a_kill_at_any_moment_leaves_the_file_whole(tmp_path):
    path = tmp_path / "file"
    for pause in (0.01, 0.02, 0.03, 0.05, 0.08):
        process = subprocess.Popen([sys.executable, "-c", WRITE_FOR_EVER, str(path)], stdout=subprocess.PIPE)
        assert process.stdout.readline() == b"ready\n"
        time.sleep(pause)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        content = path.read_bytes() if path.exists() else b"a" * 200_000
        assert content in (b"a" * 200_000, b"b" * 200_000)


def test_what_a_killed_process_left_is_removed_later(tmp_path):
    path = tmp_path / "file"
    remains = tmp_path / ".file.securepypi-abc"
    remains.write_bytes(b"secret")
    write_atomically(path, b"1")
    assert remains.exists(), "somebody may be writing it right now"
    os.utime(remains, (time.time() - 3600,) * 2)
    write_atomically(path, b"2")
    assert not remains.exists()


def test_a_folder_that_cannot_be_written_is_named_and_nothing_is_lost(tmp_path):
    with pytest.raises(FileProblem, match="Cannot write") as caught:
        write_atomically(tmp_path / "no" / "file", b"x")
    assert caught.value.remedy


def test_a_link_is_followed_and_stays_a_link(tmp_path):
    (tmp_path / "target").write_bytes(b"x")
    (tmp_path / "link").symlink_to("target")
    write_atomically(safe_target(tmp_path / "link"), b"y")
    assert (tmp_path / "target").read_bytes() == b"y"
    assert (tmp_path / "link").is_symlink()


@pytest.mark.parametrize("target", ["nowhere", "link"])
def test_a_link_that_leads_nowhere_is_refused(tmp_path, target):
    (tmp_path / "link").symlink_to(target)
    with pytest.raises(FileProblem, match="leads nowhere"):
        safe_target(tmp_path / "link")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file to somebody else")
def test_somebody_elses_file_is_left_alone(tmp_path):
    path = tmp_path / "theirs"
    path.write_bytes(b"x")
    os.chown(path, 12345, 12345)
    with pytest.raises(FileProblem, match="another user"):
        safe_target(path)


def test_a_private_folder_is_tightened(tmp_path):
    (tmp_path / "folder").mkdir(mode=0o755)
    assert stat.S_IMODE(private_folder(tmp_path / "folder").stat().st_mode) == 0o700
