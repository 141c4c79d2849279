"""Tried: what an earlier install of somebody else's left in a cache, and what a request would have believed."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest
from another_user import USER
from folder_index import BACKEND, source_archive

# Builds what a variable says, as one does that an index of somebody else's has given another compiler.
BACKEND_OF_TWO_MINDS = BACKEND["backend.py"].replace(
    '"other.py": "",', '"other.py": "BUILT = " + repr(__import__("os").environ.get("BUILD_AS", "as it is")),'
)


@pytest.fixture
def project(packages):
    files = {**BACKEND, "backend.py": BACKEND_OF_TWO_MINDS}
    return source_archive(packages, "other", files=files)


def built(environment):
    return environment.call("import other; print(other.BUILT)").stdout.strip()


def plain_pip(environment, url, cache, **variables):
    """What a notebook did before: pip itself, with its own cache."""
    words = ["pip", "install", "--no-deps", "--no-build-isolation", "--index-url", url, "other"]
    code = f"import runpy, sys; sys.argv = {words!r}; runpy.run_module('pip', run_name='__main__')"
    done = environment.call(code, PIP_CACHE_DIR=str(cache), **variables)
    assert done.returncode == 0, done.stderr


def test_a_wheel_that_pip_built_earlier_is_not_taken(environment, aws, home, tmp_path, project):
    [store] = Path(home, ".local/share/jupyter/runtime/securepypi").glob("*.json")
    secret = json.loads(store.read_bytes())["token"]["secret"]
    url, cache = aws.index_url.replace("://", f"://aws:{secret}@"), tmp_path / "cache"
    plain_pip(environment, url, cache, BUILD_AS="evil")
    assert built(environment) == "evil"
    environment.empty()
    plain_pip(environment, url, cache)
    assert built(environment) == "evil", "or there is nothing to be shown"
    environment.empty()
    environment.install("--engine", "pip", "--no-build-isolation", "other", PIP_CACHE_DIR=str(cache))
    assert built(environment) == "as it is"


def of_everybody(cache):
    cache.chmod(0o777)
    return cache


def in_a_folder_of_everybody(cache):
    cache.parent.chmod(0o777)
    return cache.parent


def of_another_user(cache):
    if os.geteuid() != 0:
        pytest.skip("only root can give a folder away")
    os.chown(cache, USER, USER)
    return cache


def with_uv(environment, cache):
    """Install acme-core anew, with this cache; return what is said."""
    environment.empty()
    return environment.ok("install", "--engine", "uv", "acme-core", UV_CACHE_DIR=str(cache))


@pytest.mark.parametrize("shared", [of_everybody, in_a_folder_of_everybody, of_another_user])
def test_what_a_neighbour_wrote_into_uvs_cache_is_not_taken(environment, tmp_path, shared):
    cache = tmp_path / "caches/uv"
    assert "cache" not in with_uv(environment, cache)
    [module] = cache.glob("archive-*/*/acme_core.py")
    module.write_text("EVIL = True\n")
    with_uv(environment, cache)
    assert environment.call("import acme_core; acme_core.EVIL").returncode == 0, "or there is nothing to show"
    named = shared(cache)
    said = with_uv(environment, cache)
    assert said.count(f"uv's cache is not used: {named} ") == 1
    assert "set UV_CACHE_DIR to a folder of your own" in said
    assert environment.call("import acme_core; acme_core.EVIL").returncode == 1


def test_a_cache_in_a_folder_where_nobody_can_take_its_place_is_used(environment, tmp_path):
    """As one in /tmp (sticky); what is not there yet is made before somebody else makes it."""
    folder = tmp_path / "everybodys"
    folder.mkdir()
    folder.chmod(0o1777)
    for _ in range(2):
        assert "cache" not in with_uv(environment, folder / "mine")
    assert list((folder / "mine").glob("archive-*"))
    (folder / "mine").rename(folder / "theirs")
    (folder / "mine").symlink_to(folder / "theirs")
    (folder / "theirs").chmod(0o777)
    assert "uv's cache is not used" in with_uv(environment, folder / "mine")


def test_a_cache_that_came_with_a_notebook_is_refused(environment, engine, tmp_path):
    shutil.copytree(environment.cwd, tmp_path / "shipped")
    said = environment.fails(
        "install", "--engine", engine, "--cache-dir", str(tmp_path / "shipped"), "acme-core"
    )
    assert said.startswith("--cache-dir is not allowed")
    assert environment.versions() == {}


def test_whom_to_trust_is_no_word_of_a_notebooks(environment, engine, tmp_path):
    (environment.cwd / "ca.pem").write_text("of somebody else's")
    said = environment.fails(
        "install", "--engine", engine, "--proxy", "http://127.0.0.1:9", "--cert", "ca.pem", "acme-core"
    )
    assert said.startswith("--cert is not allowed")
    assert environment.versions() == {}
