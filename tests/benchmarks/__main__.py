"""``python -m tests.benchmarks``: measure, print tables, write JSON; the exit status says whether all marks hold."""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from . import (
    bare_uv,
    commands,
    credentials,
    expiry,
    front_end,
    gated,
    growth,
    hanging,
    loading,
    looking,
    pip_files,
    present,
    server_start,
    stampede,
    thirty,
)
from .findings import Curve, Finding
from .page import PAGE, rewritten
from .place import Place
from .report import Report

BENCHMARKS: dict[str, Callable[[Place], Iterator[Finding]]] = {
    "load": loading.run,
    "server-start": server_start.run,
    "present": present.run,
    "stampede": stampede.run,
    "hanging": hanging.run,
    "kernels": looking.kernels,
    "doctor": looking.doctor,
    "pip-files": pip_files.run,
    "thirty": thirty.run,
    "bare-uv": bare_uv.run,
    "gate": gated.run,
    "keyring": credentials.run,
    "commands": commands.run,
    "expiry": expiry.run,
    "requirements": growth.requirements,
    "history": growth.history,
    "bundle": front_end.bundle,
    "lab-start": front_end.lab_start,
    "panel": front_end.panel,
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmarks and return 0 if every row holds, 1 if one does not or cannot be measured."""
    options = _options(arguments)
    # Or every process compiles again what was installed without being compiled.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    report = Report(options.quick)
    with Place(quick=options.quick, wheels=options.wheels) as place:
        for name in options.names or BENCHMARKS:
            _run(name, place, report)
    text = report.markdown()
    print(text)
    if options.json:
        options.json.parent.mkdir(parents=True, exist_ok=True)
        options.json.write_text(json.dumps(report.to_dict(), indent=1) + "\n", encoding="utf-8")
        print(f"All figures are in {options.json}.")
    if options.write:
        PAGE.write_text(rewritten(PAGE.read_text(encoding="utf-8"), text), encoding="utf-8")
    return 0 if report.holds else 1


def _run(name: str, place: Place, report: Report) -> None:
    """Run one benchmark, and report one that breaks as such: the others are run all the same."""
    started = time.perf_counter()
    found: list[Finding] = []
    try:
        # One by one: what came before a failure counts.
        found.extend(iter(BENCHMARKS[name](place)))
    except Exception as error:  # noqa: BLE001 whatever it is, the report says so and the exit status too
        traceback.print_exc()
        report.failures[name] = f"{type(error).__name__}: {error}"
    report.findings[name] = found
    report.seconds[name] = time.perf_counter() - started
    print(f"{name}: {report.seconds[name]:.1f} s", file=sys.stderr)
    for one in found:
        if not isinstance(one, Curve):
            mark = {True: "✓", False: "✗", None: " "}[one.holds]
            print(f"  {mark} {one.what}: {one.measured} [{one.bound}]", file=sys.stderr, flush=True)


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help=f"which: {', '.join(BENCHMARKS)}; by default all"
    )
    parser.add_argument("--quick", action="store_true", help="few rounds: three minutes instead of twelve")
    parser.add_argument(
        "--json", type=Path, default=Path("build/benchmarks.json"), help="where to write all figures"
    )
    parser.add_argument(
        "--wheels", type=Path, help="a folder for the real wheels; filled if empty, used if not"
    )
    parser.add_argument("--write", action="store_true", help=f"put the tables into the manual's {PAGE.name}")
    options = parser.parse_args(arguments)
    if unknown := sorted(set(options.names) - BENCHMARKS.keys()):
        parser.error(f"there is no benchmark {unknown[0]!r}; there are {', '.join(BENCHMARKS)}")
    if options.write and options.names:
        parser.error(f"{PAGE.name} takes the tables of all benchmarks: leave the names out")
    return options


if __name__ == "__main__":
    sys.exit(main())
