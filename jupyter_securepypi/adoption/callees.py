"""Which function or method a call means, where that is certain: a name alone does not tell."""

from __future__ import annotations

import ast
from collections import Counter

_STATIC = ("staticmethod", "classmethod")


class Callees:
    """What the calls of one module mean.

    Args:
        tree: the module.

    Attributes:
        bindings: how often a name is given a meaning anywhere in the module, parameters and imports included.
    """

    def __init__(self, tree: ast.Module) -> None:
        self.bindings: Counter[str] = Counter(_bound(tree))
        self._classes = {
            one.name: one
            for one in tree.body
            if isinstance(one, ast.ClassDef) and self.is_certain(one.name) and not one.decorator_list
        }
        bases = {
            getattr(base, "id", getattr(base, "attr", ""))
            for one in ast.walk(tree)
            if isinstance(one, ast.ClassDef)
            for base in one.bases
        }
        self._own = {  # of a class that others extend, `self` may be one of those
            id(call): name
            for name, class_ in self._classes.items()
            if name not in bases
            for call in ast.walk(class_)
            if isinstance(call, ast.Call)
        }
        self._instances = {
            target.id: name
            for one in ast.walk(tree)
            if isinstance(one, ast.Assign) and len(one.targets) == 1
            if isinstance(target := one.targets[0], ast.Name) and self.is_certain(target.id)
            if (name := self._made(one.value))
        }

    def is_certain(self, name: str) -> bool:
        """Return whether `name` has one meaning in the whole module."""
        return self.bindings[name] == 1

    def of(self, call: ast.Call) -> str:
        """Return what is called: ``function``, ``Class.method`` or ``module.function``; empty if it is not certain."""
        if isinstance(call.func, ast.Name):
            return call.func.id if self.is_certain(call.func.id) else ""
        if not isinstance(call.func, ast.Attribute):
            return ""
        receiver, name = call.func.value, call.func.attr
        made = self._made(receiver)
        if made:
            return f"{made}.{name}"
        if not isinstance(receiver, ast.Name):
            return ""
        if receiver.id in ("self", "cls"):
            class_ = self._own.get(id(call), "")
            return f"{class_}.{name}" if class_ else ""
        if receiver.id in self._instances:
            return f"{self._instances[receiver.id]}.{name}"
        if receiver.id in self._classes and not self._is_static(receiver.id, name):
            return ""  # the object is an argument there
        return f"{receiver.id}.{name}" if self.is_certain(receiver.id) else ""

    def _made(self, node: ast.expr) -> str:
        """Return the class of which `node` makes an instance."""
        name = node.func.id if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) else ""
        return name if name in self._classes else ""

    def _is_static(self, class_: str, name: str) -> bool:
        return any(
            getattr(one, "name", "") == name
            and any(getattr(mark, "id", "") in _STATIC for mark in getattr(one, "decorator_list", ()))
            for one in self._classes[class_].body
        )


def _bound(tree: ast.Module) -> list[str]:
    methods = {id(one) for node in ast.walk(tree) if isinstance(node, ast.ClassDef) for one in node.body}
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            found.append(node.id)
        elif isinstance(node, ast.arg):
            found.append(node.arg)
        elif isinstance(node, ast.alias):
            found.append(node.asname or node.name.partition(".")[0])
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            found += [] if id(node) in methods else [node.name]
        elif isinstance(node, (ast.ExceptHandler, ast.MatchAs, ast.MatchStar)) and node.name:
            found.append(node.name)
    return found
