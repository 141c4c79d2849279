"""Files that are looked at together: what one imports from another is changed in both, or in neither."""

from __future__ import annotations

import ast
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from .find import BOM, NOTEBOOK, PYTHON, cells_of, flow_of, kind_of, notebook_places, places_in
from .flow import Flow, Labels
from .guards import Guards
from .lending import is_beside, may_start, neighbours
from .notebook_file import with_cells
from .notebook_import import with_import
from .notebook_text import Joined
from .place import Place, without_echoes
from .plan import Around, Plan, Planner
from .signs import known
from .units import Unit


@dataclass
class Module:
    """A script, or the code cells of a notebook."""

    text: str
    flow: Flow
    joined: Joined | None = None
    serves: bool = False


class Project:
    """The files that are looked at together.

    Args:
        texts: each file's text.

    Attributes:
        modules: those that are Python of this version.
        kept: of each module the functions that could go, but stay for files that were not named.
        plans: what is to be changed in each module.
    """

    def __init__(self, texts: dict[Path, str]) -> None:
        self._texts = texts
        self.modules: dict[Path, Module] = {}
        for path, text in _concerned(texts).items():
            module = _module(path, text)
            if module is not None:
                self.modules[path] = module
        self._stems = {path.stem: path for path in self.modules if path.suffix == ".py"}
        stems = Counter(path.stem for path in texts if path.suffix == ".py")
        self._unclear = {path for path in self.modules if stems[path.stem] > 1 or path.stem == "__init__"}
        for path in self._unclear:
            self._stems.pop(path.stem, None)
        for _ in range(3):
            for module in self.modules.values():
                outside = self._labels(module)
                if outside:
                    module.flow = Flow(module.flow.tree, outside)
        self.kept: dict[Path, set[str]] = {path: set() for path in self.modules}
        self.plans: dict[Path, Plan] = {}
        self._around = {path: self._what_is_around(path) for path in self.modules}
        self._frozen: set[Path] = set()
        self._plan()

    def after(self) -> dict[Path, str]:
        """Return the new texts of the modules; what cannot be written stays, with all that it needs of other files."""
        while True:
            found = {
                path: _after(self._texts[path], one, self.plans[path]) for path, one in self.modules.items()
            }
            stuck = {path for path in found if found[path] is None} - self._frozen
            if not stuck:
                return {path: self._texts[path] if text is None else text for path, text in found.items()}
            self._frozen |= stuck
            self._plan()

    def is_stuck(self, path: Path) -> bool:
        """Return whether changes of a file are understood, but cannot be written into it."""
        return path in self._frozen

    def places(self, path: Path) -> list[Place]:
        """Return the places of a file; what it gets from other files counts."""
        module = self.modules.get(path)
        if module is None or module.joined is not None:
            return places_in(path, self._texts[path])
        return without_echoes(module.flow.places)

    def _imported(self, module: Module) -> dict[str, tuple[Path, str]]:
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
                        found.setdefault(f"{local}.{node.attr}", (whole, node.attr))
        return found

    def _is_imported_whole(self, path: Path) -> bool:
        """Return whether another file takes all names of the one at `path`."""
        stars = (one.flow.names.imports.get("*", "") for one in self.modules.values())
        return path.suffix == ".py" and any(path.stem == one.split(".")[-2:][0] for one in stars if one)

    def _labels(self, module: Module) -> dict[str, Labels]:
        found = {}
        for local, (path, name) in self._imported(module).items():
            base, dot, attribute = local.partition(".")
            dotted = module.flow.names.imports.get(base, base) if dot else base
            found[f"{dotted}{dot}{attribute}"] = self.modules[path].flow.returns.get(name, frozenset())
        return found

    def _what_is_around(self, path: Path) -> Around:
        module = self.modules[path]
        importers = [
            one
            for one in self.modules.values()
            if any(other == path for other, _ in self._imported(one).values())
        ]
        guarded = frozenset[str]().union(*(Guards(one.flow.tree).names for one in importers))
        hidden = module.joined.hidden if module.joined is not None else frozenset[str]()
        runs_others = False
        if module.flow.lends:
            flows = {
                one: found.flow
                for one, text in self._texts.items()
                if (found := self.modules.get(one) or _module(one, text)) is not None
            }
            runs_others = is_beside(path, module.flow.tree, flows) or any(
                may_start(flow) for flow in neighbours(path, flows)
            )
            runs_others = runs_others or (module.joined is not None and module.joined.runs_others)
        return Around(hidden, guarded, runs_others)

    def _must_stay(self, path: Path) -> bool:
        """Return whether all functions of a file stay, because it is not known who uses them."""
        if path in self._frozen or path in self._unclear:
            return True
        named = re.compile(rf"\b(?:from|import)\s+[\w.]*\b{re.escape(path.stem)}\b")
        return any(named.search(text) for one, text in self._texts.items() if one not in self.modules)

    def _plan(self) -> None:
        planners = {
            path: Planner(one.text, one.flow, around=self._around[path]) for path, one in self.modules.items()
        }
        imported = {path: self._imported(one) for path, one in self.modules.items()}
        for path, planner in planners.items():
            importers = [one for one in imported.values() if any(other == path for other, _ in one.values())]
            used = {name for one in importers for other, name in one.values() if other == path}
            self.kept[path] = planner.candidates.unused() - used
            if self._is_imported_whole(path):
                self.kept[path] = set(planner.candidates.going)
            elif not importers and _is_library(self.modules[path].flow.tree):
                self.kept[path] |= {name for name in planner.candidates.going if not name.startswith("_")}
        needed = {
            path: set(one.candidates.going) if self._must_stay(path) else set()
            for path, one in planners.items()
        }
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
                plan = Planner(module.text, module.flow, outside, kept, self._around[path]).plan()
                if path in self._frozen:
                    plan = Plan(needed=set(outside))
                self.plans[path] = plan
                module.serves = plan.changes
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
    assert isinstance(made, ast.FunctionDef)  # noqa: S101 to the type checker # nosec B101
    return made


def _module(path: Path, text: str) -> Module | None:
    """Return a file's code, or None if it is no Python of this version."""
    kind = kind_of(path, text)
    cells = cells_of(text) if kind == NOTEBOOK else None
    whole = notebook_places(cells)[0] if cells is not None else None
    code = whole.text if whole else text.removeprefix(BOM)
    flow = flow_of(code) if kind == PYTHON or whole else None
    return Module(code, flow, whole) if flow is not None else None


def _after(text: str, module: Module, plan: Plan) -> str | None:
    """Return the new text of a file; None if there is one, but it cannot be written."""
    from libcst import ParserSyntaxError

    from .rewrite import rewritten

    if not plan.changes:
        return text
    try:
        code = rewritten(module.text, plan, importing=module.joined is None)
    except (ParserSyntaxError, RecursionError):  # Python reads what libcst does not
        return None
    if code is None or flow_of(code) is None:
        return None
    if module.joined is not None:
        cells: dict[int, str] | None = module.joined.split(code)
        if cells and plan.replaced:
            cells = with_import(cells, module.joined)
        return with_cells(text, cells) if cells else None
    return (BOM if text.startswith(BOM) else "") + code
