"""A failed install ends with the line that says why: of the build, of the resolution, of what the index has."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest
from by_day import pip_at_night
from folder_index import BACKEND, source_archive

from jupyter_securepypi.emulator.samples import build_wheel

HERE = f"Python {sysconfig.get_python_version()} on {sysconfig.get_platform().replace('-', ' ')}"
CAUSE = "libfoo.h not found: install libfoo-dev"
PROJECT = BACKEND["pyproject.toml"]
# What gcc and setuptools print, the compiler's word in the middle.
COMPILER = """
running build_ext
gcc -fPIC -c other.c -o build/other.o
other.c:1:10: fatal error: libfoo.h: No such file or directory
    1 | #include <libfoo.h>
      |          ^~~~~~~~~~
compilation terminated.
error: command '/usr/bin/gcc' failed with exit code 1
"""
# What a source archive holds → the line that says why it cannot be built.
BUILDS = {
    "an exception": (
        {
            "pyproject.toml": PROJECT,
            "backend.py": f"def build_wheel(*words):\n    raise RuntimeError({CAUSE!r})\n",
        },
        f"RuntimeError: {CAUSE}",
    ),
    "a word before the end": (
        {
            "pyproject.toml": PROJECT,
            "backend.py": f"import sys\ndef build_wheel(*words):\n    print({CAUSE!r})\n    sys.exit(3)\n",
        },
        CAUSE,
    ),
    "a backend that cannot be imported": (
        {"pyproject.toml": PROJECT, "backend.py": "import no_such_module\n"},
        "ModuleNotFoundError: No module named 'no_such_module'",
    ),
    "setup.py": ({"setup.py": f"print('looking')\nraise RuntimeError({CAUSE!r})\n"}, f"RuntimeError: {CAUSE}"),
    "the compiler": (
        {
            "pyproject.toml": PROJECT,
            "backend.py": f"import sys\ndef build_wheel(*words):\n    sys.exit({COMPILER!r})\n",
        },
        "other.c:1:10: fatal error: libfoo.h: No such file or directory",
    ),
}


@pytest.fixture(scope="session")
def old_tools(tmp_path_factory):
    """The Pythons of two environments, one with the oldest uv that is taken, one with a pip of early 2023."""
    uv_binary = shutil.which("uv") or Path(sys.executable).with_name("uv")
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("PIP_", "UV_"))}
    found = {}
    for name, requirement in (("uv", "uv==0.6.15"), ("pip", "pip==23.0.1")):
        folder = tmp_path_factory.mktemp(f"old-{name}")
        found[name] = folder / "bin/python"
        subprocess.run([uv_binary, "venv", "-q", "--no-config", folder], check=True, env=environ)
        command = [uv_binary, "pip", "install", "-q", "--no-config", "--python", found[name], requirement]
        subprocess.run(command, check=True, env=environ)
    return found


OLDEST_TOO = pytest.mark.parametrize("version", ["newest", "oldest"], indirect=True)
"""For what each version of the engines words in its own way."""


@pytest.fixture
def version(request, engine, environment):
    """Either end of what is supported of the engine, in the environment to install into."""
    if getattr(request, "param", "newest") == "newest":
        yield
        return
    old = request.getfixturevalue("old_tools")[engine]
    if engine == "uv":
        real = environment.bin("uv").rename(environment.bin("new-uv"))
        environment.bin("uv").symlink_to(old.with_name("uv"))
        yield
        real.replace(environment.bin("uv"))
        return
    links = [environment.packages / name for name in ("pip", "pip-23.0.1.dist-info")]
    [packages] = old.parents[1].glob("lib/python*/site-packages")
    for link in links:
        link.symlink_to(packages / link.name)
    yield
    for link in links:
        link.unlink()


@pytest.fixture
def fails(environment, engine, version):
    """Fail to install with the engine, and return what is told."""

    def attempt(*words, **variables):
        return environment.fails("install", "-q", "--engine", engine, *words, **variables)

    return attempt


@pytest.mark.parametrize(
    ("version", "what"),
    [("newest", what) for what in BUILDS]
    + [("oldest", "an exception"), ("oldest", "a backend that cannot be imported")],
    indirect=["version"],
)
def test_a_failed_build_shows_the_line_that_says_why(fails, packages, what):
    files, cause = BUILDS[what]
    source_archive(packages, "other", files=files)
    said = fails("--no-build-isolation", "other")
    assert said.startswith("other cannot be built.\n")
    assert f"  why   {cause}\n" in said
    assert "have a wheel added" in said


@OLDEST_TOO
def test_a_build_that_wants_what_the_index_lacks_says_who_wants_it(fails, packages):
    wants = '[build-system]\nrequires = ["acme-tool"]\nbuild-backend = "acme_tool"\n'
    source_archive(packages, "other", files={"pyproject.toml": wants})
    said = fails("other")
    assert said.startswith("acme-tool is not in ")
    assert "other needs it to be built" in said


def test_a_build_that_speaks_of_http_is_no_matter_of_the_index(fails, packages):
    raises = "def build_wheel(*words):\n    raise OSError('HTTP error 401 on downloading libfoo: Connection refused')\n"
    source_archive(packages, "other", files={"pyproject.toml": PROJECT, "backend.py": raises})
    said = fails("other")
    assert said.startswith("other cannot be built.\n")
    assert "on downloading libfoo" in said


@OLDEST_TOO
def test_a_conflict_shows_its_chain(fails, packages):
    build_wheel(packages, "acme-core", "1.1.0")
    build_wheel(packages, "acme-middle", "1.0.0", ["acme-old"])
    build_wheel(packages, "acme-old", "1.0.0", ["acme-core<1.2"])
    said = fails("acme-features", "acme-middle")
    assert said.startswith("What is asked for does not go together.")
    for link in ("acme-features", "acme-core>=1.4", "acme-old", "acme-core<1.2"):
        assert link in said
    assert "..." not in said, "nothing is cut off"


def for_another(packages, name, version, tag):
    wheel = build_wheel(packages, name, version)
    wheel.rename(wheel.with_name(wheel.name.replace("py3-none-any", tag)))
    return wheel.name.replace("py3-none-any", tag)


@pytest.mark.parametrize("tag", ["cp36-cp36m-manylinux2014_x86_64", "cp36-abi3-win_amd64"])
@pytest.mark.parametrize("asked", ["other", "other==2.0.0"])
def test_a_file_for_this_python_is_missing_and_not_the_package(fails, packages, tag, asked):
    file = for_another(packages, "other", "2.0.0", tag)
    said = fails(asked)
    assert said.startswith(f"other has 2.0.0, but no file for {HERE}.\n")
    assert file in said


@OLDEST_TOO
def test_so_it_is_where_other_versions_are_for_this_python(fails, packages):
    build_wheel(packages, "other", "1.0.0")
    for_another(packages, "other", "2.0.0", "cp36-cp36m-manylinux2014_x86_64")
    assert fails("other==2.0.0").startswith(f"other has 2.0.0, but no file for {HERE}.\n")


@OLDEST_TOO
def test_who_needs_it_is_told(fails, packages):
    for_another(packages, "other", "2.0.0", "cp36-cp36m-manylinux2014_x86_64")
    build_wheel(packages, "acme-needy", "1.0.0", ["other"])
    said = fails("acme-needy")
    assert said.startswith(f"other has 2.0.0, but no file for {HERE}.\n")
    assert "acme-needy" in said.partition("  why   ")[2]
    build_wheel(packages, "acme-poor", "1.0.0", ["acme-absent>=2"])
    said = fails("acme-poor")
    assert said.startswith("acme-absent")
    assert "is not in" in said
    assert "acme-poor" in said.partition("  why   ")[2]


class TestNearMisses:
    @pip_at_night
    def test_what_was_installed_from_it_once_is_offered(self, environment, engine):
        environment.install("acme-core")
        environment.empty()
        said = environment.fails("install", "-q", "--engine", engine, "acme-cor")
        assert said.startswith("acme-cor is not in ")
        assert "did you mean acme-core? Otherwise check the name" in said

    def test_what_is_installed_is_offered(self, environment, engine):
        said = environment.fails("install", "-q", "--engine", engine, "jupyter-serverr")
        assert "did you mean jupyter-server" in said

    @pip_at_night
    def test_nothing_is_offered_where_nothing_is_like_it(self, environment, engine):
        assert "did you mean" not in environment.fails("install", "-q", "--engine", engine, "zzyzx-unheard-of")

    def test_a_script_and_a_question_get_the_same(self, environment):
        environment.install("acme-core")
        environment.empty()
        assert "did you mean acme-core?" in environment.fails("search-versions", "acme-cor")
        assert "did you mean acme-core?" in environment.fails("download", "acme-cor")
        done = environment.call("from jupyter_securepypi import install_packages; install_packages('acme-cor')")
        assert "did you mean acme-core?" in done.stderr
