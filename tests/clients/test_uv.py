"""uv's user-level file, with uv itself as the judge of what it reads."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from client_support import ARN, SECRET, grant, machine, store

from jupyter_securepypi.clients import originals
from jupyter_securepypi.clients.publish import publish
from jupyter_securepypi.clients.uv import Uv
from jupyter_securepypi.config import SecurePyPI
from jupyter_securepypi.core.environment import PythonEnvironment
from jupyter_securepypi.core.errors import FileProblem

UV = Path(sys.executable).with_name("uv")
SPOILT = """\
# mine
cache-dir = "/var/cache/uv"   # stays
index-url = "https://user:hidden@packages.example.com/simple"
extra-index-url = ["https://more.example.com/simple"]

[pip]
find-links = ["https://files.example.com/"]
compile-bytecode = true

[[index]]
name = "team"
url = "https://team.example.com/simple"

[[index]]
# torch only
name = "torch"
url = "https://torch.example.com/simple"
explicit = true
"""


@pytest.fixture
def file(environ):
    path = Uv().files(machine(environ))[0]
    path.parent.mkdir(parents=True)
    return path


def hosts(environ, folder):
    """The hosts of all indexes that uv has in force."""
    done = subprocess.run(
        [UV, "pip", "install", "--show-settings", "--python", sys.executable, "nothing"],
        env={**environ, "PATH": os.defpath},
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return set(re.findall(r"https?://([a-z0-9.\-]+)", done.stdout))


def test_a_new_file_makes_the_secure_index_the_only_one(environ, tmp_path):
    assert Uv().point(grant(), machine(environ)).changed
    assert {name for name in hosts(environ, tmp_path) if "example" in name or "codeartifact" in name} == {
        "acme-111122223333.d.codeartifact.us-west-2.amazonaws.com"
    }
    assert SECRET not in Uv().files(machine(environ))[0].read_text()


def test_other_indexes_are_gone_and_the_rest_is_kept(environ, file, tmp_path):
    file.write_text(SPOILT)
    assert "team.example.com" in hosts(environ, tmp_path), "uv reads the file"
    assert Uv().point(grant(), machine(environ)).changed
    text = file.read_text()
    for kept in (
        "# mine",
        "# stays",
        "/var/cache/uv",
        "compile-bytecode = true",
        "# torch only",
        "explicit = true",
    ):
        assert kept in text
    for gone in ("packages.example.com", "more.example.com", "files.example.com", "team.example.com", "hidden"):
        assert gone not in text
    assert not {"packages.example.com", "more.example.com", "team.example.com"} & hosts(environ, tmp_path)


def test_the_second_time_nothing_is_written(environ, file):
    file.write_text(SPOILT)
    Uv().point(grant(), machine(environ))
    before = file.stat()
    assert not Uv().point(grant(), machine(environ)).changed
    assert (file.stat().st_mtime_ns, file.stat().st_ino) == (before.st_mtime_ns, before.st_ino)


def test_another_repository_takes_the_place_of_the_first(environ, file):
    Uv().point(grant("shared-pypi"), machine(environ))
    Uv().point(grant("team-pypi"), machine(environ))
    assert "shared-pypi" not in file.read_text()
    assert file.read_text().count("[[index]]") == 1


def test_the_place_that_the_user_publishes_to_stays(environ, file):
    file.write_text('publish-url = "https://upload.example.com/"\n')
    Uv().point(grant(), machine(environ))
    assert file.read_text().startswith('publish-url = "https://upload.example.com/"\n')


def test_indexes_written_as_inline_tables_are_understood(environ, file, tmp_path):
    file.write_text('index = [{name = "team", url = "https://team.example.com/simple"}]\n')
    Uv().point(grant(), machine(environ))
    assert "team.example.com" not in hosts(environ, tmp_path)


def test_restore_puts_it_back_to_the_byte(environ, file):
    file.write_bytes(SPOILT.replace("\n", "\r\n").encode())
    before = file.read_bytes()
    Uv().point(grant(), machine(environ))
    assert file.read_bytes() != before
    originals.restore_all()
    assert file.read_bytes() == before


def test_a_file_that_is_no_toml_is_left_alone_and_not_quoted(environ, file):
    file.write_text('index-url = "https://user:hidden@packages.example.com/simple\n')
    with pytest.raises(FileProblem, match=r"line 1.* not valid TOML") as raised:
        Uv().point(grant(), machine(environ))
    assert "hidden" not in str(raised.value)
    assert "hidden" in file.read_text()


def test_an_index_for_all_users_is_told_of(environ, tmp_path):
    shared = tmp_path / "shared/uv/uv.toml"
    shared.parent.mkdir(parents=True)
    shared.write_text('[[index]]\nurl = "https://all.example.com/simple"\n')
    change = Uv().point(grant(), machine({**environ, "XDG_CONFIG_DIRS": str(tmp_path / "shared")}))
    [finding] = change.findings
    assert str(shared) in str(finding)


def test_a_uv_that_only_a_kernel_has_is_pointed_at_the_index_too(environ, monkeypatch, tmp_path):
    store(grant())
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setattr(sys, "executable", str(tmp_path / "server/bin/python"))
    (tmp_path / "env/bin").mkdir(parents=True)
    kernel = PythonEnvironment("acme", "acme", "python", tmp_path / "env", "", {**environ, "PATH": "/nowhere"})
    options = SecurePyPI(repository=ARN, clients=["uv"])
    own = Uv().files(machine(environ))[0]
    publish(options, grant(), [kernel])
    assert not own.exists(), "nobody has a uv"
    (tmp_path / "env/bin/uv").symlink_to(UV)
    publish(options, grant(), [kernel])
    assert grant().index_url in own.read_text()
