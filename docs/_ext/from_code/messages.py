"""The messages of errors with their causes and remedies, read where the code makes them.

The code is parsed, not run. A constant in a message is filled in; what only the moment knows stands as a name
in angle quotes, such as ‹role›.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import TypeGuard

import jupyter_securepypi
from jupyter_securepypi.core.errors import SecurePyPIError

_PACKAGE = Path(jupyter_securepypi.__file__).parent
# An emulated cloud answers with the cloud's own errors; the demo's are about itself.
_APART = {"emulator", "demo", "labextension", "etc"}


@dataclass(frozen=True)
class Message:
    """One place where the code makes an error.

    Attributes:
        kind: the error's class, or `VARIABLE` where only the moment knows it.
        what: the message, or empty where it is another error's.
        why: the cause, or empty.
        remedy: what to do, or empty.
        place: the file below the package, and the line.
    """

    kind: str
    what: str
    why: str
    remedy: str
    place: str


VARIABLE = "One of several kinds"
TOLD = "your own message says it"
"""In place of a cause or a remedy that only the moment knows."""


@cache
def kinds() -> dict[str, type[SecurePyPIError]]:
    """Return every class of error in the package, the base included, by name."""
    for file in _files():
        _module(file)
    found = {SecurePyPIError.__name__: SecurePyPIError}
    pending = [SecurePyPIError]
    while pending:
        for sub in pending.pop().__subclasses__():
            if sub.__module__.split(".")[1] not in _APART:
                found[sub.__name__] = sub
                pending.append(sub)
    return found


@cache
def messages() -> tuple[Message, ...]:
    """Return all messages, by file and line."""
    return tuple(one for file in _files() for one in _messages_of(file))


def _files() -> list[Path]:
    files = sorted(_PACKAGE.rglob("*.py"))
    return [file for file in files if file.relative_to(_PACKAGE).parts[0] not in _APART]


@cache
def _module(file: Path) -> ModuleType | None:
    """Return the module of a file; None for programs that run when they are imported, and templates."""
    parts = ("jupyter_securepypi", *file.relative_to(_PACKAGE).with_suffix("").parts)
    if parts[-1] == "__main__":
        return None
    try:
        return import_module(".".join(parts).removesuffix(".__init__"))
    except ImportError:
        return None


def _messages_of(file: Path) -> Iterator[Message]:
    module = _module(file)
    for node, function in _calls(ast.parse(file.read_text(encoding="utf-8"))):
        made = _made(node, function)
        if made is None:
            continue
        kind, first, given = made
        what, why, remedy = (
            _Words(module, function).of(part) for part in (first, given.get("why"), given.get("remedy"))
        )
        yield Message(
            kind=kind,
            what=what,
            why=why or ("why" in given and TOLD) or "",
            remedy=remedy or ("remedy" in given and TOLD) or "",
            place=f"{file.relative_to(_PACKAGE).as_posix()}:{node.lineno}",
        )


def _made(node: ast.Call, inside: ast.AST | None) -> tuple[str, ast.expr | None, dict[str, ast.expr]] | None:
    """Return the kind, the message and the other parts of the error that a call makes; None if it makes none."""
    given = {keyword.arg: keyword.value for keyword in node.keywords if keyword.arg}
    first = next(iter(node.args), None)
    name = getattr(node.func, "id", getattr(node.func, "attr", ""))
    if name in kinds():
        return name, first, given
    if name == "kind" and "remedy" in given:
        return VARIABLE, first, given
    if name == "__init__" and "remedy" in given and isinstance(inside, ast.ClassDef) and inside.name in kinds():
        return inside.name, first, given
    # A row of a table of failures: …, kind, message, remedy.
    for at, argument in enumerate(node.args[:-2]):
        if isinstance(argument, ast.Name) and argument.id in kinds():
            return argument.id, node.args[at + 1], {"remedy": node.args[at + 2]}
    return None


def _calls(tree: ast.AST, inside: ast.AST | None = None) -> Iterator[tuple[ast.Call, ast.AST | None]]:
    """Yield every call, with the function that it stands in; of a constructor, with its class."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Call):
            yield node, inside
        around = node if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)) else inside
        if isinstance(inside, ast.ClassDef) and getattr(node, "name", "") == "__init__":
            around = inside
        yield from _calls(node, around)


class _Words:
    """Reads an expression as the text that it makes.

    Args:
        module: whose constants are filled in.
        function: the function around it; what a local name is given there once is filled in, too.
    """

    def __init__(self, module: ModuleType | None, function: ast.AST | None = None) -> None:
        self._module = module
        self._locals: dict[str, ast.expr | None] = {}
        for node in ast.walk(function) if function else ():
            if (
                isinstance(node, ast.Assign)
                and len(node.targets) == 1
                and isinstance(node.targets[0], ast.Name)
            ):
                name = node.targets[0].id
                self._locals[name] = None if name in self._locals else node.value

    def of(self, node: ast.expr | None) -> str:
        """Return the text; empty where all of it is only known at the moment, as in an error that is told anew."""
        if node is None:
            return ""
        found = self._text(node)
        return found if re.search(r"\w", re.sub("‹[^›]*›", "", found)) else ""

    def _text(self, node: ast.expr) -> str:
        constant = self._constant(node)
        if constant is not None:
            return constant
        match node:
            case ast.JoinedStr(values=values):
                return "".join(map(self._text, values))
            case ast.FormattedValue(value=value):
                return self._text(value)
            case ast.BinOp(left=left, op=ast.Add(), right=right):
                return self._text(left) + self._text(right)
            case ast.IfExp(body=body, orelse=other):
                both = [said for said in (self._text(body), self._text(other)) if said]
                return " / ".join(both)
            case ast.BoolOp(values=[first, *_]):
                return self._text(first)
            case ast.Call(func=ast.Attribute(attr="format", value=template)):
                return re.sub(r"\{(\w*)\}", r"‹\1›", self._text(template)).replace("‹›", "‹…›")
            case ast.Call(func=ast.Attribute(attr="join"), args=[listed]):
                return self._text(listed)
            case ast.Call(args=[first, *_]):
                return self._text(first)
            case ast.GeneratorExp(elt=one) | ast.ListComp(elt=one):
                return self._text(one)
            case ast.Subscript(value=value):
                return self._text(value)
            case ast.Name(id=name) if self._is_text(self._locals.get(name)):
                # Taken out, so that no name is filled in with itself.
                return self._text(self._locals.pop(name))
            case ast.Name(id=name) | ast.Attribute(attr=name):
                return f"‹{name.strip('_').replace('_', ' ')}›"
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)):
                return f"‹{name.strip('_').replace('_', ' ')}›"
        return "‹…›"

    def _is_text(self, node: ast.expr | None) -> TypeGuard[ast.expr]:
        if isinstance(node, ast.IfExp):
            return self._is_text(node.body) and self._is_text(node.orelse)
        literal = isinstance(node, ast.Constant) and isinstance(node.value, str)
        return literal or isinstance(node, ast.JoinedStr)

    def _constant(self, node: ast.expr) -> str | None:
        """Return the value of a literal, or of a name that the module defines or imports; None for anything else."""
        if isinstance(node, ast.Constant):
            return str(node.value)
        if self._module is None or not isinstance(node, (ast.Name, ast.Attribute)):
            return None
        path = ast.unparse(node).split(".")
        found: object = self._module
        for name in path:
            found = getattr(found, name, None)
        return str(found) if isinstance(found, (str, int)) else None
