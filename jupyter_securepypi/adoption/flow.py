"""Where a token goes in Python code: from the call that gets it to what shows it. The code is read, never run.

Names count wherever they are assigned, in whatever order, so that the answer errs on the side of too many places.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping

from ..core.variables import USE
from .call_arguments import Function, argument_values, asks_for_index, defaults, means_public
from .place import ADDRESS, ARGV, ENVIRONMENT, FILE, LOGIN, OUTPUT, ROLE, TOKEN, UNSET, Place
from .python_text import Names
from .signs import INDEX_HOST, INDEX_VARIABLES, PASSWORD, PIP_CONFIG, PIP_INSTALL, has_index_password, known

Labels = frozenset[str]
NOTHING: Labels = frozenset()
_SHOWN = frozenset((TOKEN, ADDRESS))
_SERVICE = "service:"  # what a client is made for: another service's method may have the same name
_ROUNDS = 12  # a token passes through fewer functions than that
_TELL_NOTHING = frozenset(("len", "bool", "isinstance", "type", "hash", "id", "callable", "hasattr"))
_WRITERS = frozenset(("write", "write_text", "write_bytes", "writelines"))
_LOGGERS = frozenset(("debug", "info", "warning", "warn", "error", "critical", "exception", "log"))
_INDEX_KEYS = frozenset(("index-url", "index_url", "extra-index-url", "password"))


class Flow:
    """What is known of one module.

    Args:
        tree: the module.
        outside: functions of other files, by the name that this module gives them → labels of what they return.

    Attributes:
        places: where it authenticates by itself.
        installs: calls that start pip's or uv's install, each with whether the token goes along.
        labels: `id` of an expression → what it holds: a role's credentials, a token, an address with one.
        returns: function → labels of what it returns.
        lends: processes find the token without being handed it: in the environment, or a file.
    """

    def __init__(self, tree: ast.Module, outside: Mapping[str, Labels] | None = None) -> None:
        self.tree, self.names, self._outside = tree, Names(tree), outside or {}
        self.places: set[Place] = set()
        self.installs: list[tuple[ast.Call, bool]] = []
        self.labels: dict[int, Labels] = {}
        self.returns: dict[str, Labels] = {}
        self.lends = False
        self._functions = {one.name: one for one in ast.walk(tree) if isinstance(one, Function)}
        self._held: dict[tuple[str, str], Labels] = {}
        self._recording = False
        self._unset: set[Place] = set()
        for _ in range(_ROUNDS):
            before = (dict(self._held), dict(self.returns))
            self._block(tree.body, "")
            if before == (self._held, self.returns):
                break
        self._recording = True
        self._block(tree.body, "")
        if self.places:
            self.places |= self._unset

    def of(self, node: ast.AST) -> Labels:
        """Return what `node` holds."""
        labels = self.labels.get(id(node), NOTHING)
        return frozenset(one for one in labels if not one.startswith(_SERVICE)) if labels else NOTHING

    # Statements.

    def _block(self, body: Iterable[ast.AST], scope: str) -> None:
        for statement in body:
            self._statement(statement, scope)

    def _statement(self, node: ast.AST, scope: str) -> None:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            inner = f"{scope}/{node.name}" if scope else node.name
            for name, default in defaults(node):
                self._hold(inner, name, self._value(default, scope))
            for decorator in node.decorator_list:
                self._value(decorator, scope)
            self._block(node.body, inner)
        elif isinstance(node, ast.Assign):
            labels = self._value(node.value, scope)
            for target in node.targets:
                self._bind(target, labels, scope)
        elif isinstance(node, (ast.AnnAssign, ast.AugAssign)) and node.value is not None:
            self._bind(node.target, self._value(node.value, scope), scope)
        elif isinstance(node, ast.Return) and node.value is not None:
            name = scope.rpartition("/")[2]
            self.returns[name] = self.returns.get(name, NOTHING) | self._value(node.value, scope)
        elif isinstance(node, (ast.For, ast.AsyncFor)):
            self._bind(node.target, self._value(node.iter, scope), scope)
            self._block([*node.body, *node.orelse], scope)
        elif isinstance(node, ast.withitem):
            labels = self._value(node.context_expr, scope)
            if node.optional_vars is not None:
                self._bind(node.optional_vars, labels - _SHOWN, scope)
        elif isinstance(node, ast.expr):
            self._value(node, scope)
        else:
            self._block(ast.iter_child_nodes(node), scope)

    def _bind(self, target: ast.expr, labels: Labels, scope: str) -> None:
        if isinstance(target, ast.Name):
            self._hold(scope, target.id, labels)
        elif isinstance(target, ast.Starred):
            self._bind(target.value, labels, scope)
        elif isinstance(target, (ast.Tuple, ast.List)):
            for one in target.elts:
                self._bind(one, labels, scope)
        elif isinstance(target, ast.Attribute):
            self._hold("", f".{target.attr}", labels)
        elif isinstance(target, ast.Subscript):
            self._value(target.value, scope)
            key = self.names.text(target.slice)[0]
            if self.names.dotted(target.value) == "os.environ":
                self._hold("", f"${key}", labels)
                if labels & _SHOWN:
                    self._found(ENVIRONMENT, target)
            elif labels & _SHOWN and key in INDEX_VARIABLES:
                self._found(ENVIRONMENT, target)
            elif labels & _SHOWN and key in _INDEX_KEYS:
                self._found(FILE, target)
            else:
                self._bind(target.value, labels, scope)

    # Values.

    def _value(self, node: ast.AST, scope: str) -> Labels:
        labels = self._labels(node, scope)
        if isinstance(node, ast.expr):
            labels |= self._address(node, labels)
        if self._recording and labels:
            self.labels[id(node)] = labels
        return labels

    def _labels(self, node: ast.AST, scope: str) -> Labels:
        if isinstance(node, ast.Name):
            return self._look_up(scope, node.id)
        if isinstance(node, ast.Attribute):
            found = self._value(node.value, scope) | self._held.get(("", f".{node.attr}"), NOTHING)
            return found | (self.returns.get(node.attr, NOTHING) if node.attr in self._functions else NOTHING)
        if isinstance(node, ast.Subscript):
            held, key = self._value(node.value, scope), self.names.text(node.slice)[0]
            self._value(node.slice, scope)
            if self.names.dotted(node.value) == "os.environ":
                return self._held.get(("", f"${key}"), NOTHING)
            return NOTHING if key.lower() == "expiration" else held
        if isinstance(node, ast.NamedExpr):
            labels = self._value(node.value, scope)
            self._bind(node.target, labels, scope)
            return labels
        if isinstance(node, ast.Compare):
            self._all(ast.iter_child_nodes(node), scope)
            return NOTHING
        if isinstance(node, ast.IfExp):
            self._value(node.test, scope)
            return self._value(node.body, scope) | self._value(node.orelse, scope)
        if isinstance(node, ast.comprehension):
            labels = self._value(node.iter, scope)
            self._bind(node.target, labels, scope)
            self._all(node.ifs, scope)
            return labels
        if isinstance(node, (ast.ListComp, ast.SetComp, ast.GeneratorExp, ast.DictComp)):
            self._all(node.generators, scope)
            return self._all((one for one in ast.iter_child_nodes(node) if isinstance(one, ast.expr)), scope)
        if isinstance(node, ast.Call):
            return self._call(node, scope)
        return self._all(ast.iter_child_nodes(node), scope)

    def _all(self, nodes: Iterable[ast.AST], scope: str) -> Labels:
        return NOTHING.union(*(self._value(one, scope) for one in nodes))

    def _address(self, node: ast.expr, labels: Labels) -> Labels:
        """Return what `node` becomes where it puts a token into an address."""
        if not isinstance(node, (ast.JoinedStr, ast.BinOp, ast.Call)) or ADDRESS in labels:
            return NOTHING
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") not in ("format", "join", "replace"):
            return NOTHING
        text = self.names.text(node)[0]
        secret = bool(PASSWORD.search(text)) and (
            TOKEN in labels or ("http" in text and bool(INDEX_HOST.search(text)))
        )
        replaced = isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "replace"
        if secret or (TOKEN in labels and ("://" in text or "@" in text or replaced)):
            self._found(ADDRESS, node)
            return frozenset((TOKEN, ADDRESS))
        return NOTHING

    def _call(self, node: ast.Call, scope: str) -> Labels:
        receiver = self._value(node.func, scope)
        given = [(None, self._value(one, scope)) for one in node.args]
        named = [(one.arg, self._value(one.value, scope)) for one in node.keywords]
        labels = NOTHING.union(receiver, *(one for _, one in [*given, *named]))
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        dotted = self.names.dotted(node.func)
        if name in ("client", "resource", "create_client"):
            made_for = [*node.args[:1], *(one.value for one in node.keywords if one.arg == "service_name")]
            labels |= {_SERVICE + self.names.text(one)[0] for one in made_for}
        services = {one.removeprefix(_SERVICE) for one in labels if one.startswith(_SERVICE)}
        if name in known().token_calls and asks_for_index(node, services):
            self._found(TOKEN, node)
            self._mark_roles(labels)
            return labels | {TOKEN}
        if name in known().role_calls:
            return labels | {f"{ROLE}:{node.lineno}"}
        if self.names.starts_process(node):
            return self._process(node, labels, dict(named).get("env", NOTHING))
        self._shows(node, name, dotted, NOTHING.union(*(one for _, one in [*given, *named])))
        if name in _TELL_NOTHING:
            return NOTHING
        if name in self._functions:
            self._pass(node, self._functions[name], scope)
            return self.returns.get(name, NOTHING)
        if name in ("append", "extend", "insert", "add", "update", "set") and isinstance(
            node.func, ast.Attribute
        ):
            self._bind(node.func.value, labels, scope)
        if dotted in self._outside or name in self._outside:
            return self._outside.get(dotted, self._outside.get(name, NOTHING))
        for class_ in self.tree.body:
            if isinstance(class_, ast.ClassDef) and class_.name == name:
                for one in class_.body:
                    if isinstance(one, Function) and one.name == "__init__":
                        self._pass(node, one, scope)
                return NOTHING
        return labels

    def _process(self, node: ast.Call, labels: Labels, environment: Labels) -> Labels:
        text, _ = self.names.command(node)
        if known().logs_in(text):
            self._found(LOGIN, node)
            self._mark_roles(labels)
        shown = NOTHING.union(*(self.of_now(one) for one in [*node.args, *argument_values(node)]))
        if environment & _SHOWN:
            self._found(ENVIRONMENT, node, lends=False)
        if known().prints_token(text):
            self._found(TOKEN, node)
            self._mark_roles(labels)
            return labels | {TOKEN}
        if known().prints_role(text):
            return labels | {f"{ROLE}:{node.lineno}"}
        address = has_index_password(text)
        if address:
            self._found(ADDRESS, node)
        if shown & _SHOWN or address:
            self._found(ARGV, node)
            self.lends = self.lends or bool(PIP_CONFIG.search(text))
        if self._recording and PIP_INSTALL.search(text):
            self.installs.append((node, bool((shown | environment) & _SHOWN)))
        return NOTHING

    def of_now(self, node: ast.AST) -> Labels:
        """Return what `node` holds, while places are being recorded."""
        return self.labels.get(id(node), NOTHING) if self._recording else NOTHING

    def _shows(self, node: ast.Call, name: str, dotted: str, given: Labels) -> None:
        first = self.names.text(node.args[0])[0] if node.args else ""
        if dotted in ("os.environ.get", "os.getenv") and first == USE and means_public(node):
            self._unset.add(Place(node.lineno, UNSET))
        if not given & _SHOWN:
            return
        if dotted in ("os.putenv", "os.environ.update", "os.environ.setdefault"):
            self._found(ENVIRONMENT, node)
        elif self._writes(node, name):
            self._found(FILE, node)
        elif name == "print" or (name in _LOGGERS and isinstance(node.func, ast.Attribute)):
            self._found(OUTPUT, node)

    def _writes(self, node: ast.Call, name: str) -> bool:
        if name == "print":
            return any(one.arg == "file" for one in node.keywords)
        keys = [self.names.text(one)[0] for one in node.args] if name == "set" else []
        return name in _WRITERS or any(one in _INDEX_KEYS for one in keys)

    def _pass(self, call: ast.Call, function: Function, scope: str) -> None:
        """Hand what the arguments hold to the parameters."""
        places = [*function.args.posonlyargs, *function.args.args]
        if places and places[0].arg in ("self", "cls"):
            places = places[1:]
        inner = next((one for one in self._scopes() if one.rpartition("/")[2] == function.name), function.name)
        for position, argument in enumerate(call.args):
            target = (
                places[position].arg if position < len(places) else getattr(function.args.vararg, "arg", "")
            )
            self._hold(inner, target, self._value(argument, scope))
        for keyword in call.keywords:
            self._hold(inner, keyword.arg or "", self._value(keyword.value, scope))

    def _scopes(self) -> set[str]:
        return {scope for scope, _ in self._held}

    # What is held.

    def _hold(self, scope: str, name: str, labels: Labels) -> None:
        if labels and name:
            self._held[scope, name] = self._held.get((scope, name), NOTHING) | labels

    def _look_up(self, scope: str, name: str) -> Labels:
        parts = scope.split("/") if scope else []
        scopes = ["/".join(parts[:number]) for number in range(len(parts) + 1)]
        return NOTHING.union(*(self._held.get((one, name), NOTHING) for one in scopes))

    def _mark_roles(self, labels: Labels) -> None:
        for one in labels:
            if self._recording and one.startswith(f"{ROLE}:"):
                self.places.add(Place(int(one.partition(":")[2]), ROLE))

    def _found(self, kind: str, node: ast.AST, lends: bool = True) -> None:
        if self._recording:
            self.lends = self.lends or (lends and kind in (ENVIRONMENT, FILE, LOGIN))
            self.places.add(Place(getattr(node, "lineno", 1), kind))
