"""The gate: what it adds to an install, how long its database takes to open, and how soon `why` answers."""

from __future__ import annotations

import json
import os
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

from .cells import Cells, kernel
from .findings import Finding, Row, at_most, ratio_row
from .harness import Times, duration, in_turn, process
from .place import Place
from .thirty import installed, remove

_DAY = 86_400
_RECORDS = 200_000
"""As many as OSV's export for PyPI has, roughly."""


def run(place: Place) -> Iterator[Finding]:
    names = " ".join(place.real_wheels)
    for wheel in place.aws.packages_dir.glob("*.whl"):
        os.utime(wheel, (time.time() - 90 * _DAY,) * 2)
    records = place.rounds(_RECORDS, _RECORDS // 20)
    database = _database(place.folder / "all.zip", records)
    plain = place.home()
    gated = place.home(
        SECURE_PYPI_MINIMUM_AGE="7 days",
        SECURE_PYPI_MALWARE="block",
        SECURE_PYPI_OSV_DATABASE=str(database),
    )
    before = set(installed(place))
    for environ in (plain, gated):
        place.ours("refresh", environ=environ)
    with ExitStack() as stack:
        off, on = (stack.enter_context(kernel(place.environment, one)) for one in (plain, gated))

        def fresh(cells: Cells) -> Callable[[], float]:
            cells.run("%load_ext jupyter_securepypi")

            def install() -> float:
                remove(place, before)
                return cells.seconds(f"%secure_pip install -q --engine uv {names}")

            return install

        times = in_turn({"off": fresh(off), "on": fresh(on)}, place.rounds(9, 3), warm_up=1)
        count = len(set(installed(place)) - before)
        remove(place, before)
    assert count >= 30, count
    what = (
        f"the gate with ages and an offline malware database, on `%secure_pip install` of {count} real wheels"
    )
    yield ratio_row(f"{what}, warm cache, uv, against none", times["on"], times["off"], most=1.10)
    yield from _opening(place, database, gated, records)
    whole: list[str | Path] = [
        place.environment / "bin/python",
        "-m",
        "jupyter_securepypi.cli",
        "why",
        "pandas",
    ]
    why = in_turn({"why": lambda: _quietly(place, whole, gated)}, place.rounds(7, 2))
    yield at_most("`jupyter securepypi why pandas`, from start to end", why["why"], 1.0)


def _quietly(place: Place, command: list[str | Path], environ: dict[str, str]) -> None:
    process(command, environ, place.folder)


def _opening(place: Place, database: Path, environ: dict[str, str], records: int) -> Iterator[Finding]:
    found = [
        json.loads(process(place.inside("advisories", str(database)), environ, place.folder)) for _ in range(5)
    ]
    opened = Times([one["seconds"] for one in found])
    yield at_most(f"advisories for 31 packages from a database of {records} records", opened, 0.05)
    most = max(one["resident"] for one in found) / 2**20
    yield Row("the same: resident memory of the process", f"{most:.0f} MiB", "≤ 100 MiB", most <= 100)
    again = {**environ, "XDG_CACHE_HOME": str(place.folder / "cold")}
    first = json.loads(process(place.inside("advisories", str(database)), again, place.folder, timeout=300))
    yield Row("the same, the first time, when the export is read as a whole", duration(first["seconds"]))


def _database(path: Path, records: int) -> Path:
    """Write an export like OSV's, of made records, half of them malware."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for number in range(records):
            name = f"package-{number // 2}"
            events = [{"introduced": "0"}, {"fixed": "1.2.3"}]
            ranges = [{"type": "ECOSYSTEM", "events": events}]
            affected = {"package": {"ecosystem": "PyPI", "name": name}, "ranges": ranges}
            record = {
                "id": f"{'MAL' if number % 2 else 'GHSA'}-{number}",
                "modified": "2026-01-01T00:00:00Z",
                "summary": f"What is wrong with {name}",
                "details": "In some more words. " * 40,
                "affected": [{**affected, "versions": [f"1.{minor}" for minor in range(20)]}],
                "references": [{"type": "WEB", "url": f"https://example.com/{name}"}] * 3,
            }
            archive.writestr(f"{record['id']}.json", json.dumps(record))
    return path
