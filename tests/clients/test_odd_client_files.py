"""Files of uv, Poetry, Twine and keyring as people have them: served or left alone, and that is said."""

from __future__ import annotations

import configparser
import os
import stat
import sys

import pytest
from client_support import grant, machine

from jupyter_securepypi.clients import originals, registry
from jupyter_securepypi.clients.editing import rewrite
from jupyter_securepypi.core.errors import FileProblem

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

# Those with a file of the user's that is neither pip's nor the netrc, which have tests of their own.
CLIENTS = [name for name in registry.names() if name not in ("pip", "pip-user", "netrc")]


class File:
    """One client's file, and what pointing that client at the index does to it."""

    def __init__(self, name):
        self._client = registry.find(name)
        self.path = self._client.files(machine())[0]
        self.path.parent.mkdir(parents=True, exist_ok=True)

    @property
    def is_toml(self):
        return self.path.suffix == ".toml"

    def point(self):
        return self._client.point(grant(), machine())

    def read(self):
        """What its readers find in it, apart from what is ours."""
        text = self.path.read_bytes().decode()
        if self.is_toml:
            return tomllib.loads(text)
        parser = configparser.RawConfigParser()
        parser.read_string(text)
        return {section: dict(parser.items(section)) for section in parser.sections()}


@pytest.fixture(params=CLIENTS)
def file(request, environ):
    return File(request.param)


# Of TOML and of the others: what each reader accepts.
SOUND = {
    "CRLF": ('[mine]\r\nkey = "value"\r\n# note\r\n', "[mine]\r\nkey = value\r\n# note\r\n"),
    "no final newline": ('[mine]\nkey = "value"', "[mine]\nkey = value"),
    "comments only": ("# nothing\n", "# nothing\n; here\n"),
    "empty": ("", ""),
    "not ASCII": ('[mine]\nkey = "Größe ☃"\n', "[mine]\nkey = Größe ☃\n"),
    "indented": ('  [mine]\n    key = "value"\n', "[mine]\n    key = value\n      more\n"),
}
BROKEN = {
    "BOM": ('\ufeff[mine]\nkey = "value"\n', "\ufeff[mine]\nkey = value\n"),
    "a key twice": ('[mine]\nkey = "a-secret"\nkey = 2\n', "[mine]\nkey = a-secret\nkey = 2\n"),
    "a section twice": ("[mine]\na = 1\n[mine]\nb = 2\n", "[mine]\na = 1\n[mine]\nb = 2\n"),
    "no value": ("[mine]\na-secret\n", "[mine]\na-secret\n"),
    "not closed": ('[mine\nkey = "a-secret"\n', "[mine\nkey = a-secret\n"),
}


def variant(file, pair):
    return pair[0 if file.is_toml else 1].encode()


@pytest.mark.parametrize("pair", SOUND.values(), ids=SOUND.keys())
def test_a_sound_file_keeps_the_rest_and_comes_back_to_the_byte(file, pair):
    before = variant(file, pair)
    file.path.write_bytes(before)
    kept = file.read()
    assert file.point().changed
    after = file.read()
    assert {name: after.get(name) for name in kept} == kept
    assert len(after) > len(kept)
    assert b"# note" in file.path.read_bytes() or b"# note" not in before
    assert not file.point().changed
    originals.restore_all()
    assert file.path.read_bytes() == before


@pytest.mark.parametrize("pair", BROKEN.values(), ids=BROKEN.keys())
def test_a_file_that_its_readers_refuse_is_left_alone_with_path_and_remedy(file, pair):
    before = variant(file, pair)
    file.path.write_bytes(before)
    with pytest.raises(FileProblem) as caught:
        file.point()
    assert str(file.path) in caught.value.message
    assert caught.value.remedy
    assert "a-secret" not in str(caught.value)
    assert file.path.read_bytes() == before


def test_bytes_that_are_no_text_are_left_alone(file):
    file.path.write_bytes(b"[mine]\nkey = '\xff'\n")
    with pytest.raises(FileProblem, match=str(file.path)):
        file.point()
    assert file.path.read_bytes() == b"[mine]\nkey = '\xff'\n"


@pytest.mark.parametrize("kind", ["dangling", "circular", "folder", "pipe"])
def test_what_is_no_file_is_left_alone(file, tmp_path, kind):
    if kind == "folder":
        file.path.mkdir()
    elif kind == "pipe":
        os.mkfifo(file.path)
    else:
        file.path.symlink_to(file.path if kind == "circular" else tmp_path / "nowhere")
    with pytest.raises(FileProblem) as caught:
        file.point()
    assert str(file.path) in caught.value.message
    assert caught.value.remedy
    assert not (tmp_path / "nowhere").exists()


def test_a_link_to_ones_own_file_is_followed(file, tmp_path):
    target = tmp_path / "dotfiles/file"
    target.parent.mkdir()
    target.touch(0o600)
    file.path.symlink_to(target)
    assert file.point().changed
    assert file.path.is_symlink()
    assert target.read_bytes()
    originals.restore_all()
    assert file.path.is_symlink()
    assert target.read_bytes() == b""


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file to somebody else")
@pytest.mark.parametrize("link", [True, False])
def test_somebody_elses_file_is_left_alone(file, tmp_path, link):
    theirs = tmp_path / "theirs" if link else file.path
    theirs.write_bytes(b"")
    os.chown(theirs, 12345, 12345)
    if link:
        file.path.symlink_to(theirs)
    with pytest.raises(FileProblem, match="belongs to another user"):
        file.point()
    assert theirs.read_bytes() == b""


@pytest.mark.parametrize("mode", [0o400, 0o444, 0o640, 0o666])
def test_a_file_keeps_its_mode(file, mode):
    file.path.touch()
    file.path.chmod(mode)
    assert file.point().changed
    assert stat.S_IMODE(file.path.stat().st_mode) == mode


def test_what_somebody_saves_while_we_edit_is_not_lost(environ, tmp_path):
    path = tmp_path / "file"
    path.write_bytes(b"")

    def change(text):
        path.write_text(f"{text}# theirs\n")
        return "# ours\n"

    with pytest.raises(FileProblem, match="was changed while"):
        rewrite(path, change, "anybody")
    assert "ours" not in path.read_text()
    assert path.read_text().startswith("# theirs\n")
