"""Install: check the request, have a token, run pip, keep a record. What magic and command line call."""

from __future__ import annotations

import logging
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from .broker import TokenBroker
from .config import SecurePyPI
from .core.codeartifact import Grant
from .core.errors import FileProblem, NotFound, RequestRefused, SecurePyPIError, TokenExpired, VersionNotFound
from .core.installer import Index, InstallReport, pip_install
from .core.pipconfig import carried_over
from .core.requirements import Request, check_arguments, check_file, check_lines
from .history import record

# A miss may mean that the index no longer knows the token and hides behind 404 (as CodeArtifact does for some
# failures); with a token younger than this it means a miss.
_YOUNG = 60.0


def install(
    options: SecurePyPI,
    arguments: Sequence[str],
    *,
    lines: str | None = None,
    on_line: Callable[[str], None] | None = None,
) -> InstallReport:
    """Install what `arguments` and `lines` ask for into this process's environment.

    Args:
        options: the options in force.
        arguments: what pip would get after ``install``.
        lines: further requirements, one a line, as in a requirements file.
        on_line: is called with each line that pip prints.

    Returns:
        What was installed and from where.

    Raises:
        RequestRefused: the request would go around the secure index; nothing has run.
        SecurePyPIError: there is no token, pip failed, or a package came from elsewhere.
    """
    with _as_arguments(lines, options.allow_direct) as extra:
        request = check_arguments([*extra, *arguments], allow_direct=options.allow_direct)
        if not options.use_secure_pypi and not options.allow_public:
            raise RequestRefused(
                "USE_SECURE_PYPI is false, and the public index is not allowed here.",
                why="SecurePyPI.allow_public is off",
                remedy="unset USE_SECURE_PYPI to install from the secure index",
            )
        started = time.monotonic()
        outcome: InstallReport | SecurePyPIError | None = None
        try:
            outcome = _run(options, request, on_line)
            return outcome
        except SecurePyPIError as error:
            outcome = error
            raise
        finally:
            if outcome is not None and not request.dry_run:
                where = options.require_repository().arn if options.use_secure_pypi else "public"
                _record([*arguments, *(lines or "").splitlines()], where, outcome, time.monotonic() - started)


def _run(options: SecurePyPI, request: Request, on_line: Callable[[str], None] | None) -> InstallReport:
    def attempt(index: Index) -> InstallReport:
        return pip_install(
            request.arguments,
            index,
            constraints=constraints,
            dry_run=request.dry_run,
            report_to=request.report,
            allow_direct=options.allow_direct,
            on_line=on_line,
        )

    constraints = carried_over(sys.prefix, os.environ).constraints
    for path in constraints:
        check_file(Path(path), constraint=True, allow_direct=options.allow_direct)

    if not options.use_secure_pypi:
        return attempt(Index(url=options.public_index_url, origin=""))
    broker = TokenBroker(options.mint_request(), timeout=options.mint_timeout)
    grant = broker.current()
    try:
        return attempt(_index(grant))
    except (TokenExpired, NotFound) as error:
        young = time.time() - grant.token.minted_at < _YOUNG
        if isinstance(error, VersionNotFound) or (isinstance(error, NotFound) and young):
            raise
        # Revoked, or otherwise dead before its time: one new token, one more try.
        return attempt(_index(broker.current(newer_than=grant.token.minted_at)))


def _index(grant: Grant) -> Index:
    return Index(url=grant.index_url, origin=grant.endpoint_url, password=grant.token.secret)


def _record(arguments: list[str], where: str, outcome: InstallReport | SecurePyPIError, seconds: float) -> None:
    try:
        record(arguments, repository=where, outcome=outcome, seconds=seconds)
    except (FileProblem, OSError) as error:
        # What is installed is installed; only its record is missing.
        logging.getLogger(__name__).warning("The install history cannot be written: %s", error)


@contextmanager
def _as_arguments(lines: str | None, allow_direct: bool) -> Iterator[list[str]]:
    """Yield the pip arguments that mean the requirement `lines`, by way of a temporary requirements file."""
    if lines is None:
        yield []
        return
    request = check_lines(lines, "the cell", base=Path.cwd(), allow_direct=allow_direct)
    with tempfile.TemporaryDirectory(prefix="securepypi-") as folder:
        file = Path(folder, "cell.txt")
        file.write_text("\n".join(request.lines) + "\n", encoding="utf-8")
        yield ["-r", str(file)]
