"""What a function installs, in terms of its parameters, and what a call of it asks for."""

from __future__ import annotations

import ast
import copy
from collections.abc import Mapping
from dataclasses import replace

from .flow import Flow
from .pip_words import PipInstall, Word, pip_install
from .units import Function, Unit, called, flow_in, names_in


def model_of(unit: Unit, flow: Flow, units: Mapping[str, Unit]) -> None:
    """Find out what `unit` installs, in terms of its parameters; `units` are the others."""
    installs = {id(call): secure for call, secure in flow.installs}
    calls = [one for one in ast.walk(unit.function) if isinstance(one, ast.Call)]
    secure = [one for one in calls if installs.get(id(one))]
    if not secure and flow.lends:
        secure = [one for one in calls if id(one) in installs and flow_in(unit.function, flow)]
    through = [one for one in calls if _is_of_another(one, unit, units)]
    if len(secure) + len(through) != 1:
        return  # several installs in one function are not one call
    chosen: ast.Call = [*secure, *through][0]
    model = pip_install(chosen, flow.names) if secure else _through(chosen, units[called(chosen)])
    if model is None:
        return
    loops = {
        target.id: one.iter
        for one in ast.walk(unit.function)
        if isinstance(one, (ast.For, ast.AsyncFor)) and isinstance(target := one.target, ast.Name)
    }
    if not all(_is_decided(word, chosen, unit) for word in model.words):
        return
    unit.model = PipInstall(
        tuple(_unrolled(word, loops) for word in model.packages),
        tuple(_unrolled(word, loops) for word in model.requirements),
    )
    unit.switch = _switch(unit.function, chosen, unit)
    others = [one for one in calls if id(one) in installs and one is not chosen]
    if others and not unit.switch:
        unit.model = None  # they would be lost


def _is_of_another(call: ast.Call, unit: Unit, units: Mapping[str, Unit]) -> bool:
    other = units.get(called(call))
    return other is not None and other is not unit and other.model is not None


def _through(call: ast.Call, other: Unit) -> PipInstall | None:
    given = other.arguments_of(call)
    if given is None or other.model is None:
        return None
    packages = [filled(word, other, given) for word in other.model.packages]
    requirements = [filled(word, other, given) for word in other.model.requirements]
    if None in packages or None in requirements:
        return None
    return PipInstall(
        tuple(one for words in packages for one in words or ()),
        tuple(one for words in requirements for one in words or ()),
    )


def filled(word: Word, unit: Unit, given: Mapping[str, list[ast.expr]]) -> list[Word] | None:
    """Return `word` of a unit's model with what a call gives in place of the parameters; None: not understood."""
    if word.node is None:
        test = condition(word, unit)
        if test is None:
            return [word]
        default = unit.defaults.get(test)
        value = given.get(test, [default] if default is not None else [])
        if len(value) != 1 or not isinstance(value[0], ast.Constant):
            return None
        return [word] if value[0].value else []
    rest = unit.function.args.vararg
    if isinstance(word.node, ast.Name):
        name = word.node.id
        if rest is not None and name == rest.arg:
            return [
                Word(node=one.value, many=True) if isinstance(one, ast.Starred) else Word(node=one)
                for one in given.get(name, [])
            ]
        if name in given and isinstance(given[name][0], ast.Constant) and not _truth(given[name][0]):
            return []
        if name in given:
            return [replace(word, node=given[name][0], origin=None)]
        if name in unit.defaults:
            default = unit.defaults[name]
            if isinstance(default, (ast.Constant, ast.Tuple, ast.List)) and not _truth(default):
                return []
            return [replace(word, node=default, origin=None)]
    own = {*unit.parameters, *unit.defaults, *([rest.arg] if rest else [])}
    used = names_in(word.node) & own
    values = {name: given[name][0] if name in given else unit.defaults.get(name) for name in used}
    if rest is not None and rest.arg in used:
        values[rest.arg] = ast.List(given.get(rest.arg, []), ast.Load())
    stored = {
        one.id
        for one in ast.walk(unit.function)
        if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)
    }
    if None in values.values() or (names_in(word.node) - _bound_in(word.node)) & stored:
        return None
    if all(isinstance(one, ast.Constant) and one.value is None for one in values.values()) and used:
        return []
    node = _Filling(values).visit(copy.deepcopy(word.node))
    return [replace(word, node=node, text="", origin=None)]


class _Filling(ast.NodeTransformer):
    def __init__(self, values: Mapping[str, ast.expr | None]) -> None:
        self._values = values

    def visit_Name(self, node: ast.Name) -> ast.AST:
        return copy.deepcopy(self._values.get(node.id)) or node


def condition(word: Word, unit: Unit) -> str | None:
    """Return the parameter that decides whether `word` is there, or None if it always is."""
    for one in ast.walk(unit.function):
        if isinstance(one, ast.If) and isinstance(one.test, ast.Name) and one.test.id != unit.switch:
            inside = any(inner is word.origin for statement in one.body for inner in ast.walk(statement))
            if inside and one.test.id in {*unit.parameters, *unit.defaults}:
                return one.test.id
    return None


def tests_before(word: Word, call: ast.AST, tree: ast.AST) -> list[tuple[ast.expr, bool]]:
    """Return what decides whether `word` is there, though it does not decide about `call`; False: if it is not so."""
    found = []
    for one in ast.walk(tree):
        if not isinstance(one, ast.If) or word.origin is None or any(inner is call for inner in ast.walk(one)):
            continue
        for body, holds in ((one.body, True), (one.orelse, False)):
            if any(inner is word.origin for statement in body for inner in ast.walk(statement)):
                found.append((one.test, holds))
    return found


def _is_decided(word: Word, call: ast.AST, unit: Unit) -> bool:
    """Return whether only a parameter that is there, or true, decides whether `word` is."""
    for test, holds in tests_before(word, call, unit.function):
        asked = test.left if isinstance(test, ast.Compare) and isinstance(test.ops[0], ast.IsNot) else test
        own = {*unit.parameters, *unit.defaults, getattr(unit.function.args.vararg, "arg", "*")}
        if not holds or getattr(asked, "id", "") not in own:
            return False
        if word.node is not None and getattr(asked, "id", "") not in names_in(word.node):
            return False
    return True


def _unrolled(word: Word, loops: Mapping[str, ast.expr]) -> Word:
    if isinstance(word.node, ast.Name) and word.node.id in loops and not word.many:
        return replace(word, node=loops[word.node.id], many=True)
    return word


def _switch(function: Function, chosen: ast.AST, unit: Unit) -> str:
    """Return the name that is asked before `chosen` runs: a parameter, or a name of the module in capitals."""
    before: list[str] = []
    for one in ast.walk(function):
        if not isinstance(one, ast.If):
            continue
        test = one.test.operand if isinstance(one.test, ast.UnaryOp) else one.test
        name = getattr(test, "id", "")
        inside = any(inner is chosen for inner in ast.walk(one))
        leaves = any(isinstance(inner, ast.Return) for inner in one.body)
        about = name in unit.parameters or name in unit.defaults or name.isupper()
        words = (
            any(name in names_in(word.node) for word in unit.model.words if word.node) if unit.model else False
        )
        if about and not words and (inside or leaves):
            before.append(name)
    return before[0] if before else ""


def _bound_in(node: ast.AST) -> set[str]:
    return {one.id for one in ast.walk(node) if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)}


def _truth(node: ast.expr) -> bool:
    return bool(node.value) if isinstance(node, ast.Constant) else bool(getattr(node, "elts", True))
