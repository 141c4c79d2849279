"""What a benchmark finds: rows that hold or do not, and curves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from itertools import pairwise
from typing import Any

from .harness import Times, duration, ratio


@dataclass(frozen=True)
class Row:
    """One line of a table.

    Attributes:
        what: the subject, as the tables say it.
        measured: what came out.
        bound: what it may be at most, or has to reach; empty where the row only gives context.
        holds: whether it does; None without a bound.
        figures: the numbers behind it, as JSON's values.
    """

    what: str
    measured: str
    bound: str = ""
    holds: bool | None = None
    figures: dict[str, Any] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class Curve:
    """How something grows.

    Attributes:
        what: the subject.
        unit: what is counted along it.
        lines: name of each line to its points, count to seconds.
    """

    what: str
    unit: str
    lines: Mapping[str, Mapping[int, float]]

    def bend(self, line: str) -> int | None:
        """Return from which count on twice the work takes more than 1.5 times as long, or None.

        Below that a fixed cost rules, above it each further one.
        """
        points = sorted(self.lines[line].items())
        for (count, seconds), (more, longer) in pairwise(points):
            # As if growth between two points were a power of the count.
            if longer > seconds * (more / count) ** 0.585:
                return count
        return None

    def to_dict(self) -> dict[str, Any]:
        return {**asdict(self), "bends": {name: self.bend(name) for name in self.lines}}


Finding = Row | Curve


def at_most(what: str, times: Times, seconds: float) -> Row:
    """Return the row of a time that may not be longer."""
    holds = times.median <= seconds
    return Row(what, str(times), f"≤ {duration(seconds)}", holds, times.to_dict())


def ratio_row(
    what: str, ours: Times, theirs: Times, *, most: float = 0.0, faster: float = 0.0, and_also: bool = True
) -> Row:
    """Return the row of our time by theirs: `most` is its bound, or `faster` that of the inverse."""
    found = ratio(ours, theirs)
    if faster:
        said, bound, holds = f"{1 / found:.1f} × faster", f"≥ {faster:g} × faster", 1 / found >= faster
    else:
        said, bound, holds = f"{found:.3f} × its time", f"≤ {most:g} ×", found <= most
    figures = {"ratio": found, "ours": ours.to_dict(), "theirs": theirs.to_dict()}
    return Row(what, f"{said}: {ours} against {theirs}", bound, holds and and_also, figures)
