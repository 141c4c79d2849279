"""What Python code says in text: names through imports, strings that are put together, and words of commands."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence

HOLE = "\0"
"""Stands in a text for what is only known when the code runs."""
_PERCENT = re.compile(r"%(?:\((\w+)\))?[-#0 +]*\d*(?:\.\d+)?[sdr]")
_BRACES = re.compile(r"\{[^{}]*\}")
Text = tuple[str, tuple[ast.expr, ...]]
"""A text with holes, and the expressions that fill them, in order."""

_STARTERS = re.compile(
    r"(subprocess|sp)\.(run|call|check_call|check_output|Popen|getoutput|getstatusoutput)"
    r"|os\.(system|popen|exec[lv]\w*|spawn[lv]\w*|posix_spawnp?)"
    r"|(asyncio\.)(create_subprocess_exec|create_subprocess_shell)|pexpect\.(run|spawn)"
    r"|get_ipython\(\)\.(system|getoutput|run_line_magic|run_cell_magic)"
)
_PIP_MAIN = re.compile(r"pip(\._internal(\.(main|cli\.main))?)?\.main|pip\._internal\.main\.main")


class Names:
    """What the names of a module stand for.

    Attributes:
        imports: name → the dotted name that it was imported as.
        texts: name → the only text that is assigned to it.
    """

    def __init__(self, tree: ast.Module) -> None:
        self.imports: dict[str, str] = {}
        self.texts: dict[str, ast.expr] = {}
        self._lists: dict[tuple[int, str], list[ast.expr]] = {}
        self._scopes: dict[int, int] = {}
        self._find_lists(tree, 0)
        many = _bound_otherwise(tree)
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                for alias in node.names:
                    bound = alias.asname or alias.name.partition(".")[0]
                    self.imports[bound] = alias.name if alias.asname else bound
            elif isinstance(node, ast.ImportFrom):
                for alias in node.names:
                    self.imports[alias.asname or alias.name] = f"{node.module or ''}.{alias.name}"
            elif isinstance(node, ast.Assign) and len(node.targets) == 1:
                target, value = node.targets[0], node.value
                if not isinstance(target, ast.Name):
                    continue
                if target.id in self.texts or target.id in many:
                    self.texts.pop(target.id, None)
                    many.add(target.id)
                elif isinstance(value, ast.Constant) and isinstance(value.value, str):
                    self.texts[target.id] = value
                else:
                    many.add(target.id)

    def _find_lists(self, node: ast.AST, scope: int) -> None:
        """Remember what each list is made of, in the order of the text, apart for each function."""
        for one in ast.iter_child_nodes(node):
            self._scopes[id(one)] = scope
            if isinstance(one, (ast.Assign, ast.AnnAssign, ast.AugAssign)) and one.value is not None:
                target = one.targets[0] if isinstance(one, ast.Assign) else one.target
                if isinstance(target, ast.Name) and (isinstance(one, ast.AugAssign) or self.is_list(one.value)):
                    made = self._lists.setdefault((scope, target.id), [])
                    itself = any(getattr(inner, "id", "") == target.id for inner in ast.walk(one.value))
                    if isinstance(one, ast.AugAssign):
                        made.append(one.value)
                    elif itself:  # cmd = cmd + [...]
                        made += [one.value.right] if isinstance(one.value, ast.BinOp) else []
                    else:
                        made[:] = [one.value]
            elif isinstance(one, ast.Call) and isinstance(one.func, ast.Attribute) and len(one.args) == 1:
                added = one.args[0] if one.func.attr == "extend" else ast.List([one.args[0]], ast.Load())
                key = (scope, getattr(one.func.value, "id", ""))
                if one.func.attr in ("append", "extend") and key in self._lists:
                    self._lists[key].append(added)
            inner = id(one) if isinstance(one, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)) else scope
            self._find_lists(one, inner)

    def list_parts(self, node: ast.expr) -> list[ast.expr]:
        """Return the lists that a name stands for, one after the other; empty if it stands for none."""
        if not isinstance(node, ast.Name):
            return []
        scope = self._scopes.get(id(node), 0)
        return self._lists.get((scope, node.id)) or self._lists.get((0, node.id), [])

    def is_list(self, node: ast.expr) -> bool:
        """Return whether `node` is a list of words, as far as its form tells."""
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            return self.is_list(node.left) or self.is_list(node.right)
        if isinstance(node, ast.Call):
            return self.dotted(node.func) in ("list", "tuple", "shlex.split")
        return isinstance(node, (ast.List, ast.Tuple)) or bool(self.list_parts(node))

    def dotted(self, node: ast.expr) -> str:
        """Return the dotted name of what is called, through imports; of anything else an empty string."""
        if isinstance(node, ast.Name):
            return self.imports.get(node.id, node.id)
        if isinstance(node, ast.Attribute):
            before = self.dotted(node.value)
            return f"{before}.{node.attr}" if before else ""
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "get_ipython":
            return "get_ipython()"
        return ""

    def starts_process(self, call: ast.Call) -> bool:
        """Return whether `call` starts a process, or pip in this one."""
        name = self.dotted(call.func)
        return bool(_STARTERS.fullmatch(name) or _PIP_MAIN.fullmatch(name))

    def starts_only(self, call: ast.Call) -> bool:
        """Return whether `call` starts a process, and does not wait for its end."""
        name = self.dotted(call.func)
        return name.endswith((".Popen", "create_subprocess_exec", "create_subprocess_shell"))

    def is_pip(self, call: ast.Call) -> bool:
        """Return whether `call` is pip's own function, whose words lack ``pip`` itself."""
        return bool(_PIP_MAIN.fullmatch(self.dotted(call.func)))

    def command(self, call: ast.Call) -> Text:
        """Return the words of the process that `call` starts, as one text."""
        words = [*call.args, *(one.value for one in call.keywords if one.arg in ("args", "cmd", "command"))]
        before = [("pip", ())] if self.is_pip(call) else []
        return _joined(" ", [*before, *(self.words(word) for word in words)])

    def words(self, node: ast.expr) -> Text:
        """Return a list of words, or a text, as one text."""
        parts = self.list_parts(node)
        if parts:
            return _joined(" ", [self.words(one) for one in parts])
        if isinstance(node, (ast.List, ast.Tuple)):
            return _joined(" ", [self.words(one) for one in node.elts])
        if isinstance(node, ast.BinOp) and self.is_list(node):
            return _joined(" ", [self.words(node.left), self.words(node.right)])
        if isinstance(node, ast.Call) and self.dotted(node.func) == "shlex.split" and node.args:
            return self.text(node.args[0])
        return self.text(node)

    def text(self, node: ast.expr) -> Text:
        """Return the text that `node` puts together."""
        if isinstance(node, ast.Constant):
            return (node.value, ()) if isinstance(node.value, str) else (str(node.value), ())
        if isinstance(node, ast.Name) and node.id in self.texts:
            return self.text(self.texts[node.id])
        if isinstance(node, ast.JoinedStr):
            return _joined("", [self.text(one) for one in node.values])
        if isinstance(node, ast.FormattedValue):
            return self.text(node.value)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            return _joined("", [self.text(node.left), self.text(node.right)])
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod):
            right = node.right
            values = (
                right.elts
                if isinstance(right, ast.Tuple)
                else right.values
                if isinstance(right, ast.Dict)
                else [right]
            )
            return _filled(self.text(node.left), _PERCENT, values)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            receiver = node.func.value
            if node.func.attr == "format":
                return _filled(
                    self.text(receiver), _BRACES, [*node.args, *(one.value for one in node.keywords)]
                )
            if node.func.attr == "join" and isinstance(receiver, ast.Constant) and node.args:
                items = node.args[0]
                if isinstance(items, (ast.List, ast.Tuple)):
                    return _joined(str(receiver.value), [self.words(one) for one in items.elts])
        return HOLE, (node,)


def _bound_otherwise(tree: ast.Module) -> set[str]:
    """Return the names that get a value in another way than by an assignment to them alone."""
    plain = {
        id(one.targets[0]) for one in ast.walk(tree) if isinstance(one, ast.Assign) and len(one.targets) == 1
    }
    found = {one.arg for one in ast.walk(tree) if isinstance(one, ast.arg)}
    return found | {
        one.id
        for one in ast.walk(tree)
        if isinstance(one, ast.Name) and not isinstance(one.ctx, ast.Load) and id(one) not in plain
    }


def _joined(between: str, parts: Sequence[Text]) -> Text:
    return between.join(text for text, _ in parts), tuple(hole for _, holes in parts for hole in holes)


def _filled(text: Text, pattern: re.Pattern[str], values: Sequence[ast.expr]) -> Text:
    """Return a text whose placeholders are holes; `values` fill them, one each where the numbers agree."""
    found = len(pattern.findall(text[0]))
    filling = tuple(values) if found == len(values) else tuple(values[:1]) * found
    return pattern.sub(HOLE, text[0]), (*text[1], *filling)


def last_name(node: ast.AST) -> str:
    """Return the last part of a dotted name; of anything else an empty string."""
    name: str = getattr(node, "attr", getattr(node, "id", ""))
    return name


def span(node: ast.AST, lines: Sequence[str]) -> tuple[int, int, int, int]:
    """Return where `node` begins and ends: lines from 1 on, columns in characters."""
    start, end = getattr(node, "lineno", 0), getattr(node, "end_lineno", 0)
    columns = (
        (start, getattr(node, "col_offset", 0)),
        (end, getattr(node, "end_col_offset", 0)),
    )
    (_, first), (_, last) = (
        (line, len(lines[line - 1].encode()[:column].decode(errors="replace"))) for line, column in columns
    )
    return start, first, end, last
