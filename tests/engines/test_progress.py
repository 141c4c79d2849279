"""Progress that moves: what pip and uv print becomes phase, count, bytes and seconds, in a terminal and in a log."""

from __future__ import annotations

import random
import re

import pexpect
import pytest
from folder_index import source_archive
from old_tools import _linked, _tools  # noqa: F401 a fixture
from slow_index import slow_index

from jupyter_securepypi.emulator.samples import build_wheel
from jupyter_securepypi.install.progress import InstallProgress, loudness

SLOW_BUILD = """
import time, zipfile

def build_wheel(folder, config_settings=None, metadata_directory=None):
    for part in range(4):
        print(f"compiling part {part}", flush=True)
        time.sleep(0.4)
    name = "acme_slow-9.0-py3-none-any.whl"
    files = {
        "acme_slow.py": "",
        "acme_slow-9.0.dist-info/METADATA": "Metadata-Version: 2.1\\nName: acme-slow\\nVersion: 9.0\\n",
        "acme_slow-9.0.dist-info/WHEEL": "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n",
    }
    files["acme_slow-9.0.dist-info/RECORD"] = "".join(f"{path},,\\n" for path in files)
    with zipfile.ZipFile(f"{folder}/{name}", "w") as archive:
        for path, text in files.items():
            archive.writestr(path, text)
    return name
"""


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def told(*lines, clock=None):
    progress = InstallProgress(clock or Clock())
    for line in lines:
        progress.line(line)
    return progress


def test_pips_words_become_count_and_bytes():
    clock = Clock()
    progress = told(
        "Collecting acme-core>=1", "  Downloading http://h/acme_core-1.4.0-py3-none-any.whl (9 kB)", clock=clock
    )
    progress.line("Collecting other (from acme-core)")
    progress.line("  Downloading other-9.0.tar.gz (12.3 MB)")
    clock.now = 6.4
    progress.line("Progress 4100000 of 12300000")
    assert progress.sentence == "Downloading 1 of 2, 4.1 of 12.3 MB, 6 s"
    assert progress.part == pytest.approx(0.334, abs=0.001)
    progress.line("Installing collected packages: other, acme-core")
    assert progress.sentence == "Installing 2 packages, 6 s"
    assert progress.part is None


def test_uvs_words_become_count_and_bytes():
    progress = told(
        "Collecting numpy, six", "Fetching numpy-2.4.6-cp311.whl", "Fetching six-1.17.0-py3-none-any.whl"
    )
    assert progress.sentence == "Downloading 2 files, 0 s"
    progress.line("Downloading numpy (10.0MiB)")
    assert progress.sentence == "Downloading 1 of 2, 0.0 of 10.5 MB, 0 s"
    progress.line(" Downloaded numpy")
    assert progress.sentence == "Downloading 2 of 2, 10.5 of 10.5 MB, 0 s"
    progress.line("Prepared 2 packages in 1.68s")
    assert progress.sentence == "Installing 2 packages, 0 s"


def test_metadata_is_no_download_and_a_build_has_seconds_of_its_own():
    clock = Clock()
    progress = told("Collecting slow", "  Downloading slow-1.0-py3-none-any.whl.metadata (1 kB)", clock=clock)
    assert progress.sentence == "Working out what is to be installed: slow, 1 so far, 0 s"
    clock.now = 60.0
    progress.line("  Building wheel for slow (pyproject.toml): started")
    progress.line("  compiling part 1")
    clock.now = 63.0
    assert progress.sentence == "Building slow, 3 s: compiling part 1"
    progress.line("  Building wheel for slow (pyproject.toml): finished with status 'done'")
    assert "compiling" not in progress.sentence


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["a"], (False, False)),
        (["-q", "a"], (True, False)),
        (["-v", "a"], (False, True)),
        (["-qv"], (True, False)),
    ],
)
def test_quiet_and_verbose_are_heard(words, expected):
    assert loudness(words) == expected
    assert loudness(words, silent=True) == (True, False)


@pytest.fixture(scope="module")
def slow(tmp_path_factory):
    """The address of an index that hands out half a megabyte a second, with a wheel of three and a source archive."""
    folder = tmp_path_factory.mktemp("slow")
    noise = f"x = {random.Random(1).randbytes(900_000).hex()!r}\n"  # what cannot be packed well
    build_wheel(folder, "acme-large", "1.0.0", modules={"acme_large": noise})
    settings = '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'
    source_archive(folder, "acme-slow", files={"pyproject.toml": settings, "backend.py": SLOW_BUILD})
    with slow_index(folder, 500_000.0) as url:
        yield url


def seen_in_a_terminal(environment, *words):
    """Run a command in a terminal; return its exit status and what the last line has shown, one after the other."""
    command = ["-m", "jupyter_securepypi.cli", *words]
    running = pexpect.spawn(
        str(environment.python), command, dimensions=(24, 120), encoding="utf-8", timeout=120
    )
    text = running.read()
    running.close()
    parts = (re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", part) for part in re.split(r"[\r\n]+|\x1b\[2K", text))
    return running.exitstatus, [part.strip() for part in parts if part.strip()]


def test_a_terminal_shows_a_build_and_its_last_line(environment, engine, slow, monkeypatch):
    monkeypatch.setenv("SECURE_PYPI_INDEX", slow)
    monkeypatch.delenv("CA_REPOSITORY_ARN")
    status, seen = seen_in_a_terminal(environment, "install", "--engine", engine, "acme-slow")
    assert status == 0, seen
    assert any(re.search(r"[Bb]uild(?:ing)? acme-slow, \d s: compiling part \d", line) for line in seen), seen
    assert seen[-1].startswith("1 installed, all from"), "nothing of the bar is left below"


def test_a_terminal_shows_bytes_that_grow(environment, slow, monkeypatch, request):
    monkeypatch.setenv("SECURE_PYPI_INDEX", slow)
    monkeypatch.delenv("CA_REPOSITORY_ARN")
    python = request.getfixturevalue("_tools").python("pip-newest", "pip")
    with _linked(environment, python, "pip"):
        status, seen = seen_in_a_terminal(
            environment, "install", "--engine", "pip", "--no-cache-dir", "acme-large"
        )
    assert status == 0, seen
    found = [re.search(r"Downloading 0 of 1, (\d\.\d) of (\d\.\d) MB", line) for line in seen]
    bytes_ = [float(one[1]) for one in found if one]
    assert len(set(bytes_)) > 3, seen
    assert bytes_ == sorted(bytes_)


def test_a_log_gets_a_line_now_and_then_and_no_lines_of_pip(environment, slow, monkeypatch):
    monkeypatch.setenv("SECURE_PYPI_INDEX", slow)
    monkeypatch.delenv("CA_REPOSITORY_ARN")
    code = (
        "import sys, jupyter_securepypi.install.progress_shown as shown; shown.EVERY = 0.5\n"
        "from jupyter_securepypi.cli import main; sys.exit(main(['install', '--engine', 'pip', 'acme-slow']))"
    )
    done = environment.call(code)
    assert done.returncode == 0, done.stderr
    assert "Collecting" not in done.stdout + done.stderr
    assert "\x1b" not in done.stderr
    assert re.search(
        r"^(?:Preparing to build|Building) acme-slow, \d s: compiling part \d$", done.stderr, re.MULTILINE
    ), done.stderr
    assert done.stdout.splitlines()[-1].startswith("1 installed")
