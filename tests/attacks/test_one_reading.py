"""Tried: requests that mean one thing to the check and another to pip or uv. What was checked is what runs."""

from __future__ import annotations

import subprocess

import pytest
from by_day import by_day
from folder_index import source_archive
from old_tools import TOOLS

from jupyter_securepypi.emulator.samples import build_wheel

RACE = """
import sys
from pathlib import Path
from jupyter_securepypi.config import load_options
from jupyter_securepypi.core import installation
from jupyter_securepypi.install import service
asked = service.BrokerTokens.current

def exchanged(self):
    Path("r.txt").write_text(sys.argv[2])
    Path("c.txt").unlink()
    return asked(self)

service.BrokerTokens.current = exchanged
options = load_options()
report = service.install(options, ["--engine", sys.argv[1], "-r", "r.txt", "-c", "c.txt"])
print([package.name for package in report.packages])
"""


@pytest.fixture
def evil(serve, tmp_path):
    """The address of a source archive of somebody else's; `ran` appears where it is built."""
    ran = tmp_path / "ran"
    archive = source_archive(tmp_path / "elsewhere", "evil", ran)
    return f"{serve(tmp_path / 'elsewhere')}{archive.name}", ran


def test_a_script_block_in_comments(environment, tool, evil):
    url, ran = evil
    text = f'# /// script\n# dependencies = ["evil @ {url}"]\n# ///\nacme-core\n'
    for name in ("requirements", "requirements.txt", "tool.pyx"):
        (environment.cwd / name).write_text(text)
        environment.empty()
        environment.install("--engine", tool, "--no-build-isolation", "-r", name)
        assert environment.versions() == {"acme_core": "1.4.0"}
    assert not ran.exists()


NAMES = ["good#x.txt", "good?x", "good%23.txt", "good[x].txt", "~good", "a b", "-good"]
# It is we who open the file: any pip and any uv gets the same words.
BY_DAY = [
    ("pip 20.3.4", NAMES[0]),
    ("uv 0.6.15", NAMES[1]),
    *((tool, name) for tool in ("pip newest", "uv newest") for name in NAMES),
]


@pytest.mark.parametrize(
    ("tool", "name"), by_day(BY_DAY, *((tool, name) for tool in TOOLS for name in NAMES)), indirect=["tool"]
)
def test_a_file_name_that_reads_like_something_else(environment, tool, evil, name):
    url, ran = evil
    for other in ("good", "good#.txt", "good.txt", "a", "good%23"):
        (environment.cwd / other).write_text(f"evil @ {url}\n")
    (environment.cwd / name).write_text("acme-core\n")
    environment.install("--engine", tool, "--no-build-isolation", f"--requirement={name}")
    assert environment.versions() == {"acme_core": "1.4.0"}
    assert not ran.exists()


def test_a_variable_that_only_the_check_would_see(environment, tool, evil):
    url, ran = evil
    (environment.cwd / "1").write_text("acme-core\n")
    (environment.cwd / "${PIP_DISABLE_PIP_VERSION_CHECK}").write_text(f"evil @ {url}\n")
    (environment.cwd / "r.txt").write_text("-r ${PIP_DISABLE_PIP_VERSION_CHECK}\n")
    for words in (["-r", "${PIP_DISABLE_PIP_VERSION_CHECK}"], ["-r", "r.txt"]):
        said = environment.fails("install", "--engine", tool, *words, PIP_DISABLE_PIP_VERSION_CHECK="1")
        assert "cannot be the name of a requirements file" in said
    assert environment.versions() == {}
    assert not ran.exists()


def test_files_exchanged_between_check_and_start(environment, tool, evil):
    url, ran = evil
    (environment.cwd / "r.txt").write_text("acme-core\n")
    (environment.cwd / "c.txt").write_text("acme-core<9\n")
    command = [str(environment.python), "-c", RACE, tool, f"evil @ {url}\n--index-url {url}\n"]
    done = subprocess.run(command, cwd=environment.cwd, capture_output=True, text=True, timeout=170)
    assert done.stdout.splitlines()[-1:] == ["['acme-core']"], done.stderr
    assert url in (environment.cwd / "r.txt").read_text()
    assert not ran.exists()


def test_settings_of_a_project_in_the_working_folder(environment, tool, evil, tmp_path):
    url, ran = evil
    build_wheel(tmp_path / "elsewhere", "acme-core", "99.0")
    (environment.cwd / "uv.toml").write_text(
        f'index-url = "{url}"\nfind-links = ["{tmp_path / "elsewhere"}"]\n'
    )
    (environment.cwd / "pyproject.toml").write_text(
        f'[project]\nname = "x"\nversion = "1"\n[tool.uv]\nfind-links = ["{tmp_path / "elsewhere"}"]\n'
        f'override-dependencies = ["acme-core @ {url}"]\nconstraint-dependencies = ["acme-core==99.0"]\n'
    )
    (environment.cwd / "setup.cfg").write_text(f"[easy_install]\nindex_url = {url}\n")
    (environment.cwd / "pip.conf").write_text(f"[global]\nindex-url = {url}\n")
    environment.install("--engine", tool, "acme-features")
    assert environment.versions() == {"acme_core": "1.4.0", "acme_features": "1.2.0"}
    assert not ran.exists()


@pytest.mark.parametrize(
    "text",
    [
        "acme-core --global-option=easy_install",
        "acme-core --config-settings=--build-option=setopt",
        "acme-core --install-option=--index-url=http://127.0.0.1:9/",
        "--global-option setopt",
    ],
)
def test_words_for_setup_py_in_a_file(environment, engine, text):
    (environment.cwd / "r.txt").write_text(f"acme-plots\n{text}\n")
    said = environment.fails("install", "--engine", engine, "-r", "r.txt")
    assert "is not allowed in a file or a cell (r.txt, line 2)" in said
    assert "command of setup.py" in said
    assert environment.versions() == {}


@pytest.mark.parametrize("name", ["UV_CONSTRAINT", "UV_BUILD_CONSTRAINT", "PIP_CONSTRAINT"])
def test_a_constraints_file_of_the_settings_with_an_index_line(environment, engine, name):
    (environment.cwd / "c.txt").write_text("acme-core\n--extra-index-url http://127.0.0.1:9/\n")
    variables = {name: str(environment.cwd / "c.txt")}
    if name.startswith("UV") and engine == "pip":
        assert (
            len(environment.install("--engine", engine, "acme-core", **variables)) == 1
        )  # pip does not read it
        return
    said = environment.fails("install", "--engine", engine, "acme-core", **variables)
    assert "--extra-index-url is not allowed" in said
    assert environment.versions() == {}


def test_settings_of_uv_that_narrow_the_choice_hold(environment, packages):
    build_wheel(packages, "acme-core", "1.5.0")
    build_wheel(packages, "acme-core", "1.6.0rc1")
    (environment.cwd / "c.txt").write_text("acme-core<1.5\n")
    uv = ["--engine", "uv", "--dry-run", "acme-core"]

    def version(**variables):
        [package] = environment.install(*uv, **variables)
        return package["version"]

    assert version() == "1.5.0"
    assert version(UV_CONSTRAINT="c.txt") == "1.4.0"
    assert version(UV_PRERELEASE="allow") == "1.6.0rc1"
    assert version(UV_RESOLUTION="lowest") == "1.4.0"
    for name, value in (("UV_OVERRIDE", "c.txt"), ("UV_FORK_STRATEGY", "fewest"), ("UV_EXCLUDE", "acme-core")):
        assert f"the variable {name}" in environment.fails("install", *uv, **{name: value})
    assert "unset UV_OFFLINE" in environment.fails(
        "install", *uv, UV_OFFLINE="1", UV_CACHE_DIR=str(environment.cwd / "empty")
    )
    environment.fails("install", *uv, UV_REQUIRE_HASHES="1")
    environment.fails("install", *uv, UV_NO_BINARY="1")


AGES = {
    "UV_EXCLUDE_NEWER": "2020-01-01T00:00:00Z",
    "PIP_UPLOADED_PRIOR_TO": "2020-01-01",
    "--uploaded-prior-to": "P7D",
}


@pytest.mark.parametrize("name", AGES)
def test_an_age_that_the_user_set_is_never_dropped(environment, tool, name):
    """The index tells no times, so nothing is old enough for certain."""
    if name.startswith("UV") and tool == "pip":
        assert (
            len(environment.install("--engine", tool, "acme-core", **{name: AGES[name]})) == 1
        )  # it is uv's own
        return
    words = [f"{name}={AGES[name]}"] if name.startswith("--") else []
    done = environment.run(
        "install", "--engine", tool, *words, "acme-core", **({} if words else {name: AGES[name]})
    )
    assert done.returncode == 1, done.stdout
    assert environment.versions() == {}


def test_what_is_no_age_is_said(environment, engine):
    said = environment.fails("install", "--engine", engine, "acme-core", PIP_UPLOADED_PRIOR_TO="yesterday")
    assert "uploaded-prior-to is 'yesterday', which is no time." in said


def test_a_url_that_a_wheel_of_the_index_asks_for(environment, tool, evil, packages):
    url, ran = evil
    build_wheel(packages, "other-user", "1.0", [f"evil @ {url}"])
    words = ["--engine", tool, "--no-build-isolation", "--verify", "before", "other-user"]
    said = environment.fails("install", *words)
    assert "evil" in said or "needs a newer pip" in said
    assert environment.versions() == {}
    assert not ran.exists()


def test_options_that_would_blind_the_proof_are_kept_from_pip(environment, packages):
    """With --isolated pip ignores the variables that isolate it, with --log it does not write where we read."""
    words = ["--engine", "pip", "--isolated", "--log", "pip.log", "acme-core"]
    assert len(environment.install(*words)) == 1
    assert "Successfully installed acme-core-1.4.0" in (environment.cwd / "pip.log").read_text()
    environment.empty()
    environment.fails("install", *words, PIP_UPLOADED_PRIOR_TO="2020-01-01")
    assert environment.versions() == {}
    said = environment.fails("install", "--engine", "pip", "--log", "missing/pip.log", "acme-core")
    assert "Cannot write the log missing/pip.log" in said
