"""Whether anything that stays may start a process: it would have had the token from the environment, or from a file."""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Collection, Iterable
from pathlib import Path

from .callees import Callees
from .flow import Flow
from .harmless import REACHES_OUT, ROOTS
from .place import FILE

_RUN = frozenset(("exec", "eval", "compile", "__import__", "getattr", "map", "filter", "super", "breakpoint"))
_KNOWN = (frozenset(vars(builtins)) | ROOTS | {"math", "random", "collections", "itertools", "warnings"}) - _RUN
_OPENS = re.compile(r"open|os\.(?:remove|unlink|chmod|path\.\w+)|json\.load")
_LEADS_ON = frozenset(("subprocess", "asyncio", "pip", "importlib", "site", "get_ipython", "functools"))


def may_start(flow: Flow, lines: Iterable[tuple[int, int]] = (), ours: str = "") -> bool:
    """Return whether code may start a process, or call something of which that is not known.

    Args:
        flow: what is known of the module.
        lines: first and last lines of code that goes, which does not count.
        ours: a function that starts none that needs the index from here.
    """
    gone = list(lines)
    callees = Callees(flow.tree)
    file = any(one.kind == FILE for one in flow.places)
    own = {one.name for one in flow.tree.body if isinstance(one, (ast.FunctionDef, ast.AsyncFunctionDef))}
    for node in ast.walk(flow.tree):
        if not isinstance(node, ast.Call) or any(first <= node.lineno <= last for first, last in gone):
            continue
        callee, dotted = callees.of(node), flow.names.dotted(node.func)
        root = dotted.partition(".")[0]
        if callee in own or (ours and dotted.endswith(f".{ours}")):
            continue  # its body is looked at, too
        if (
            flow.names.starts_process(node)
            or root not in _KNOWN
            or root in _LEADS_ON
            or REACHES_OUT.match(dotted)
        ):
            return True
        if file and _OPENS.fullmatch(dotted):
            return True  # perhaps the file in which the token was
        if callees.bindings[root] > 1 or (root in own) or _is_local(root, flow):
            return True
    return False


def _is_local(root: str, flow: Flow) -> bool:
    """Return whether `root`, which has the name of something known, is something else here."""
    return any(isinstance(one, ast.ClassDef) and one.name == root for one in ast.walk(flow.tree))


def imported_by(tree: ast.AST) -> set[str]:
    """Return the last and the first names of the modules that a module imports, and the names it takes from them."""
    found: set[str] = set()
    for one in ast.walk(tree):
        if isinstance(one, ast.Import):
            found.update(part for alias in one.names for part in alias.name.split("."))
        elif isinstance(one, ast.ImportFrom):
            found.update((one.module or "").split("."))
            found.update(alias.name for alias in one.names)
    return found - {""}


def neighbours(path: Path, flows: dict[Path, Flow]) -> Collection[Flow]:
    """Return the modules among `flows` that run in one process with the one at `path`, through imports of any depth."""
    imports = {one: imported_by(flow.tree) for one, flow in flows.items()}
    found, waiting = {path}, [path]
    while waiting:
        here = waiting.pop()
        for other in flows:
            linked = other.stem in imports.get(here, ()) or here.stem in imports[other]
            if linked and other not in found:
                found.add(other)
                waiting.append(other)
    return [flows[one] for one in found if one != path]


def is_beside(path: Path, tree: ast.AST, named: Collection[Path]) -> bool:
    """Return whether the module at `path` imports a file next to it that is not among those that were named."""
    return any(
        (beside := path.with_name(f"{name}.py")).is_file() and beside not in named and beside != path
        for name in imported_by(tree)
    )
