"""The entry in the user's netrc: whose it is, by which name, and what is left alone."""

from __future__ import annotations

import json
import netrc
import os
import sys
from dataclasses import replace

import pytest
from client_support import HOST, SECRET, grant, machine, run

from jupyter_securepypi.clients import originals, servers, undo
from jupyter_securepypi.clients.netrc import Netrc, is_managed

MINE = "machine example.com login me password mine\n"


@pytest.fixture
def file(environ):
    (path,) = Netrc().files(machine())
    path.write_text(MINE)
    path.chmod(0o600)
    return path


def entries(file):
    """The entries as this Python reads them; before 3.11, it had None for a missing account."""
    return {host: (one[0], one[1] or "", one[2]) for host, one in netrc.netrc(str(file)).hosts.items()}


def entry(file):
    return entries(file).get(HOST)


def test_the_user_name_is_the_providers_and_withdrawing_takes_the_entry_away(file):
    held = replace(grant(), login="oauth2accesstoken")
    assert Netrc().point(held, machine()).written == (file,)
    assert entry(file) == ("oauth2accesstoken", "", SECRET)
    assert Netrc().withdraw(None, machine()).written == (file,)
    assert file.read_text() == MINE
    assert not is_managed()


def test_a_server_withdraws_its_own_entry_and_leaves_that_of_another_server(file):
    servers.announce("https://index.example/simple/", HOST)
    note = originals.data_folder() / "servers.json"
    notes = json.loads(note.read_text())["servers"]
    # Another process of this machine that lives for sure, and serves another index.
    notes.append({**notes[0], "pid": os.getppid(), "repository": "https://o/simple/", "host": "other.example"})
    note.write_text(json.dumps({"servers": notes}))
    Netrc().point(grant(), machine())
    with originals.locked():
        (originals.data_folder() / "netrc-hosts.json").write_text(
            json.dumps({HOST: "aws", "other.example": "aws"})
        )
    file.write_text(f"{file.read_text()}machine other.example login aws password theirs\n")
    assert Netrc().withdraw(None, machine()).written == (file,)
    assert entry(file) is None
    assert "machine other.example login aws password theirs" in file.read_text()


def test_credentials_of_the_users_own_are_neither_written_nor_taken_away(file):
    file.write_text(f"{MINE}machine {HOST} login jane password hers\n")
    before = file.read_bytes()
    own = replace(grant(), login="jane", own=True)
    assert not Netrc().point(own, machine()).changed
    assert not Netrc().withdraw(own, machine()).changed
    undo.restore()
    assert file.read_bytes() == before


def test_an_entry_of_a_version_that_kept_no_user_names_is_still_ours(file):
    file.write_text(f"{MINE}machine old.example.com login aws password stale\n")
    ledger = originals.data_folder() / "netrc-hosts.json"
    with originals.locked():
        ledger.write_text(json.dumps(["old.example.com"]))
    Netrc().point(grant(), machine())
    assert "old.example.com" not in file.read_text()
    assert entry(file) == ("aws", "", SECRET)


def test_a_netrc_that_cannot_be_read_keeps_no_other_file_from_being_restored(aws, home):
    config = home / ".jupyter/jupyter_securepypi_config.json"
    config.parent.mkdir()
    config.write_text('{"SecurePyPI": {"clients": ["netrc", "uv"], "manage_kernels": false}}')
    assert run("configure").returncode == 0
    (home / ".netrc").write_text("nonsense here\n")
    done = run("restore", "--json")
    found = json.loads(done.stdout)
    assert done.returncode == 1
    assert "not valid netrc" in " ".join(found["findings"])
    assert f"{home}/.config/uv/uv.toml: removed" in found["restored"]
    assert not (home / ".config/uv/uv.toml").exists()


def test_restore_removes_a_file_that_we_made_and_leaves_one_that_was_empty(environ):
    (path,) = Netrc().files(machine())
    Netrc().point(grant(), machine())
    assert entry(path)
    undo.restore()
    assert not path.exists()
    path.touch(0o600)
    Netrc().point(grant(), machine())
    undo.restore()
    assert path.read_text() == ""


def test_a_file_that_we_made_stays_for_what_others_have_put_into_it(environ):
    (path,) = Netrc().files(machine())
    Netrc().point(grant(), machine())
    path.write_text(path.read_text() + MINE)
    undo.restore()
    assert path.read_text() == MINE


OWN = [
    "login jane password hers",
    pytest.param(
        'login jane account team password "with \\" quote"',
        marks=pytest.mark.skipif(
            sys.version_info < (3, 11), reason="PYTHON 3.10 READS NO QUOTED WORDS in a netrc: not tried here"
        ),
    ),
    "login\n  jane\n  password hers",
]


@pytest.mark.parametrize("own", OWN)
@pytest.mark.parametrize("expired", [False, True], ids=["", "after the token had expired"])
def test_restore_puts_the_user_s_own_entry_for_the_index_back(file, own, expired):
    file.write_text(f"machine {HOST} {own}\n{MINE}")
    before = netrc.netrc(str(file)).hosts
    Netrc().point(grant(), machine())
    assert entry(file) == ("aws", "", SECRET)
    if expired:
        Netrc().withdraw(None, machine())
        Netrc().point(grant(), machine())
    done = undo.restore()
    assert netrc.netrc(str(file)).hosts == before
    assert f"machine {HOST} {own}" in file.read_text()
    assert f"your own netrc entry for {HOST} is back" in done.done
    assert not undo.restore().changed
    assert not [
        path for path in originals.data_folder().rglob("*") if path.is_file() and b"jane" in path.read_bytes()
    ]


@pytest.mark.parametrize(
    "before",
    [
        f"machine {HOST} login jane\r\n password hers",
        f"machine {HOST} login jane password hers\r\n\r\nmachine example.com login me\r\n password mine",
        f"{MINE}\nmachine {HOST}\n login jane\n password hers",
        f"{MINE}machine {HOST} login jane password hers\n# the end of mine",
        f"{MINE}machine {HOST} login jane password hers machine other.example login o password p\n",
        "#\r\n# nothing yet",
        "\n",
    ],
)
def test_restore_gives_a_file_that_nobody_has_changed_back_byte_for_byte(file, before):
    file.write_bytes(before.encode())
    Netrc().point(grant(), machine())
    assert entry(file) == ("aws", "", SECRET)
    Netrc().withdraw(None, machine())
    Netrc().point(grant(), machine())
    undo.restore()
    assert file.read_bytes() == before.encode()


def test_what_others_have_changed_meanwhile_stays_beside_the_user_s_own_entry(file):
    file.write_text(f"{MINE}machine {HOST} login jane password hers")
    Netrc().point(grant(), machine())
    file.write_text(file.read_text().replace("password mine", "password changed"))
    undo.restore()
    assert entries(file) == {"example.com": ("me", "", "changed"), HOST: ("jane", "", "hers")}


@pytest.mark.parametrize("lost", [["netrc-hosts.json"], ["netrc-hosts.json", "netrc-before.json"]])
def test_where_our_notes_are_lost_an_old_entry_of_ours_does_not_come_back_as_the_users(file, lost):
    Netrc().point(grant(), machine())
    for name in lost:
        (originals.data_folder() / name).unlink()
    Netrc().point(replace(grant(), token=replace(grant().token, secret="the-next-token")), machine())
    undo.restore()
    assert file.read_text() == MINE


def test_an_entry_of_ours_that_an_earlier_version_noted_as_the_users_does_not_come_back(file):
    Netrc().point(grant(), machine())
    notes = {str(file): {"made": False, "entries": {HOST: f"machine {HOST} login aws password stale"}}}
    (originals.data_folder() / "netrc-before.json").write_text(json.dumps(notes))
    undo.restore()
    assert file.read_text() == MINE


def test_every_netrc_that_got_an_entry_is_remembered(file, tmp_path, monkeypatch):
    Netrc().point(grant(), machine())
    other = tmp_path / "other-netrc"
    other.write_text(f"machine {HOST} login jane password hers\n")
    monkeypatch.setenv("NETRC", str(other))
    Netrc().point(grant(), machine())
    assert entry(other) == entry(file) == ("aws", "", SECRET)
    monkeypatch.delenv("NETRC")
    done = undo.restore()
    assert set(done.written) == {file, other}
    assert file.read_text() == MINE
    assert other.read_text() == f"machine {HOST} login jane password hers\n"
    assert not is_managed()


def test_a_netrc_that_cannot_be_read_keeps_no_other_netrc_from_being_restored(file, tmp_path, monkeypatch):
    other = tmp_path / "other-netrc"
    monkeypatch.setenv("NETRC", str(other))
    Netrc().point(grant(), machine())
    monkeypatch.delenv("NETRC")
    Netrc().point(grant(), machine())
    other.write_text(f"nonsense\n{other.read_text()}")
    found = undo.restore().findings
    assert [str(other) in str(one) for one in found] == [True]
    assert file.read_text() == MINE
    other.write_text(other.read_text().replace("nonsense\n", ""))
    assert not undo.restore().findings
    assert not other.exists()


def test_notes_that_are_damaged_keep_nothing_from_being_restored(file):
    Netrc().point(grant(), machine())
    (originals.data_folder() / "netrc-before.json").write_text('{"x": {"made": 3, "entries": []}}')
    undo.restore()
    assert file.read_text() == MINE


def test_where_the_list_of_our_entries_is_damaged_an_old_one_of_ours_does_not_come_back_as_the_users(file):
    Netrc().point(grant(), machine())
    (originals.data_folder() / "netrc-hosts.json").write_text("{")
    Netrc().point(replace(grant(), token=replace(grant().token, secret="the-next-token")), machine())
    assert entry(file) == ("aws", "", "the-next-token")
    undo.restore()
    assert file.read_text() == MINE
