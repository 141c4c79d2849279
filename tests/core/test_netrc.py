"""The netrc editor, judged by the readers that matter: Python's own netrc, old and new."""

from __future__ import annotations

import contextlib
import json
import netrc as reader
import os
import shutil
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from opened import opened

from jupyter_securepypi.core.errors import FileProblem
from jupyter_securepypi.core.netrc import netrc_path, remove, temporary, update
from jupyter_securepypi.core.netrc_text import read_entry, remove_entry, set_entry

HOST = "index.example"
REMARK, QUOTED = b"   # at home", b'"two words"'
OTHERS = b"""\
# my machines
machine github.example
    login me%s
    password %s
default login anonymous password guest
macdef init
  cd /pub

""" % (REMARK, QUOTED)
# Before 3.11, Python took neither a remark behind a value nor a quoted word, and rejected the file.
READ_HERE = OTHERS if sys.version_info >= (3, 11) else OTHERS.replace(REMARK, b"").replace(QUOTED, b"word")
ROOT = Path(__file__).parents[2]


def test_a_new_entry_stands_before_default_and_nothing_else_changes():
    text = set_entry(OTHERS, HOST, "aws", "secret")
    assert text == b"machine index.example login aws password secret\n" + OTHERS
    assert read_entry(text, HOST) == ("aws", "secret")


@pytest.mark.parametrize(
    "original",
    [
        b"",
        OTHERS,
        OTHERS.replace(b"\n", b"\r\n"),
        b"machine a login b password c",
        b"machine a login b password c machine d login e password f\n\n\n",
        b"\tmachine a\n\n\n\tlogin b password c\n# bye\n",
        b'machine a login b password "q \\" x"\n',
    ],
)
def test_setting_and_removing_leaves_every_byte_as_it_was(original):
    changed = set_entry(original, HOST, "aws", "secret")
    assert remove_entry(changed, HOST, "aws") == original
    assert set_entry(changed, HOST, "aws", "secret") == changed


def test_all_former_entries_of_the_host_make_room_for_the_new_one():
    old = b"machine INDEX.example login x password 1 machine b login c password d\nmachine index.example password 2\n"
    assert set_entry(old, HOST, "aws", "new") == (
        b"machine index.example login aws password new\nmachine b login c password d\n"
    )


def test_only_the_entry_of_the_given_login_is_removed():
    text = b"machine index.example login me password 1\nmachine index.example login aws password 2\n"
    assert remove_entry(text, HOST, "aws") == b"machine index.example login me password 1\n"


def test_a_comment_inside_a_removed_entry_is_kept():
    text = b"machine index.example\n# set by hand\n  login aws password 2\nmachine b password c\n"
    assert remove_entry(text, HOST, None) == b"# set by hand\nmachine b password c\n"


def test_removal_never_joins_an_empty_line_and_a_comment_which_python_rejects(tmp_path):
    text = b"machine b login c password d\n\nmachine index.example login aws password 2\n# more words\n"
    left = remove_entry(text, HOST, None)
    (tmp_path / "netrc").write_bytes(left)
    assert reader.netrc(str(tmp_path / "netrc")).hosts["b"][::2] == ("c", "d")
    assert b"# more words\n" in left


def test_the_port_of_the_host_does_not_count():
    assert read_entry(set_entry(b"", "127.0.0.1:8080", "aws", "s"), "127.0.0.1:9090") == ("aws", "s")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (b"machine a login b password c\nmachin d\n", 2),
        (b"# fine\n\n# not fine after an empty line\n", 3),
        (b"machine a login b password c\nmacdef init\n  ls\n", 2),
        (b"machine", 1),
    ],
)
def test_a_file_that_python_rejects_is_an_error_that_names_the_line(tmp_path, text, line):
    file = tmp_path / "netrc"
    file.write_bytes(text)
    with pytest.raises(FileProblem, match=f"netrc, line {line} "):
        update(file, HOST, "aws", "secret")
    assert file.read_bytes() == text


@pytest.mark.parametrize(
    "password", ["", "two words", 'quo"te', "it's", "back\\slash", "new\nline", "é", "nul\0"]
)
def test_a_password_that_netrc_cannot_hold_is_refused_without_showing_it(password):
    with pytest.raises(FileProblem) as caught:
        set_entry(b"", HOST, "aws", password)
    assert not password or password not in str(caught.value)


@pytest.mark.parametrize("host", ["", "two words", 'a"b', "https://a/b", "a\nb"])
def test_a_host_that_is_none_is_refused(host):
    with pytest.raises(FileProblem):
        set_entry(b"", host, "aws", "secret")


def test_update_writes_once_and_keeps_the_file_private(tmp_path):
    file = tmp_path / "netrc"
    assert update(file, HOST, "aws", "secret") is True
    assert update(file, HOST, "aws", "secret") is False
    file.chmod(0o644)
    assert update(file, HOST, "aws", "secret") is True
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    file.chmod(0o640)
    assert update(file, HOST, "aws", "other") is True
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_an_entry_behind_default_moves_ahead_of_it():
    """Some readers stop at the first entry that fits, and ``default`` fits every machine."""
    text = b"default login a password b\nmachine index.example login aws password new\n"
    assert set_entry(text, "index.example", "aws", "new") == (
        b"machine index.example login aws password new\ndefault login a password b\n"
    )


@pytest.mark.parametrize("mode", [0o640, 0o620, 0o604, 0o644])
def test_a_file_that_others_may_read_is_closed_though_its_entry_is_right(tmp_path, mode):
    path = tmp_path / "netrc"
    assert update(path, "index.example", "aws", "secret")
    assert not update(path, "index.example", "aws", "secret")
    path.chmod(mode)
    assert update(path, "index.example", "aws", "secret")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_remove_tells_whether_there_was_an_entry(tmp_path):
    file = tmp_path / "netrc"
    assert remove(file, HOST, None) is False
    file.write_bytes(READ_HERE)
    assert remove(file, HOST, None) is False
    update(file, HOST, "aws", "secret")
    assert remove(file, HOST, "aws") is True
    assert file.read_bytes() == READ_HERE


@pytest.mark.parametrize("part", [REMARK, QUOTED])
def test_a_file_that_only_newer_pythons_read_is_edited_by_those_alone(tmp_path, part):
    file = tmp_path / "netrc"
    file.write_bytes(OTHERS if part is REMARK else OTHERS.replace(REMARK, b""))
    before = file.read_bytes()
    if sys.version_info >= (3, 11):
        assert update(file, HOST, "aws", "secret")
        assert remove(file, HOST, "aws")
    else:
        with pytest.raises(FileProblem, match="not valid netrc"):
            update(file, HOST, "aws", "secret")
    assert file.read_bytes() == before


def test_a_link_is_followed_to_the_file_behind_it(tmp_path):
    (tmp_path / "real").write_bytes(READ_HERE)
    (tmp_path / "netrc").symlink_to("real")
    update(tmp_path / "netrc", HOST, "aws", "secret")
    assert (tmp_path / "netrc").is_symlink()
    assert read_entry((tmp_path / "real").read_bytes(), HOST) == ("aws", "secret")


def test_the_path_is_the_one_that_pip_reads(tmp_path):
    assert netrc_path({"NETRC": "/elsewhere/n", "HOME": str(tmp_path)}) == Path("/elsewhere/n")
    assert netrc_path({"HOME": str(tmp_path)}) == tmp_path / ".netrc"
    (tmp_path / "_netrc").touch()
    assert netrc_path({"HOME": str(tmp_path)}) == tmp_path / "_netrc"


def test_a_temporary_netrc_is_private_and_gone_afterwards_even_when_interrupted():
    with pytest.raises(KeyboardInterrupt), temporary(HOST, "aws", "secret") as path:
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
        assert read_entry(path.read_bytes(), HOST) == ("aws", "secret")
        raise KeyboardInterrupt
    assert not path.parent.exists()


KILLED = """
import sys, time
from jupyter_securepypi.core.netrc import temporary
with temporary("index.example", "aws", "secret") as path:
    print(path, flush=True)
    time.sleep(60)
"""


def test_what_a_killed_process_left_goes_with_the_next_and_that_of_a_living_one_stays(tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", None)
    started = [
        subprocess.Popen([sys.executable, "-c", KILLED], stdout=subprocess.PIPE, text=True) for _ in "ab"
    ]
    left, living = (Path(process.stdout.readline().strip()) for process in started)
    started[0].kill()
    started[0].wait()
    assert left.exists()
    with temporary(HOST, "aws", "secret"):
        assert not left.parent.exists()
        assert living.exists()
    started[1].kill()
    for process in started:
        process.communicate()


# Another program: it adds entries in front by replacing the file, so many times, or at the end in place, for ever.
ANOTHER = """
import itertools, os, sys, time
path, times = sys.argv[1], int(sys.argv[2])
sys.stdin.readline()
for number in range(times) if times else itertools.count():
    time.sleep(0.02)
    entry = f"machine theirs{number}.example login me password {number}\\n"
    if not times:
        with open(path, "a") as file:
            file.write(entry)
        continue
    with open(path) as file:
        text = file.read()
    with open(path + "-new", "w") as file:
        file.write(entry + text)
    os.replace(path + "-new", path)
"""
# So many that an edit takes a while.
MANY = "".join(f"machine h{number}.example.com login me password {'x' * 40}\n" for number in range(6_000))


@contextlib.contextmanager
def another_writer(path, times):
    """Another process, ready to write, that waits for a word."""
    code = ANOTHER.replace("GIVEN", "'machine a login b password c\\n' * 30_000")
    command = [sys.executable, "-c", code, str(path), str(times)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, text=True)
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


@pytest.mark.parametrize("operation", ["update", "remove"])
def test_what_another_program_writes_during_an_edit_is_kept(tmp_path, operation):
    path = tmp_path / "netrc"
    path.write_text(f"{MANY}machine index.example login aws password old\n")
    with another_writer(path, 3) as another:
        another.stdin.write("go\n")
        another.stdin.flush()
        if operation == "update":
            assert update(path, HOST, "aws", "new")
        else:
            assert remove(path, HOST, "aws")
        another.communicate()
    text = path.read_bytes()
    assert [read_entry(text, f"theirs{number}.example") for number in range(3)] == [
        ("me", str(number)) for number in range(3)
    ]


def test_a_file_that_another_program_changes_all_the_time_is_left_to_it(tmp_path):
    path = tmp_path / "netrc"
    path.write_text(MANY)
    with another_writer(path, 0) as another:
        another.stdin.write("go\n")
        another.stdin.flush()
        while b"theirs" not in path.read_bytes():
            assert another.poll() is None
        with pytest.raises(FileProblem, match="changed each time") as caught:
            update(path, HOST, "aws", "secret")
    assert str(path) in str(caught.value)
    assert caught.value.remedy
    assert b"secret" not in path.read_bytes()
    assert not list(tmp_path.glob(".netrc*"))


def python_38() -> str:
    """Return an interpreter of Python 3.8, or skip."""
    found = sorted(Path(os.environ.get("PYENV_ROOT", "/nonexistent")).glob("versions/3.8.*/bin/python"))
    candidates = [str(path) for path in found] + [shutil.which("python3.8") or ""]
    for candidate in candidates:
        if candidate and subprocess.run([candidate, "-c", ""], capture_output=True).returncode == 0:
            return candidate
    pytest.skip("NO PYTHON 3.8 on PATH or under PYENV_ROOT: the core's oldest Python is not tested here")


UNDER_38 = """
import json, netrc, pathlib, sys
from jupyter_securepypi.core.netrc import remove, update
file = pathlib.Path(sys.argv[1])
def hosts():
    return netrc.netrc(str(file)).hosts
update(file, "index.example", "aws", "secret")
after = hosts()
remove(file, "index.example", "aws")
print(json.dumps([after, hosts()]))
"""


@pytest.mark.parametrize(
    "original",
    [
        b"# a comment\nmachine a login b password c\ndefault login d password e\nmacdef m\n ls\n\n",
        b"#\nmachine a login b password c\r\ndefault login d password e\r\n",
        b"machine a\n\tlogin b\n\tpassword c\nmachine index.example password old\ndefault login d password e",
    ],
)
def test_the_same_holds_under_the_oldest_python(tmp_path, original):
    file = tmp_path / "netrc"
    file.write_bytes(original)
    environ = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [python_38(), "-c", UNDER_38, str(file)], capture_output=True, text=True, env=environ, check=False
    )
    assert done.returncode == 0, done.stderr
    after, left = json.loads(done.stdout)
    others = {"a": ["b", None, "c"], "default": ["d", None, "e"]}
    assert after == {**others, HOST: ["aws", None, "secret"]}
    assert left == others


def test_a_netrc_of_ten_megabytes_is_served_and_read_again_only_when_it_has_changed(tmp_path):
    path = tmp_path / "netrc"
    path.write_text("".join(f"machine h{n}.example.com login me password {'x' * 40}\n" for n in range(130_000)))
    path.chmod(0o600)
    assert update(path, "index.example.com", "aws", "token-1")
    with opened(tmp_path) as files:
        assert not update(path, "index.example.com", "aws", "token-1")
    assert not files
    path.write_text("machine other.example.com login me password mine\n")
    assert update(path, "index.example.com", "aws", "token-1")
    assert "token-1" in path.read_text()
