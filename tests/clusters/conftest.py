"""An index with packages for clusters, whose tokens hold a mark, and two hosts that can reach it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from cluster_hosts import MARKER, Host, lend
from notebook_kernel import Kernel

from jupyter_securepypi.emulator import Emulator
from jupyter_securepypi.emulator.samples import build_wheel


@pytest.fixture(scope="session")
def _cluster_index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    wheels = tmp_path_factory.mktemp("cluster-wheels")
    double = "def double(x): return 2 * x\n"
    for version in ("1.0", "2.0"):
        build_wheel(
            wheels,
            "app-features",
            version,
            ["lib-core>=1"],
            modules={"app_features": f'version = "{version}"\n{double}'},
        )
    build_wheel(wheels, "lib-core", "1.2", modules={"lib_core": "x = 1\n"})
    build_wheel(wheels, "broken-app", "1.0", ["lib-missing>=3"])
    with Emulator(packages=wheels, token_marker=MARKER) as running:
        yield running


@pytest.fixture
def index(_cluster_index: Emulator, home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Emulator]:
    """The emulated AWS, without faults; this process is one of its users."""
    _cluster_index.clear()
    for name, value in _cluster_index.environment().items():
        monkeypatch.setenv(name, value)
    yield _cluster_index
    _cluster_index.clear()


@pytest.fixture(scope="session")
def make_hosts(_cluster_index: Emulator, tmp_path_factory: pytest.TempPathFactory):
    """Make hosts named `names` that have `distributions`."""

    def make(names: list[str], *distributions: str) -> list[Host]:
        folder = tmp_path_factory.mktemp("hosts")
        lent = lend(folder / "lent", "pip", "boto3", "psutil", *distributions)
        return [Host(folder / name, lent, _cluster_index) for name in names]

    return make


@pytest.fixture
def kernel(index: Emulator) -> Iterator[Kernel]:
    """A kernel whose user may install from the index."""
    one = Kernel()
    yield one
    one.close()
