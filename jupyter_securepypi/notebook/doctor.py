"""``%secure_pip doctor``: what is wrong in this kernel, and what to do about it."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from ..core.check import Check, as_json, check_lines
from ..core.commands import as_magics
from ..core.environment import PythonEnvironment
from ..core.foreign_text import say
from ..doctor.diagnosis import apply, diagnose
from .help import parser_of


def doctor(arguments: Sequence[str]) -> None:
    """Print a line a check; with ``--fix`` apply first what touches our own files only, with ``--yes`` the rest.

    Raises:
        RequestRefused: for another argument.
    """
    given = parser_of("doctor").parse_args(list(arguments))
    checks, done = _diagnose(), []
    if given.fix:
        done = apply(checks, lambda check: given.yes)
        checks = _diagnose() if done else checks
    if given.json:
        print(json.dumps(as_json(checks, done)))
    else:
        say("\n".join([*(f"fix: {text}" for text in done), *map(as_magics, check_lines(checks))]))


def _diagnose() -> list[Check]:
    # Not in backquotes: there it is not the magic that is meant.
    where = "jupyter securepypi doctor, in a terminal, and the panel look at every kernel of the server"
    # A kernel does not know which kernels the server has, and often runs without the server's variables.
    others = Check.untried("other kernels", f"not looked at: this is about {sys.prefix} only; {where}")
    return [*diagnose(lambda: [this_environment()], Path.cwd()), others]


def this_environment() -> PythonEnvironment:
    """Return this process's environment, which a notebook's own `pip` would install into."""
    reason = "it asks itself"
    return PythonEnvironment("this one", "this one", "python", Path(sys.prefix), reason, dict(os.environ))
