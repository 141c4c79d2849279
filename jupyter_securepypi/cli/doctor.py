"""``doctor``: find out what keeps the secure index from working, and what to do about it."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from ..core.check import Check, as_json, check_lines, finding_count
from ..core.environment import PythonEnvironment
from ..core.foreign_text import for_terminal, say
from ..doctor.diagnosis import apply, diagnose
from ..help import options as options_of
from ..kernels.resolve import resolve_all
from ..kernels.specs import all_specs


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    options_of.doctor(parser)


def run(options: argparse.Namespace) -> int:
    """Print a line for each check, after the fixes with ``--fix``; return 1 if there is a finding."""
    checks = diagnose(_kernels, Path.cwd())
    done: list[str] = []
    if options.fix:
        done = apply(checks, lambda check: options.yes or (not options.json and _agreed(check)))
        if done:
            checks = diagnose(_kernels, Path.cwd())
    if options.json:
        print(json.dumps(as_json(checks, done)))
    else:
        say("\n".join([*(f"fix: {text}" for text in done), *check_lines(checks)]))
    return 1 if finding_count(checks) else 0


def _kernels() -> Sequence[PythonEnvironment]:
    return resolve_all(all_specs())


def _agreed(check: Check) -> bool:
    """Ask the user at a terminal; without a terminal the answer is no."""
    if check.fix is None or not sys.stdin.isatty():
        return False
    say(f"✗ {check.name}: {check.finding.message}")
    return input(for_terminal(f"  {check.fix.does}? [y/N] ")).strip().lower() in ("y", "yes")
