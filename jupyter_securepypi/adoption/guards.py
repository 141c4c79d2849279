"""Where the error of a failed install is caught by its kind: another kind would pass there."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from .python_text import last_name

_BROAD = frozenset(("Exception", "BaseException"))
# An install raises none of these, neither pip's process nor ours.
_OTHERS = frozenset(("ImportError", "ModuleNotFoundError", "KeyError", "IndexError", "AttributeError"))


class Guards:
    """The guarded code of one module: what stands under such a handler, and the functions that are called there.

    Args:
        tree: the module.
        names: functions that other files call under such a handler.

    Attributes:
        names: last names of everything that is called in guarded code.
    """

    def __init__(self, tree: ast.Module, names: frozenset[str] = frozenset()) -> None:
        self.names: set[str] = set(names)
        self._inside: set[int] = set()
        functions = [
            one
            for one in ast.walk(tree)
            if isinstance(one, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))
        ]
        waiting: list[ast.AST] = [*_guarded(tree), *(one for one in functions if one.name in names)]
        while waiting:
            for node in ast.walk(waiting.pop()):
                if id(node) in self._inside:
                    continue
                self._inside.add(id(node))
                if isinstance(node, (ast.Name, ast.Attribute)):
                    name = node.id if isinstance(node, ast.Name) else node.attr
                    if name not in self.names:
                        self.names.add(name)
                        waiting += [one for one in functions if one.name == name]

    def hold(self, call: ast.Call) -> bool:
        """Return whether the error of `call` may be caught by its kind."""
        return id(call) in self._inside


def _guarded(tree: ast.Module) -> Iterator[ast.stmt]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Try) or type(node).__name__ == "TryStar":
            if any(_is_narrow(one) for one in getattr(node, "handlers", ())):
                yield from getattr(node, "body", ())
        elif isinstance(node, (ast.With, ast.AsyncWith)) and any(
            _catches(one.context_expr) for one in node.items
        ):
            yield from node.body


def _is_narrow(handler: ast.ExceptHandler) -> bool:
    if handler.type is None:
        return False
    kinds = {
        last_name(one) for one in (handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type])
    }
    if kinds <= _OTHERS:
        return False
    if not kinds & _BROAD:
        return True
    asked = (one for one in ast.walk(handler) if isinstance(one, ast.Attribute))
    return any(getattr(one.value, "id", "") == handler.name for one in asked)  # e.returncode


def _catches(node: ast.expr) -> bool:
    """Return whether `node` is like ``suppress(CalledProcessError)``."""
    if not isinstance(node, ast.Call):
        return False
    return last_name(node.func) in ("suppress", "raises") or any(
        last_name(one).endswith("Error") for one in node.args
    )
