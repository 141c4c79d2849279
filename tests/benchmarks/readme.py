"""The block of README.md that the benchmarks write."""

from __future__ import annotations

BEGIN = "<!-- benchmarks: written by `python -m tests.benchmarks --readme` -->"
END = "<!-- benchmarks end -->"


def rewritten(readme: str, report: str) -> str:
    """Return README's text with `report` between the two markers.

    Raises:
        ValueError: the markers are not there, once each and in order.
    """
    before, begin, rest = readme.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end or BEGIN in rest or END in after:
        raise ValueError(f"README.md needs one line {BEGIN!r} and below it one line {END!r}")
    return f"{before}{BEGIN}\n{report}{END}{after}"
