"""How installs grow with their requirements, and the history with its records."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

from jupyter_securepypi.emulator.samples import build_wheel

from .findings import Curve, Finding
from .harness import in_turn, process
from .place import Place
from .present import index_with_token


def requirements(place: Place) -> Iterator[Finding]:
    """Small wheels, so that what is ours shows; all present, then none."""
    environ, rival = place.home(), place.rival()
    counts = (1, 20, 200) if place.quick else (1, 5, 20, 50, 200)
    for number in range(max(counts)):
        build_wheel(place.aws.packages_dir, f"small-{number:03}", "1.0")
    url = index_with_token(place, environ)
    names = ("uv", "pip", "bare pip")
    lines: dict[str, dict[int, float]] = {
        f"{name}, {state}": {} for state in ("absent", "present") for name in names
    }
    for count in counts:
        file = place.folder / f"requirements-{count}.txt"
        file.write_text("".join(f"small-{number:03}\n" for number in range(count)))
        for name in names:
            install = _install(place, name, file, (environ, rival), url)
            _remove(place, count)
            for state in ("absent", "present"):
                lines[f"{name}, {state}"][count] = in_turn({name: install}, 1, warm_up=0)[name].median
    _remove(place, max(counts))
    yield Curve("Installing small wheels, by number of requirements", "requirements", lines)


def history(place: Place) -> Iterator[Finding]:
    lines: dict[str, dict[int, float]] = {}
    for count in (10, 100, 1000, 10_000):
        said = json.loads(process(place.inside("history", str(count)), place.home(), place.folder))
        for name, seconds in said.items():
            lines.setdefault(name, {})[count] = seconds
    yield Curve("The install history, five packages a record", "records", lines)


def _install(
    place: Place, name: str, file: Path, homes: tuple[dict[str, str], dict[str, str]], url: str
) -> Callable[[], None]:
    def act() -> None:
        words = ["install", "-q", "-r", str(file)]
        if name == "bare pip":
            process([place.environment / "bin/python", "-m", "pip", *words, "-i", url], homes[1], place.folder)
        else:
            place.ours(*words, "--engine", name, environ=homes[0])

    return act


def _remove(place: Place, count: int) -> None:
    python = place.environment / "bin/python"
    names = [f"small-{number:03}" for number in range(count)]
    process(
        ["uv", "pip", "uninstall", "--no-config", "--quiet", "--python", python, *names],
        place.home(),
        place.folder,
    )
