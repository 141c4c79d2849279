"""``~/.pypirc``, with Twine itself as the judge of what it reads."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from client_support import SECRET, grant, machine

from jupyter_securepypi.clients import originals
from jupyter_securepypi.clients.twine import Twine
from jupyter_securepypi.core.errors import FileProblem

ASK = "import json; from twine.utils import get_config; print(json.dumps(get_config('~/.pypirc')))"
MINE = """\
; mine
[distutils]
index-servers =
    pypi
    # the old one
    other

[other]
repository = https://upload.example.com/
username: me
password = hidden
"""


def asked(environ):
    done = subprocess.run([sys.executable, "-c", ASK], env=environ, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_a_new_file_gives_twine_the_repository_beside_its_own(environ):
    assert Twine().point(grant(), machine(environ)).changed
    found = asked(environ)
    assert found["securepypi"] == {"repository": grant().endpoint_url, "username": "aws", "password": None}
    assert {"pypi", "testpypi"} <= found.keys()
    assert SECRET not in Twine().files(machine(environ))[0].read_text()


def test_other_repositories_and_comments_are_kept(environ):
    file = Twine().files(machine(environ))[0]
    file.write_text(MINE)
    before = asked(environ)
    Twine().point(grant(), machine(environ))
    after = asked(environ)
    assert after.pop("securepypi")["repository"] == grant().endpoint_url
    assert after == before
    assert "; mine" in file.read_text()
    assert not Twine().point(grant(), machine(environ)).changed
    originals.restore_all()
    assert file.read_text() == MINE


def test_a_password_that_stands_in_the_way_is_told_of(environ):
    Twine().files(machine(environ))[0].write_text("[securepypi]\npassword = hidden\n")
    [finding] = Twine().point(grant(), machine(environ)).findings
    assert "password for securepypi" in str(finding)
    assert "hidden" not in repr(finding)


def test_a_file_that_cannot_be_read_is_left_alone_and_not_quoted(environ):
    file = Twine().files(machine(environ))[0]
    file.write_text("password = hidden\n")
    with pytest.raises(FileProblem, match="line 1,? is not valid") as raised:
        Twine().point(grant(), machine(environ))
    assert "hidden" not in str(raised.value)
    assert file.read_text() == "password = hidden\n"
