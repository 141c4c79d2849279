"""The ranks of a job call install_packages() at once: one installs, the others wait and find it there."""

from __future__ import annotations

import errno
import os
import subprocess
import time

import psutil
import pytest
from container import bare_environment, run

from jupyter_securepypi.demo import borrowing
from jupyter_securepypi.emulator.samples import build_wheel

MODULES = 200
RANK = f"""
from jupyter_securepypi import install_packages
install_packages("large-wheel==2.0")
import large.m{MODULES - 1}, importlib.metadata as m
print("has", m.version("large-wheel"), large.m{MODULES - 1}.version)
"""
# As the Python of a container whose file system has no locks.
NO_LOCKS = """
import fcntl
def flock(handle, operation): raise OSError({number}, "no locks available")
fcntl.flock = flock
"""
CONTAINER = ["unshare", "--pid", "--fork", "--kill-child", "--mount-proc"]


def wait_for(condition, seconds=60):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.02)


@pytest.fixture
def environment(tmp_path, emulator):
    """The Python of an environment that holds the older of two versions of a wheel with many files."""
    for version in ("1.0", "2.0"):
        modules = {f"large/m{i}": f'version = "{version}"\n' for i in range(MODULES)}
        build_wheel(emulator.packages_dir, "large-wheel", version, modules={"large/__init__": "", **modules})
    prefix = tmp_path / "environment"
    python = borrowing.bare(prefix)
    borrowing.borrow(python, borrowing.folders(prefix), links=False)
    return python


@pytest.fixture(params=[None, errno.ENOLCK], ids=["locks", "no locks"])
def path(request, tmp_path, bundle):
    """What is on PYTHONPATH: the bundle, and perhaps what takes the locks of the file system away."""
    if request.param is None:
        return str(bundle)
    (tmp_path / "no-locks").mkdir()
    (tmp_path / "no-locks/sitecustomize.py").write_text(NO_LOCKS.format(number=request.param))
    return f"{bundle}{os.pathsep}{tmp_path / 'no-locks'}"


@pytest.fixture
def rank(environment, emulator, bundle, path, tmp_path):
    """Start a rank with a home and a folder for temporary files of its own."""
    started = []
    one = bare_environment(emulator, tmp_path / "first", PYTHONPATH=path)
    done = run(environment, bundle, "install", "large-wheel==1.0", env=one, cwd=tmp_path)
    assert done.returncode == 0, done.stderr

    def start(*prefix):
        env = bare_environment(emulator, tmp_path / f"rank{len(started)}", PYTHONPATH=path)
        output = tmp_path / f"out{len(started)}"
        with output.open("w") as file:
            command = [*prefix, str(environment), "-c", RANK]
            process = subprocess.Popen(command, env=env, cwd=tmp_path, stdout=file, stderr=subprocess.STDOUT)
        started.append(process)
        return process, output

    yield start
    for process in started:
        process.kill()
        process.wait()


def left_in(environment):
    [folder] = environment.parents[1].glob("lib/python*/site-packages")
    names = os.listdir(folder)
    return sorted(name for name in names if name.startswith(("~", ".securepypi", "large")))


@pytest.mark.parametrize("place", ["one container", "containers"])
def test_four_ranks_that_install_at_once_all_have_it(rank, environment, place):
    prefix = CONTAINER if place == "containers" else []
    if prefix and subprocess.run([*prefix, "true"], capture_output=True, check=False).returncode:
        pytest.skip("NOT CHECKED: this user may not make a container")
    crowd = [rank(*prefix) for _ in range(4)]
    said = []
    for process, output in crowd:
        status = process.wait(120)
        said.append(output.read_text())
        assert status == 0, said[-1]
    assert all(text.endswith("has 2.0 2.0\n") for text in said)
    assert sum("installed, all from" in text for text in said) == 1
    assert sum("nothing to install" in text for text in said) == 3
    assert left_in(environment) == ["large", "large_wheel-2.0.dist-info"]


def test_a_rank_that_is_killed_releases_and_its_pip_is_waited_for(rank, environment, emulator):
    emulator.faults(slow=2, operations=["index:*"])
    before = emulator.calls()["counts"].get("index:GET", 0)
    first, _ = rank()
    wait_for(lambda: emulator.calls()["counts"].get("index:GET", 0) > before)
    pips = psutil.Process(first.pid).children(recursive=True)
    assert pips
    second, output = rank()
    wait_for(lambda: "is installing into" in output.read_text())
    first.kill()
    first.wait()
    assert second.wait(120) == 0, output.read_text()
    assert output.read_text().endswith("has 2.0 2.0\n")
    assert not [pip for pip in pips if pip.is_running() and pip.status() != psutil.STATUS_ZOMBIE]
    assert left_in(environment) == ["large", "large_wheel-2.0.dist-info"]


def test_another_environment_is_not_waited_for(rank, emulator, bundle, python, path, tmp_path):
    emulator.faults(slow=600, operations=["index:*"])
    before = emulator.calls()["counts"].get("index:GET", 0)
    rank()
    wait_for(lambda: emulator.calls()["counts"].get("index:GET", 0) > before)
    emulator.faults(slow=None)
    env = bare_environment(emulator, tmp_path / "other", PYTHONPATH=path)
    done = run(python, bundle, "install", "acme-core", env=env, cwd=tmp_path)
    assert "installed, all from" in done.stdout
    assert "waiting" not in done.stdout
