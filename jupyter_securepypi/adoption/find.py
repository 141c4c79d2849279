"""Where a file authenticates by itself, whatever its kind."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from ..core.errors import FileProblem
from .flow import Flow, Labels
from .notebook_text import Joined, joined
from .place import ADDRESS, Place, without_echoes
from .shell import shell_places
from .signs import PASSWORD_IN_CODE, known

BOM = "\ufeff"
PYTHON, NOTEBOOK, SHELL = "python", "notebook", "shell"
_SUFFIXES = {
    ".py": PYTHON,
    ".pyw": PYTHON,
    ".ipynb": NOTEBOOK,
    **dict.fromkeys((".sh", ".bash", ".zsh", ".ksh", ".yml", ".yaml", ".dockerfile", ".mk", ".env"), SHELL),
}
_NAMES = re.compile(r"(?i)(dockerfile|containerfile)([.-].*)?|.*\.dockerfile|makefile|jenkinsfile|tox\.ini")
_LEFT_OUT = frozenset(("node_modules", "__pycache__", "site-packages", "venv", "env"))
_MOST = 4_000_000  # bytes; what is longer is data


def kind_of(path: Path, text: str = "") -> str:
    """Return the kind of a file by its name, or by its first line; empty for a kind that is not looked into."""
    kind = _SUFFIXES.get(path.suffix.lower()) or (SHELL if _NAMES.fullmatch(path.name) else "")
    if not kind and text.startswith("#!"):
        first = text.partition("\n")[0]
        return PYTHON if "python" in first else SHELL if re.search(r"sh\b", first) else ""
    return kind


def files_in(paths: list[Path]) -> Iterator[Path]:
    """Yield the files that `paths` name; of folders those of a kind that is known, at any depth, but no hidden ones.

    Raises:
        FileProblem: one is missing.
    """
    for path in paths:
        if path.is_dir():
            for one in sorted(path.iterdir()):
                hidden = one.name.startswith(".") and one.name not in (".github", ".gitlab-ci.yml", ".circleci")
                if one.is_dir() and not one.is_symlink() and not hidden and one.name not in _LEFT_OUT:
                    yield from files_in([one])
                elif one.is_file() and not hidden and kind_of(one):
                    yield one
        elif path.is_file():
            yield path
        else:
            raise FileProblem(f"{path} is not there.", remedy="name scripts, notebooks or folders")


def read(path: Path) -> str | None:
    """Return a file's text, line ends as they are; None for what is no text, or far too long.

    Raises:
        FileProblem: it cannot be read.
    """
    try:
        if path.stat().st_size > _MOST:
            return None
        return path.read_bytes().decode("utf-8")
    except UnicodeDecodeError:
        return None
    except OSError as error:
        raise FileProblem(f"{path} cannot be read.", why=str(error.strerror)) from None


def flow_of(text: str, outside: Mapping[str, Labels] | None = None) -> Flow | None:
    """Return what is known of Python code, or None if it is no Python of this version."""
    try:
        return Flow(ast.parse(text), outside)
    except (SyntaxError, ValueError, RecursionError):
        return None


def cells_of(text: str) -> list[tuple[int, str]] | None:
    """Return the code cells of a notebook with their numbers, from 1 on; None if it is none in Python."""
    try:
        notebook: Any = json.loads(text)
        cells = notebook["cells"]
        language = notebook.get("metadata", {}).get("kernelspec", {}).get("language", "python")
        found = [
            (number, "".join(cell["source"]))
            for number, cell in enumerate(cells, 1)
            if cell["cell_type"] == "code"
        ]
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    return found if language == "python" else None


def python_places(text: str) -> list[Place]:
    """Return the places in Python code; in what is no Python of this version only addresses are found."""
    return without_echoes(all_python_places(text))


def all_python_places(text: str) -> set[Place]:
    """Return the places in Python code, those that only prepare another one in the same line included."""
    if not known().may_be_in(text):
        return set()
    flow = flow_of(text.removeprefix(BOM))
    if flow is not None:
        return flow.places
    lines = (line.partition("#")[0] for line in text.split("\n"))
    return {Place(number, ADDRESS) for number, line in enumerate(lines, 1) if PASSWORD_IN_CODE.search(line)}


def notebook_places(cells: list[tuple[int, str]]) -> tuple[Joined, list[Place]]:
    """Return a notebook's cells as one text, and the places in them, those in cells of a shell included."""
    whole = joined(cells)
    flow = flow_of(whole.text)
    places = {_in_cell(one, whole) for one in flow.places} if flow else set()
    for number, source in cells:
        if re.match(r"\s*%%(bash|sh|script\s+\w*sh)\b", source):
            places |= {replace(one, cell=number) for one in shell_places(source)}
    return whole, without_echoes(places)


def _in_cell(place: Place, whole: Joined) -> Place:
    cell, line = whole.places[place.line - 1]
    return replace(place, cell=cell, line=line)


def places_in(path: Path, text: str) -> list[Place]:
    """Return the places of a file where it authenticates by itself, in order."""
    kind = kind_of(path, text)
    if kind == PYTHON:
        return python_places(text)
    if kind == NOTEBOOK:
        cells = cells_of(text)
        return notebook_places(cells)[1] if cells is not None else []
    return without_echoes(shell_places(text)) if kind == SHELL else []
