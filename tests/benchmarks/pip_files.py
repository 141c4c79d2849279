"""Rewriting every kernel's pip configuration, and doing so again."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator

from .findings import Curve, Finding, Row, at_most
from .harness import Times, process
from .place import Place


def run(place: Place) -> Iterator[Finding]:
    thousand = [_rewrite(place, 1000) for _ in range(place.rounds(5, 2))]
    first = Times([one[0]["seconds"] for one in thousand])
    wrong = [one[0] for one in thousand if one[0]["written"] != 1000 or one[0]["findings"]]
    assert not wrong, wrong
    yield at_most("rewriting 1 000 kernels' pip configurations", first, 1.0)
    writes = max(one[1]["written"] for one in thousand)
    again = Times([one[1]["seconds"] for one in thousand])
    figures = {"written": writes, **again.to_dict()}
    yield Row("the second time", f"{writes} writes, {again}", "0 writes", writes == 0, figures)
    lines: dict[str, dict[int, float]] = {"first time": {}, "second time": {}}
    for count in (1, 10, 100) if place.quick else (1, 3, 10, 30, 100, 300):
        one = _rewrite(place, count)
        lines["first time"][count], lines["second time"][count] = one[0]["seconds"], one[1]["seconds"]
    lines["first time"][1000], lines["second time"][1000] = first.median, again.median
    yield Curve("Pointing every kernel's pip at the index", "kernels", lines)


def _rewrite(place: Place, count: int) -> list[dict[str, float]]:
    folder = place.folder / "kernels"
    try:
        found: list[dict[str, float]] = json.loads(
            process(place.inside("rewrite", str(count), str(folder)), place.home(), place.folder)
        )
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return found
