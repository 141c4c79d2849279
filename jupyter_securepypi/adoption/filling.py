"""What a call gives, in place of a function's parameters, in the words of its install."""

from __future__ import annotations

import ast
import copy
from collections.abc import Mapping
from dataclasses import replace

from .pip_words import KEPT, Word
from .units import Unit, bound_in, names_in


def filled(word: Word, unit: Unit, given: Mapping[str, list[ast.expr]]) -> list[Word] | None:
    """Return `word` of a unit's model with what a call gives in place of the parameters; None: not understood."""
    found = _filled(word, unit, given)
    if found and any(one.many and not one.split and _is_text(one.node) for one in found):
        return None  # its letters would be packages
    return None if found is None or any(_has_options(one) for one in found) else found


def _is_text(node: ast.expr | None) -> bool:
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str))


def _has_options(word: Word) -> bool:
    """Return whether words that a call gives are options of pip which we do not take."""
    nodes = ast.walk(word.node) if word.node is not None else ()
    texts = [one.value for one in nodes if isinstance(one, ast.Constant) and isinstance(one.value, str)]
    return any(part.startswith("-") and part not in KEPT for text in texts for part in text.split())


def _filled(word: Word, unit: Unit, given: Mapping[str, list[ast.expr]]) -> list[Word] | None:
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
    stored = bound_in(unit.function)
    if None in values.values() or (names_in(word.node) - bound_in(word.node)) & stored:
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


def _truth(node: ast.expr) -> bool:
    return bool(node.value) if isinstance(node, ast.Constant) else bool(getattr(node, "elts", True))
