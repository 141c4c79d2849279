"""What a call that runs pip asks for, where the code around it leaves no doubt about its words."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from .flow import Flow
from .pip_words import PipInstall, Word, pip_install
from .python_text import last_name
from .signs import FILE_VARIABLES, INDEX_VARIABLES

_SHOWS = ("print", "debug", "info", "warning", "error", "exception", "log", "join")
# They change what is shown, not what is done; of `check` only true is one of these.
_KEYWORDS = frozenset(
    (
        *("args", "cmd", "command", "shell", "check", "env", "stdout", "stderr"),
        *("capture_output", "text", "universal_newlines", "encoding", "bufsize"),
    )
)
_LEAVES = ("os.exec", "os.spawn", "os.posix_spawn")  # the program ends, or goes on at once


def install_of(call: ast.Call, flow: Flow) -> PipInstall | None:
    """Return what the process that `call` starts asks pip for, or None if that is not understood."""
    if flow.names.dotted(call.func).startswith(_LEAVES):
        return None
    if not all(_is_understood(one, flow) for one in call.keywords):
        return None
    model = pip_install(call, flow.names)
    if model is None or not all(_is_made_straight(one, call, flow) for one in _lists_in(call, flow)):
        return None
    return model if all(_is_the_same_then(one, call, flow) for one in model.words) else None


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


def _is_understood(keyword: ast.keyword, flow: Flow) -> bool:
    """Return whether an argument changes nothing about what is installed, where, and what a failure does."""
    if keyword.arg == "check":
        return isinstance(keyword.value, ast.Constant) and keyword.value.value is True
    if keyword.arg == "env":
        return _only_adds_an_index(keyword.value, flow)
    return keyword.arg in _KEYWORDS


def _only_adds_an_index(node: ast.expr, flow: Flow) -> bool:
    names, allowed = flow.names, INDEX_VARIABLES | FILE_VARIABLES
    if isinstance(node, ast.Dict):
        whole = any(key is None and names.dotted(value) == "os.environ" for key, value in _items(node))
        return whole and all(key is None or names.text(key)[0] in allowed for key, _ in _items(node))
    if isinstance(node, ast.Call):
        copied = names.dotted(node.func) == "os.environ.copy" or (
            names.dotted(node.func) == "dict"
            and len(node.args) == 1
            and names.dotted(node.args[0]) == "os.environ"
        )
        return copied and all(one.arg in allowed for one in node.keywords)
    if not isinstance(node, ast.Name):
        return names.dotted(node) == "os.environ"
    values = [
        one.value
        for one in ast.walk(flow.tree)
        if isinstance(one, ast.Assign) and any(getattr(target, "id", "") == node.id for target in one.targets)
    ]
    keys = [
        names.text(one.slice)[0]
        for one in ast.walk(flow.tree)
        if isinstance(one, ast.Subscript) and not isinstance(one.ctx, ast.Load)
        if getattr(one.value, "id", "") == node.id
    ]
    changed = any(
        isinstance(one, ast.Attribute) and getattr(one.value, "id", "") == node.id
        for one in ast.walk(flow.tree)
    )
    made = [one for one in values if not isinstance(one, ast.Name) and _only_adds_an_index(one, flow)]
    return bool(values) and len(made) == len(values) and set(keys) <= allowed and not changed


def _items(node: ast.Dict) -> Iterator[tuple[ast.expr | None, ast.expr]]:
    return zip(node.keys, node.values, strict=True)


def _lists_in(call: ast.Call, flow: Flow) -> set[str]:
    return {one.id for one in ast.walk(call) if isinstance(one, ast.Name) and flow.names.list_parts(one)}


def _scope(name: str, call: ast.AST, flow: Flow) -> ast.AST:
    """Return the function around `call` that gives `name` a value, or the module."""
    found: ast.AST = flow.tree
    for one in ast.walk(flow.tree):
        if (
            isinstance(one, (ast.FunctionDef, ast.AsyncFunctionDef))
            and _holds(one, call)
            and _stores(name, one)
        ):
            found = one
    return found


def _holds(node: ast.AST, inner: ast.AST) -> bool:
    return any(one is inner for one in ast.walk(node))


def _stores(name: str, scope: ast.AST) -> list[ast.Name]:
    return [
        one
        for one in ast.walk(scope)
        if isinstance(one, ast.Name) and one.id == name and not isinstance(one.ctx, ast.Load)
    ]


def _is_the_same_then(word: Word, call: ast.Call, flow: Flow) -> bool:
    """Return whether `word` means at `call` what it meant where it was written."""
    if word.node is None or word.origin is None or _holds(call, word.origin):
        return True
    names = {one.id for one in ast.walk(word.node) if isinstance(one, ast.Name)}
    return all(len(_stores(one, _scope(one, call, flow))) <= 1 for one in names)


def _is_made_straight(name: str, call: ast.Call, flow: Flow) -> bool:
    """Return whether the list `name` is made once, before `call`, and only ever grows at its end."""
    scope = _scope(name, call, flow)
    parents = {id(child): one for one in ast.walk(scope) for child in ast.iter_child_nodes(one)}
    made, changes = 0, []
    for node in ast.walk(scope):
        if not isinstance(node, ast.Name) or node.id != name or _holds(call, node):
            continue
        around = [node, *_around(node, parents)]
        statement = next((one for one in around if isinstance(one, ast.stmt)), None)
        shown = any(isinstance(one, ast.Call) and last_name(one.func) in _SHOWS for one in around)
        if shown or statement is None:
            continue
        changes.append((statement, around))
        if isinstance(statement, ast.AugAssign) and statement.target is node:
            continue
        if isinstance(statement, (ast.Assign, ast.AnnAssign)) and isinstance(node.ctx, ast.Store):
            value = statement.value
            grows = isinstance(value, ast.BinOp) and getattr(value.left, "id", "") == name
            made += not grows
        elif isinstance(statement, ast.Assign):
            value = statement.value
            if getattr(statement.targets[0], "id", "") != name or getattr(value, "left", None) is not node:
                return False
        elif not (isinstance(around[1], ast.Attribute) and around[1].attr in ("append", "extend")):
            return False
    loops = {
        id(one)
        for _, around in changes
        for one in around
        if isinstance(one, (ast.For, ast.AsyncFor, ast.While, ast.Try, ast.FunctionDef, ast.AsyncFunctionDef))
        if one is not scope
    }
    same = all(loops <= {id(one) for one in around} for _, around in changes)
    with_call = all(any(id(one) == loop and _holds(one, call) for one in ast.walk(scope)) for loop in loops)
    earlier = all(statement.lineno < call.lineno for statement, _ in changes)
    return made == 1 and same and with_call and earlier


def _around(node: ast.AST, parents: dict[int, ast.AST]) -> Iterator[ast.AST]:
    while id(node) in parents:
        node = parents[id(node)]
        yield node
