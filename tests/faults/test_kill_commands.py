"""`kill -9` before each effect of a command: nothing is half written, and the next run goes on."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import forked
import pytest
from public_stand_in import PublicStandIn

from jupyter_securepypi.administration.mirror.manifest import NAME
from jupyter_securepypi.emulator import Emulator
from jupyter_securepypi.emulator.samples import build_wheel

CONFIG = ".jupyter/jupyter_securepypi_config.json"
BEFORE = {"SecurePyPI": {"engine": "pip", "manage_kernels": False, "clients": []}, "Other": {"kept": [1, 2, 3]}}


class Doomed:
    """Runs commands that are killed before one of their effects: see dying.py."""

    def __init__(self, folder):
        program = os.path.join(os.path.dirname(__file__), "dying.py")
        command = [sys.executable, program]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=folder
        )

    def run(self, *words, effect=0, **variables):
        wanted = {"words": list(map(str, words)), "effect": effect, "variables": variables}
        self._process.stdin.write(json.dumps(wanted) + "\n")
        self._process.stdin.flush()
        told = json.loads(self._process.stdout.readline())
        assert "Traceback" not in told["said"], told
        return told

    def ok(self, *words, **variables):
        told = self.run(*words, **variables)
        assert told["status"] == 0, told
        return told["said"]

    def close(self):
        self._process.stdin.close()
        self._process.wait(60)
        self._process.stdout.close()


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "work"
    made.mkdir()
    return made


@pytest.fixture
def doomed(home, folder, aws):
    found = Doomed(folder)
    yield found
    found.close()


def moments(nightly, usual, every):
    """The numbers of effects to be killed at: all of them at night, else some."""
    return range(1, usual + 1) if nightly else range(1, usual + 1, every)


def remains(place):
    """What is hidden beside the files of `place`: what a killed process leaves, and nobody takes for a file."""
    return [path for path in place.rglob(".*") if path.is_file()]


def test_save_leaves_the_old_file_or_the_new_one(doomed, home, aws, monkeypatch):
    path = home / CONFIG
    path.parent.mkdir()
    monkeypatch.delenv("CA_REPOSITORY_ARN")
    save = ("configure", "--repository", aws.repository_arn)
    nowhere = {"CA_REPOSITORY_ARN": ""}
    saved = {**BEFORE, "SecurePyPI": {**BEFORE["SecurePyPI"], "repository": aws.repository_arn}}
    seen = []
    for effect in range(1, 100):
        path.write_text(json.dumps(BEFORE))
        told = doomed.run(*save, effect=effect, **nowhere)
        seen.append(json.loads(path.read_bytes()))
        assert seen[-1] in (BEFORE, saved), told
        if seen[-1] == saved:
            break
    assert effect > 2, "it was killed before it was saved, too"
    assert told["killed"], "and right afterwards"
    path.write_text(json.dumps(BEFORE))
    assert "saved" in doomed.ok(*save, **nowhere)
    assert json.loads(path.read_bytes()) == saved


@pytest.mark.parametrize("name", ["disk", "disk.zip"])
def test_a_mirror_is_whole_or_none_yet_and_the_next_run_goes_on(doomed, folder, tmp_path, name, nightly):
    public = tmp_path / "public"
    public.mkdir()
    made = [build_wheel(public, f"piece-{n}", "1.0", uploaded=time.time() - 864_000) for n in range(3)]
    digests = {one.name: hashlib.sha256(one.read_bytes()).hexdigest() for one in made}
    (folder / "needed.txt").write_text("".join(f"piece-{n}\n" for n in range(3)))
    place = folder / name
    with PublicStandIn(public) as index:
        mirror = ("mirror", "-r", "needed.txt", "--from", index.url, "--folder", name)
        killed = 0
        for effect in moments(nightly, 40, 4):
            told = doomed.run(*mirror, effect=effect)
            for found, digest in whole(folder).items():
                assert digest == digests[found], told
            if carried(place) is not None:
                assert carried(place) == digests, told
            if not told["killed"]:
                break
            killed += 1
        assert killed > 3
        assert "3 fetched" in doomed.ok(*mirror)
        assert carried(place) == digests
        assert {one.name for one in folder.iterdir() if not one.name.startswith(".")} == {"needed.txt", name}


def whole(folder):
    """The files of packages that bear their names, with their hashes."""
    return {one.name: hashlib.sha256(one.read_bytes()).hexdigest() for one in folder.rglob("*.whl")}


def carried(place):
    """What a mirror carries, by its own manifest; None where it is none yet."""
    if place.suffix == ".zip":
        if not place.exists():
            return None
        with zipfile.ZipFile(place) as archive:
            files = json.loads(archive.read(NAME))["files"]
            return {one["filename"]: hashlib.sha256(archive.read(one["filename"])).hexdigest() for one in files}
    if not (place / NAME).exists():
        return None
    files = json.loads((place / NAME).read_bytes())["files"]
    return {
        one["filename"]: hashlib.sha256((place / one["filename"]).read_bytes()).hexdigest() for one in files
    }


@pytest.mark.parametrize(
    ("words", "name"),
    [
        (("freeze", "-o", "frozen.txt"), "frozen.txt"),
        (("sbom", "-o", "bill.json"), "bill.json"),
        (("bundle", "-o", "securepypi.pyz"), "securepypi.pyz"),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)
def test_a_file_that_is_exported_is_the_old_one_or_the_new_one(doomed, folder, words, name):
    path = folder / name
    path.write_text("the old one\n")
    killed = 0
    for effect in range(1, 60):
        told = doomed.run(*words, effect=effect)
        if not told["killed"]:
            break
        killed += 1
        assert path.read_text() == "the old one\n", told
    assert told["status"] == 0, told
    assert killed > 0
    assert path.read_bytes() != b"the old one\n"
    for left in remains(folder):
        os.utime(left, (1, 1))
    doomed.ok(*words)
    assert remains(folder) == [], "what the killed have left is never removed"


@pytest.mark.parametrize("engine", ["pip", "uv"])
def test_an_uninstall_that_is_killed_is_mended_by_the_next_one(environment, home, tmp_path, aws, engine):
    modules = {f"acme_wide_{number}": "x = 1\n" for number in range(1500)}
    wheels = tmp_path / "wheels"
    wheels.mkdir()
    build_wheel(wheels, "acme-wide", "1.0", modules=modules)
    with Emulator(packages=wheels) as index:
        environ = {**os.environ, **index.environment()}

        def command(*words):
            return [environment, "-m", "jupyter_securepypi.cli", *words]

        def ok(*words):
            done = forked.run(command(*words), env=environ, capture_output=True, text=True, timeout=120)
            assert done.returncode == 0, done.stdout + done.stderr
            return done.stdout

        def there():
            return len(list(packages.glob("acme_wide_*.py")))

        [packages] = Path(environment).parents[1].glob("lib/python*/site-packages")
        uninstall = ("uninstall", "-y", "--engine", engine, "acme-wide")
        watched = [packages / f"acme_wide_{number}.py" for number in range(0, len(modules), 200)]

        def killed_in_the_middle():
            ok("install", "--engine", engine, "acme-wide")
            assert there() == len(modules)
            process = subprocess.Popen(
                command(*uninstall),
                env=environ,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
            while all(map(os.path.exists, watched)) and process.poll() is None:
                pass
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            said, _ = process.communicate()
            assert process.returncode in (0, -signal.SIGKILL), said
            return process.returncode != 0

        # uv takes hundredths of a second; on a busy machine it may have ended before it is killed.
        assert any(killed_in_the_middle() for _ in range(10))
        left = there()
        ok("list", "--json")
        ok("install", "--engine", engine, "--force-reinstall", "acme-wide")
        assert there() == len(modules), f"{left} were left of it"
        assert "acme-wide 1.0 removed" in ok(*uninstall)
        assert there() == 0
        assert not list(packages.glob("acme_wide*"))
    records = (home / ".local/share/jupyter/securepypi/installs.jsonl").read_bytes().split(b"\n")
    assert all(json.loads(line)["ok"] for line in records if line)
