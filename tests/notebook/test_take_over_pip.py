"""`%pip install` of an old notebook, in a real kernel, where an administrator has it go the way of `%secure_pip`."""

from __future__ import annotations

import json
import subprocess

import pytest
from notebooks import Notebook, empty, log_in

from jupyter_securepypi.demo import borrowing
from jupyter_securepypi.notebook.take_over import SAID
from jupyter_securepypi.notebook.uv_options import TABLE

PLAIN = "you may need to restart the kernel"  # what IPython's own magics say each time
PROVEN = "all from acme/shared-pypi."


@pytest.fixture(scope="module")
def environment(tmp_path_factory):
    """A virtual environment to install into; it sees what this one has."""
    return str(borrowing.environment(tmp_path_factory.mktemp("take-over") / "venv"))


@pytest.fixture
def configure(home):
    """Write our options to the user's file."""
    file = home / ".jupyter/jupyter_securepypi_config.json"
    file.parent.mkdir(exist_ok=True)

    def write(**options):
        file.write_text(json.dumps({"SecurePyPI": options}))
        return file

    return write


@pytest.fixture
def notebook(environment, aws, home, monkeypatch):
    """A notebook in an environment whose plain pip knows no index at all."""
    monkeypatch.setenv("SECURE_PYPI_ROLE_ARN", aws.role_template)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("UV_DEFAULT_INDEX", "http://127.0.0.1:9/simple/")
    log_in(environment, home, aws)
    found = Notebook(environment, home)
    yield found
    found.close()
    empty(environment)


@pytest.fixture
def taken_over(notebook, configure):
    configure(take_over_pip=True)
    return notebook


def test_it_installs_from_the_secure_index_with_proof_and_record(taken_over, home):
    shown = taken_over.run("%pip install acme-features")
    assert f"2 installed, {PROVEN}" in shown
    assert PLAIN not in shown
    *_, record = (home / ".local/share/jupyter/securepypi/installs.jsonl").read_text().splitlines()
    assert "acme-features" in record
    assert "1.2.0" in taken_over.run("import acme_features; print(acme_features.__version__)")


def test_it_says_so_once_in_a_kernel(taken_over):
    assert taken_over.run("%pip install --dry-run acme-core").count(SAID) == 1
    for code in ("%pip install --dry-run acme-core", "%uv pip install --dry-run acme-core"):
        assert SAID not in taken_over.run(code)
    taken_over.run("%reload_ext jupyter_securepypi")
    assert SAID not in taken_over.run("%pip install --dry-run acme-core")


def test_the_lines_of_old_notebooks_are_understood(taken_over, home):
    (home / "more.txt").write_text("acme-core\n")
    taken_over.run("name, version = 'acme-core', '1'")
    for line in (
        "pip install --dry-run acme-core",  # automagic
        "uv pip install --dry-run acme-core",
        "%pip -q install --dry-run acme-core",
        "%pip --isolated --timeout 20 install --dry-run --no-cache-dir acme-core",
        "%pip install --dry-run 'acme-core>=1' --upgrade",
        '%pip install --dry-run "acme-core >= 1"',
        "%pip install --dry-run acme-core>={version}",
        "%pip install --dry-run {name}",
        "%pip install --dry-run $name",
        "%pip install --dry-run -r more.txt",
        "%pip install --dry-run -r ~/more.txt",
        "%pip install --dry-run acme-core  # we don't need more",
        "%pip install --dry-run acme-core;",
        "%pip install --dry-run acme-core > /dev/null 2>&1",
        "%pip install --dry-run acme-core 2>/dev/null",
        "%time %pip install --dry-run acme-core",
        "if True:\n    %pip install --dry-run acme-core",
        "get_ipython().run_line_magic('pip', 'install --dry-run acme-core')",
        "%uv pip install --system --dry-run acme-core",
        "%uv --quiet pip --no-progress install -Un --dry-run --prerelease allow acme-core",
        "%uv pip install --dry-run --requirements more.txt --link-mode=copy",
        "%uv pip install -rmore.txt --dry-run --reinstall",
    ):
        shown = taken_over.run(line)
        assert f"1 would be installed, {PROVEN}" in shown, line
        assert PLAIN not in shown, line


def test_what_it_cannot_do_as_written_is_refused_with_a_remedy(taken_over, home):
    for code, told in {
        "%pip install acme-core | tail -1": "'|' is for a shell",
        "%pip install acme-core && pip install acme-plots": "'&&' is for a shell",
        "%pip install acme-core > log.txt": "'>' is for a shell",
        "%pip install acme-core >=1": "quotes belong around",
        "%pip install 'acme-core": "cannot be read",
        "%pip --i install acme-core": "is not a known option",
        "%pip --python /usr/bin/python3 install acme-core": "--python is not allowed",
        "%pip install --python=/usr/bin/python3 acme-core": "--python is not allowed",
        "%uv pip install -p 3.8 acme-core": "--python is not allowed",
        "%uv pip install --exact acme-core": "has no equal",
        "%uv pip install --no-build acme-core": "has no equal",  # no abbreviation of --no-build-isolation
        "%uv pip install --prerelease explicit acme-core": "can only be `allow`",
        "%uv --project . pip install acme-core": "is not a known option",
        "%pip install": "Nothing was asked for.",
    }.items():
        shown = taken_over.fails(code)
        assert told in shown, code
        assert "  try   " in shown, code
        assert "Traceback" not in shown, code
    assert not (home / "log.txt").exists()
    assert "acme" not in taken_over.run("%pip list")


def test_everything_else_of_pip_and_uv_passes_through(taken_over):
    taken_over.run("%pip install acme-core")
    for line, told in {
        "%pip --version": "pip ",
        "%pip list --format freeze": "acme-core==1.4.0",
        "%pip show acme-core | grep Version": "Version: 1.4.0",
        "%pip install --help": "install [options] <requirement specifier>",
        "%pip uninstall -y acme-core": "Successfully uninstalled acme-core",
        "%pip --proxy install show acme-core": "Package(s) not found: acme-core",
        "%pip download acme-core": "No matching distribution",
        "%uv --version": "uv ",
        "%uv pip install --help": "Usage: uv pip install",
        "%uv pip list --outdated --nonsense": "unexpected argument '--nonsense'",
        "%uv add acme-core": "No `pyproject.toml`",
    }.items():
        shown = " ".join(taken_over.run(line).split())  # a terminal's lines come in pieces
        assert told in shown, line
        assert PLAIN in shown, line
    assert taken_over.run("%pip show acme-core").count("not found") == 1


def test_without_the_option_nothing_changes(notebook, aws, home):
    plain = f"install --no-index --find-links {aws.packages_dir} acme-plots"
    shown = notebook.run(f"%pip {plain} | cat")
    assert "Successfully installed acme-plots-0.3.0" in shown
    assert PLAIN in shown
    assert SAID not in shown
    assert "Would" in notebook.run(f"%uv pip {plain.replace('plots', 'core')} --dry-run")
    assert "Run the pip package manager within the current kernel." in notebook.run(
        "print(get_ipython().find_line_magic('pip').__doc__)"
    )
    assert not (home / ".local/share/jupyter/securepypi/installs.jsonl").exists()


def test_a_change_of_the_option_needs_no_restart(notebook, configure):
    assert "No matching distribution" in notebook.run("%pip install acme-core")
    configure(take_over_pip=True)
    assert PROVEN in notebook.run("%pip install --dry-run acme-core")
    configure(take_over_pip=False)
    assert "No matching distribution" in notebook.run("%pip install acme-core")


def test_a_mistake_in_our_configuration_never_means_plain_pip(notebook, configure):
    file = configure(take_over_pip="perhaps")
    for code in ("%pip install acme-core", "%uv pip install acme-core", "%pip install 'acme"):
        shown = notebook.fails(code)
        assert f"{file} sets SecurePyPI.take_over_pip" in shown, code
        assert PLAIN not in shown, code
    assert PLAIN in notebook.run("%pip --version")


def test_the_public_index_needs_the_same_permission(taken_over, configure):
    taken_over.run("import os; os.environ['USE_SECURE_PYPI'] = 'false'")
    assert "not allowed" in taken_over.fails("%pip install acme-core")
    configure(take_over_pip=True, allow_public=True, public_index_url="http://127.0.0.1:9/simple/")
    assert "127.0.0.1:9" in taken_over.fails("%pip install acme-core")


def test_unloading_restores_the_originals_and_loading_twice_changes_nothing(taken_over):
    originals = "import IPython; print(get_ipython().find_line_magic('pip').__module__)"
    taken_over.fails("%conda list")  # makes IPython import all of its package magics
    for _ in range(2):
        taken_over.run("%reload_ext jupyter_securepypi")
        assert PROVEN in taken_over.run("%pip install --dry-run acme-core")
    taken_over.run("%unload_ext jupyter_securepypi")
    assert taken_over.run(originals).strip() == "IPython.core.magics.packaging"
    assert "No matching distribution" in taken_over.run("%pip install acme-core")
    assert PLAIN in taken_over.run("%uv --version")
    assert "`%secure_pip` not found" in taken_over.fails("%secure_pip help")
    taken_over.run("%load_ext jupyter_securepypi")
    assert PROVEN in taken_over.run("%pip install --dry-run acme-core")


def test_a_pip_magic_that_is_registered_later_is_taken_over_too(taken_over):
    taken_over.run(
        "from IPython.core.magic import register_line_magic\n"
        "@register_line_magic\n"
        "def pip(line):\n    print('their own:', line)"
    )
    assert PROVEN in taken_over.run("%pip install --dry-run acme-core")
    assert "their own: list" in taken_over.run("%pip list")
    taken_over.run("%unload_ext jupyter_securepypi")
    assert "their own: install acme-core" in taken_over.run("%pip install acme-core")
    taken_over.run("get_ipython().register_magics(get_ipython().magics_manager.registry['PackagingMagics'])")


def test_each_option_of_uv_is_one_and_takes_a_value_where_uv_says_so():
    for name, option in TABLE.items():
        command = ["uv", "pip", "install", "--offline", name]
        said = subprocess.run(command, capture_output=True, text=True, timeout=60).stderr
        if option.takes_value:
            assert "a value is required for" in said, name
        else:
            assert "required arguments were not provided" in said, name
