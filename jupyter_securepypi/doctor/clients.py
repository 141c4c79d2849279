"""Where the clients that are not a kernel's own go: Poetry, Twine, Hatch and keyring."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from ..clients.publish import publish
from ..config import SecurePyPI
from ..core.errors import FileProblem
from ..core.finding import Fix
from ..token.broker import TokenBroker
from .check import Check

if TYPE_CHECKING:
    from ..clients.standing import Standing

# pip and uv are looked at in each kernel, and the netrc entry by entry.
_NAMES = ("poetry", "twine", "hatch", "keyring")


def clients(standings: Iterable[Standing], options: SecurePyPI) -> list[Check]:
    """Return a check for each of these clients that is installed or asked for."""
    return [_check(one, options) for one in standings if one.name in _NAMES and _matters(one)]


def _matters(one: Standing) -> bool:
    # keyring is inside of every Python: where nobody asked for it, it says nothing.
    return one.enabled or (one.installed and not (one.name == "keyring" and one.state == "off"))


def _check(one: Standing, options: SecurePyPI) -> Check:
    name = f"client {one.name}"
    if one.state == "secure":
        return Check.passed(name, f"{one.index_url}, set by {one.source}")
    if one.state == "elsewhere":
        where = f"{one.index_url or 'not the index'}, set by {one.source}"
        return Check.failed(name, f"{where}: {one.message}", one.remedy)
    if one.state == "unset" and one.name != "hatch":  # whose configuration nobody but its user writes
        return Check.failed(name, one.message, one.remedy, _pointing(one.name, options))
    words = {"not_installed": "not installed", "unknown": "the secure index is not known yet"}
    return Check.untried(name, words.get(one.state, one.message), one.remedy)


def _pointing(name: str, options: SecurePyPI) -> Fix:
    def apply() -> list[str]:
        grant = TokenBroker.of(options).current()
        done = publish(options, grant, ())
        if not done.written:
            raise FileProblem(f"{name} was not pointed at the index.", why="; ".join(done.findings))
        return [f"wrote {path}" for path in done.written]

    return Fix(
        "point the clients of the option `clients` at the secure index; `restore` undoes it", apply, ours=False
    )
