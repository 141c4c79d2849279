"""Which statements go, because they do nothing but authenticate, or only serve what goes."""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection

from .candidates import Candidates
from .flow import Flow
from .place import UNSET
from .signs import FILE_VARIABLES
from .statements import blocks, targets
from .units import only_authenticates


class Removal:
    """Finds the statements of one module that go.

    Args:
        flow: what is known of the module.
        candidates: its functions and classes.
        names: the functions, methods and classes that go.
        loaded: returns the names that what remains uses.
    """

    def __init__(
        self, flow: Flow, candidates: Candidates, names: set[str], loaded: Callable[[], set[str]]
    ) -> None:
        self._flow, self._candidates, self._names, self._loaded = flow, candidates, names, loaded

    def extend(self, body: list[ast.stmt], removed: set[int], untouched: Collection[int]) -> None:
        """Add to `removed` what goes of `body`; statements in `untouched` stay."""
        for statement in body:
            if id(statement) in removed or id(statement) in untouched:
                continue
            inner = list(blocks(statement))
            for block in inner:
                self.extend(block, removed, untouched)
            function = isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))
            if inner and not function:
                if self._is_emptied(statement, [one for block in inner for one in block], removed):
                    removed.add(id(statement))
            elif not inner and self._goes(statement):
                removed.add(id(statement))

    def _is_emptied(self, statement: ast.stmt, body: list[ast.stmt], removed: set[int]) -> bool:
        """Return whether all in a compound statement goes, and its head does nothing else."""
        gone = [one for one in body if id(one) in removed]
        if not gone or not all(id(one) in removed or isinstance(one, ast.Pass) for one in body):
            return False
        inside = {id(one) for one in body}
        head = [one for one in ast.iter_child_nodes(statement) if id(one) not in inside]
        return all(
            isinstance(one, ast.ExceptHandler)
            or only_authenticates(one, self._flow, self._names, self._candidates.callees)
            for one in head
        )

    def _goes(self, statement: ast.stmt) -> bool:
        if isinstance(statement, ast.Expr):
            return self._call_goes(statement)
        if not isinstance(statement, (ast.Assign, ast.AnnAssign, ast.AugAssign)) or statement.value is None:
            return False
        if self._flow.lends and self._names_a_file(statement):
            return True
        if self._installs(statement) or not self._only_authenticates(statement):
            return False
        concerned = any(self._flow.of(one) for one in ast.walk(statement))
        if concerned or self._candidates.calls(statement.value, self._names):
            return True
        own = targets(statement)
        loads = {
            one.id
            for one in ast.walk(self._flow.tree)
            if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Load)
        }
        plain = isinstance(statement, ast.Assign) and all(
            isinstance(one, ast.Name) for one in statement.targets
        )
        return plain and bool(own & loads) and not own & self._loaded()

    def _call_goes(self, statement: ast.Expr) -> bool:
        value = statement.value.value if isinstance(statement.value, ast.Await) else statement.value
        if not isinstance(value, ast.Call) or self._installs(statement):
            return False
        if self._candidates.callees.of(value) in self._names:
            return True
        process = self._flow.names.starts_process(value)
        place = any(one.line == value.lineno and one.kind != UNSET for one in self._flow.places)
        concerned = place if process else any(self._flow.of(one) for one in ast.walk(value))
        return concerned and self._only_authenticates(statement)

    def _installs(self, statement: ast.stmt) -> bool:
        """Return whether something in `statement` installs, by itself or through a function."""
        installs = {id(call) for call, _ in self._flow.installs}
        models = {name for name, unit in self._candidates.known.items() if unit.model is not None}
        return any(id(one) in installs for one in ast.walk(statement)) or self._candidates.calls(
            statement, models
        )

    def _only_authenticates(self, statement: ast.stmt) -> bool:
        return only_authenticates(statement, self._flow, self._names, self._candidates.callees)

    def _names_a_file(self, statement: ast.stmt) -> bool:
        """Return whether the statement tells processes in which file the token is."""
        assigned = statement.targets if isinstance(statement, ast.Assign) else []
        return any(
            isinstance(one, ast.Subscript)
            and self._flow.names.dotted(one.value) == "os.environ"
            and self._flow.names.text(one.slice)[0] in FILE_VARIABLES
            for one in assigned
        )
