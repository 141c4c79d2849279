"""The bundle, and an emulated AWS whose tokens can be found wherever they leak."""

from __future__ import annotations

import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from container import MARKER

from jupyter_securepypi.demo import borrowing
from jupyter_securepypi.emulator import Emulator
from jupyter_securepypi.emulator.samples import build_wheel
from jupyter_securepypi.sagemaker.bundle import write_bundle


@pytest.fixture(scope="session")
def bundle(tmp_path_factory):
    return write_bundle(tmp_path_factory.mktemp("bundle"))


@pytest.fixture(scope="session")
def _marked():
    with Emulator(token_marker=MARKER) as running:
        yield running


@pytest.fixture
def emulator(_marked):
    """The emulated AWS, without faults, whose tokens hold MARKER."""
    _marked.clear()
    yield _marked
    _marked.clear()


@pytest.fixture(scope="session")
def _image(tmp_path_factory):
    """A Python to install into, with pip and boto3 but not this package's checkout."""
    prefix = tmp_path_factory.mktemp("image") / "venv"
    python = borrowing.bare(prefix)
    borrowing.borrow(python, borrowing.folders(prefix), links=False)
    return python


@pytest.fixture
def python(_image):
    """That Python, without the emulator's packages."""
    yield _image
    for folder in (_image.parents[1] / "lib").glob("python*/site-packages"):
        for path in folder.glob("acme_*"):
            if path.is_dir():
                for file in path.iterdir():
                    file.unlink()
                path.rmdir()
            else:
                path.unlink()


class Elsewhere:
    """Another index, which remembers who asked: it has an acme-core of version 99."""

    def __init__(self, folder: Path) -> None:
        page = folder / "simple/acme-core"
        page.mkdir(parents=True)
        wheel = build_wheel(page, "acme-core", "99.0")
        (page / "index.html").write_text(f'<a href="{wheel.name}">{wheel.name}</a>')
        self.asked: list[str] = []
        asked = self.asked

        class Handler(SimpleHTTPRequestHandler):
            def log_message(self, *words):
                asked.append(self.path)

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=str(folder)))
        self.url = f"http://127.0.0.1:{self.server.server_port}/simple/"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def elsewhere(tmp_path):
    other = Elsewhere(tmp_path / "elsewhere")
    yield other
    other.server.shutdown()
    other.server.server_close()
