"""One install, the same for notebook, command line and job: request, token, engine.

They differ in the source of the token, the engines, the records and the display.
"""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from typing import Callable, Optional, Protocol, Sequence, Tuple, TypeVar

from .errors import RequestRefused
from .grant import Grant
from .index import Index
from .pip.configuration import carried_over
from .providers.advice import Advice
from .renewal import with_token
from .report import InstallReport, left_out
from .requests.reader import read_request
from .requests.request import Request

Installer = Callable[..., InstallReport]
"""An engine: called with a request and an index, and by name with `on_line`."""
T = TypeVar("T")


class Tokens(Protocol):
    """A source of grants for the secure index."""

    @property
    def advice(self) -> Advice:
        """The provider's words about failures."""

    def current(self) -> Grant:
        """Return a first grant, or raise `SecurePyPIError` that says why there is none."""

    def renewed(self, refused: Grant) -> Grant:
        """Return a newer grant after the index refused `refused`, or raise `SecurePyPIError`."""

    def doubts_misses(self, grant: Grant) -> bool:
        """Return whether the index may answer "not found" to a bad token."""


def checked_request(
    arguments: Sequence[str], *, lines: Optional[str] = None, allow_direct: bool = False
) -> Request:
    """Return the request made of `arguments` (the words after ``pip install``) and `lines`, which asks for something.

    The constraints of pip's configuration are a part of it.

    Args:
        arguments: the words.
        lines: further requirements, one per line, as in a requirements file.
        allow_direct: accept URLs, version control, local paths and archives.

    Raises:
        RequestRefused: the request asks for nothing; it, or a constraint of pip's configuration, would go around the
            index.
        FileProblem: a lock file cannot be read.
    """
    constraint_files = carried_over(sys.prefix, os.environ).constraints
    request = read_request(arguments, lines=lines, constraint_files=constraint_files, allow_direct=allow_direct)
    if not request.asks:
        raise RequestRefused("Nothing was asked for.", remedy="name a package, or `-r FILE`")
    return request


def with_index(tokens: Tokens, attempt: Callable[[Index], T]) -> Tuple[T, Grant]:
    """Call `attempt` with the secure index; return its result and the grant that opened the index.

    If the index refuses the first token, `attempt` is called once more with a new one.

    Raises:
        SecurePyPIError: there is no token, or `attempt` raised it.
    """
    grant = tokens.current()
    return with_token(
        lambda current: attempt(Index.of(current, tokens.advice)),
        grant,
        lambda: tokens.renewed(grant),
        lambda: tokens.doubts_misses(grant),
    )


def install(
    request: Request,
    tokens: Optional[Tokens],
    installer: Installer,
    *,
    public: Index,
    on_line: Optional[Callable[[str], None]] = None,
) -> Tuple[InstallReport, Optional[Grant]]:
    """Install a checked `request`; return the report and the grant that opened the index.

    Args:
        request: the request that `checked_request` returned.
        tokens: the source of grants for the secure index; None for the public index.
        installer: the engine.
        public: the public index.
        on_line: is called with each line that the engine prints, secrets masked.

    Raises:
        SecurePyPIError: there is no token, the engine failed, or a package came from elsewhere.
    """

    def attempt(index: Index) -> InstallReport:
        return installer(request, index, on_line=on_line)

    report, grant = with_index(tokens, attempt) if tokens else (attempt(public), None)
    return replace(report, left_out=left_out(request.names, report)), grant
