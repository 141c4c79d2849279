"""``python securepypi.pyz …``: install through the secure index, or run a script whose pip uses it."""

from __future__ import annotations

import os
import sys
from typing import List, Optional, Sequence, Tuple

from . import variables
from .errors import SecurePyPIError
from .foreign_text import say
from .installation import checked_request
from .job import Job, install
from .signals import unwinding
from .wrapper import run

USAGE = f"""\
usage: securepypi.pyz install [-v] PACKAGE ... | -r FILE ...
       securepypi.pyz run [-r FILE] SCRIPT [ARGUMENT ...] | -m MODULE [ARGUMENT ...]

install  what `pip install` takes, short of other indexes; -v shows what pip prints
run      install the requirements FILE, then run the script: its pip and uv use the secure index, too

variables  {variables.INDEX:26}  the repository: {variables.ADDRESS}; or
           {variables.REPOSITORY:26}  the same; one is required, unless {variables.USE} is false
           {variables.IN_PARTS:26}  and others: the same in parts, as copied scripts have it
           {variables.ROLE:26}  a role to assume
           {variables.DURATION:26}  seconds, 900 to 43200, or 0
           {variables.USE:26}  false installs from the public index
"""


def main(words: Optional[Sequence[str]] = None) -> int:
    """Run the command in `words` (by default this process's arguments) and return the exit status.

    The status is 0 for success, 1 for a failure and 2 for wrong usage; ``run`` returns the script's status.
    A failure prints three lines on standard error.
    """
    command, *rest = list(sys.argv[1:] if words is None else words) or [""]
    if command in ("-h", "--help", "help"):
        print(USAGE, end="")
        return 0
    try:
        if command == "install" and rest:
            return _install(rest)
        if command == "run":
            requirements, script = _split(rest)
            if script:
                return run(Job.of(os.environ), requirements, script)
    except SecurePyPIError as error:
        print(f"securepypi: {type(error).__name__}: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    print(USAGE, end="", file=sys.stderr)
    return 2


def _install(words: Sequence[str]) -> int:
    job = Job.of(os.environ)
    shown = any(word == "--verbose" or (word[:2] == "-v" and set(word[1:]) == {"v"}) for word in words)
    with unwinding():
        install(job, checked_request(words), say if shown else None)
    return 0


def _split(words: Sequence[str]) -> Tuple[List[str], List[str]]:
    """Return the requirements files at the start of the arguments, and the arguments after them."""
    rest, files = list(words), []
    while len(rest) > 1 and rest[0] in ("-r", "--requirement"):
        files.append(rest[1])
        del rest[:2]
    return files, rest[1:] if rest[:1] == ["--"] else rest


if __name__ == "__main__":
    sys.exit(main())
