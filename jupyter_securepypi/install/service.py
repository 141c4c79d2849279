"""Install: check the request, have a token, run pip or uv, keep a record. What magic and command line call."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

from ..config import SecurePyPI
from ..core import installation as core
from ..core.errors import RequestRefused, SecurePyPIError, TokenExpired
from ..core.grant import Grant
from ..core.index import Index
from ..core.installation import checked_request
from ..core.project_name import normalized
from ..core.report import InstallReport
from ..core.requests.request import Request
from ..token.broker import TokenBroker
from .engines.choices import ENGINES, VERIFY
from .engines.select import install_with
from .history import a_lost_record_is_told, record
from .interrupted import interrupts_told
from .near_names import near_names_offered
from .questions.in_environment import SECURE, in_environment
from .questions.why.failures import explained

# A miss may mean that the index no longer knows the token and hides behind 404 (as some do for some
# failures); with a token younger than this it means a miss.
_YOUNG = 60.0
T = TypeVar("T")


class BrokerTokens:
    """The grants that all processes of this user share.

    Args:
        broker: hands them out.
        on_phase: is called with a few words while a token is asked for, and not for one that is at hand.
    """

    def __init__(self, broker: TokenBroker, on_phase: Callable[[str], None] | None = None) -> None:
        self._broker = broker
        self._on_phase = on_phase or (lambda phase: None)
        self.advice = broker.provider.advice

    @staticmethod
    def of(options: SecurePyPI, on_phase: Callable[[str], None] | None = None) -> BrokerTokens:
        """Return those for the options in force; errors are those of `TokenBroker.of`."""
        return BrokerTokens(TokenBroker.of(options), on_phase)

    def current(self) -> Grant:
        """Return the shared grant."""
        if not self._broker.at_hand:
            self._on_phase("Asking for the token ...")
        return self._broker.current()

    def renewed(self, refused: Grant) -> Grant:
        """Return a grant that was minted after `refused`, for everybody."""
        self._on_phase("Asking for another token ...")
        return self._broker.current(newer_than=refused.token.minted_at)

    def doubts_misses(self, grant: Grant) -> bool:
        """Return whether the token is old enough for the index to have forgotten it."""
        return time.time() - grant.token.minted_at >= _YOUNG


class TokensAtHand(BrokerTokens):
    """The shared grant as long as it serves: for what nobody waits for, which has no token minted."""

    def current(self) -> Grant:
        """Return the shared grant.

        Raises:
            TokenExpired: there is none that serves.
        """
        held = self._broker.at_hand
        if held is None:
            raise TokenExpired("There is no token at hand.", remedy="`jupyter securepypi refresh` gets one")
        return held

    def renewed(self, refused: Grant) -> Grant:
        """Return what another process has minted meanwhile, or `refused`, with which nothing is tried again."""
        return self._broker.at_hand or refused


def install(
    options: SecurePyPI,
    arguments: Sequence[str],
    *,
    lines: str | None = None,
    engine: str = "",
    verify: str = "",
    on_phase: Callable[[str], None] | None = None,
    on_line: Callable[[str], None] | None = None,
    in_detail: bool = False,
) -> InstallReport:
    """Install what `arguments` and `lines` ask for into this process's environment.

    Args:
        options: the options in force.
        arguments: what pip would get after ``install``; ``-r`` also takes a lock file, ``pylock.toml``. The words
            ``--engine`` and ``--verify`` stand for the arguments of that name, and over them.
        lines: further requirements, one a line, as in a requirements file.
        engine: ``auto``, ``pip`` or ``uv``; by default that of the options.
        verify: ``after`` or ``before``; by default that of the options.
        on_phase: is called with a few words when a token is asked for, and when the engine starts.
        on_line: is called with each line that pip or uv prints.
        in_detail: as for `install_with`.

    Returns:
        What was installed and from where.

    Raises:
        RequestRefused: the request would go around the secure index; nothing has run.
        HeldBack: the gate holds back what is needed; nothing has been installed.
        SecurePyPIError: there is no token, pip failed, or a package came from elsewhere.
        InstallInterrupted: somebody interrupted it.
    """
    chosen, words = own_options(arguments)
    engine = chosen.get("engine") or engine or options.engine
    verify = options.tightened("verify", chosen.get("verify") or verify or options.verify)
    request = checked_request(words, lines=lines, allow_direct=options.allow_direct)
    if not options.use_secure_pypi and not options.allow_public:
        raise RequestRefused(
            "USE_SECURE_PYPI is false, and the public index is not allowed here.",
            why="SecurePyPI.allow_public is off",
            remedy="unset USE_SECURE_PYPI to install from the secure index",
        )
    where = options.require_repository().id if options.use_secure_pypi else "public"
    enter = on_phase or (lambda phase: None)

    def installer(*request_and_index: Any, **more: Any) -> InstallReport:
        enter("Working out what is to be installed ...")
        return install_with(
            engine,
            *request_and_index,
            verify=verify,
            policy=options.policy(),
            on_phase=enter,
            allow_direct=options.allow_direct,
            in_detail=in_detail,
            **more,
        )

    tokens: BrokerTokens | None = None
    started = time.monotonic()
    outcome: InstallReport | SecurePyPIError | None = None
    try:
        with interrupts_told():
            tokens = BrokerTokens.of(options, enter) if options.use_secure_pypi else None
            outcome, _ = core.install(
                request,
                tokens,
                installer,
                public=Index(url=options.public_index_url, origin=""),
                on_line=on_line,
            )
            outcome = replace(outcome, unproven=_unproven(request, outcome, options))
        return outcome
    except SecurePyPIError as error:
        outcome = explained(error, request, options, tokens, verify) if tokens else error
        raise outcome from None
    finally:
        if outcome is not None and not request.dry_run:
            with a_lost_record_is_told():
                record(
                    [*arguments, *(lines or "").splitlines()],
                    repository=where,
                    outcome=outcome,
                    seconds=time.monotonic() - started,
                    prefix=str(Path(request.value("--root") or request.target or sys.prefix).absolute()),
                )


def _unproven(request: Request, report: InstallReport, options: SecurePyPI) -> tuple[str, ...]:
    """Return name and version of what was asked for, was there already, and is not proven to be from the index."""
    asked = {one.project for one in request.requirements if not one.direct}
    there = asked - {normalized(one.name) for one in report.packages}
    if report.public or request.target or not there:
        return ()
    found = (one for one in in_environment(options) if one.origin != SECURE)
    return tuple(f"{one.name} {one.version}" for one in found if normalized(one.name) in there)


def with_index(options: SecurePyPI, attempt: Callable[[Index], T], *, mints: bool = True) -> T:
    """Return what `attempt` returns with the secure index; it is made again with a new token if the index wants one.

    Args:
        options: the options in force.
        attempt: is called with the index.
        mints: whether a token may be minted for it; else only one that is at hand serves.

    Raises:
        SecurePyPIError: there is no token, or what `attempt` raised.
    """

    def offering(index: Index) -> T:
        with near_names_offered(index):
            return attempt(index)

    tokens = BrokerTokens if mints else TokensAtHand
    return core.with_index(tokens(TokenBroker.of(options)), offering)[0]


def own_options(arguments: Sequence[str]) -> tuple[dict[str, str], list[str]]:
    """Return the values of ``--engine`` and ``--verify`` in `arguments`, and the words that are pip's.

    Raises:
        RequestRefused: a value is none of those there are.
    """
    chosen: dict[str, str] = {}
    rest: list[str] = []
    words = iter(arguments)
    for word in words:
        name, equals, value = word.partition("=")
        if word == "--":
            rest += [word, *words]
        elif name in ("--engine", "--verify"):
            allowed = ENGINES if name == "--engine" else VERIFY
            chosen[name[2:]] = value = value if equals else next(words, "")
            if value not in allowed:
                raise RequestRefused(
                    f"{name} is {value!r}, which it cannot be.",
                    remedy=f"write {name} with one of {', '.join(allowed)}",
                )
        else:
            rest.append(word)
    return chosen, rest
