"""Calls of `install_packages` as text, in place of calls of functions that go."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterable, Mapping, Sequence

from .filling import condition, filled
from .flow import Flow
from .pip_words import PipInstall, Word
from .python_text import HOLE
from .units import Unit

OURS = "install_packages"
_READS = ("os.environ.get", "os.getenv", "str", "int", "bool", "len", "boto3.Session", "boto3.session.Session")
_SIMPLE = (ast.Name, ast.Attribute, ast.Call, ast.Subscript, ast.List, ast.Tuple, ast.Constant)


class Calls:
    """Writes the calls for one module.

    Args:
        source: its text.
        flow: what is known of it.
        outside: functions of other files.
    """

    def __init__(self, source: str, flow: Flow, outside: Iterable[Unit]) -> None:
        self._source, self._outside = source, list(outside)
        self._names = flow.names
        self._own = {id(node) for node in ast.walk(flow.tree)}
        self._bound = {node.id for node in ast.walk(flow.tree) if isinstance(node, ast.Name)}

    def instead_of(self, unit: Unit, call: ast.Call) -> tuple[str, list[str]]:
        """Return the call in place of one of `unit`, and the arguments that are left out; empty: not understood."""
        given = unit.arguments_of(call)
        if given is None or unit.model is None:
            return "", []
        packages: list[Word] = []
        requirements: list[Word] = []
        for words, into in ((unit.model.packages, packages), (unit.model.requirements, requirements)):
            for word in words:
                found = filled(word, unit, given)
                if found is None:
                    return "", []
                into += found
        if unit in self._outside and unit.switch and not self._is_of(unit, unit.switch):
            return "", []
        if any(self._is_foreign(word) for word in (*packages, *requirements)):
            return "", []
        used = {
            one.id
            for word in unit.model.words
            if word.node is not None
            for one in ast.walk(word.node)
            if isinstance(one, ast.Name)
        }
        used |= {name for word in unit.model.words if (name := condition(word, unit))}
        dropped = [name for name in given if name not in used and name != unit.switch]
        if self._runs_otherwise(unit, given, dropped):
            return "", []
        return self._rendered(packages, requirements, self._switch(unit, given)), dropped

    def of(self, install: PipInstall) -> str:
        """Return the call that asks for what `install` does."""
        return self._rendered(install.packages, install.requirements)

    def _runs_otherwise(self, unit: Unit, given: Mapping[str, list[ast.expr]], dropped: Sequence[str]) -> bool:
        """Return whether calls among the arguments would run not at all, twice, or in another order."""
        running = [name for name in given if any(map(_runs, given[name]))]
        if any(name in dropped and not all(map(self._only_reads, given[name])) for name in running):
            return True
        uses = (
            [
                one.id
                for word in unit.model.words
                if word.node is not None
                for one in ast.walk(word.node)
                if isinstance(one, ast.Name) and one.id in running
            ]
            if unit.model
            else []
        )
        return len(uses) > 1

    def _only_reads(self, node: ast.expr) -> bool:
        calls = (one for one in ast.walk(node) if isinstance(one, ast.Call))
        return all(self._names.dotted(one.func).startswith(_READS) for one in calls)

    @staticmethod
    def _is_of(unit: Unit, name: str) -> bool:
        """Return whether `name` is one of the unit's parameters."""
        return name in unit.parameters or name in unit.defaults

    def _is_foreign(self, word: Word) -> bool:
        """Return whether `word` names something that is only known in another file."""
        if word.node is None or id(word.node) in self._own:
            return False
        foreign = (one for one in ast.walk(word.node) if isinstance(one, ast.Name) and id(one) not in self._own)
        return any(one.id not in vars(builtins) and one.id not in self._bound for one in foreign)

    def _switch(self, unit: Unit, given: Mapping[str, list[ast.expr]]) -> str:
        if not unit.switch:
            return ""
        if unit.switch in given:
            value: ast.expr | None = given[unit.switch][0]
        elif unit.switch in unit.parameters or unit.switch in unit.defaults:
            value = unit.defaults.get(unit.switch)
        else:
            return f"use_secure={unit.switch}"
        true = isinstance(value, ast.Constant) and value.value is True
        return "" if value is None or true else f"use_secure={self._text(value)}"

    def _rendered(self, packages: Sequence[Word], files: Sequence[Word], switch: str = "") -> str:
        requirements = list(files)
        single = requirements.pop() if len(requirements) == 1 else None
        items = [self._word(one) for one in packages]
        for one in requirements:
            items += ['"-r"', self._word(one)]
        arguments = []
        if len(packages) == 1 and not requirements and packages[0].many:
            arguments.append(self._word(packages[0]).removeprefix("*"))
        elif items:
            arguments.append(f"[{', '.join(items)}]")
        if single is not None:
            arguments.append(f"requirements={self._word(single)}")
        if not arguments:
            return ""
        return f"{OURS}({', '.join([*arguments, *([switch] if switch else [])])})"

    def _word(self, word: Word) -> str:
        if word.node is None or (word.text and HOLE not in word.text):
            return '"' + word.text.replace("\\", "\\\\").replace('"', '\\"') + '"'
        text = self._text(word.node)
        text = text if isinstance(word.node, _SIMPLE) or not (word.many or word.split) else f"({text})"
        if word.split:
            return f"*{text}.split()"
        return f"*{text}" if word.many else text

    def _text(self, node: ast.expr) -> str:
        found = ast.get_source_segment(self._source, node) if id(node) in self._own else None
        return found or ast.unparse(ast.fix_missing_locations(node))


def _runs(node: ast.expr) -> bool:
    """Return whether it matters when, and how often, `node` is evaluated."""
    return any(isinstance(one, (ast.Call, ast.Await, ast.NamedExpr, ast.Yield)) for one in ast.walk(node))
