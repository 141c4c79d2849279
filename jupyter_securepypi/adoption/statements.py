"""Statements of Python: what they assign, what stands in them, where they begin."""

from __future__ import annotations

import ast
from collections.abc import Iterator

_BLOCKS = ("body", "orelse", "finalbody")


def targets(statement: ast.AST) -> set[str]:
    """Return the names that an assignment gives a value, and attributes with a dot before them."""
    if isinstance(statement, ast.Assign):
        nodes: list[ast.expr] = list(statement.targets)
    elif isinstance(statement, (ast.AnnAssign, ast.AugAssign)):
        nodes = [statement.target]
    elif isinstance(statement, (ast.With, ast.AsyncWith, ast.For, ast.If, ast.Try)):
        return {name for block in blocks(statement) for one in block for name in targets(one)}
    else:
        return set()
    found = set()
    for node in (inner for one in nodes for inner in ast.walk(one)):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.add(node.id)
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            found.add(f".{node.attr}")
        elif isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store):
            base = node.value
            if isinstance(base, ast.Name):
                found.add(base.id)
            elif isinstance(base, ast.Attribute) and base.attr != "environ":
                found.add(f".{base.attr}")
    return found


def blocks(statement: ast.AST) -> Iterator[list[ast.stmt]]:
    """Yield the blocks of a statement."""
    for name in _BLOCKS:
        block = getattr(statement, name, None)
        if isinstance(block, list) and block:
            yield block
    for handler in getattr(statement, "handlers", ()):
        yield handler.body


def first_line_of(statement: ast.stmt) -> ast.AST:
    """Return the node at which a statement begins: of a function its first decorator."""
    decorators: list[ast.expr] = getattr(statement, "decorator_list", [])
    return decorators[0] if decorators else statement


def exported(tree: ast.Module) -> Iterator[str]:
    """Yield the names in ``__all__``, however they come into it."""
    for one in ast.walk(tree):
        if isinstance(one, ast.stmt) and not list(blocks(one)):
            names = {inner.id for inner in ast.walk(one) if isinstance(inner, ast.Name)}
            if "__all__" in names:
                yield from (str(inner.value) for inner in ast.walk(one) if isinstance(inner, ast.Constant))
