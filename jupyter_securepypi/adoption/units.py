"""The functions and classes of a module that only authenticate and install, and what they install."""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from .flow import Flow
from .harmless import METHODS, REACHES_OUT, ROOTS, WRITERS
from .pip_words import PipInstall, Word, pip_install
from .signs import FILE_VARIABLES, INDEX_VARIABLES, PIP_CONFIG, PIP_INSTALL, known

Function = ast.FunctionDef | ast.AsyncFunctionDef
_SESSIONS = ("boto3.Session", "boto3.session.Session", "boto3.setup_default_session")


@dataclass
class Unit:
    """A function, or a method of a class, that installs or authenticates.

    Attributes:
        name: its name; of a method with its class before.
        function: its code.
        model: what it installs, in terms of its parameters; None if it installs nothing, or is not understood.
        switch: the name that decides between the secure index and the public one, or empty.
    """

    name: str
    function: Function
    model: PipInstall | None = None
    switch: str = ""
    is_method: bool = False
    parameters: list[str] = field(init=False)
    defaults: dict[str, ast.expr] = field(init=False)

    def __post_init__(self) -> None:
        arguments = self.function.args
        places = [one.arg for one in [*arguments.posonlyargs, *arguments.args]]
        static = any(getattr(one, "id", "") == "staticmethod" for one in self.function.decorator_list)
        self.parameters = places[1:] if self.is_method and not static else places
        found = dict(zip(reversed(places), reversed(arguments.defaults), strict=False))
        named = zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
        self.defaults = {**found, **{one.arg: value for one, value in named if value is not None}}

    @property
    def is_async(self) -> bool:
        """Whether its calls are awaited."""
        return isinstance(self.function, ast.AsyncFunctionDef)

    def arguments_of(self, call: ast.Call) -> dict[str, list[ast.expr]] | None:
        """Return what `call` gives to each parameter; None if that cannot be told."""
        found: dict[str, list[ast.expr]] = {}
        rest = self.function.args.vararg
        for position, argument in enumerate(call.args):
            if position < len(self.parameters) and not isinstance(argument, ast.Starred):
                found[self.parameters[position]] = [argument]
            elif rest is not None and position >= len(self.parameters):
                found.setdefault(rest.arg, []).append(argument)
            else:
                return None
        for keyword in call.keywords:
            if keyword.arg is None:
                return None
            found[keyword.arg] = [keyword.value]
        return found

    def takes_packages(self) -> bool:
        """Return whether what it installs depends on its parameters."""
        rest = self.function.args.vararg
        names = {*self.parameters, *self.defaults, *([rest.arg] if rest else [])}
        words = self.model.words if self.model else ()
        return any(one.node is not None and _names_in(one.node) & names for one in words)


def only_authenticates(node: ast.AST, flow: Flow, removable: set[str]) -> bool:
    """Return whether the code in `node` does nothing but get tokens, configure pip, install, and log.

    Args:
        node: a function or a class.
        flow: what is known of the module.
        removable: names of functions and classes that do nothing else either.
    """
    local = {one.id for one in ast.walk(node) if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)}
    for one in ast.walk(node):
        if isinstance(one, (ast.Global, ast.Nonlocal, ast.Yield, ast.YieldFrom, ast.Delete)):
            return False
        if isinstance(one, ast.Call) and not _is_harmless(one, flow, removable):
            return False
        if isinstance(one, ast.Assign) and not all(
            _stays_inside(target, one, local, flow) for target in one.targets
        ):
            return False
    return True


def _stays_inside(target: ast.expr, statement: ast.Assign, local: set[str], flow: Flow) -> bool:
    """Return whether nobody else can miss what `statement` assigns to `target`."""
    if not isinstance(target, (ast.Attribute, ast.Subscript)) or flow.of(statement.value):
        return True
    base = getattr(target.value, "id", "")
    if isinstance(target, ast.Subscript) and flow.names.dotted(target.value) == "os.environ":
        return flow.names.text(target.slice)[0] in INDEX_VARIABLES | FILE_VARIABLES
    return base in ("self", "cls") or base in local


def _is_harmless(call: ast.Call, flow: Flow, removable: set[str]) -> bool:
    names = flow.names
    dotted = names.dotted(call.func)
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    if name in known().calls or name in removable or dotted in removable:
        return True
    service = names.text(call.args[0])[0] if call.args else ""
    if name in ("client", "resource"):
        named = [names.text(one.value)[0] for one in call.keywords if one.arg == "service_name"]
        return (named[0] if named else service) in known().services
    if dotted in _SESSIONS or (name == "Session" and "boto" in dotted):
        return True
    if names.starts_process(call):
        text = names.command(call)[0]
        login = known().logs_in(text) or known().prints_token(text) or known().prints_role(text)
        return login or bool(PIP_INSTALL.search(text) or PIP_CONFIG.search(text))
    if name in WRITERS:
        shown = [call.func, *call.args, *(one.value for one in call.keywords)]
        return dotted.startswith("sys.std") or any(flow.of(inner) for one in shown for inner in ast.walk(one))
    if name in ("update", "setdefault", "pop") and dotted.startswith("os.environ."):
        return any(flow.of(inner) for one in [*call.args, *call.keywords] for inner in ast.walk(one))
    if dotted.partition(".")[0] in ROOTS:
        return not REACHES_OUT.match(dotted)
    if dotted.startswith(("urllib.parse.", "botocore.")):
        return True
    return isinstance(call.func, ast.Attribute) and name in METHODS


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


def flow_in(function: ast.AST, flow: Flow) -> bool:
    """Return whether a token passes through `function`."""
    return any(flow.of(one) for one in ast.walk(function))


def called(call: ast.Call) -> str:
    """Return the last name of what is called."""
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


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
    used = _names_in(word.node) & own
    values = {name: given[name][0] if name in given else unit.defaults.get(name) for name in used}
    if rest is not None and rest.arg in used:
        values[rest.arg] = ast.List(given.get(rest.arg, []), ast.Load())
    stored = {
        one.id
        for one in ast.walk(unit.function)
        if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)
    }
    if None in values.values() or (_names_in(word.node) - _bound_in(word.node)) & stored:
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
        if word.node is not None and getattr(asked, "id", "") not in _names_in(word.node):
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
            any(name in _names_in(word.node) for word in unit.model.words if word.node) if unit.model else False
        )
        if about and not words and (inside or leaves):
            before.append(name)
    return before[0] if before else ""


def _names_in(node: ast.AST) -> set[str]:
    return {one.id for one in ast.walk(node) if isinstance(one, ast.Name)}


def _bound_in(node: ast.AST) -> set[str]:
    return {one.id for one in ast.walk(node) if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)}


def _truth(node: ast.expr) -> bool:
    return bool(node.value) if isinstance(node, ast.Constant) else bool(getattr(node, "elts", True))


def units_of(tree: ast.Module) -> Iterator[tuple[Unit, ast.stmt]]:
    """Yield the functions of a module and the methods of its classes, each with the statement that would go."""
    for statement in tree.body:
        if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield Unit(statement.name, statement), statement
        elif isinstance(statement, ast.ClassDef):
            for one in statement.body:
                if isinstance(one, (ast.FunctionDef, ast.AsyncFunctionDef)):
                    yield Unit(f"{statement.name}.{one.name}", one, is_method=True), statement
