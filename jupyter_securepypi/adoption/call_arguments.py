"""What the arguments of a call, and the defaults of a function, say of what it is for."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator

from ..core.variables import truth
from .python_text import HOLE
from .signs import known

Function = ast.FunctionDef | ast.AsyncFunctionDef


def defaults(function: Function) -> Iterator[tuple[str, ast.expr]]:
    """Yield the parameters that have a default, each with it."""
    arguments = function.args
    places = [*arguments.posonlyargs, *arguments.args]
    for place, default in zip(reversed(places), reversed(arguments.defaults), strict=False):
        yield place.arg, default
    for place, named in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        if named is not None:
            yield place.arg, named


def argument_values(call: ast.Call) -> Iterator[ast.expr]:
    """Yield the named arguments of a call that starts a process which others can see."""
    return (one.value for one in call.keywords if one.arg not in ("env", "input", "stdin"))


def asks_for_index(call: ast.Call, services: Collection[str]) -> bool:
    """Return whether a call that is named like one for a token asks for one of an index.

    Args:
        call: the call.
        services: for which the client is made, as far as that is known; else the arguments tell.
    """
    named = set(services) - {HOLE}
    if named:
        return bool(named & known().services)
    return any(one.arg in (None, "domain", "domainOwner") for one in call.keywords)


def means_public(call: ast.Call) -> bool:
    """Return whether the call reads a switch with a default that is false, or with none."""
    given = [*call.args[1:], *(one.value for one in call.keywords if one.arg == "default")]
    if not given:
        return True
    value = given[0].value if isinstance(given[0], ast.Constant) else True
    return truth(value) is not True if isinstance(value, str) else not value
