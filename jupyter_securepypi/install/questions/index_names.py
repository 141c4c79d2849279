"""Which packages the secure index has, by name: read once for all who look, and kept for a while in this process."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from os import environ
from typing import Any

from packaging.utils import canonicalize_name

from ...config import SecurePyPI
from ...core.child import Child, own_package, python_command
from ...core.errors import SecurePyPIError
from ...core.grant import MintRequest
from ...core.index import Index
from ...core.minting import answer_once, encoded
from ...core.providers.base import IndexProvider, KnowsNames
from ...core.providers.registry import provider_of
from ...core.proxy_and_trust import ProxyAndTrust
from ...token.broker import TokenBroker
from ..engines.name_page import NamePage, name_page
from . import names_file
from .index import ask

FRESH = 600.0
"""Seconds for which the names serve before the index is asked whether they have changed."""
AFTER_FAILURE = 30.0
"""Seconds for which a failure to list them serves."""
_PROVIDER_SECONDS = 40.0
_REFILL_SECONDS = 60.0
"""Seconds for which another process may read the names before it counts as failed: longer than it takes."""
_REFILL = (
    "from {module} import index_names; from jupyter_securepypi.config import load_options; "
    "index_names(load_options(), mints=False)"
)


@dataclass(frozen=True)
class IndexNames:
    """The names that an index has.

    Attributes:
        names: normalized, sorted, each once.
        whole: whether those are all that it says there are; more may come in from elsewhere once they are asked for.
        not_known: sentences: what is missing, and why.
    """

    names: tuple[str, ...] = ()
    whole: bool = False
    not_known: tuple[str, ...] = ()


@dataclass
class _Kept:
    """What is known of one index, and who is asking."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    found: IndexNames | None = None
    page: NamePage | None = None
    error: SecurePyPIError | None = None
    until: float = 0.0
    rests_until: float = 0.0  # nothing is read meanwhile before

    @property
    def is_fresh(self) -> bool:
        return time.monotonic() < self.until


_kept: dict[str, _Kept] = {}
_keeping = threading.Lock()


def index_names(options: SecurePyPI, *, mints: bool = True) -> IndexNames:
    """Return the names that the secure index has; from memory for `FRESH` seconds. Blocks on the network otherwise.

    Callers at the same time share one question. Where the index gives no list, its provider is asked for one. With
    `mints` off, only a token that is at hand serves, and a failure says nothing to others.

    Raises:
        RequestRefused: the public index is chosen.
        SecurePyPIError: there is no token, or no answer; the same error for `AFTER_FAILURE` seconds.
    """
    kept = _kept_for(options)
    with kept.lock:
        if not kept.is_fresh:
            try:
                _look(options, kept, mints)
                kept.error, kept.until = None, time.monotonic() + FRESH
                names_file.keep(_key(options), kept.found.names if kept.found else ())
            except SecurePyPIError as error:
                if not mints:
                    kept.rests_until = time.monotonic() + AFTER_FAILURE
                    raise
                kept.error, kept.until = error, time.monotonic() + AFTER_FAILURE
        if kept.error and kept.found is None:
            raise kept.error
        assert kept.found is not None  # noqa: S101 a look without an error finds something # nosec B101
        return kept.found


def names_at_hand(options: SecurePyPI) -> tuple[str, ...]:
    """Return the names that are in memory, within a millisecond; the next call may have more.

    Where they are missing or old, they are read meanwhile, in a thread, and only with a token that is at hand: nothing
    is minted for that.
    """
    try:
        kept = _kept_for(options)
        rests = kept.is_fresh or kept.lock.locked() or time.monotonic() < kept.rests_until
        asks = not rests and TokenBroker.of(options).at_hand
    except SecurePyPIError:
        return ()
    if asks:
        threading.Thread(target=_read_quietly, args=(options,), name="securepypi-names", daemon=True).start()
    return kept.found.names if kept.found else names_file.kept(_key(options))[0]


def names_on_disk(options: SecurePyPI) -> tuple[str, ...]:
    """Return the names that were written last, for a process that ends at once, such as a shell's TAB.

    Where they are old, a process of its own reads them anew meanwhile: the next call has more. As `names_at_hand`, it
    mints nothing, and fails silently.
    """
    try:
        key = _key(options)
        names, age = names_file.kept(key)
        wants = age > FRESH and TokenBroker.of(options).at_hand
        # Whoever presses TAB again starts no second process.
        if wants and names_file.may_refill(key, _REFILL_SECONDS):
            subprocess.Popen(
                python_command(sys.executable, own_package() + _REFILL.format(module=__name__)),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
    except (SecurePyPIError, OSError):
        return ()
    return names


def _read_quietly(options: SecurePyPI) -> None:
    with suppress(SecurePyPIError):
        index_names(options, mints=False)


def _kept_for(options: SecurePyPI) -> _Kept:
    with _keeping:
        return _kept.setdefault(_key(options), _Kept())


def _key(options: SecurePyPI) -> str:
    return json.dumps([encoded(options.mint_request()), options.use_secure_pypi], sort_keys=True)


def _look(options: SecurePyPI, kept: _Kept, mints: bool) -> None:
    """Ask the index, and its provider where that knows names.

    Raises:
        SecurePyPIError: there is no token, or no answer.
    """

    def page(index: Index) -> NamePage:
        return name_page(index, ProxyAndTrust.of(sys.prefix, environ), kept.page)

    before, kept.page = kept.page, ask(options, page, mints=mints)
    if kept.page is before and kept.found:
        return
    listed = _found(kept.page.names)
    if kept.page.names:
        cut = () if kept.page.whole else ("The list of the index did not end in time: some names are missing.",)
        kept.found = IndexNames(listed, kept.page.whole, cut)
    else:
        kept.found = _told_by_provider(options.mint_request(), whole=kept.page.whole)


def _told_by_provider(request: MintRequest, *, whole: bool) -> IndexNames:
    """Return the names that the provider of a repository tells; `whole`: the index itself has listed none."""
    provider = provider_of(request.repository)
    if not isinstance(provider, KnowsNames):
        missing = () if whole else (f"{request.repository} gives no list of its packages.",)
        return IndexNames((), whole, missing)
    quick = replace(request, patience=0.001)
    with Child.python(__name__, {"request": encoded(quick)}, _PROVIDER_SECONDS) as child:
        output = b"".join(child.output())
    try:
        reply = json.loads(output)
        if "error" not in reply:
            return IndexNames(_found(reply["names"]), not reply["not_known"], tuple(reply["not_known"]))
        error = SecurePyPIError.from_dict(reply["error"])
        said = f"{error.message} {error.why}".strip()
    except (ValueError, KeyError, TypeError):
        said = f"{provider.authority} has not answered within {_PROVIDER_SECONDS:g} seconds."
    return IndexNames((), False, (said,))


def _found(names: Any) -> tuple[str, ...]:
    return tuple(sorted({canonicalize_name(str(name)) for name in names} - {""}))


def answer() -> None:
    """Run in the child: read the question from standard input, write the names or an error to standard output."""

    def names(provider: IndexProvider, request: MintRequest, question: Mapping[str, Any]) -> dict[str, Any]:
        assert isinstance(provider, KnowsNames)  # noqa: S101 the parent has looked # nosec B101
        found, not_known = provider.package_names(request)
        return {"names": list(found), "not_known": list(not_known)}

    answer_once(names)
