"""Whether a function goes straight to its install: whatever else decides about it would be lost with the function."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable

from .python_text import last_name

_ENDS = ("check_returncode", "wait", "communicate")
_SHOWS = ("print", "debug", "info", "warning", "error", "exception", "log")
_EXITS = ("exit", "_exit", "quit", "abort")
_CHOICES = (
    ast.BoolOp,
    ast.IfExp,
    ast.Lambda,
    ast.ListComp,
    ast.SetComp,
    ast.DictComp,
    ast.GeneratorExp,
)


class Way:
    """The way through `function` to the call `install`.

    Args:
        function: the function.
        install: the call in it that installs, or that calls what does.
        plain: calls in it that install without a token.
        starts: whether `install` starts a process without waiting for it.

    Attributes:
        straight: nothing decides about the install but the switch, and its failure is not passed over.
        switch: the name that decides between this install and a plain one; empty if none does.
        plain: the plain install of the switch.
    """

    def __init__(self, function: ast.AST, install: ast.Call, plain: Collection[ast.Call], starts: bool) -> None:
        self._install, self._others = install, {id(one): one for one in plain}
        self._results: set[str] = set()
        self._waited = not starts
        self.switch, self.plain = "", None  # type: str, ast.Call | None
        self.straight = self._block(getattr(function, "body", [])) and self._waited

    def _block(self, body: list[ast.stmt]) -> bool:
        for position, statement in enumerate(body):
            rest = body[position + 1 :]
            if self._is_inside(statement):
                if isinstance(statement, ast.If) and not self._is_inside(statement.test):
                    return self._is_switch(statement, rest)
                return self._holds(statement) and all(self._is_harmless_after(one) for one in rest)
            if isinstance(statement, ast.If) and self._is_early_switch(statement):
                continue
            if _leaves(statement) or self._plain_in([statement]):
                return False
        return False

    def _is_inside(self, node: ast.AST) -> bool:
        return any(one is self._install for one in ast.walk(node))

    def _holds(self, statement: ast.stmt) -> bool:
        """Return whether the install is run whenever `statement` is."""
        if isinstance(statement, (ast.With, ast.AsyncWith)):
            return self._block(statement.body)
        if isinstance(statement, ast.For) and isinstance(statement.target, ast.Name) and not statement.orelse:
            leaves = any(isinstance(one, ast.Return) for one in ast.walk(statement))
            return isinstance(statement.iter, ast.Name) and not leaves and self._block(statement.body)
        if isinstance(statement, ast.Try) and not statement.handlers and not statement.orelse:
            return self._block(statement.body) and all(map(self._is_harmless_after, statement.finalbody))
        chooses = any(isinstance(one, _CHOICES) and self._is_inside(one) for one in ast.walk(statement))
        if isinstance(statement, ast.If):
            return not chooses and self._only_fails(statement)
        if isinstance(statement, ast.Assign):
            self._results |= {getattr(one, "id", "") for one in statement.targets}
            return not chooses and all(isinstance(one, ast.Name) for one in statement.targets)
        return isinstance(statement, (ast.Expr, ast.Return)) and not chooses

    # The switch between the secure index and the public one.

    def _is_switch(self, statement: ast.If, rest: list[ast.stmt]) -> bool:
        secure = statement.body if any(map(self._is_inside, statement.body)) else statement.orelse
        plain = statement.orelse if secure is statement.body else statement.body
        if not plain and secure and isinstance(secure[-1], ast.Return):
            plain, rest = rest, []
        if not self._takes_switch(statement.test, plain, secure is statement.body):
            return False
        return self._block(secure) and all(self._is_harmless_after(one) for one in rest)

    def _is_early_switch(self, statement: ast.If) -> bool:
        """Return whether it is ``if not use_secure: install without a token; return``."""
        leaves = bool(statement.body) and isinstance(statement.body[-1], ast.Return)
        return leaves and not statement.orelse and self._takes_switch(statement.test, statement.body, False)

    def _takes_switch(self, test: ast.expr, plain: list[ast.stmt], holds: bool) -> bool:
        if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
            test, holds = test.operand, not holds
        found = self._plain_in(plain)
        if self.switch or not holds or not isinstance(test, ast.Name) or len(found) != 1:
            return False
        simple = all(isinstance(one, (ast.Expr, ast.Return, ast.Assign, ast.Pass)) for one in plain)
        asked = [one for one in plain if isinstance(one, ast.Assign)]
        exits = [one for one in plain if not isinstance(one, ast.Return) and _leaves(one)]
        if not simple or asked or exits:
            return False
        self.switch, self.plain = test.id, found[0]
        return True

    def _plain_in(self, statements: Iterable[ast.AST]) -> list[ast.Call]:
        inner = (one for statement in statements for one in ast.walk(statement))
        return [self._others[id(one)] for one in inner if id(one) in self._others]

    # What comes after it.

    def _is_harmless_after(self, statement: ast.stmt) -> bool:
        if isinstance(statement, ast.Return):
            return not self._plain_in([statement])
        if self._plain_in([statement]):
            return False
        if not self._results & {getattr(one, "id", "") for one in ast.walk(statement)}:
            return not _leaves(statement)
        if isinstance(statement, ast.If):
            return self._only_fails(statement)
        value = getattr(statement, "value", None)
        value = value.value if isinstance(value, ast.Await) else value
        name = last_name(value.func) if isinstance(value, ast.Call) else ""
        self._waited = self._waited or name in ("wait", "communicate")
        if isinstance(statement, ast.Assign) and name in _ENDS:
            self._results |= {
                one.id for target in statement.targets for one in ast.walk(target) if isinstance(one, ast.Name)
            }
            return True
        return isinstance(statement, ast.Expr) and name in (*_ENDS, *_SHOWS)

    def _only_fails(self, statement: ast.If) -> bool:
        """Return whether it is ``if result: raise``, in whatever words."""
        test, last = statement.test, statement.body[-1]
        self._waited = self._waited or any(getattr(one, "attr", "") == "wait" for one in ast.walk(test))
        if isinstance(test, ast.Compare):
            compared = test.comparators[0]
            if not isinstance(test.ops[0], (ast.NotEq, ast.Gt)) or getattr(compared, "value", 1) != 0:
                return False
        elif isinstance(test, (ast.UnaryOp, ast.BoolOp)):
            return False
        fails = isinstance(last, ast.Raise) or (isinstance(last, ast.Expr) and _is_failure(last.value))
        return fails and not statement.orelse and not any(_leaves(one) for one in statement.body[:-1])


def _leaves(statement: ast.AST) -> bool:
    """Return whether something in `statement` may end the function, the loop or the program."""
    ends = (ast.Return, ast.Raise, ast.Break, ast.Continue, ast.Assert)
    return any(
        isinstance(one, ends) or (isinstance(one, ast.Call) and last_name(one.func) in _EXITS)
        for one in ast.walk(statement)
    )


def _is_failure(node: ast.expr) -> bool:
    """Return whether `node` ends the program with an error."""
    if not isinstance(node, ast.Call) or last_name(node.func) not in _EXITS or not node.args:
        return False
    return not isinstance(node.args[0], ast.Constant) or bool(node.args[0].value)
