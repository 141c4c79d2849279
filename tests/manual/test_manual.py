"""Every command and every cell of the manual is run, as its reader would: against the emulated cloud."""

from __future__ import annotations

import json
import os
import re
import shutil
import time
from pathlib import Path

import pytest
from folder_index import source_archive
from installing import Environment
from public_stand_in import PublicStandIn

from jupyter_securepypi.emulator import Emulator
from jupyter_securepypi.emulator.google import GoogleEmulator
from jupyter_securepypi.emulator.samples import build_wheel
from tests.manual.pages import PAGES, ROOT, RUN_ELSEWHERE, SETUP, blocks, steps
from tests.manual.world import World, Wrong, with_programs

DAY = 86_400.0
RUN = [page for page in PAGES if any(not step.reason for step in steps(page))]
# What the pages name, beside the emulator's own: name, version, days since its upload.
NAMED = [
    ("pandas", "2.1.4", 400),
    ("pandas", "2.2.3", 200),
    ("tablefit", "3.0.4", 90),
    ("tablefit", "3.1.0", 2),
]
PUBLIC = [
    ("tinydate", "2.9.0", 90),
    ("tablefit", "3.0.4", 90),
    ("tablefit", "3.1.0", 2),
    ("brandnew", "0.1.0", 2),
]
# What a reader is not told to type: sources of other languages, data, and answers.
QUIET = {"include", "text", "ts", "json", "yaml", "toml", "ini", "from-code", "toctree", "eval-rst"}
MOST_NOT_RUN = 20
_TYPED = re.compile(r"^\s*(\$ |%%?secure_pip|!?pip install|jupyter |python -m |docker |gcloud )", re.MULTILINE)


def named(page):
    return page.relative_to(ROOT).as_posix()


@pytest.fixture(scope="module")
def cloud():
    with Emulator() as aws:
        for name, version, days in NAMED:
            build_wheel(aws.packages_dir, name, version, uploaded=time.time() - days * DAY)
        yield aws


@pytest.fixture(scope="module")
def google():
    with GoogleEmulator() as emulated:
        yield emulated


@pytest.fixture(scope="module")
def outside(tmp_path_factory):
    """What the pages call public PyPI."""
    folder = tmp_path_factory.mktemp("public")
    for name, version, days in PUBLIC:
        build_wheel(folder, name, version, uploaded=time.time() - days * DAY)
    # What has no wheel for every machine.
    build_wheel(folder, "oldsum", "9.0", tag="py3-none-manylinux_2_17_x86_64", uploaded=time.time() - 90 * DAY)
    archive = source_archive(folder, "oldsum")
    os.utime(archive, (time.time() - 90 * DAY,) * 2)
    with PublicStandIn(folder) as index:
        yield index


@pytest.fixture(scope="module")
def environment(tmp_path_factory):
    folder = tmp_path_factory.mktemp("manual")
    return with_programs(Environment(folder / "venv", folder))


@pytest.fixture
def world(cloud, google, outside, environment, home, tmp_path, monkeypatch):
    cloud.clear()
    for name, value in cloud.environment().items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("SECURE_PYPI_ROLE_ARN", cloud.role_template)
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "uv-cache"))
    monkeypatch.setenv("PIP_CACHE_DIR", str(tmp_path / "pip-cache"))
    config = home / ".jupyter/jupyter_securepypi_config.json"
    config.parent.mkdir(parents=True)
    config.write_text(json.dumps({"SecurePyPI": {"public_index_url": outside.url}}))
    # What others left in this machine's is no finding about the page.
    (tmp_path / "tmp").mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))
    folder = tmp_path / "work"
    folder.mkdir()
    before = set(environment.packages.iterdir())
    callers = {
        "admin": lambda: cloud.credentials("AdministratorRole"),
        "publisher": lambda: cloud.credentials("SecurePyPIPublishRole"),
        "google": lambda: {
            **dict.fromkeys([*cloud.environment(), "SECURE_PYPI_ROLE_ARN"]),
            **google.environment("metadata"),
        },
    }
    reader = World(callers, environment, folder)
    yield reader
    reader.close()
    for path in set(environment.packages.iterdir()) - before:
        shutil.rmtree(path) if path.is_dir() else path.unlink()


@pytest.mark.parametrize("page", RUN, ids=named)
def test_what_the_page_says_is_so(page, world):
    wrong = []
    for step in steps(page):
        if step.reason:
            continue
        try:
            world.do(step)
        except Wrong as found:
            wrong.append(f"{named(page)}, {found}")
    assert not wrong, "\n\n".join(wrong)
    assert world.ran


def test_what_is_not_run_says_why_and_is_little():
    found = [
        (named(page), step) for page in PAGES for step in steps(page) if step.reason and step.kind != SETUP
    ]
    run = [step for page in PAGES for step in steps(page) if not step.reason and step.kind != SETUP]
    for page, step in found:
        print(f"NOT RUN: {page}, line {step.line}: {step.reason}")
    assert all(len(step.reason) > 10 for _, step in found)
    assert len(found) <= MOST_NOT_RUN, "more is not run than was agreed"
    assert len(run) > 3 * len(found)


@pytest.mark.parametrize("page", RUN_ELSEWHERE)
def test_a_page_that_is_run_elsewhere_is_named_there(page):
    if (ROOT / page).exists():
        tests = (ROOT / RUN_ELSEWHERE[page]).rglob("*.py")
        assert any(Path(page).name in test.read_text(encoding="utf-8") for test in tests)


@pytest.mark.parametrize("page", [page for page in PAGES if named(page) not in RUN_ELSEWHERE], ids=named)
def test_nothing_to_type_hides_in_another_block(page):
    hidden = [
        f"line {block.line}: {found[0].strip()}"
        for block in blocks(page)
        if block.language in QUIET or not block.language
        for found in [_TYPED.search(block.code)]
        if found
    ]
    assert not hidden
    unknown = {block.language for block in blocks(page)} - QUIET - {"bash", "console", "python", "ipython3"}
    assert not unknown, "a block says its language"
