"""Configuration files as people have them: whatever they look like, they are served or left alone, and that is said."""

from __future__ import annotations

import configparser
import netrc
import os
import stat
import time

import pytest

from jupyter_securepypi.clients.publish import publish
from jupyter_securepypi.clients.undo import restore
from jupyter_securepypi.config import load_options
from jupyter_securepypi.core.environment import PythonEnvironment
from jupyter_securepypi.core.grant import Grant
from jupyter_securepypi.core.pip.configuration import Files
from jupyter_securepypi.core.token import Token
from jupyter_securepypi.emulator.emulator import DEFAULT_REPOSITORY

pytestmark = pytest.mark.usefixtures("impatient")

root_only = pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file to somebody else")


class Here:
    """One kernel, the user's netrc, and what publishing does to them, time and again."""

    def __init__(self, home, prefix):
        self.netrc, self.pip = home / ".netrc", prefix / "pip.conf"
        self.options = load_options()
        self.options.clients = ["pip", "netrc"]
        self.grant = Grant(
            Token("a-token", time.time() + 43_200, time.time()), "http://127.0.0.1:9/pypi/r/", "aws"
        )
        self.kernel = PythonEnvironment("one", "One", "python", prefix, "", os.environ)

    def publish(self):
        return publish(self.options, self.grant, [self.kernel])

    def host(self):
        return netrc.netrc(str(self.netrc)).authenticators("127.0.0.1")


@pytest.fixture
def here(home, tmp_path, monkeypatch):
    monkeypatch.setenv("CA_REPOSITORY_ARN", DEFAULT_REPOSITORY)
    (tmp_path / "env").mkdir()
    return Here(home, tmp_path / "env")


def read_by_pip(path):
    """The file's sections, read as pip does it."""
    parser = configparser.RawConfigParser()
    parser.read(str(path), encoding="utf-8")
    return {name: dict(parser.items(name)) for name in parser.sections()}


PIP_FILES = {
    "CRLF": b"[global]\r\ntimeout = 7\r\nindex-url = https://elsewhere.example.com/\r\n# mine\r\n",
    "no final newline": b"[global]\ntimeout = 7\n[install]\nindex-url = https://elsewhere.example.com/",
    "only CR": b"[global]\rtimeout = 7\r",
    "two spellings": b"[global]\ntimeout = 7\nindex-url = https://a.example.com/\nindex_url = https://b.example.com/\n",
    "continuation lines": b"[global]\ntimeout = 7\nfind-links =\n    https://a.example.com/\n    https://b.example.com/\n",
    "nothing but blanks": b"\n\n   \n",
    "no section but comments": b"# nothing here\n; nor here\n",
}
REFUSED_BY_PIP = {
    "BOM": b"\xef\xbb\xbf[global]\ntimeout = 7\n",
    "an option twice": b"[global]\ntimeout = 7\ntimeout = 8\n",
    "a section twice": b"[global]\ntimeout = 7\n[global]\ntimeout = 8\n",
    "no section": b"timeout = 7\n",
    "not UTF-8": b"[global]\ntimeout = \xff\n",
    "a line that is nothing": b"[global]\nwhat is this\n",
    "UTF-16": "[global]\ntimeout = 7\n".encode("utf-16"),
    "NUL bytes": b"[global\x00]\ntimeout 7\n",
}


@pytest.mark.parametrize("content", PIP_FILES.values(), ids=PIP_FILES.keys())
def test_a_pip_conf_is_served_keeps_the_rest_and_comes_back_to_the_byte(here, content):
    here.pip.write_bytes(content)
    before = read_by_pip(here.pip)
    assert here.publish().findings == ()
    after = read_by_pip(here.pip)
    assert after["global"]["index-url"] == here.grant.index_url
    assert after["global"].get("timeout") == before.get("global", {}).get("timeout")
    assert b"example.com" not in here.pip.read_bytes()
    assert here.publish().written == (), "the second time there is nothing to do"
    restore()
    assert here.pip.read_bytes() == content


@pytest.mark.parametrize("content", REFUSED_BY_PIP.values(), ids=REFUSED_BY_PIP.keys())
def test_a_pip_conf_that_pip_refuses_is_left_alone_and_reported_and_the_rest_is_done(here, content):
    here.pip.write_bytes(content)
    done = here.publish()
    assert here.pip.read_bytes() == content
    assert any(str(here.pip) in str(finding) for finding in done.findings)
    assert "mend" in " ".join(map(str, done.findings))
    assert here.host()[2] == here.grant.token.secret
    assert Files().parsed(str(here.pip)).problem


NETRCS = {
    "default": "default login anonymous password me@example.com\n",
    "default without a newline": "machine a.example.com login a password b\ndefault login c password d",
    "macro": "machine a.example.com login a password b\nmacdef init\ncd /pub\n\nmachine b login c password d\n",
    "CRLF": "machine a.example.com login a password b\r\n# note\r\nmachine b.example.com login c password d\r\n",
    "our host by another user": "machine 127.0.0.1 login me password mine\n",
    "our host twice": "machine 127.0.0.1 login me password mine\nmachine 127.0.0.1 login you password yours\n",
    "one word a line": "machine\na.example.com\nlogin\na\npassword\nb\n",
    "empty": "",
}
REFUSED_BY_NETRC = {
    "BOM": "\ufeffmachine a.example.com login a password b\n",
    "a word too many": "machine a.example.com login a password b nonsense\n",
    "a macro without an end": "macdef init\ncd /pub",
    "no machine": "login a password b\n",
}


@pytest.mark.parametrize("text", NETRCS.values(), ids=NETRCS.keys())
def test_a_netrc_gets_our_entry_and_keeps_the_others(here, text):
    here.netrc.write_bytes(text.encode())
    here.netrc.chmod(0o600)
    before = netrc.netrc(str(here.netrc))
    assert here.publish().findings == ()
    after = netrc.netrc(str(here.netrc))
    assert here.host() == ("aws", "", here.grant.token.secret)
    assert {**after.hosts, "127.0.0.1": None} == {**before.hosts, "127.0.0.1": None}
    assert after.macros == before.macros
    restore()
    assert "aws" not in {login for login, _, _ in netrc.netrc(str(here.netrc)).hosts.values()}


@pytest.mark.parametrize("text", REFUSED_BY_NETRC.values(), ids=REFUSED_BY_NETRC.keys())
def test_a_netrc_that_its_readers_refuse_is_left_alone_and_reported_and_the_rest_is_done(here, text):
    here.netrc.write_bytes(text.encode())
    here.netrc.chmod(0o600)
    done = here.publish()
    assert here.netrc.read_bytes() == text.encode()
    assert any(str(here.netrc) in str(finding) for finding in done.findings)
    assert here.grant.index_url in here.pip.read_text()


@pytest.mark.parametrize("mode", [0o644, 0o666, 0o400, 0o640, 0o777])
def test_whatever_mode_a_netrc_has_it_is_the_owners_alone_afterwards(here, mode):
    here.netrc.write_text("machine a.example.com login a password b\n")
    here.netrc.chmod(mode)
    here.publish()
    assert stat.S_IMODE(here.netrc.stat().st_mode) == 0o600


@pytest.mark.parametrize("mode", [0o400, 0o444, 0o640, 0o4755])
def test_a_pip_conf_keeps_its_mode(here, mode):
    here.pip.write_text("[global]\ntimeout = 7\n")
    here.pip.chmod(mode)
    here.publish()
    assert here.grant.index_url in here.pip.read_text()
    assert stat.S_IMODE(here.pip.stat().st_mode) == mode
    restore()
    assert stat.S_IMODE(here.pip.stat().st_mode) == mode


@pytest.mark.parametrize("name", ["netrc", "pip"])
def test_a_link_to_ones_own_file_is_followed(here, tmp_path, name):
    path, target = getattr(here, name), tmp_path / "dotfiles" / name
    target.parent.mkdir()
    target.touch(0o600)
    path.symlink_to(target)
    assert here.publish().findings == ()
    assert path.is_symlink()
    assert target.read_text()


@pytest.mark.parametrize("name", ["netrc", "pip"])
@pytest.mark.parametrize("kind", ["dangling", "circular", "folder", "pipe"])
def test_what_is_no_file_is_left_alone_and_reported_and_the_rest_is_done(here, tmp_path, name, kind):
    path = getattr(here, name)
    if kind == "folder":
        path.mkdir()
    elif kind == "pipe":
        os.mkfifo(path)
    else:
        path.symlink_to(path if kind == "circular" else tmp_path / "nowhere")
    done = here.publish()
    assert any(str(path) in str(finding) for finding in done.findings)
    assert not (tmp_path / "nowhere").exists()
    assert len(done.written) == 1


@root_only
@pytest.mark.parametrize("name", ["netrc", "pip"])
@pytest.mark.parametrize("link", [True, False])
def test_somebody_elses_file_is_left_alone_and_reported(here, tmp_path, name, link):
    path = getattr(here, name)
    theirs = tmp_path / "theirs" if link else path
    theirs.write_text("[global]\n" if name == "pip" else "machine a.example.com login a password b\n")
    os.chown(theirs, 12345, 12345)
    if link:
        path.symlink_to(theirs)
    before = theirs.read_bytes()
    done = here.publish()
    assert theirs.read_bytes() == before
    assert any("another user" in str(finding) for finding in done.findings)
    assert len(done.written) == 1
