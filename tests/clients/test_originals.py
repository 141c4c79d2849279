"""What was there before us comes back to the byte, and nothing of the user's is lost."""

from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from jupyter_securepypi.clients import originals
from jupyter_securepypi.clients.pip_write import point_at
from jupyter_securepypi.core.errors import FileProblem

INDEX = "https://acme-111122223333.d.codeartifact.us-west-2.amazonaws.com/pypi/tools/simple/"
ROOT = Path(__file__).parents[2]
BEFORE = b"; mine\r\n[global]\r\n  index-url = https://old/simple\r\n  timeout = 5"


@pytest.fixture
def config(prefix, environ):
    path = prefix / "pip.conf"
    path.write_bytes(BEFORE)
    path.chmod(0o640)
    return path


def restored():
    """What happened to each file: its name, what became of it, and under which name the user's version is kept."""
    changes = originals.restore_all()
    kept = dict(changes.kept)
    assert not changes.findings
    return [
        (path.name, "restored" if path.exists() else "removed", kept[path].name if path in kept else None)
        for path in changes.restored
    ]


def test_an_edited_file_comes_back_with_its_bytes_and_mode(config, prefix, environ):
    for version in ("one", "two", "three"):
        point_at(prefix, INDEX.replace("tools", version), environ)
    config.chmod(0o600)

    assert restored() == [("pip.conf", "restored", None)]
    assert config.read_bytes() == BEFORE
    assert stat.S_IMODE(config.stat().st_mode) == 0o640


def test_a_file_that_was_not_there_goes(prefix, environ):
    point_at(prefix, INDEX, environ)

    assert restored() == [("pip.conf", "removed", None)]
    assert not list(prefix.iterdir())


def test_restoring_twice_does_nothing_more(config, prefix, environ):
    point_at(prefix, INDEX, environ)
    restored()
    config.write_text("[global]\n")

    assert restored() == []
    assert config.read_text() == "[global]\n"


def test_a_later_change_of_the_user_is_kept_beside(config, prefix, environ):
    point_at(prefix, INDEX, environ)
    changed = config.read_bytes() + b"\nretries = 9\n"
    config.write_bytes(changed)

    assert restored() == [("pip.conf", "restored", "pip.conf.changed-1")]
    assert config.read_bytes() == BEFORE
    assert (prefix / "pip.conf.changed-1").read_bytes() == changed


def test_a_change_between_two_of_our_writes_is_kept_beside(config, prefix, environ):
    point_at(prefix, INDEX, environ)
    config.write_bytes(config.read_bytes() + b"\nretries = 9\n")
    point_at(prefix, INDEX.replace("tools", "other"), environ)
    (prefix / "pip.conf.changed-1").write_text("an older one")

    assert restored() == [("pip.conf", "restored", "pip.conf.changed-2")]
    assert b"retries = 9" in (prefix / "pip.conf.changed-2").read_bytes()
    assert (prefix / "pip.conf.changed-1").read_text() == "an older one"


def test_a_change_between_two_of_our_writes_is_kept_beside_however_many_follow(config, prefix, environ):
    point_at(prefix, INDEX, environ)
    config.write_bytes(config.read_bytes() + b"\nretries = 9\n")
    for version in ("one", "two", "three"):
        point_at(prefix, INDEX.replace("tools", version), environ)

    assert restored() == [("pip.conf", "restored", "pip.conf.changed-1")]
    assert b"retries = 9" in (prefix / "pip.conf.changed-1").read_bytes()


def test_a_mode_comes_back_also_where_the_user_has_put_the_bytes_back(config, prefix, environ):
    point_at(prefix, INDEX, environ)
    config.write_bytes(BEFORE)
    config.chmod(0o600)

    assert restored() == [("pip.conf", "restored", None)]
    assert stat.S_IMODE(config.stat().st_mode) == 0o640


def test_what_cannot_be_put_back_keeps_its_original_for_the_next_time(config, prefix, environ):
    point_at(prefix, INDEX, environ)
    config.unlink()
    prefix.rmdir()
    prefix.symlink_to("a folder that is gone")
    [finding] = originals.restore_all().findings
    assert f"{config} could not be put back" in finding.what
    prefix.unlink()

    assert restored() == [("pip.conf", "restored", None)]
    assert config.read_bytes() == BEFORE


def test_a_file_of_two_clients_goes_back_when_the_last_one_of_them_is_gone(config, environ):
    with originals.locked():
        originals.write(config, b"for one\n", client="one")
        originals.write(config, b"for both\n", client="two")

    assert originals.release("one").changed == ()
    assert config.read_bytes() == b"for both\n"
    assert originals.release("two").restored == (config,)
    assert config.read_bytes() == BEFORE


def test_a_file_that_the_user_removed_comes_back(config, prefix, environ):
    point_at(prefix, INDEX, environ)
    config.unlink()

    assert restored() == [("pip.conf", "restored", None)]
    assert config.read_bytes() == BEFORE


def test_a_link_is_restored_through(prefix, environ, tmp_path):
    (tmp_path / "shared.conf").write_bytes(BEFORE)
    (prefix / "pip.conf").symlink_to(tmp_path / "shared.conf")
    point_at(prefix, INDEX, environ)

    assert restored() == [("shared.conf", "restored", None)]
    assert (prefix / "pip.conf").is_symlink()
    assert (tmp_path / "shared.conf").read_bytes() == BEFORE


def test_originals_are_for_their_owner_only(config, prefix, environ):
    point_at(prefix, INDEX, environ)

    folder = originals.data_folder() / "originals"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}


def test_what_we_wrote_is_not_in_the_record(config, prefix, environ):
    point_at(prefix, INDEX.replace("https://", "https://aws:not-a-real-token@"), environ)

    (record,) = (originals.data_folder() / "originals").glob("*.json")
    assert "not-a-real-token" not in record.read_text()


def test_a_broken_record_is_reported_and_keeps_the_file_and_the_rest_is_restored(
    config, prefix, environ, tmp_path
):
    (tmp_path / "other").mkdir()
    point_at(tmp_path / "other", INDEX, environ)
    (record,) = (originals.data_folder() / "originals").glob("*.json")
    record.write_text("{")
    point_at(prefix, INDEX, environ)

    found = originals.restore_all()

    assert found.restored == (config,)
    [finding] = found.findings
    assert str(record) in str(finding)
    assert (tmp_path / "other/pip.conf").exists()
    assert config.read_bytes() == BEFORE


def test_a_file_is_not_edited_where_its_original_cannot_be_kept(config, prefix, environ, monkeypatch, tmp_path):
    (tmp_path / "no-folder").write_text("")
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path / "no-folder"))

    with pytest.raises(FileProblem, match="Cannot create the folder"):
        point_at(prefix, INDEX, environ)

    assert config.read_bytes() == BEFORE


_EDIT = """
import os, sys
from pathlib import Path
from jupyter_securepypi.clients.pip_write import point_at
number = 0
while True:
    number += 1
    for prefix in sys.argv[2:]:
        point_at(Path(prefix), f"{sys.argv[1]}{number}/", os.environ)
    print(number, flush=True)
"""


def test_a_kill_at_any_moment_leaves_whole_files_and_the_originals(config, prefix, environ, tmp_path):
    second = tmp_path / "second"
    second.mkdir()
    for round_ in range(12):
        arguments = [sys.executable, "-c", _EDIT, INDEX + str(round_), str(prefix), str(second)]
        process = subprocess.Popen(arguments, env=environ, cwd=ROOT, stdout=subprocess.PIPE)
        with process:
            process.stdout.readline()
            time.sleep(0.003 * round_)
            process.send_signal(signal.SIGKILL)
        for path in (config, second / "pip.conf"):
            text = path.read_text()
            assert text.count(INDEX) == 2, "neither old nor new"

    assert sorted(restored()) == [("pip.conf", "removed", None), ("pip.conf", "restored", None)]
    assert config.read_bytes() == BEFORE
    assert not list(second.iterdir()) or all(".pip.conf." in path.name for path in second.iterdir())


def test_what_a_killed_writer_left_among_the_originals_goes_with_the_next_edit(config, prefix, environ):
    left = originals.data_folder() / "originals" / ".0123.json.securepypi-abcd1234"
    left.parent.mkdir(parents=True)
    left.write_text("an original that held a password")
    os.utime(left, (time.time() - 3600,) * 2)
    point_at(prefix, INDEX, environ)
    assert not left.exists()


def test_two_crashes_ahead_of_the_write_do_not_make_our_version_the_users(config, prefix, environ):
    point_at(prefix, INDEX, environ)
    with originals.locked():
        for content in (b"never", b"arrived"):
            originals.remember(config, content)
    point_at(prefix, INDEX.replace("tools", "other"), environ)

    assert restored() == [("pip.conf", "restored", None)]


def test_processes_that_edit_at_the_same_time_keep_one_true_original(config, prefix, environ):
    def run(number):
        arguments = [sys.executable, "-c", _EDIT, f"{INDEX}{number}-", str(prefix)]
        with subprocess.Popen(arguments, env=environ, cwd=ROOT, stdout=subprocess.PIPE) as process:
            for _ in range(20):
                process.stdout.readline()
            process.kill()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert config.read_text().count(INDEX) == 2
    assert restored() == [("pip.conf", "restored", None)]
    assert config.read_bytes() == BEFORE


def test_a_lock_that_is_never_released_is_an_error_with_the_file_named(config, prefix, environ, monkeypatch):
    monkeypatch.setattr(originals, "LOCK_TIMEOUT", 0.2)
    hold = (
        "import sys; from jupyter_securepypi.clients import originals\n"
        "with originals.locked(): print(1, flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", hold], env=environ, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        holder.stdout.readline()
        with pytest.raises(FileProblem, match="Another process has been editing"):
            point_at(prefix, INDEX, environ)
        holder.stdin.close()

    assert config.read_bytes() == BEFORE


def test_importing_is_cheap():
    script = (
        "import json, sys; import jupyter_securepypi.clients.registry; print(json.dumps(sorted(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)

    loaded = set(json.loads(done.stdout))
    assert not loaded & {"filelock", "configupdater", "jupyter_core", "traitlets", "boto3", "asyncio"}


def test_the_lock_is_reentrant(environ):
    with originals.locked(), originals.locked():
        assert os.path.exists(originals.data_folder() / "originals/lock")
