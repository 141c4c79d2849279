"""What is to be changed in a module so that `install_packages` takes the place of its own authentication.

A statement goes if it does nothing but authenticate, and nothing that stays needs what it assigns. What is not
understood stays, with all that it needs.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from .flow import Flow
from .pip_words import Word, pip_install
from .place import ADDRESS, TOKEN, UNSET
from .python_text import span
from .signs import FILE_VARIABLES
from .units import (
    Unit,
    called,
    condition,
    filled,
    flow_in,
    model_of,
    only_authenticates,
    tests_before,
    units_of,
)

OURS = "install_packages"
_SHOWN = frozenset((TOKEN, ADDRESS))
_BLOCKS = ("body", "orelse", "finalbody")
Span = tuple[int, int, int, int]


@dataclass
class Plan:
    """The changes of a module.

    Attributes:
        gone: where statements begin that go: line and column.
        replaced: where an expression stands → the code in its place.
        freed: names that only what goes has used.
        said: what a person should know of the changes, each with its line.
        unimported: names that were imported from other files, where they go.
        needed: names of functions of other files that are still used.
    """

    gone: set[tuple[int, int]] = field(default_factory=set)
    replaced: dict[Span, str] = field(default_factory=dict)
    freed: set[str] = field(default_factory=set)
    said: list[tuple[int, str]] = field(default_factory=list)
    unimported: set[str] = field(default_factory=set)
    needed: set[str] = field(default_factory=set)


class Planner:
    """Finds the changes of one module.

    Args:
        source: its text.
        flow: what is known of it.
        outside: functions of other files that go, by the name that this module gives them.
        kept: names that other files still need from this one.
    """

    def __init__(
        self,
        source: str,
        flow: Flow,
        outside: Mapping[str, Unit] | None = None,
        kept: frozenset[str] = frozenset(),
    ) -> None:
        self._source, self._flow, self._tree = source, flow, flow.tree
        self._lines = source.split("\n")
        self._own = {id(node) for node in ast.walk(flow.tree)}
        self._parents = {
            id(child): node for node in ast.walk(flow.tree) for child in ast.iter_child_nodes(node)
        }
        self._bound = {node.id for node in ast.walk(flow.tree) if isinstance(node, ast.Name)}
        self._outside, self._kept = dict(outside or {}), kept
        found = list(units_of(flow.tree))
        self.units = {unit.name.rpartition(".")[2]: unit for unit, _ in found}
        self._owners = {unit.name: statement for unit, statement in found}
        known = {**self._outside, **self.units}
        for _ in range(4):
            for unit, _ in found:
                if unit.model is None:
                    model_of(unit, flow, known)
        self._known = known
        self.candidates = self._candidates()

    # Which functions and classes could go.

    def _candidates(self) -> dict[str, ast.stmt]:
        statements = {
            one.name: one
            for one in self._tree.body
            if isinstance(one, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))
        }
        harmless = set(statements)
        while True:
            names = harmless | {
                name for name in self.units if self.units[name].name.partition(".")[0] in harmless
            }
            names |= set(self._outside)
            bad = {one for one in harmless if not only_authenticates(statements[one], self._flow, names)}
            bad |= {one for one in harmless if not self._is_understood(one)}
            if not bad:
                break
            harmless -= bad
        tainted = {one for one in harmless if self._is_tainted(statements[one])}
        while True:
            more = {one for one in harmless - tainted if self._only_serves(one, tainted, statements)}
            more |= {one for one in harmless - tainted if self._calls(statements[one], tainted)}
            if not more:
                return {one: statements[one] for one in tainted if one not in self._kept}
            tainted |= more

    def _is_understood(self, name: str) -> bool:
        """Return whether a unit's installs, if it has any, are understood, and depend on its parameters."""
        for unit in self.units.values():
            if unit.name.partition(".")[0] == name:
                inside = {id(one) for one in ast.walk(unit.function)}
                installs = any(id(call) in inside for call, _ in self._flow.installs)
                calls_one = self._calls(
                    unit.function, {one for one, other in self._known.items() if other.model}
                )
                if (installs or calls_one) and not (unit.model and unit.takes_packages()):
                    return False
        return True

    def _is_tainted(self, statement: ast.stmt) -> bool:
        last = statement.end_lineno or statement.lineno
        kinds = {one.kind for one in self._flow.places if statement.lineno <= one.line <= last}
        return bool(kinds - {UNSET}) or flow_in(statement, self._flow)

    def _calls(self, node: ast.AST, names: set[str]) -> bool:
        return any(isinstance(one, ast.Call) and called(one) in names for one in ast.walk(node))

    def _only_serves(self, name: str, tainted: set[str], statements: Mapping[str, ast.stmt]) -> bool:
        inside = {id(node) for one in (*tainted, name) for node in ast.walk(statements[one])}
        loads = [node for node in ast.walk(self._tree) if getattr(node, "id", "") == name]
        return bool(loads) and all(id(node) in inside for node in loads)

    def unused(self) -> set[str]:
        """Return the installers that this file defines and does not call itself: others may import them."""
        used = {
            getattr(node, "id", getattr(node, "attr", ""))
            for node in ast.walk(self._tree)
            if isinstance(node, (ast.Name, ast.Attribute)) and isinstance(node.ctx, ast.Load)
        }
        installers = {
            unit.name.partition(".")[0]
            for unit in self.units.values()
            if unit.model and not unit.name.startswith("_")
        }
        return {name for name in self.candidates if name in installers and name not in used}

    # What follows.

    def plan(self) -> Plan:
        """Return the changes; none if there is nothing to change that is understood."""
        going = dict(self.candidates)
        needed_outside: set[str] = set()
        while True:
            plan, needed = self._attempt(going, set(self._outside) - needed_outside)
            again = needed & set(going)
            outside = needed & set(self._outside) - needed_outside
            if not again and not outside:
                break
            for name in again:
                del going[name]
            needed_outside |= outside
        nothing = Plan(needed=set(self._outside))
        if plan.replaced and self._is_taken(going, needed_outside):
            return nothing  # something of that name stays: one would hide the other
        if self._flow.lends and not (plan.replaced and self._serves_nobody_else(plan)):
            return nothing  # processes that are not understood go on needing the index
        plan.needed = needed_outside
        plan.unimported = set(self._outside) - needed_outside
        plan.freed -= self._kept
        return plan

    def _is_taken(self, going: Mapping[str, ast.stmt], needed: set[str]) -> bool:
        """Return whether the name of our function means something else in what remains."""
        removed = {id(node) for one in going.values() for node in ast.walk(one)}
        for node in ast.walk(self._tree):
            if id(node) in removed:
                continue
            names = (
                {getattr(node, "name", ""), getattr(node, "arg", "")}
                if not isinstance(node, ast.keyword)
                else set()
            )
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                names.add(node.id)
            if isinstance(node, ast.alias):
                known = self._flow.names.imports.get(OURS, "")
                goes = OURS in self._outside and OURS not in needed
                names = {node.asname or node.name} - (
                    {OURS} if goes or known.startswith("jupyter_securepypi.") else set()
                )
            if OURS in names:
                return True
        return False

    def _serves_nobody_else(self, plan: Plan) -> bool:
        """Return whether no process is started by what remains: it would have had the index from this code."""
        going = [
            (statement.lineno, statement.end_lineno or statement.lineno)
            for statement in self._all_statements()
            if span(_first(statement), self._lines)[:2] in plan.gone
        ] + [(first, last) for first, _, last, _ in plan.replaced]
        return not any(
            self._flow.names.starts_process(call)
            and not any(first <= call.lineno <= last for first, last in going)
            for call in ast.walk(self._tree)
            if isinstance(call, ast.Call)
        )

    def _attempt(self, going: Mapping[str, ast.stmt], outside: set[str]) -> tuple[Plan, set[str]]:
        plan, needed = Plan(), set[str]()
        removed: set[int] = {id(one) for one in going.values()}
        replaced: dict[int, tuple[ast.expr, str]] = {}
        for statement in self._remaining(self._tree.body, removed):
            if not isinstance(statement, ast.Expr):
                continue
            for call in (one for one in ast.walk(statement) if isinstance(one, ast.Call)):
                code = self._replacement(call, going, outside, plan)
                if code:
                    replaced[id(statement)] = (statement.value, code)
                    break
        stays: set[int] = set()
        while True:
            before = (len(removed), len(stays))
            self._go(self._tree.body, removed, stays, replaced, going, outside)
            loaded = self._loaded(removed, replaced)
            for statement in self._all_statements():
                if id(statement) in removed and _targets(statement) & loaded:
                    removed.discard(id(statement))
                    stays.add(id(statement))
            if before == (len(removed), len(stays)):
                break
        loaded = self._loaded(removed, replaced)
        methods = {name.rpartition(".")[2]: name.partition(".")[0] for name in self._owners if "." in name}
        for name in loaded:
            needed |= {name} & (set(going) | outside) | ({name.lstrip(".")} & outside)
            if name.startswith(".") and methods.get(name[1:]) in going:
                needed.add(methods[name[1:]])
        needed |= set(_exported(self._tree)) & set(going)
        for statement in self._all_statements():
            if id(statement) in removed:
                plan.gone.add(span(_first(statement), self._lines)[:2])
        for node, code in replaced.values():
            plan.replaced[span(node, self._lines)] = code
        every = {node.id for node in ast.walk(self._tree) if isinstance(node, ast.Name)}
        plan.freed = every - loaded
        return plan, needed

    def _remaining(self, body: list[ast.stmt], removed: set[int]) -> Iterator[ast.stmt]:
        for statement in body:
            if id(statement) not in removed:
                yield statement
                for block in _blocks(statement):
                    yield from self._remaining(block, removed)

    def _all_statements(self) -> list[ast.stmt]:
        return [node for node in ast.walk(self._tree) if isinstance(node, ast.stmt)]

    def _replacement(self, call: ast.Call, going: Mapping[str, ast.stmt], outside: set[str], plan: Plan) -> str:
        name = called(call)
        unit = self._known.get(name)
        goes = unit is not None and (unit.name.partition(".")[0] in going or name in outside)
        if not self._is_whole(call):
            return ""
        if unit is not None and goes:
            return self._call_of(unit, call, plan)
        for install, secure in self._flow.installs:
            if install is call and (secure or self._flow.lends):
                model = pip_install(call, self._flow.names)
                if model is None or any(tests_before(word, call, self._tree) for word in model.words):
                    return ""
                return self._rendered(model.packages, model.requirements)
        return ""

    def _is_whole(self, call: ast.Call) -> bool:
        """Return whether the call is a statement, perhaps awaited, whose result nobody uses."""
        parent = self._parents.get(id(call))
        names = self._flow.names
        while isinstance(parent, ast.Await) or (
            isinstance(parent, ast.Call)
            and names.dotted(parent.func) in ("asyncio.run", "asyncio.get_event_loop.run_until_complete")
        ):
            parent = self._parents.get(id(parent))
        return isinstance(parent, ast.Expr)

    def _call_of(self, unit: Unit, call: ast.Call, plan: Plan) -> str:
        given = unit.arguments_of(call)
        if given is None or unit.model is None:
            return ""
        packages: list[Word] = []
        requirements: list[Word] = []
        for words, into in ((unit.model.packages, packages), (unit.model.requirements, requirements)):
            for word in words:
                found = filled(word, unit, given)
                if found is None:
                    return ""
                into += found
        if any(self._is_foreign(word) for word in (*packages, *requirements)):
            return ""
        used = {
            one.id
            for word in unit.model.words
            if word.node is not None
            for one in ast.walk(word.node)
            if isinstance(one, ast.Name)
        }
        used |= {name for word in unit.model.words if (name := condition(word, unit))}
        dropped = [name for name in given if name not in used and name != unit.switch]
        if dropped:
            plan.said.append((call.lineno, f"what is left out of the call: {', '.join(dropped)}"))
        return self._rendered(packages, requirements, self._switch(unit, given))

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
            return "" if unit in self._outside.values() else f"use_secure={unit.switch}"
        true = isinstance(value, ast.Constant) and value.value is True
        return "" if value is None or true else f"use_secure={self._text(value)}"

    def _rendered(self, packages: tuple[Word, ...] | list[Word], files: object, switch: str = "") -> str:
        requirements = list(files) if isinstance(files, (list, tuple)) else []
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
        if word.node is None or (word.text and "\0" not in word.text):
            return '"' + word.text.replace("\\", "\\\\").replace('"', '\\"') + '"'
        text = self._text(word.node)
        simple = isinstance(
            word.node, (ast.Name, ast.Attribute, ast.Call, ast.Subscript, ast.List, ast.Tuple, ast.Constant)
        )
        text = text if simple or not (word.many or word.split) else f"({text})"
        if word.split:
            return f"*{text}.split()"
        return f"*{text}" if word.many else text

    def _text(self, node: ast.expr) -> str:
        found = ast.get_source_segment(self._source, node) if id(node) in self._own else None
        return found or ast.unparse(ast.fix_missing_locations(node))

    # Statements that go.

    def _go(
        self,
        body: list[ast.stmt],
        removed: set[int],
        stays: set[int],
        replaced: Mapping[int, tuple[ast.expr, str]],
        going: Mapping[str, ast.stmt],
        outside: set[str],
    ) -> None:
        for statement in body:
            if id(statement) in removed or id(statement) in stays or id(statement) in replaced:
                continue
            blocks = list(_blocks(statement))
            for block in blocks:
                self._go(block, removed, stays, replaced, going, outside)
            function = isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))
            if blocks and not function:
                if all(id(one) in removed or isinstance(one, ast.Pass) for block in blocks for one in block):
                    removed.add(id(statement))
            elif not blocks and self._goes(statement, removed, replaced, going, outside):
                removed.add(id(statement))

    def _goes(
        self,
        statement: ast.stmt,
        removed: set[int],
        replaced: Mapping[int, tuple[ast.expr, str]],
        going: Mapping[str, ast.stmt],
        outside: set[str],
    ) -> bool:
        names = (
            set(going)
            | {one for one in self.units if self.units[one].name.partition(".")[0] in going}
            | outside
        )
        if isinstance(statement, ast.Expr):
            value = statement.value.value if isinstance(statement.value, ast.Await) else statement.value
            if not isinstance(value, ast.Call):
                return False
            unit = self._known.get(called(value))
            if called(value) in names:
                return unit is None or unit.model is None
            process = self._flow.names.starts_process(value)
            place = any(one.line == value.lineno and one.kind != UNSET for one in self._flow.places)
            install = any(one is value for one, _ in self._flow.installs)
            concerned = place if process else any(self._flow.of(one) for one in ast.walk(value))
            return concerned and not install and only_authenticates(statement, self._flow, names)
        if not isinstance(statement, (ast.Assign, ast.AnnAssign, ast.AugAssign)) or statement.value is None:
            return False
        if self._flow.lends and self._names_a_file(statement):
            return True
        if any(call is one for call, _ in self._flow.installs for one in ast.walk(statement)):
            return False
        if not only_authenticates(statement, self._flow, names):
            return False
        concerned = any(self._flow.of(one) for one in ast.walk(statement)) or self._calls(
            statement.value, names
        )
        if concerned:
            return True
        targets = _targets(statement)
        loads = {
            one.id
            for one in ast.walk(self._tree)
            if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Load)
        }
        plain = isinstance(statement, ast.Assign) and all(
            isinstance(one, ast.Name) for one in statement.targets
        )
        return plain and bool(targets & loads) and not targets & self._loaded(removed, replaced)

    def _names_a_file(self, statement: ast.stmt) -> bool:
        """Return whether the statement tells processes in which file the token is."""
        targets = statement.targets if isinstance(statement, ast.Assign) else []
        return any(
            isinstance(one, ast.Subscript)
            and self._flow.names.dotted(one.value) == "os.environ"
            and self._flow.names.text(one.slice)[0] in FILE_VARIABLES
            for one in targets
        )

    def _loaded(self, removed: set[int], replaced: Mapping[int, tuple[ast.expr, str]]) -> set[str]:
        """Return the names, and with a dot before them the attributes, that what remains uses."""
        found: set[str] = set(self._kept)
        waiting: list[ast.AST] = list(self._tree.body)
        while waiting:
            node = waiting.pop()
            if id(node) in removed or isinstance(node, ast.alias):
                continue
            if id(node) in replaced:
                call = ast.parse(replaced[id(node)][1], mode="eval").body
                waiting += [one for one in ast.iter_child_nodes(call) if getattr(one, "id", "") != OURS]
                continue
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
                found.add(node.id)
            if isinstance(node, ast.Attribute):
                found.add(f".{node.attr}")
            waiting += ast.iter_child_nodes(node)
        return found


def _targets(statement: ast.AST) -> set[str]:
    """Return the names that an assignment gives a value, and attributes with a dot before them."""
    if isinstance(statement, ast.Assign):
        nodes: list[ast.expr] = list(statement.targets)
    elif isinstance(statement, (ast.AnnAssign, ast.AugAssign)):
        nodes = [statement.target]
    elif isinstance(statement, (ast.With, ast.AsyncWith, ast.For, ast.If, ast.Try)):
        return {name for block in _blocks(statement) for one in block for name in _targets(one)}
    else:
        return set()
    found = set()
    for node in (inner for one in nodes for inner in ast.walk(one)):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.add(node.id)
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            found.add(f".{node.attr}")
    return found


def _blocks(statement: ast.AST) -> Iterator[list[ast.stmt]]:
    for name in _BLOCKS:
        block = getattr(statement, name, None)
        if isinstance(block, list) and block:
            yield block
    for handler in getattr(statement, "handlers", ()):
        yield handler.body


def _first(statement: ast.stmt) -> ast.AST:
    decorators: list[ast.expr] = getattr(statement, "decorator_list", [])
    return decorators[0] if decorators else statement


def _exported(tree: ast.Module) -> Iterator[str]:
    for one in tree.body:
        if isinstance(one, ast.Assign) and any(
            getattr(target, "id", "") == "__all__" for target in one.targets
        ):
            yield from (str(inner.value) for inner in ast.walk(one.value) if isinstance(inner, ast.Constant))
