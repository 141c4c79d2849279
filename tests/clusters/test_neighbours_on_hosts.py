"""What lies where a host's worker happens to run takes no part in the install."""

from __future__ import annotations

from pathlib import Path

import pytest

from jupyter_securepypi.clusters.host.here import install_here
from jupyter_securepypi.clusters.payload import payload_of
from jupyter_securepypi.emulator import Emulator


@pytest.mark.parametrize("named", [False, True], ids=["working folder", "PYTHONPATH"])
def test_a_stray_module_hides_nothing_of_the_standard_library(
    index: Emulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, named: bool
) -> None:
    folder, ran = tmp_path / "worker", tmp_path / "ran"
    folder.mkdir()
    for name in ("random", "shutil", "pickle"):
        (folder / f"{name}.py").write_text(f"open({str(ran)!r}, 'a').write({name!r})\nraise SystemExit\n")
    # Nothing is installed into this environment: the process that installs gets no question that it understands.
    payload = {**payload_of(["app-features"]), "question": b"{}"}
    if named:
        monkeypatch.setenv("PYTHONPATH", str(folder))
    else:
        monkeypatch.chdir(folder)
        monkeypatch.delenv("PYTHONPATH", raising=False)
    outcome = install_here(payload, lambda line: None)
    assert not ran.exists()
    assert "KeyError" in str(outcome["error"])
