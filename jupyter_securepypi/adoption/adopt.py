"""Adopt files: find what authenticates by itself, and put one import in its place where that is understood."""

from __future__ import annotations

import ast
import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ..core.errors import ConfigurationError
from ..core.files import safe_target, write_atomically
from ..core.finding import Finding
from .find import BOM, NOTEBOOK, PYTHON, cells_of, files_in, flow_of, kind_of, notebook_places, places_in, read
from .flow import Flow, Labels
from .notebook_file import with_cells
from .notebook_text import Joined
from .place import Place, without_echoes
from .plan import Plan, Planner
from .signs import known
from .units import Unit


@dataclass(frozen=True)
class Adopted:
    """A file in which something was found.

    Attributes:
        path: the file.
        places: where it authenticates by itself, in order.
        left: which of its places remain in `after`; before a rewrite all of them.
        before: its text.
        after: its text after the rewrite; the same as `before` if nothing was rewritten.
        said: what else a person should know, with the place in words.
    """

    path: Path
    places: tuple[Place, ...]
    left: tuple[Place, ...]
    before: str
    after: str
    said: tuple[str, ...] = ()

    @property
    def changed(self) -> bool:
        """Whether there is something to write."""
        return self.after != self.before

    def findings(self) -> list[Finding]:
        """Return what is said about each place."""
        return [place.finding(str(self.path)) for place in self.places]

    def diff(self) -> str:
        """Return the change as a unified diff; of a notebook that of its code cells."""
        texts = [self.before, self.after]
        if kind_of(self.path, self.before) == NOTEBOOK:
            texts = ["\n".join(source for _, source in cells_of(text) or []) + "\n" for text in texts]
        old, new = (text.splitlines(keepends=True) for text in texts)
        lines = difflib.unified_diff(old, new, str(self.path), str(self.path))
        return "".join(
            line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines
        )

    def write(self) -> None:
        """Replace the file by its new text, whole or not at all.

        Raises:
            FileProblem: it cannot be written.
        """
        write_atomically(safe_target(self.path), self.after.encode())


def adopt(paths: Sequence[Path], *, rewrite: bool) -> list[Adopted]:
    """Return the files among `paths`, and in folders among them, in which something was found. Nothing is written.

    Functions that one of the files imports from another are followed.

    Args:
        paths: files and folders.
        rewrite: work out the new text of Python scripts and notebooks; this needs libcst.

    Raises:
        FileProblem: a file is missing, or cannot be read.
        ConfigurationError: libcst is not installed, and `rewrite` asks for it.
    """
    if rewrite:
        _require_libcst()
    texts = {path: text for path in dict.fromkeys(files_in(list(paths))) if (text := read(path)) is not None}
    project = _Project(texts)
    found = []
    for path, text in texts.items():
        places = project.places(path)
        module = project.modules.get(path)
        if module is None or not (places or module.serves):
            if places:
                found.append(Adopted(path, tuple(places), tuple(places), text, text))
            continue
        plan = project.plans[path]
        after = _after(path, text, module, plan) if rewrite else text
        left = places_in(path, after) if after != text else places
        if not places and after == text:
            continue
        said = [f"line {line}: {what}" for line, what in sorted(set(plan.said))]
        if project.kept[path]:
            names = ", ".join(sorted(project.kept[path]))
            said.append(f"{names}: stays as a function, because files that were not named may import it")
        found.append(Adopted(path, tuple(places), tuple(left), text, after, tuple(said)))
    return found


@dataclass
class _Module:
    """A script, or the code cells of a notebook."""

    text: str
    flow: Flow
    joined: Joined | None = None
    serves: bool = False


class _Project:
    """The files that are looked at together."""

    def __init__(self, texts: dict[Path, str]) -> None:
        self._texts = texts
        self.modules: dict[Path, _Module] = {}
        for path, text in _concerned(texts).items():
            kind = kind_of(path, text)
            cells = cells_of(text) if kind == NOTEBOOK else None
            whole = notebook_places(cells)[0] if cells is not None else None
            code = whole.text if whole else text.removeprefix(BOM)
            flow = flow_of(code) if kind == PYTHON or whole else None
            if flow is not None:
                self.modules[path] = _Module(code, flow, whole)
        self._stems = {path.stem: path for path in self.modules if path.suffix == ".py"}
        for _ in range(3):
            for module in self.modules.values():
                outside = self._labels(module)
                if outside:
                    module.flow = Flow(module.flow.tree, outside)
        self.kept: dict[Path, set[str]] = {path: set() for path in self.modules}
        self.plans: dict[Path, Plan] = {}
        self._plan()

    def places(self, path: Path) -> list[Place]:
        """Return the places of a file; what it gets from other files counts."""
        module = self.modules.get(path)
        if module is None or module.joined is not None:
            return places_in(path, self._texts[path])
        return without_echoes(module.flow.places)

    def _imported(self, module: _Module) -> dict[str, tuple[Path, str]]:
        """Return the functions of the other files, by the names that `module` has for them."""
        found: dict[str, tuple[Path, str]] = {}
        for local, dotted in module.flow.names.imports.items():
            before, _, name = dotted.rpartition(".")
            path = self._stems.get(before.rpartition(".")[2])
            whole = self._stems.get(name)
            if path is not None and self.modules[path] is not module:
                found[local] = (path, name)
            elif whole is not None and self.modules[whole] is not module:
                for node in ast.walk(module.flow.tree):
                    if isinstance(node, ast.Attribute) and getattr(node.value, "id", "") == local:
                        found.setdefault(node.attr, (whole, node.attr))
        return found

    def _is_imported_whole(self, path: Path) -> bool:
        """Return whether another file takes all names of the one at `path`."""
        stars = (one.flow.names.imports.get("*", "") for one in self.modules.values())
        return path.suffix == ".py" and any(path.stem == one.split(".")[-2:][0] for one in stars if one)

    def _labels(self, module: _Module) -> dict[str, Labels]:
        return {
            local: self.modules[path].flow.returns.get(name, frozenset())
            for local, (path, name) in self._imported(module).items()
        }

    def _plan(self) -> None:
        planners = {path: Planner(one.text, one.flow) for path, one in self.modules.items()}
        imported = {path: self._imported(one) for path, one in self.modules.items()}
        for path, planner in planners.items():
            importers = [one for one in imported.values() if any(other == path for other, _ in one.values())]
            used = {name for one in importers for other, name in one.values() if other == path}
            self.kept[path] = planner.candidates.unused() - used
            if self._is_imported_whole(path):
                self.kept[path] = set(planner.candidates.going)
            elif not importers and _is_library(self.modules[path].flow.tree):
                self.kept[path] |= {name for name in planner.candidates.going if not name.startswith("_")}
        needed: dict[Path, set[str]] = {path: set() for path in planners}
        for _ in range(len(planners) + 1):  # whoever imports comes first; a chain settles after so many rounds
            before = {path: set(names) for path, names in needed.items()}
            for path, module in self.modules.items():
                outside: dict[str, Unit] = {}
                for local, (other, name) in imported[path].items():
                    candidates = set(planners[other].candidates.going) - self.kept[other] - needed[other]
                    if name in candidates:
                        unit = planners[other].candidates.units.get(name)
                        outside[local] = unit or Unit(name, _nothing())
                    elif name not in planners[other].candidates.going:
                        needed[other].add(name)  # a constant, or a function that stays
                kept = frozenset(self.kept[path] | needed[path])
                plan = Planner(module.text, module.flow, outside, kept).plan()
                self.plans[path] = plan
                module.serves = bool(plan.replaced or plan.gone or plan.unimported)
                for local in plan.needed:
                    other, name = imported[path][local]
                    needed[other].add(name)
            if before == needed:
                return


def _concerned(texts: dict[Path, str]) -> dict[Path, str]:
    """Return the files that may authenticate by themselves, and those that name one of them, at any depth."""
    found = {path: text for path, text in texts.items() if known().may_be_in(text)}
    while True:
        stems = "|".join(re.escape(path.stem) for path in found)
        names = re.compile(rf"\bimport\b(?s:.*)\b({stems})\b|\b({stems})\b(?s:.*)\bimport\b")
        more = {
            path: text
            for path, text in texts.items()
            if stems
            and path not in found
            and any(names.search(line) for line in text.split("\n") if "import" in line)
        }
        if not more:
            return {path: texts[path] for path in texts if path in found}
        found |= more


def _is_library(tree: ast.Module) -> bool:
    """Return whether a module only defines: what it defines is for others, then."""
    defines = (
        ast.Import,
        ast.ImportFrom,
        ast.Assign,
        ast.AnnAssign,
        ast.FunctionDef,
        ast.AsyncFunctionDef,
        ast.ClassDef,
    )
    return all(
        isinstance(one, defines) or (isinstance(one, ast.Expr) and isinstance(one.value, ast.Constant))
        for one in tree.body
    )


def _nothing() -> ast.FunctionDef:
    """Return the code of a class that goes, as far as whoever imports it needs to know it."""
    made = ast.parse("def nothing(): pass").body[0]
    assert isinstance(made, ast.FunctionDef)  # noqa: S101  to the type checker
    return made


def _after(path: Path, text: str, module: _Module, plan: Plan) -> str:
    """Return the new text of a file, or the old one where nothing can be rewritten."""
    from libcst import ParserSyntaxError

    from .rewrite import rewritten

    if not plan.replaced and not plan.gone and not plan.unimported:
        return text
    try:
        code = rewritten(module.text, plan)
    except (ParserSyntaxError, RecursionError):  # Python reads what libcst does not
        return text
    if flow_of(code) is None:
        return text
    if module.joined is not None:
        return with_cells(text, module.joined.split(code)) or text
    return (BOM if text.startswith(BOM) else "") + code


def _require_libcst() -> None:
    try:
        import libcst  # noqa: F401
    except ImportError:
        raise ConfigurationError(
            "libcst, which rewrites Python and keeps its layout, is not installed.",
            remedy='python -m pip install "jupyter_securepypi[adopt]"; without --diff and --write it is not needed',
        ) from None
