"""Words for the standing of each client, and for the result of `restore` and `logout`."""

from __future__ import annotations

from collections.abc import Sequence

from .base import Standing
from .change import Changes


def standing_lines(standings: Sequence[Standing]) -> list[str]:
    """Return a line for each client that is enabled or has an address: the address, and the setting that decides."""
    shown = [one for one in standings if one.enabled or one.state in ("secure", "elsewhere")]
    return [
        f"{'clients' if not n else '':12}{one.name:10}{_standing_words(one)}" for n, one in enumerate(shown)
    ]


def undone_lines(changes: Changes) -> list[str]:
    """Return one sentence for each change by `undo.restore` or `undo.logout`."""
    kept = dict(changes.kept)
    files = (
        f"{path}: {'restored' if path.exists() else 'removed'}"
        f"{f'; your later changes are in {kept[path]}' if path in kept else ''}"
        for path in sorted(changes.restored)
    )
    return [*changes.done, *files]


def _standing_words(one: Standing) -> str:
    words = {
        "secure": "the secure index",
        "elsewhere": one.index_url or "elsewhere",
        "unset": "not pointed at the index",
        "off": "not asked for",
        "not_installed": "not installed",
        "unknown": "the index is not known yet",
    }[one.state]
    source = f", by {one.source}" if one.source and one.state in ("secure", "elsewhere") else ""
    more = f": {one.message}" if one.message else ""
    remedy = f"; {one.remedy}" if one.remedy else ""
    return f"{words}{source}{more}{remedy}"
