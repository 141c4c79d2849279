"""``~/.pypirc``, with Twine itself as the judge of what it reads."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from client_support import SECRET, grant

from jupyter_securepypi.clients import originals, twine
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
    assert twine.point_at(grant(), environ).changed
    found = asked(environ)
    assert found["securepypi"] == {"repository": grant().endpoint_url, "username": "aws", "password": None}
    assert {"pypi", "testpypi"} <= found.keys()
    assert SECRET not in twine.config_path(environ).read_text()


def test_other_repositories_and_comments_are_kept(environ):
    file = twine.config_path(environ)
    file.write_text(MINE)
    before = asked(environ)
    twine.point_at(grant(), environ)
    after = asked(environ)
    assert after.pop("securepypi")["repository"] == grant().endpoint_url
    assert after == before
    assert "; mine" in file.read_text()
    assert not twine.point_at(grant(), environ).changed
    originals.restore_all()
    assert file.read_text() == MINE


def test_a_password_that_stands_in_the_way_is_told_of(environ):
    twine.config_path(environ).write_text("[securepypi]\npassword = hidden\n")
    [finding] = twine.point_at(grant(), environ).findings
    assert "password for securepypi" in finding
    assert "hidden" not in finding


def test_a_file_that_cannot_be_read_is_left_alone_and_not_quoted(environ):
    file = twine.config_path(environ)
    file.write_text("password = hidden\n")
    with pytest.raises(FileProblem, match="line 1,? is not valid") as raised:
        twine.point_at(grant(), environ)
    assert "hidden" not in str(raised.value)
    assert file.read_text() == "password = hidden\n"
