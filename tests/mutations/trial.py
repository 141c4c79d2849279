"""The trial of one mutation: a copy of the checkout with the mistake in it, and the tests run against that copy."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from jupyter_securepypi.demo import borrowing

from .mutation import Mutation

CHECKOUT = Path(__file__).parents[2]
KILLED, SURVIVED, TIMED_OUT, BROKEN = "killed", "survived", "timed out", "broken"
# What no test reads, or what pytest leaves.
_LEFT_OUT = shutil.ignore_patterns(".git", "node_modules", "__pycache__", ".*_cache", "build", "dist", ".venv")
_FAILED = re.compile(r"^(?:FAILED|ERROR) (?:tests/)?(.+?)(?: - .*)?$", re.MULTILINE)


@dataclass(frozen=True)
class Outcome:
    """What became of a mutation.

    Attributes:
        what: `KILLED` where a test failed, `SURVIVED` where all passed, `TIMED_OUT`, or `BROKEN` where pytest could not
            run them, which says nothing about the mutation.
        seconds: that the tests took.
        by: the test that failed, below ``tests/``.
        said: the end of what pytest printed.
    """

    what: str
    seconds: float
    by: str = ""
    said: str = ""


@contextmanager
def copy_of_the_checkout() -> Iterator[Path]:
    """Yield a copy of the checkout in a scratch folder, an environment for it beside it; both are gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="mutations-", ignore_cleanup_errors=True) as folder:
        root = Path(folder).resolve() / "checkout"
        shutil.copytree(CHECKOUT, root, symlinks=True, ignore=_LEFT_OUT)
        _make_environment(root)
        yield root


def _python_of(root: Path) -> Path:
    return root.parent / "environment/bin/python"


def _make_environment(root: Path) -> None:
    """Make an environment that finds the copy at `root` first, and then all that the running one has.

    What is on PYTHONPATH would not do: a Python that is started with -I would find the installed package.
    """
    prefix = _python_of(root).parents[1]
    borrowing.bare(prefix)
    borrowing.borrow(
        _python_of(root),
        [root, *map(Path, {sysconfig.get_path("purelib"): None, sysconfig.get_path("platlib"): None})],
    )
    for name in ("share", "etc"):  # kernel specifications, and what the server enables
        if Path(sys.prefix, name).exists():
            (prefix / name).symlink_to(Path(sys.prefix, name))
    for program in Path(sys.executable).parent.iterdir():
        beside = prefix / "bin" / program.name
        if not os.path.lexists(beside):
            beside.symlink_to(program)


def tried(mutation: Mutation, seconds: float) -> Outcome:
    """Return what the mutation's tests say of it, within `seconds`."""
    with copy_of_the_checkout() as root:
        mutation.apply(root)
        return run_tests(root, mutation.tests, seconds)


def run_tests(root: Path, tests: Sequence[str], seconds: float) -> Outcome:
    """Run `tests` of the copy at `root` against its package, one after the other, up to the first failure.

    Args:
        root: the copy. Its package comes first on the path of pytest, and of every Python that the tests start.
        tests: files or tests below ``tests/``.
        seconds: that they may take.
    """
    command = [str(_python_of(root)), "-m", "pytest", "-x", "-q", "-n", "0", "-p", "no:cacheprovider"]
    environ = {**os.environ, "PYTHONPATH": str(root), "CI": "1"}
    environ.pop("SECUREPYPI_NIGHTLY", None)  # the examples of each landing: they are to find it
    started = time.monotonic()
    process = subprocess.Popen(
        [*command, *(f"tests/{test}" for test in tests)],
        cwd=root,
        env=environ,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        start_new_session=True,
    )
    try:
        said, _ = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        said, _ = process.communicate()
        return Outcome(TIMED_OUT, time.monotonic() - started, said=said[-3000:])
    what = {0: SURVIVED, 1: KILLED}.get(process.returncode, BROKEN)
    found = _FAILED.findall(said)
    return Outcome(what, time.monotonic() - started, found[0] if found else "", said[-3000:])
