"""What a function installs, in terms of its parameters."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import replace

from .callees import Callees
from .filling import filled
from .flow import Flow
from .harmless import CHANGES
from .installs import install_of, tests_before
from .pip_words import PipInstall, Word
from .straight import Way
from .units import Unit, bound_in, flow_in, names_in


def model_of(unit: Unit, flow: Flow, units: Mapping[str, Unit], callees: Callees) -> None:
    """Find out what `unit` installs, in terms of its parameters; `units` are the others."""
    if not _has_plain_parameters(unit):
        return
    installs = {id(call): secure for call, secure in flow.installs}
    calls = [one for one in ast.walk(unit.function) if isinstance(one, ast.Call)]
    secure = [one for one in calls if installs.get(id(one))]
    if not secure and flow.lends:
        secure = [one for one in calls if id(one) in installs and flow_in(unit.function, flow)]
    through = [one for one in calls if _is_of_another(callees.of(one), unit, units)]
    if len(secure) + len(through) != 1:
        return  # several installs in one function are not one call
    chosen: ast.Call = [*secure, *through][0]
    others = [one for one in calls if id(one) in installs and one is not chosen]
    way = Way(unit.function, chosen, others, bool(secure) and flow.names.starts_only(chosen))
    if not way.straight or any(one is not way.plain for one in others):
        return
    model = install_of(chosen, flow) if secure else _through(chosen, units[callees.of(chosen)])
    if model is None or not all(_is_decided(word, chosen, unit) for word in model.words):
        return
    loops = {
        target.id: one.iter
        for one in ast.walk(unit.function)
        if isinstance(one, ast.For) and isinstance(target := one.target, ast.Name)
    }
    around = {
        target.id
        for one in ast.walk(unit.function)
        if isinstance(one, ast.For) and isinstance(target := one.target, ast.Name)
        if any(inner is chosen for inner in ast.walk(one))
    }
    if around - {one.node.id for one in model.words if isinstance(one.node, ast.Name)}:
        return  # it is tried several times
    model = _all_unrolled(model, loops)
    if not _means_the_same_elsewhere(model, unit, callees):
        return
    if way.switch:
        plain = install_of(way.plain, flow) if way.plain is not None else None
        if plain is None or _as_text(_all_unrolled(plain, loops)) != _as_text(model):
            return  # the public index is asked for something else
        named = way.switch in unit.parameters or way.switch in unit.defaults or way.switch.isupper()
        if not named or any(
            word.node is not None and way.switch in names_in(word.node) for word in model.words
        ):
            return
    unit.model, unit.switch = model, way.switch


def _has_plain_parameters(unit: Unit) -> bool:
    """Return whether the function's parameters are what its callers give, and nothing wraps the function."""
    names = {one.arg for one in ast.walk(unit.function.args) if isinstance(one, ast.arg)}
    for one in ast.walk(unit.function):
        if isinstance(one, ast.Name) and one.id in names and not isinstance(one.ctx, ast.Load):
            return False
        if isinstance(one, ast.Subscript) and not isinstance(one.ctx, ast.Load) and names_in(one.value) & names:
            return False
        changed = one.value if isinstance(one, ast.Attribute) and one.attr in CHANGES else None
        if getattr(changed, "id", "") in names - {"self", "cls"}:
            return False
    marks = {getattr(one, "id", "?") for one in unit.function.decorator_list}
    return marks <= ({"staticmethod", "classmethod"} if unit.is_method else set())


def _means_the_same_elsewhere(model: PipInstall, unit: Unit, callees: Callees) -> bool:
    """Return whether the names in the model mean where the function is called what they mean in it."""
    own = {*unit.parameters, *unit.defaults, getattr(unit.function.args.vararg, "arg", "")}
    default = [one for one in unit.defaults.values() if not isinstance(one, ast.Constant)]
    used = [names_in(word.node) - own - bound_in(word.node) for word in model.words if word.node is not None]
    asked = set().union(*(names_in(word.node) for word in model.words if word.node is not None))
    if any(
        isinstance(one, ast.Call)
        for name in asked & set(unit.defaults)
        for one in ast.walk(unit.defaults[name])
    ):
        return False  # it was computed once, where the function is defined
    free = set().union(*used, *(names_in(one) for one in default))
    imported = {
        (one.asname or one.name).partition(".")[0]
        for one in ast.walk(unit.function)
        if isinstance(one, ast.alias)
    }
    inside = bound_in(unit.function) | imported | {"self", "cls"}
    return all(callees.bindings[name] <= 1 for name in free) and not free & inside


def _as_text(model: PipInstall) -> list[tuple[object, ...]]:
    return [(one.text, one.many, one.split, ast.dump(one.node) if one.node else "") for one in model.words]


def _all_unrolled(model: PipInstall, loops: Mapping[str, ast.expr]) -> PipInstall:
    return PipInstall(
        tuple(_unrolled(word, loops) for word in model.packages),
        tuple(_unrolled(word, loops) for word in model.requirements),
    )


def _is_of_another(name: str, unit: Unit, units: Mapping[str, Unit]) -> bool:
    other = units.get(name)
    return other is not None and other is not unit and other.model is not None


def _through(call: ast.Call, other: Unit) -> PipInstall | None:
    given = other.arguments_of(call)
    if given is None or other.model is None:
        return None
    if other.switch and not _is_true(given.get(other.switch, [other.defaults.get(other.switch)])[0]):
        return None  # the switch of the one would have to become that of the other
    packages = [filled(word, other, given) for word in other.model.packages]
    requirements = [filled(word, other, given) for word in other.model.requirements]
    if None in packages or None in requirements:
        return None
    return PipInstall(
        tuple(one for words in packages for one in words or ()),
        tuple(one for words in requirements for one in words or ()),
    )


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


def _is_true(node: ast.expr | None) -> bool:
    return isinstance(node, ast.Constant) and node.value is True
