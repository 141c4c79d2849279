"""The page of messages: every error with its cause and its remedy, by kind."""

from __future__ import annotations

import inspect
from collections import defaultdict

from jupyter_securepypi.core.providers.codeartifact import credential_failures

from .markdown import escaped, table
from .messages import VARIABLE, Message, kinds, messages


def text() -> str:
    """Return a section for each kind of error, with its messages."""
    by_kind: dict[str, dict[tuple[str, str, str], Message]] = defaultdict(dict)
    for one in messages():
        if one.what:
            by_kind[one.kind].setdefault((one.what, one.why, one.remedy), one)
    parts = []
    for name, kind in sorted(kinds().items()):
        doc = inspect.getdoc(kind) or ""
        said = escaped(doc.split("\n\n")[0])
        parts.append(f"## {name}\n\n{said}\n")
        parts += [entry(one) for one in _sorted(by_kind.pop(name, {}))]
        if below := [sub.__name__ for sub in kind.__subclasses__() if sub.__name__ in kinds()]:
            links = ", ".join(f"[{sub}](#{sub.lower()})" for sub in sorted(below))
            parts.append(f"More particular: {links}.\n")
    parts.append(f"## {VARIABLE}\n")
    parts += [entry(one) for one in _sorted(by_kind.pop(VARIABLE, {}))]
    if by_kind:
        raise ValueError(f"errors of no known kind: {sorted(by_kind)}")
    return "\n".join(parts)


def _sorted(found: dict[tuple[str, str, str], Message]) -> list[Message]:
    return [found[key] for key in sorted(found, key=lambda key: [part.lower() for part in key])]


def entry(one: Message) -> str:
    """Return a message with its cause and its remedy below it."""
    lines = [f"**{escaped(one.what)}**"]
    if one.why:
        lines.append(f": why: {escaped(one.why)}")
    if one.remedy:
        lines.append(f": try: {escaped(one.remedy)}")
    return "\n".join(lines) + "\n"


def credentials_text() -> str:
    """Return what to do where one of the ways to AWS credentials fails."""
    ways = [one for one in vars(credential_failures).values() if isinstance(one, credential_failures.Source)]
    return table(
        ["where they should come from", "try"], [(escaped(one.name), escaped(one.remedy)) for one in ways]
    )
