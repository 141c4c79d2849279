"""An administrator's folder of configuration, for this process and those that a test starts."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Protocol

import pytest

CONFIG = "jupyter_securepypi_config.json"
needs_root = pytest.mark.skipif(
    sys.platform == "win32" or os.geteuid() != 0,
    reason="NOT CHECKED: to others than root, a folder that a test makes is their own, and no administrator's",
)
_SITE = "from jupyter_core import paths\n\npaths.SYSTEM_CONFIG_PATH[:] = [{folder!r}]\n"


class Lock(Protocol):
    def __call__(self, *names: str, **values: object) -> Path:
        """Write `values` with `names` locked; return the file."""


@pytest.fixture
def lock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Lock:
    """Lock options in the system's folder, which is the test's own."""
    from jupyter_core import paths

    folder, site = tmp_path / "etc-jupyter", tmp_path / "site-of-the-system"
    folder.mkdir()
    site.mkdir()
    (site / "sitecustomize.py").write_text(_SITE.format(folder=str(folder)))
    monkeypatch.setattr(paths, "SYSTEM_CONFIG_PATH", [str(folder)])
    found = [str(site), *filter(None, [os.environ.get("PYTHONPATH")])]
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(found))

    def write(*names: str, **values: object) -> Path:
        file = folder / CONFIG
        file.write_text(json.dumps({"SecurePyPI": {**values, "locked": list(names)}}))
        return file

    return write
