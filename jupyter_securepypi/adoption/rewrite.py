"""Applies a plan to Python code with libcst, which keeps layout and comments."""

from __future__ import annotations

import libcst as cst
from libcst.codemod import CodemodContext
from libcst.codemod.visitors import AddImportsVisitor, RemoveImportsVisitor
from libcst.helpers import get_full_name_for_node
from libcst.metadata import CodeRange, MetadataWrapper, PositionProvider

from .calls import OURS
from .plan import Plan

_PACKAGE = __name__.partition(".")[0]


def rewritten(source: str, plan: Plan, importing: bool = True) -> str | None:
    """Return `source` with the changes of `plan`, and without the imports that only what they remove has used.

    Args:
        source: Python code.
        plan: the changes.
        importing: add the import of our function.

    Returns:
        the new code, or None if not all changes could be made.
    """
    wrapper = MetadataWrapper(cst.parse_module(source))
    changes = _Changes(plan)
    tree = wrapper.visit(changes)
    if not changes.complete:  # the two readers of Python do not agree on where something stands
        return None
    context = CodemodContext()
    for module, name, alias in _imports(tree):
        if (alias or name or module).partition(".")[0] in plan.freed:
            RemoveImportsVisitor.remove_unused_import(context, module, name or None, alias or None)
    tree = RemoveImportsVisitor(context).transform_module(tree)
    if plan.replaced and importing:
        AddImportsVisitor.add_needed_import(context, _PACKAGE, OURS)
        tree = AddImportsVisitor(context).transform_module(tree)
    return tree.code


class _Changes(cst.CSTTransformer):
    METADATA_DEPENDENCIES = (PositionProvider,)

    def __init__(self, plan: Plan) -> None:
        super().__init__()
        self._plan = plan
        self._done: set[tuple[int, ...]] = set()

    @property
    def complete(self) -> bool:
        """Whether each change of the plan has been met."""
        return self._done >= self._plan.gone | set(self._plan.replaced)

    def _range(self, node: cst.CSTNode) -> CodeRange:
        found: CodeRange = self.get_metadata(PositionProvider, node)
        return found

    def on_leave(self, original_node: cst.CSTNode, updated_node: cst.CSTNode) -> object:  # type: ignore[override]
        """Remove or replace a node of the plan."""
        at = self._range(original_node)
        if isinstance(original_node, (cst.BaseSmallStatement, cst.BaseCompoundStatement)):
            start = at.start
            if isinstance(original_node, (cst.FunctionDef, cst.ClassDef)) and original_node.decorators:
                start = self._range(original_node.decorators[0].decorator).start
            if (start.line, start.column) in self._plan.gone:
                self._done.add((start.line, start.column))
                return cst.RemoveFromParent()
        if isinstance(updated_node, cst.ImportFrom) and not isinstance(updated_node.names, cst.ImportStar):
            kept = [one for one in updated_node.names if _local(one) not in self._plan.unimported]
            if not kept:
                return cst.RemoveFromParent()
            if len(kept) < len(updated_node.names):
                kept[-1] = kept[-1].with_changes(comma=cst.MaybeSentinel.DEFAULT)
                return updated_node.with_changes(names=kept)
        if isinstance(original_node, cst.BaseExpression):
            where = (at.start.line, at.start.column, at.end.line, at.end.column)
            code = self._plan.replaced.get(where)
            if code is not None:
                self._done.add(where)
                return cst.parse_expression(code)
        if isinstance(original_node, cst.IndentedBlock) and isinstance(updated_node, cst.IndentedBlock):
            left = super().on_leave(original_node, updated_node)
            if isinstance(left, cst.IndentedBlock) and not left.body:
                return left.with_changes(body=[cst.SimpleStatementLine([cst.Pass()])])
            return left
        return super().on_leave(original_node, updated_node)


def _local(alias: cst.ImportAlias) -> str:
    return alias.evaluated_alias or alias.evaluated_name


def _imports(tree: cst.Module) -> list[tuple[str, str, str]]:
    """Return module, name and alias of each import at the top of the module."""
    found = []
    for line in tree.body:
        for statement in line.body if isinstance(line, cst.SimpleStatementLine) else ():
            if isinstance(statement, cst.Import):
                for one in statement.names:
                    alias = one.evaluated_alias or ""
                    found.append((one.evaluated_name, "", alias))
            elif isinstance(statement, cst.ImportFrom) and not isinstance(statement.names, cst.ImportStar):
                whole = get_full_name_for_node(statement.module) if statement.module else ""
                module = "." * len(statement.relative) + (whole or "")
                found += [(module, one.evaluated_name, one.evaluated_alias or "") for one in statement.names]
    return found
