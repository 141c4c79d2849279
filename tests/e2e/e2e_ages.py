"""An index with packages of several ages, and a JupyterLab that holds back those younger than a week."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from e2e_support import running_lab

from jupyter_securepypi.demo.sandbox import Sandbox
from jupyter_securepypi.emulator import Emulator
from jupyter_securepypi.emulator.samples import build_samples, build_wheel

DAY = 86_400
# Of ``acme-table`` 1.2 is two days old, the others are old enough.
AGES = (
    ("acme-table", "1.0", 60),
    ("acme-table", "1.1", 30),
    ("acme-table", "1.2", 2),
    ("acme-a-package-with-a-rather-long-name", "2024.10.31", 30),
    ("acme-young", "1.0", 1.5),
    ("acme-broken", "1.0", 30),
)


@contextmanager
def index_with_ages(marker: str) -> Iterator[Emulator]:
    """The emulated AWS; ``acme-broken`` needs what is not in the index."""
    with Emulator(token_marker=marker) as aws:
        build_samples(aws.packages_dir, uploaded=time.time() - 30 * DAY)
        for name, version, days in AGES:
            needs = ["acme-nowhere"] if name == "acme-broken" else []
            build_wheel(aws.packages_dir, name, version, needs, uploaded=time.time() - days * DAY)
        yield aws


@contextmanager
def lab_with_a_minimum_age(aws: Emulator, folder: Path) -> Iterator[Sandbox]:
    """A JupyterLab in whose kernel are packages from elsewhere, too."""
    with running_lab(aws, folder, poll_interval=600.0, minimum_age="7 days") as sandbox:
        for name, version, file in (
            ("oldlib", "0.9", "INSTALLER"),
            ("somebodys", "3.1", "direct_url.json"),
            ("mystery", "2.0", ""),
        ):
            _put(sandbox, name, version, file)
        yield sandbox


@pytest.fixture(scope="module")
def aws(browser, marker, kept):
    return kept.get("aws with ages", lambda: index_with_ages(marker))


@pytest.fixture(scope="module")
def lab(aws, tmp_path_factory, kept):
    return kept.get(
        "lab with a minimum age", lambda: lab_with_a_minimum_age(aws, tmp_path_factory.mktemp("lab"))
    )


def _put(sandbox: Sandbox, name: str, version: str, file: str) -> None:
    (site,) = sandbox.prefix.glob("lib/python*/site-packages")
    info = site / f"{name}-{version}.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
    texts = {
        "INSTALLER": "conda\n",
        "direct_url.json": '{"url": "https://host.example.com/x.zip", "archive_info": {}}',
    }
    (info / "RECORD").write_text("")
    if file:
        (info / file).write_text(texts[file])
