"""What a fix would change is known before it changes anything."""

from __future__ import annotations

import os

from jupyter_securepypi.clients.pip_write import point_at
from jupyter_securepypi.clients.rehearsal import rehearse
from jupyter_securepypi.core.file_change import FileChange

INDEX = "https://acme-111122223333.d.codeartifact.us-west-2.amazonaws.com/pypi/shared-pypi/simple/"


def everything_below(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_change_is_told_and_nothing_is_written(home, tmp_path):
    prefix = tmp_path / "prefix"
    (prefix / "bin").mkdir(parents=True)
    config = prefix / "pip.conf"
    config.write_text("[global]\nindex-url = https://me:hunter2@packages.example.com/simple\ntimeout = 7\n")
    before = everything_below(tmp_path), everything_below(home)
    changes = rehearse(lambda: point_at(prefix, INDEX, dict(os.environ), client="pip"))
    after = everything_below(tmp_path), everything_below(home)
    # The lock of the originals may appear; no file that was there differs, and no other is new.
    assert {path: after[0].get(path) for path in before[0]} == before[0]
    assert {path.name for path in set(after[1]) - set(before[1])} <= {"lock"}
    assert [change.path for change in changes] == [config]
    diff = changes[0].diff
    assert f"+index-url = {INDEX}" in diff
    assert " timeout = 7" in diff
    assert "hunter2" not in diff
    assert "packages.example.com" in diff
    assert point_at(prefix, INDEX, dict(os.environ), client="pip").written == (config,)
    assert config.read_bytes() == changes[0].after, "what was shown is what is written"


def test_a_file_that_is_not_there_yet_has_new_lines_only(tmp_path):
    change = FileChange(tmp_path / "new.conf", None, b"[global]\n")
    assert change.to_dict() == {
        "path": str(tmp_path / "new.conf"),
        "diff": "--- now\n+++ afterwards\n@@ -0,0 +1 @@\n+[global]",
    }
