"""Which functions and classes of a module do nothing but authenticate and install, so that they could go."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Mapping

from .callees import Callees
from .flow import Flow
from .models import model_of
from .place import UNSET
from .units import Unit, flow_in, only_authenticates, units_of


class Candidates:
    """The functions and classes of one module.

    Args:
        flow: what is known of the module.
        outside: functions of other files that go, by the name that this module gives them.
        kept: names that other files still need from this one.

    Attributes:
        callees: what the module's calls mean.
        units: the module's functions and methods that have one meaning, by their name: ``function``, ``Class.method``.
        known: the same with those of other files.
        methods: name of a method → the classes that have one of that name.
        going: what could go, by its name.
    """

    def __init__(self, flow: Flow, outside: Mapping[str, Unit], kept: frozenset[str]) -> None:
        self._flow, self._tree, self._outside, self._kept = flow, flow.tree, outside, kept
        self.callees = Callees(flow.tree)
        found = list(units_of(flow.tree))
        count = Counter(unit.name for unit, _ in found)
        self.units = {
            unit.name: unit
            for unit, statement in found
            if count[unit.name] == 1 and self.callees.is_certain(getattr(statement, "name", ""))
        }
        self.methods: dict[str, set[str]] = {}
        for unit, _ in found:
            class_, _, method = unit.name.rpartition(".")
            if class_:
                self.methods.setdefault(method, set()).add(class_)
        self.known = {**outside, **self.units}
        for _ in range(4):
            for unit in self.units.values():
                if unit.model is None:
                    model_of(unit, flow, self.known, self.callees)
        self.going = self._candidates()

    def _candidates(self) -> dict[str, ast.stmt]:
        statements = {
            one.name: one
            for one in self._tree.body
            if isinstance(one, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))
            and self.callees.is_certain(one.name)
        }
        harmless = set(statements)
        while True:
            names = harmless | {
                name for name in self.units if self.units[name].name.partition(".")[0] in harmless
            }
            names |= set(self._outside)
            bad = {
                one
                for one in harmless
                if not only_authenticates(statements[one], self._flow, names, self.callees)
            }
            bad |= {one for one in harmless if not self._is_understood(statements[one])}
            if not bad:
                break
            harmless -= bad
        tainted = {one for one in harmless if self._is_tainted(statements[one])}
        while True:
            more = {one for one in harmless - tainted if self._only_serves(one, tainted, statements)}
            more |= {one for one in harmless - tainted if self.calls(statements[one], tainted)}
            if not more:
                return {one: statements[one] for one in tainted if one not in self._kept}
            tainted |= more

    def _is_understood(self, statement: ast.stmt) -> bool:
        """Return whether its installs, if it has any, are understood, and depend on the parameters of a function."""
        models = {name for name, unit in self.known.items() if unit.model}
        inside = {id(one) for one in ast.walk(statement)}
        calls = [call for call, _ in self._flow.installs if id(call) in inside]
        calls += [
            one for one in ast.walk(statement) if isinstance(one, ast.Call) and self.callees.of(one) in models
        ]
        understood = {
            id(one)
            for unit in self.units.values()
            if unit.model and unit.takes_packages() and id(unit.function) in inside
            for one in ast.walk(unit.function)
        }
        return all(id(call) in understood for call in calls)

    def _is_tainted(self, statement: ast.stmt) -> bool:
        last = statement.end_lineno or statement.lineno
        kinds = {one.kind for one in self._flow.places if statement.lineno <= one.line <= last}
        return bool(kinds - {UNSET}) or flow_in(statement, self._flow)

    def _only_serves(self, name: str, tainted: set[str], statements: Mapping[str, ast.stmt]) -> bool:
        inside = {id(node) for one in (*tainted, name) for node in ast.walk(statements[one])}
        loads = [node for node in ast.walk(self._tree) if getattr(node, "id", "") == name]
        return bool(loads) and all(id(node) in inside for node in loads)

    def unused(self) -> set[str]:
        """Return the installers that this file defines and does not call itself: others may import them."""
        used = {
            getattr(node, "id", getattr(node, "attr", ""))
            for node in ast.walk(self._tree)
            if isinstance(node, (ast.Name, ast.Attribute)) and isinstance(node.ctx, ast.Load)
        }
        installers = {
            unit.name.partition(".")[0]
            for unit in self.units.values()
            if unit.model and not unit.name.startswith("_")
        }
        return {name for name in self.going if name in installers and name not in used}

    def calls(self, node: ast.AST, names: set[str]) -> bool:
        """Return whether something in `node` calls one of `names`."""
        return any(isinstance(one, ast.Call) and self.callees.of(one) in names for one in ast.walk(node))
