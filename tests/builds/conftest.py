"""An index whose tokens can be found again, and a storage of images with a base image in it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from client_tools import Tools
from images import BASE, Storage, root_with_python

from jupyter_securepypi.emulator import Emulator

MARKER = "builds-marker-4711"


@pytest.fixture(scope="session")
def shared_index() -> Iterator[Emulator]:
    with Emulator(token_marker=MARKER, secret_marker=MARKER) as emulator:
        yield emulator


@pytest.fixture
def index(shared_index: Emulator, home: Path, monkeypatch: pytest.MonkeyPatch) -> Emulator:
    """The emulated index, with this process's variables set for it."""
    shared_index.clear()
    for name, value in shared_index.environment().items():
        monkeypatch.setenv(name, value)
    return shared_index


@pytest.fixture(scope="session")
def tools(tmp_path_factory: pytest.TempPathFactory) -> Tools:
    return Tools(tmp_path_factory.mktemp("tools"))


@pytest.fixture(scope="session")
def storage(tmp_path_factory: pytest.TempPathFactory, tools: Tools) -> Storage:
    """A storage with the image `BASE`: this Python, its pip, and a shell; uv and Poetry are lent."""
    folder = tmp_path_factory.mktemp("images")
    environments = [tools.python(name).parents[1] for name in ("uv", "poetry")]
    store = Storage(folder, *environments)
    root_with_python(folder / "base", *environments)
    context = folder / "Dockerfile"
    path = ":".join(f"{one}/bin" for one in environments)
    context.write_text(
        f"FROM scratch\nCOPY base /\nENV PATH=/usr/bin:{path} HOME=/root LANG=C.UTF-8\n"
        # The second command has pip compiled, once for all that is built on this.
        "RUN (python -m pip --version || python -m ensurepip --default-pip) && python -m pip install --help\n"
        "WORKDIR /app\n"
    )
    store.run("bud", "--tag", BASE, folder)
    return store
