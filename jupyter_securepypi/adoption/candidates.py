"""Which functions and classes of a module do nothing but authenticate and install, so that they could go."""

from __future__ import annotations

import ast
from collections.abc import Mapping

from .flow import Flow
from .models import model_of
from .place import UNSET
from .units import Unit, called, flow_in, only_authenticates, units_of


class Candidates:
    """The functions and classes of one module.

    Args:
        flow: what is known of the module.
        outside: functions of other files that go, by the name that this module gives them.
        kept: names that other files still need from this one.

    Attributes:
        units: the module's functions and methods, by their last name.
        known: the same with those of other files.
        methods: name of a method → its class.
        going: what could go, by its name.
    """

    def __init__(self, flow: Flow, outside: Mapping[str, Unit], kept: frozenset[str]) -> None:
        self._flow, self._tree, self._outside, self._kept = flow, flow.tree, outside, kept
        found = list(units_of(flow.tree))
        self.units = {unit.name.rpartition(".")[2]: unit for unit, _ in found}
        self.methods = {
            unit.name.rpartition(".")[2]: unit.name.partition(".")[0] for unit, _ in found if "." in unit.name
        }
        self.known = {**outside, **self.units}
        for _ in range(4):
            for unit, _ in found:
                if unit.model is None:
                    model_of(unit, flow, self.known)
        self.going = self._candidates()

    def _candidates(self) -> dict[str, ast.stmt]:
        statements = {
            one.name: one
            for one in self._tree.body
            if isinstance(one, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))
        }
        harmless = set(statements)
        while True:
            names = harmless | {
                name for name in self.units if self.units[name].name.partition(".")[0] in harmless
            }
            names |= set(self._outside)
            bad = {one for one in harmless if not only_authenticates(statements[one], self._flow, names)}
            bad |= {one for one in harmless if not self._is_understood(one)}
            if not bad:
                break
            harmless -= bad
        tainted = {one for one in harmless if self._is_tainted(statements[one])}
        while True:
            more = {one for one in harmless - tainted if self._only_serves(one, tainted, statements)}
            more |= {one for one in harmless - tainted if calls(statements[one], tainted)}
            if not more:
                return {one: statements[one] for one in tainted if one not in self._kept}
            tainted |= more

    def _is_understood(self, name: str) -> bool:
        """Return whether a unit's installs, if it has any, are understood, and depend on its parameters."""
        for unit in self.units.values():
            if unit.name.partition(".")[0] == name:
                inside = {id(one) for one in ast.walk(unit.function)}
                installs = any(id(call) in inside for call, _ in self._flow.installs)
                calls_one = calls(unit.function, {one for one, other in self.known.items() if other.model})
                if (installs or calls_one) and not (unit.model and unit.takes_packages()):
                    return False
        return True

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


def calls(node: ast.AST, names: set[str]) -> bool:
    """Return whether something in `node` calls one of `names`."""
    return any(isinstance(one, ast.Call) and called(one) in names for one in ast.walk(node))
