"""The block of the manual's page that the benchmarks write."""

from __future__ import annotations

from .place import ROOT

PAGE = ROOT / "docs/benchmarks.md"
"""The page."""
BEGIN = "<!-- benchmarks: written by `python -m tests.benchmarks --write` -->"
END = "<!-- benchmarks end -->"


def rewritten(page: str, report: str) -> str:
    """Return the page's text with `report` between the two markers.

    Raises:
        ValueError: the markers are not there, once each and in order.
    """
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end or BEGIN in rest or END in after:
        raise ValueError(f"{PAGE.name} needs one line {BEGIN!r} and below it one line {END!r}")
    return f"{before}{BEGIN}\n{report}{END}{after}"
