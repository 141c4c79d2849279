"""What is to be changed in a module so that `install_packages` takes the place of its own authentication.

A statement goes if it does nothing but authenticate, and nothing that stays needs what it assigns. What is not
understood stays, with all that it needs.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from .calls import OURS, Calls
from .candidates import Candidates
from .flow import Flow
from .guards import Guards
from .installs import install_of, tests_before
from .lending import may_start
from .python_text import span
from .removal import Removal
from .statements import blocks, exported, first_line_of, targets
from .units import Unit

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

    @property
    def changes(self) -> bool:
        """Whether there is anything to change."""
        return bool(self.replaced or self.gone or self.unimported)


@dataclass(frozen=True)
class Around:
    """What a module cannot tell of itself.

    Attributes:
        hidden: words of a notebook's lines that are no Python: what they name stays.
        guarded: functions that other files call where the error of a failed install is caught by its kind.
        runs_others: what runs in one process with it may start processes.
    """

    hidden: frozenset[str] = frozenset()
    guarded: frozenset[str] = frozenset()
    runs_others: bool = False


class Planner:
    """Finds the changes of one module.

    Args:
        source: its text.
        flow: what is known of it.
        outside: functions of other files that go, by the name that this module gives them.
        kept: names that other files still need from this one.
        around: what else is known of the files around it.
    """

    def __init__(
        self,
        source: str,
        flow: Flow,
        outside: Mapping[str, Unit] | None = None,
        kept: frozenset[str] = frozenset(),
        around: Around | None = None,
    ) -> None:
        self._around = around or Around()
        self._guards = Guards(flow.tree, self._around.guarded)
        self._flow, self._tree = flow, flow.tree
        self._lines = source.split("\n")
        self._parents = {
            id(child): node for node in ast.walk(flow.tree) for child in ast.iter_child_nodes(node)
        }
        self._outside, self._kept = dict(outside or {}), kept
        self.candidates = Candidates(flow, self._outside, kept)
        self._calls = Calls(source, flow, self._outside.values())

    def plan(self) -> Plan:
        """Return the changes; none if there is nothing to change that is understood."""
        if not self._flow.places and not self._outside:
            return Plan()
        going = dict(self.candidates.going)
        loads = {one.id for one in ast.walk(self._tree) if isinstance(one, ast.Name)}
        # A name that is imported and not used here is imported for others.
        needed_outside = {one for one in self._outside if one.partition(".")[0] not in loads}
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
        if not plan.replaced and not going:
            return nothing
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
            if span(first_line_of(statement), self._lines)[:2] in plan.gone
        ] + [(first, last) for first, _, last, _ in plan.replaced]
        return not self._around.runs_others and not may_start(self._flow, going, OURS)

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
        removal = Removal(
            self._flow,
            self.candidates,
            self._names_of(going) | outside,
            lambda: self._loaded(removed, replaced),
        )
        while True:
            before = (len(removed), len(stays))
            removal.extend(self._tree.body, removed, stays | set(replaced))
            loaded = self._loaded(removed, replaced)
            for statement in self._all_statements():
                if id(statement) in removed and targets(statement) & loaded:
                    removed.discard(id(statement))
                    stays.add(id(statement))
            if before == (len(removed), len(stays)):
                break
        loaded = self._loaded(removed, replaced)
        methods = self.candidates.methods
        for name in loaded:
            needed |= {name} & (set(going) | outside)
            if name.startswith("."):
                needed |= methods.get(name[1:], set()) & set(going)
                needed |= {one for one in outside if one.rpartition(".")[2] == name[1:]}
        needed |= (set(exported(self._tree)) | self._in_texts(removed)) & set(going)
        for statement in self._all_statements():
            if id(statement) in removed:
                plan.gone.add(span(first_line_of(statement), self._lines)[:2])
        for node, code in replaced.values():
            plan.replaced[span(node, self._lines)] = code
        every = {node.id for node in ast.walk(self._tree) if isinstance(node, ast.Name)}
        plan.freed = every - loaded
        return plan, needed

    def _in_texts(self, removed: set[int]) -> set[str]:
        """Return the names that texts in what remains may stand for, as in ``globals()["name"]``."""
        found: set[str] = set()
        waiting: list[ast.AST] = list(self._tree.body)
        while waiting:
            node = waiting.pop()
            if id(node) not in removed:
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    found.add(node.value.rpartition(".")[2])
                waiting += ast.iter_child_nodes(node)
        return found

    def _names_of(self, going: Mapping[str, ast.stmt]) -> set[str]:
        """Return the functions, methods and classes that go, by the names that calls have for them."""
        return set(going) | {one for one in self.candidates.units if one.partition(".")[0] in going}

    def _remaining(self, body: list[ast.stmt], removed: set[int]) -> Iterator[ast.stmt]:
        for statement in body:
            if id(statement) not in removed:
                yield statement
                for block in blocks(statement):
                    yield from self._remaining(block, removed)

    def _all_statements(self) -> list[ast.stmt]:
        return [node for node in ast.walk(self._tree) if isinstance(node, ast.stmt)]

    def _replacement(self, call: ast.Call, going: Mapping[str, ast.stmt], outside: set[str], plan: Plan) -> str:
        name = self.candidates.callees.of(call)
        unit = self.candidates.known.get(name)
        if not self._is_whole(call) or self._guards.hold(call):
            return ""
        if unit is not None and (name.partition(".")[0] in going or name in outside):
            if unit.is_async is isinstance(self._parents.get(id(call)), ast.Expr):
                return ""  # it is not waited for
            code, dropped = self._calls.instead_of(unit, call)
            if dropped:
                plan.said.append((call.lineno, f"what is left out of the call: {', '.join(dropped)}"))
            return code
        for install, secure in self._flow.installs:
            if install is call and (secure or self._flow.lends):
                model = install_of(call, self._flow)
                if model is None or any(tests_before(word, call, self._tree) for word in model.words):
                    return ""
                return self._calls.of(model)
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

    def _loaded(self, removed: set[int], replaced: Mapping[int, tuple[ast.expr, str]]) -> set[str]:
        """Return the names, and with a dot before them the attributes, that what remains uses."""
        found: set[str] = set(self._kept | self._around.hidden)
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
