"""The overview of a hub as a table with sentences."""

from __future__ import annotations

from collections.abc import Sequence

from ...core.foreign_text import in_one_line
from ...install.tables import text_table
from .overview import Seen, shortened

_HEADINGS = ("user", "server", "token", "repository", "gate", "locked", "needs attention")


def overview_lines(seen: Sequence[Seen]) -> list[str]:
    """Return a row for each server, the problems with their causes and remedies, and a sentence with the counts."""
    if not seen:
        return ["No server runs."]
    rows = [
        (
            one.server.user,
            one.server.name or "default",
            one.words,
            one.repository,
            one.policy,
            shortened(", ".join(one.locked)),
            in_one_line(one.problem.message) if one.problem else "",
        )
        for one in seen
    ]
    troubled: dict[str, list[str]] = {}
    for one in seen:
        if one.problem:
            troubled.setdefault(str(one.problem), []).append(one.server.user)
    lines = [text_table(_HEADINGS, rows), ""]
    for text, users in troubled.items():
        lines += [f"{in_one_line(', '.join(users))}:", *(f"  {line}" for line in text.splitlines()), ""]
    count = sum(one.problem is not None for one in seen)
    plural = "server" if len(seen) == 1 else "servers"
    return [*lines, f"{len(seen)} {plural}; {count or 'none'} need{'s' if count == 1 else ''} attention."]
