"""The functions and classes of a module that only authenticate and install, and what they install."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field

from .call_arguments import Function
from .callees import Callees
from .flow import Flow
from .harmless import CHANGES, METHODS, REACHES_OUT, ROOTS, WRITERS
from .pip_words import PipInstall
from .signs import FILE_VARIABLES, INDEX_VARIABLES, PIP_CONFIG, PIP_INSTALL, known

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
    def _named(self) -> set[str]:
        """The parameters that a call may name."""
        return {*self.parameters, *(one.arg for one in self.function.args.kwonlyargs)}

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
            if keyword.arg is None or keyword.arg not in self._named:
                return None
            found[keyword.arg] = [keyword.value]
        return found

    def takes_packages(self) -> bool:
        """Return whether what it installs depends on its parameters."""
        rest = self.function.args.vararg
        names = {*self.parameters, *self.defaults, *([rest.arg] if rest else [])}
        words = self.model.words if self.model else ()
        return any(one.node is not None and names_in(one.node) & names for one in words)


def only_authenticates(node: ast.AST, flow: Flow, removable: set[str], callees: Callees) -> bool:
    """Return whether the code in `node` does nothing but get tokens, configure pip, install, and log.

    Args:
        node: a function or a class.
        flow: what is known of the module.
        removable: names of functions and classes that do nothing else either.
        callees: what the calls of the module mean.
    """
    local = bound_in(node)
    inside = isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))
    writes = any(
        isinstance(one, ast.Call)
        and getattr(one.func, "attr", "") in WRITERS
        and any(flow.of(inner) for inner in ast.walk(one))
        for one in ast.walk(node)
    )
    for one in ast.walk(node):
        if isinstance(one, (ast.Global, ast.Nonlocal, ast.Yield, ast.YieldFrom, ast.Delete)):
            return False
        if not all(_is_plain(mark, flow) for mark in getattr(one, "decorator_list", ())):
            return False
        if isinstance(one, ast.Call) and not _is_harmless(one, flow, removable, callees.of(one)):
            return False
        if isinstance(one, ast.Call) and inside and _changes_what_stays(one, local, flow):
            return False
        if isinstance(one, ast.Call) and inside and _touches_a_file(one, flow) and not writes:
            return False
        if isinstance(one, ast.Assign) and not all(
            _stays_inside(target, one.value, local, flow) for target in one.targets
        ):
            return False
        if isinstance(one, ast.AugAssign) and not _stays_inside(one.target, one.value, local, flow):
            return False
    return True


def _is_plain(decorator: ast.expr, flow: Flow) -> bool:
    """Return whether `decorator` hands the function to nobody."""
    made = decorator.func if isinstance(decorator, ast.Call) else decorator
    return flow.names.dotted(made).startswith(("functools.", "staticmethod", "classmethod", "property"))


def _touches_a_file(call: ast.Call, flow: Flow) -> bool:
    """Return whether `call` makes, changes or removes a file: where no token is written, it is another's."""
    dotted, name = flow.names.dotted(call.func), getattr(call.func, "attr", "")
    if dotted == "open":
        modes = [*call.args[1:2], *(one.value for one in call.keywords if one.arg == "mode")]
        return any(set(flow.names.text(one)[0]) & set("wax+\0") for one in modes)
    return name in ("touch", "mkdir", "unlink", "chmod") or dotted == "os.remove"


def _changes_what_stays(call: ast.Call, local: set[str], flow: Flow) -> bool:
    """Return whether a function changes a thing of the module by `call`, and no token is in it."""
    if not isinstance(call.func, ast.Attribute) or call.func.attr not in CHANGES:
        return False
    base: ast.expr = call.func.value
    while isinstance(base, (ast.Attribute, ast.Subscript, ast.Call)):
        base = base.func if isinstance(base, ast.Call) else base.value
    own = getattr(base, "id", "") in local | {"self", "cls"}
    return not own and not any(flow.of(one) for one in ast.walk(call))


def _stays_inside(target: ast.expr, value: ast.expr, local: set[str], flow: Flow) -> bool:
    """Return whether nobody else can miss the `value` that is assigned to `target`."""
    if not isinstance(target, (ast.Attribute, ast.Subscript)) or flow.of(value):
        return True
    base = getattr(target.value, "id", "")
    if isinstance(target, ast.Subscript) and flow.names.dotted(target.value) == "os.environ":
        return flow.lends and flow.names.text(target.slice)[0] in INDEX_VARIABLES | FILE_VARIABLES
    return base in ("self", "cls") or base in local


def _is_harmless(call: ast.Call, flow: Flow, removable: set[str], callee: str) -> bool:
    names = flow.names
    dotted = names.dotted(call.func)
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    if name in known().calls or callee in removable:
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


def flow_in(function: ast.AST, flow: Flow) -> bool:
    """Return whether a token passes through `function`."""
    return any(flow.of(one) for one in ast.walk(function))


def names_in(node: ast.AST) -> set[str]:
    """Return the names in `node`."""
    return {one.id for one in ast.walk(node) if isinstance(one, ast.Name)}


def bound_in(node: ast.AST) -> set[str]:
    """Return the names that get a value in `node`."""
    return {one.id for one in ast.walk(node) if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)}


def units_of(tree: ast.Module) -> Iterator[tuple[Unit, ast.stmt]]:
    """Yield the functions of a module and the methods of its classes, each with the statement that would go."""
    for statement in tree.body:
        if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield Unit(statement.name, statement), statement
        elif isinstance(statement, ast.ClassDef):
            for one in statement.body:
                if isinstance(one, (ast.FunctionDef, ast.AsyncFunctionDef)):
                    yield Unit(f"{statement.name}.{one.name}", one, is_method=True), statement
