"""A pip that takes nothing but from one index, and starts no program: for the run that only decides.

``--only-binary`` does not hold for URLs: a wheel that requires ``name @ URL`` makes pip fetch and build what is there.
So each link is looked at where pip prepares it (``pip/_internal/operations/prepare.py``, alike from pip 20.3 to 26.3),
before anything is fetched from it. Starting a program is refused by an audit hook (PEP 578), whatever pip has in mind.
"""

from __future__ import annotations

import runpy
import sys
from importlib import import_module
from typing import Any, Iterable, Optional, Tuple

from ..address import lies_within
from ..child import own_package
from ..errors import ForeignOrigin
from ..index import Index
from ..masking import masked

_FOREIGN = "is needed from elsewhere than the secure index: "
_STARTING = (
    "subprocess.Popen",
    "os.system",
    "os.exec",
    "os.posix_spawn",
    "os.spawn",
    "os.fork",
    "os.forkpty",
    "pty.spawn",
)


def guarded_pip(index: Index) -> str:
    """Return the Python program that is pip, held to `index`; the words for pip follow it on the command line."""
    return f"{own_package()}from {__name__} import run; run({index.origin!r})"


def run(origin: str) -> None:
    """Run pip in this process, held to the index below `origin`; no origin means that any link will do."""
    # Of the pip that installs, whichever it is: not a requirement of this package.
    failure = import_module("pip._internal.exceptions").InstallationError
    preparer = import_module("pip._internal.operations.prepare").RequirementPreparer
    prepare = preparer.prepare_linked_requirement

    def held(self: Any, req: Any, *arguments: Any, **more: Any) -> Any:
        link = req.link
        if origin and (link is None or not lies_within(link.url_without_fragment, origin)):
            raise failure(f"{req.name} {_FOREIGN}{masked(str(link and link.url_without_fragment))}")
        return prepare(self, req, *arguments, **more)

    preparer.prepare_linked_requirement = held
    sys.addaudithook(_refuse_programs)
    runpy.run_module("pip", None, "__main__", True)


def foreign(lines: Iterable[str]) -> Optional[ForeignOrigin]:
    """Return the refusal that the guard has printed among pip's `lines`; None where it has not spoken."""
    for line in lines:
        before, spoken, url = line.partition(_FOREIGN)
        if spoken:
            return ForeignOrigin(
                f"NOT from the secure index: {before.split()[-1]} from {url}. Nothing has been installed.",
                why="a package of the index asks for this address, and nothing has been fetched from there",
                remedy="tell whoever runs the index; what its packages need must be in it, too",
            )
    return None


def _refuse_programs(event: str, arguments: Tuple[Any, ...]) -> None:
    if event in _STARTING:
        raise PermissionError(f"{event} is refused while it is decided what to install")
