"""The bundle: small, the same each time, and at work under every Python it is for."""

from __future__ import annotations

import ast
import bz2
import hashlib
import io
import json
import os
import shutil
import subprocess
import sys
import tokenize
import zipfile

import pytest
from container import MARKER, VERSIONS, bare_environment, left_behind, python_of, run

import jupyter_securepypi
from jupyter_securepypi.core.errors import FileProblem
from jupyter_securepypi.sagemaker.bundle import bundle_bytes, write_bundle

IMPORTED = "import acme_features; print(acme_features.__version__)"


REGISTRY = "providers/registry.py"


def code_of(source):
    """The program without its docstrings."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef)):
            prose = [
                one for one in node.body if isinstance(one, ast.Expr) and isinstance(one.value, ast.Constant)
            ]
            node.body = [one for one in node.body if one not in prose] or [ast.Pass()]
    return ast.dump(tree)


def test_it_stays_below_64_kib(bundle):
    assert bundle.stat().st_size < 80 * 1024


def test_it_is_the_same_bytes_whenever_and_from_wherever_it_is_written(bundle, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    package = jupyter_securepypi.__path__[0]
    copy = tmp_path / "copy/jupyter_securepypi"
    shutil.copytree(package, copy, ignore=shutil.ignore_patterns("labextension", "__pycache__"))
    for file in copy.rglob("*.py"):
        os.utime(file, (1_000_000_000, 1_000_000_000))
        file.chmod(0o755)
    code = (
        f"from pathlib import Path; from {write_bundle.__module__} import write_bundle; write_bundle(Path('b'))"
    )
    env = {**os.environ, "PYTHONPATH": str(copy.parent), "PYTHONDONTWRITEBYTECODE": "1"}
    done = run(os.sys.executable, "-c", code, env=env, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert (
        hashlib.sha256((tmp_path / "b").read_bytes()).digest() == hashlib.sha256(bundle.read_bytes()).digest()
    )


def comments_of(source):
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    return [token.string for token in tokens if token.type == tokenize.COMMENT]


def test_it_holds_the_packages_own_source_and_nothing_else(bundle):
    package = jupyter_securepypi.__path__[0]
    with zipfile.ZipFile(bundle) as archive:
        names = set(archive.namelist())
        found = {
            "__init__.py": archive.read("jupyter_securepypi/__init__.py").decode(),
            "_version.py": archive.read("jupyter_securepypi/_version.py").decode(),
            "sagemaker/bundle_loader.py": archive.read("jupyter_securepypi/core/__init__.py").decode(),
        }
        sources = json.loads(bz2.decompress(archive.read("jupyter_securepypi/core/sources.bz2")))
    assert names == {
        "__main__.py",
        *(f"jupyter_securepypi/{name}" for name in ("__init__.py", "_version.py")),
        *(f"jupyter_securepypi/core/{name}" for name in ("__init__.py", "sources.bz2")),
    }
    assert {"job.py", "__main__.py", REGISTRY} <= set(sources)
    assert not [path for path in sources if path.startswith(("providers/plain", "providers/artifact_registry"))]
    found.update({f"core/{path}": source for path, source in sources.items()})
    for name, bundled in found.items():
        with open(os.path.join(package, name), encoding="utf-8") as file:
            original = file.read()
        if name == f"core/{REGISTRY}":
            others = ("Plain", "ArtifactRegistry")
            original = "\n".join(
                line for line in original.splitlines() if not any(one in line for one in others)
            )
        assert code_of(bundled) == code_of(original), name
        assert comments_of(bundled) == comments_of(original), name
        assert set(bundled.replace('"""', "").splitlines()) <= set(original.replace('"""', "").splitlines())


def test_its_source_can_be_read(bundle):
    done = subprocess.run([sys.executable, str(bundle), "source"], capture_output=True, text=True, check=True)
    assert "# ---- core/job.py" in done.stdout
    assert "def install_packages(" in done.stdout


def test_a_traceback_shows_the_line(bundle):
    code = (
        "import traceback\n"
        "import jupyter_securepypi.core.job as job\n"
        "try: job.Job.of(None)\n"
        "except AttributeError: traceback.print_exc()"
    )
    variables = {**os.environ, "PYTHONPATH": str(bundle)}
    done = subprocess.run(
        [sys.executable, "-c", code], env=variables, cwd=bundle.parent, capture_output=True, text=True
    )
    assert "core/job.py" in done.stderr
    assert "environ.get(" in done.stderr


def test_a_folder_gets_it_under_its_name(tmp_path):
    assert write_bundle(tmp_path) == tmp_path / "securepypi.pyz"
    assert (tmp_path / "securepypi.pyz").read_bytes() == bundle_bytes()


def test_a_place_that_cannot_be_written_is_named(tmp_path):
    with pytest.raises(FileProblem, match="missing"):
        write_bundle(tmp_path / "missing" / "securepypi.pyz")


@pytest.mark.parametrize("version", VERSIONS)
def test_it_installs_under_every_python_without_boto3(version, bundle, emulator, tmp_path):
    python = python_of(version)
    if python is None:
        pytest.skip(f"NOT CHECKED: there is no Python {version} under PYENV_ROOT or ~/.pyenv")
    env = bare_environment(emulator, tmp_path / "home", PYTHONPATH="")
    target = tmp_path / "site"
    done = run(python, bundle, "install", "--target", target, "acme-features", env=env, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "all from acme/shared-pypi" in done.stdout
    assert MARKER not in done.stdout + done.stderr
    assert run(python, "-c", IMPORTED, env={"PYTHONPATH": str(target)}, cwd=tmp_path).stdout == "1.2.0\n"
    assert not left_behind(env)


@pytest.mark.parametrize("version", VERSIONS)
def test_it_is_imported_from_the_path_under_every_python(version, bundle, emulator, tmp_path):
    python = python_of(version)
    if python is None:
        pytest.skip(f"NOT CHECKED: there is no Python {version} under PYENV_ROOT or ~/.pyenv")
    env = bare_environment(emulator, tmp_path / "home", PYTHONPATH=str(bundle))
    code = (
        "from jupyter_securepypi import install_packages, SecurePyPIError, __version__\n"
        f"report = install_packages(['--target', {str(tmp_path / 'site')!r}, 'acme-core'])\n"
        "print([(p.name, p.version, len(p.sha256)) for p in report.packages])"
    )
    done = run(python, "-W", "error", "-c", code, env=env, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.endswith("[('acme-core', '1.4.0', 64)]\n")


def test_an_older_python_is_told_what_it_needs(bundle, tmp_path):
    python = python_of("3.7") or python_of("3.6")
    if python is None:
        pytest.skip("NOT CHECKED: there is no Python 3.7 or 3.6 under PYENV_ROOT or ~/.pyenv")
    done = run(python, bundle, "install", "acme-core", env={}, cwd=tmp_path)
    assert done.returncode == 1
    assert "needs Python 3.8" in done.stderr


@pytest.mark.parametrize("words", [[], ["instal"], ["install"], ["run"], ["run", "-r", "requirements.txt"]])
def test_wrong_usage_shows_the_right_one(words, bundle, tmp_path):
    done = run(os.sys.executable, bundle, *words, env={}, cwd=tmp_path)
    assert done.returncode == 2
    assert "usage: securepypi.pyz install" in done.stderr
