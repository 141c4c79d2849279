"""Thirty real wheels into an empty environment, with both engines, against what people do today."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

from .cells import Cells, kernel
from .commands import login
from .findings import Finding, ratio_row
from .harness import in_turn, process
from .place import Place


def run(place: Place) -> Iterator[Finding]:
    names = " ".join(place.real_wheels)
    environ, rival = place.home(), place.rival()
    before = set(installed(place))
    login(place, rival)
    place.ours("refresh", environ=environ)
    with ExitStack() as stack:
        ours, theirs = (stack.enter_context(kernel(place.environment, one)) for one in (environ, rival))
        ours.run("%load_ext jupyter_securepypi")

        def fresh(cells: Cells, code: str, given: dict[str, str]) -> Callable[[], float]:
            def install() -> float:
                remove(place, before)
                # Nobody has a cache: it is the first install of a new environment.
                shutil.rmtree(Path(given["HOME"], ".cache"), ignore_errors=True)
                return cells.seconds(code)

            return install

        times = in_turn(
            {
                "uv": fresh(ours, f"%secure_pip install -q --engine uv {names}", environ),
                "pip": fresh(ours, f"%secure_pip install -q --engine pip {names}", environ),
                "login": fresh(theirs, f"%pip install -q {names}", rival),
            },
            place.rounds(3, 1),
            warm_up=0,  # they were copied just now: the system has them at hand
        )
        count = len(set(installed(place)) - before)
        remove(place, before)
    assert count >= 30, count
    what = (
        f"`%secure_pip install` of {count} real wheels into an empty environment, no cache, {{}}, against `%pip` "
        "after `aws codeartifact login`"
    )
    yield ratio_row(what.format("uv"), times["uv"], times["login"], faster=4)
    yield ratio_row(what.format("pip engine"), times["pip"], times["login"], most=1.03)


def installed(place: Place) -> list[str]:
    said = process(
        [
            "uv",
            "pip",
            "freeze",
            "--no-config",
            "--exclude-editable",
            "--python",
            place.environment / "bin/python",
        ],
        place.home(),
        place.folder,
    )
    return [line.split("==")[0] for line in said.splitlines()]


def remove(place: Place, before: set[str]) -> None:
    extra = sorted(set(installed(place)) - before)
    if extra:
        python = place.environment / "bin/python"
        process(
            ["uv", "pip", "uninstall", "--no-config", "--quiet", "--python", python, *extra],
            place.home(),
            place.folder,
        )
