"""What the documentation names is there: files, functions, and where its links lead."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "jupyter_securepypi"
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
LINK = re.compile(r"\]\((?!https?:|#|mailto:)([^)#\s]+)")
# `path.py`: `name`, `name` …
STEP = re.compile(r"`([\w/]+\.py)`: `(\w+)`")
PATH = re.compile(r"`([\w.]+/[\w./]*|[\w]+\.(?:py|yaml|md))`")


def names_in(file: Path) -> set[str]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    return {node.name for node in ast.walk(tree) if isinstance(node, kinds)}


def exists(path: str) -> bool:
    places = (ROOT / path, PACKAGE / path, *(folder / path for folder in PACKAGE.iterdir() if folder.is_dir()))
    return any(
        place.exists() for place in (*places, ROOT / "docs" / path, PACKAGE / "core" / "providers" / path)
    )


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(page):
    text = page.read_text(encoding="utf-8")
    missing = [target for target in LINK.findall(text) if not (page.parent / target).exists()]
    assert not missing


def test_the_architecture_names_what_is_there():
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    paths = [path for path in PATH.findall(text) if "*" not in path]
    assert len(paths) > 60
    assert not [path for path in paths if not exists(path)]
    steps = STEP.findall(text)
    assert len(steps) > 15
    assert not [step for step in steps if step[1] not in names_in(PACKAGE / step[0])]


def test_the_architecture_names_every_room():
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    rooms = {path.name for path in PACKAGE.iterdir() if (path / "__init__.py").is_file()}
    assert len(rooms) > 10
    assert not [room for room in sorted(rooms) if f"`{room}/`" not in text]
    loose = {path.name for path in PACKAGE.glob("*.py")} - {"_version.py"}
    assert loose == {"__init__.py"}


def test_the_contributors_page_points_to_it():
    assert "docs/architecture.md" in (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
