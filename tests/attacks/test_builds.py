"""Tried: builds that ask an index of their own. Whatever a build starts knows the secure index, and no other."""

from __future__ import annotations

import json
from urllib.parse import urlsplit

import pytest
from by_day import by_day
from folder_index import BACKEND, source_archive
from old_tools import TOOLS
from recording_proxy import RecordingProxy

from jupyter_securepypi.emulator.samples import build_wheel

# An old project, as there are many: no pyproject.toml, what its setup needs said in setup.py.
SETUP = """
import os, subprocess, sys
from setuptools import setup

subprocess.call([sys.executable, "-m", "pip", "download", "--no-deps", "-d", {folder!r}, "acme-plots"])
setup(name="other", version="9.0", py_modules=[], setup_requires=["acme-core"])
"""
NOTEBOOK = """
import os, sys
os.environ.pop("VIRTUAL_ENV", None)  # IPython would put that environment's packages first
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
shell.run_line_magic("load_ext", "jupyter_securepypi")
shell.run_line_magic("secure_pip", " ".join(sys.argv[1:]))
"""


pytestmark = pytest.mark.usefixtures("setuptools")


@pytest.fixture
def build(packages, tmp_path):
    """An old project in the index, and the folder into which its setup.py downloads something."""
    folder = tmp_path / "downloaded"
    source_archive(packages, "other", files={"setup.py": SETUP.format(folder=str(folder))})
    return folder


def install(environment, face, engine, words, **variables):
    if face == "command line":
        return environment.run("install", "--engine", engine, *words, **variables)
    if face == "notebook":
        code = NOTEBOOK.replace("sys.argv[1:]", repr(["install", "--engine", engine, *words]))
        return environment.call(code, **variables)
    if face == "script":
        code = f"import jupyter_securepypi as s; s.install_packages({words!r}, engine={engine!r})"
        return environment.call(code, **variables)
    code = f"import sys; from jupyter_securepypi.core.__main__ import main; sys.exit(main({['install', *words]!r}))"
    return environment.call(code, **variables)


FACES = [(face, engine) for face in ("command line", "notebook", "script") for engine in ("pip", "uv")]
# Each face, and both engines.
BY_DAY = [
    ("command line", "pip"),
    ("command line", "uv"),
    ("notebook", "uv"),
    ("script", "pip"),
    ("job", "pip"),
]


@pytest.mark.parametrize(("face", "engine"), by_day(BY_DAY, *FACES, ("job", "pip")))
def test_an_old_project_built_here(environment, aws, build, face, engine):
    with RecordingProxy() as proxy:
        words = ["--no-build-isolation", "other"]
        done = install(environment, face, engine, words, **proxy.variables())
    assert done.returncode == 0, done.stdout + done.stderr
    assert environment.versions() == {"other": "9.0"}
    assert [path.name for path in build.iterdir()] == ["acme_plots-0.3.0-py3-none-any.whl"], (
        done.stdout,
        done.stderr,
    )
    # The proxy saw everything: the emulated AWS with its index, and nothing else.
    assert set(proxy.asked) == {urlsplit(aws.index_url).netloc}


@pytest.mark.parametrize(
    "tool",
    # The test above has the newest.
    by_day([("pip 20.3.4",), ("uv 0.6.15",)], *((one,) for one in TOOLS)),
    indirect=True,
)
def test_it_is_the_same_with_every_version(environment, tool, aws, build):
    legacy = ["--no-use-pep517"] if tool == "pip" and _has_legacy(environment) else []
    with RecordingProxy() as proxy:
        words = ["--no-build-isolation", *legacy, "other"]
        done = install(environment, "command line", tool, words, **proxy.variables())
    assert done.returncode == 0, done.stdout + done.stderr
    assert [path.name for path in build.iterdir()] == ["acme_plots-0.3.0-py3-none-any.whl"], (
        done.stdout,
        done.stderr,
    )
    assert set(proxy.asked) == {urlsplit(aws.index_url).netloc}


def _has_legacy(environment):
    return (
        environment.call("import pip, sys; sys.exit(int(pip.__version__.split('.')[0]) >= 25)").returncode == 0
    )


def test_a_build_that_looks_for_the_token_in_its_variables_finds_none(
    environment, engine, home, packages, tmp_path
):
    seen = tmp_path / "seen"
    setup = f"import os\nopen({str(seen)!r}, 'w').write(repr(dict(os.environ)))\n"
    setup += "from setuptools import setup\nsetup(name='other', version='9.0', py_modules=[])\n"
    source_archive(packages, "other", files={"setup.py": setup})
    environment.ok("install", "--engine", engine, "--no-build-isolation", "other")
    [store] = [
        path
        for path in (home / ".local/share/jupyter/runtime/securepypi").glob("*.json")
        if "failure" not in path.name
    ]
    variables = seen.read_text()
    assert "PIP_INDEX_URL" in variables
    assert json.loads(store.read_text())["token"]["secret"] not in variables


ISOLATED = """
import subprocess, sys
from setuptools import setup

subprocess.call([sys.executable, "-m", "pip", "--isolated", "download", "--no-deps", "-d", {folder!r}, *{words!r}])
setup(name="other", version="9.0", py_modules=[])
"""


def isolated(packages, folder, *words):
    """Have an old project in the index, whose setup.py has an isolated pip download something into `folder`."""
    files = {"setup.py": ISOLATED.format(folder=str(folder), words=list(words))}
    source_archive(packages, "other", files=files)


# In each Python that starts: who opens a file of pip's settings.
WATCH = """\
import os, sys

def hear(event, arguments):
    if event == "open" and str(arguments[0]).endswith("pip.conf"):
        with open(os.environ["WATCHED"], "a") as file:
            file.write(f"{' '.join(sys.argv)}: {arguments[0]}\\n")

if "WATCHED" in os.environ:
    sys.addaudithook(hear)
"""


@pytest.fixture
def settings(environment):
    """pip's file in the environment; who opens one is written into the file that WATCHED names."""
    site = environment.prefix / "pip.conf"
    module, line = environment.packages / "watching.py", environment.packages / "watching.pth"
    module.write_text(WATCH)
    line.write_text("import watching\n")
    yield site
    for path in (site, module, line):
        path.unlink()


def test_a_pip_that_a_build_isolates_knows_the_secure_index_only(
    environment, tool, aws, packages, serve, tmp_path, settings
):
    """It passes over our variables. What the environment's own configuration says beside them is taken back.

    The pip that installs reads no file of settings: what stands in one was looked at before, and whoever changes it in
    that moment changes nothing.
    """
    folder, watched = tmp_path / "downloaded", tmp_path / "watched"
    isolated(packages, folder, "acme-plots")
    wheel = build_wheel(tmp_path / "elsewhere", "acme-plots", "99.0")
    more = f"find-links = {serve(wheel.parent)}\n"
    settings.write_text(
        f"[global]\nquiet = 3\nextra-index-url = {serve(tmp_path)}\n[download]\n{more}[install]\n{more}"
    )
    with RecordingProxy() as proxy:
        words = ["--no-build-isolation", "other"]
        watching = {**proxy.variables(), "WATCHED": str(watched)}
        done = install(environment, "command line", tool, words, **watching)
    assert done.returncode == 0, done.stdout + done.stderr
    assert [path.name for path in folder.iterdir()] == ["acme_plots-0.3.0-py3-none-any.whl"]
    assert set(proxy.asked) == {urlsplit(aws.index_url).netloc}
    heard = [one.partition(": ") for one in watched.read_text().splitlines() if "/pip/" in one or "pip " in one]
    # Our own command, which looks at what stands there, is no pip; it is heard where it starts cold.
    pips = {path for words, _, path in heard if " install " in words and "/jupyter_securepypi/" not in words}
    assert pips == set()
    # The isolated one does read: the environment's, and then what takes its words back.
    assert str(settings) in {path for words, _, path in heard if " download " in words}


ISOLATION = [["--isolated"], []]
# With each tool one of both, and each of both with pip and with uv.
TOLD = [("pip 20.3.4", ISOLATION[0]), ("pip newest", []), ("uv 0.6.15", []), ("uv newest", ISOLATION[0])]


@pytest.mark.parametrize(
    ("tool", "words"),
    by_day(TOLD, *((tool, words) for tool in TOOLS for words in ISOLATION)),
    indirect=["tool"],
)
def test_a_pip_of_a_build_that_asks_another_index_is_told(environment, tool, packages, tmp_path, serve, words):
    url = f"{serve(tmp_path)}simple/"
    isolated(packages, tmp_path / "downloaded", *words, "-i", url, "acme-plots")
    said = environment.fails("install", "--engine", tool, "--no-build-isolation", "other")
    assert f"NOT only the secure index was asked: {url}" in said


def test_a_pip_of_a_build_that_asks_the_public_index_is_told(environment, engine, packages, tmp_path):
    """Of that one, pip does not say that it looks there; nor does this test get there."""
    code = "import sys; from pip._internal.models.index import PyPI; print(PyPI.simple_url)"
    public = environment.call(code).stdout.strip()
    nowhere = ["--proxy", "http://127.0.0.1:9", "--retries", "0"]
    isolated(packages, tmp_path / "downloaded", *nowhere, "-i", public, "acme-plots")
    said = environment.fails("install", "--engine", engine, "--no-build-isolation", "other")
    assert f"NOT only the secure index was asked: {public}" in said


BACKEND_ELSEWHERE = '[build-system]\nrequires = ["evilbe @ {url}"]\nbuild-backend = "evilbe"\n'


def test_a_build_that_names_a_url_for_what_it_needs_is_told(environment, tool, serve, packages, tmp_path):
    """It runs, as any code of the index may; but nobody says that all came from the index."""
    wheel = build_wheel(tmp_path / "elsewhere", "evilbe", "1.0", modules={"evilbe": BACKEND["backend.py"]})
    url = f"{serve(tmp_path / 'elsewhere')}{wheel.name}"
    source_archive(packages, "other", files={"pyproject.toml": BACKEND_ELSEWHERE.format(url=url)})
    said = environment.fails("install", "--engine", tool, "other")
    assert f"NOT only the secure index was asked: {url}" in said
    assert "--verify before builds nothing" in said


def test_where_the_configuration_says_so_nothing_is_built_for_a_lock_or_a_download_either(
    environment, engine, home, packages, tmp_path
):
    config = home / ".jupyter/jupyter_securepypi_config.json"
    config.parent.mkdir(exist_ok=True)
    backend = f"open({str(tmp_path / 'ran')!r}, 'a').write('ran')\n{BACKEND['backend.py']}"
    source_archive(packages, "other", files={**BACKEND, "backend.py": backend})
    (environment.cwd / "requirements.txt").write_text("other\n")
    for verify, status in (("before", 1), ("after", 0)):
        config.write_text(json.dumps({"SecurePyPI": {"verify": verify, "engine": engine}}))
        for command in (["lock", "requirements.txt"], ["download", "-d", "got", "other"]):
            (tmp_path / "ran").unlink(missing_ok=True)
            done = environment.run(*command)
            assert done.returncode == status, done.stdout + done.stderr
            assert (tmp_path / "ran").exists() == (verify == "after")
