"""The evaluation of IAM policy documents.

moto holds the documents, but its own evaluator cannot decide across accounts: it treats a statement about another
principal as a denial, and knows neither account principals nor wildcard conditions. The rules here follow the IAM
user guide, "Policy evaluation logic".
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from enum import Enum
from functools import lru_cache
from typing import Any


class Verdict(Enum):
    """The verdict of one or more documents on a request."""

    SILENT = "no statement applies"
    ALLOW = "allowed"
    ALLOW_ACCOUNT = "allowed to the caller's whole account, which then decides by its own policies"
    DENY = "explicitly denied"


_PRINCIPALS = ("AWS", "Federated")


def decide(
    documents: Iterable[str | Mapping[str, Any]],
    action: str,
    resource: str,
    context: Mapping[str, str],
    principals: tuple[frozenset[str], frozenset[str]] | None = None,
) -> Verdict:
    """Return the verdict of `documents`: a denial beats everything, a direct permission beats one for the account.

    Args:
        documents: policies, as JSON text or parsed.
        action: like ``sts:AssumeRole``.
        resource: ARN, or ``*``.
        context: condition keys in lower case and their values.
        principals: for resource policies the names that mean the caller, and those that mean its account.
    """
    found = Verdict.SILENT
    for document in documents:
        parsed = json.loads(document) if isinstance(document, str) else document
        for statement in _listed(parsed.get("Statement", [])):
            who = _who(statement.get("Principal"), principals)
            if who is Verdict.SILENT or not _applies(
                statement, action, resource, context, principals is not None
            ):
                continue
            if statement.get("Effect") == "Deny":
                return Verdict.DENY
            if statement.get("Effect") == "Allow" and found is not Verdict.ALLOW:
                found = who
    return found


def _who(principal: Any, principals: tuple[frozenset[str], frozenset[str]] | None) -> Verdict:
    if principals is None:
        return Verdict.ALLOW
    kinds = {} if principal == "*" else principal or {}
    names = (
        {"*"} if principal == "*" else {name for kind in _PRINCIPALS for name in _listed(kinds.get(kind, []))}
    )
    direct, account = principals
    if "*" in names or names & direct:
        return Verdict.ALLOW
    return Verdict.ALLOW_ACCOUNT if names & account else Verdict.SILENT


def _applies(
    statement: Mapping[str, Any], action: str, resource: str, context: Mapping[str, str], of_resource: bool
) -> bool:
    if "NotAction" in statement:
        if _any(statement["NotAction"], action.lower(), lower=True):
            return False
    elif not _any(statement.get("Action", []), action.lower(), lower=True):
        return False
    if "NotResource" in statement:
        if _any(statement["NotResource"], resource):
            return False
    # A trust policy names no resource: it is about its own role.
    elif not _any(statement.get("Resource", "*" if of_resource else []), resource):
        return False
    conditions: Mapping[str, Mapping[str, Any]] = statement.get("Condition", {})
    return all(
        _holds(operator, _listed(expected), context.get(key.lower()))
        for operator, keys in conditions.items()
        for key, expected in keys.items()
    )


def _holds(operator: str, expected: list[Any], actual: str | None) -> bool:
    name, optional = operator.removesuffix("IfExists"), operator.endswith("IfExists")
    wanted = [str(value) for value in expected]
    if name == "Null":
        return (actual is None) == (wanted[:1] in (["true"], ["True"]))
    negative = "Not" in name
    if actual is None:
        return optional or negative
    test = _OPERATORS.get(name.replace("Not", ""))
    # An unknown operator never holds: a refusal is better than a permission that AWS would not give.
    return test is not None and any(test(value, actual) for value in wanted) != negative


def _any(patterns: Any, value: str, *, lower: bool = False) -> bool:
    return any(like(pattern.lower() if lower else pattern, value) for pattern in _listed(patterns))


def like(pattern: str, value: str) -> bool:
    """Return whether `value` matches `pattern`, where ``*`` is any text and ``?`` any one character."""
    return _compiled(pattern).fullmatch(value) is not None


@lru_cache(maxsize=512)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile("".join({"*": ".*", "?": "."}.get(char, re.escape(char)) for char in pattern), re.DOTALL)


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, (list, tuple)) else [value]


_OPERATORS: dict[str, Callable[[str, str], bool]] = {
    "StringEquals": lambda wanted, actual: wanted == actual,
    "StringEqualsIgnoreCase": lambda wanted, actual: wanted.lower() == actual.lower(),
    "StringLike": like,
    "ArnEquals": like,
    "ArnLike": like,
    "Bool": lambda wanted, actual: wanted.lower() == actual.lower(),
}
