"""Plain texts as Markdown: what is a sign there stays a sign."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

_SPECIAL = re.compile(r"([\\*_\[\]<>#|{}$])")


def escaped(text: str) -> str:
    """Return a sentence of the code as Markdown; what stands in backquotes stays code."""
    parts = re.split(r"(`[^`\n]+`)", " ".join(text.split()))
    return "".join(
        part.replace("|", r"\|") if n % 2 else _SPECIAL.sub(r"\\\1", part).replace("`", r"\`")
        for n, part in enumerate(parts)
    )


def capital(text: str) -> str:
    """Return a sentence with a capital letter; one that begins with values to type (`auto, pip or uv`) as it is."""
    return text if re.match(r"[\w-]+[:,]", text) else text[:1].upper() + text[1:]


def code(text: str) -> str:
    """Return `text` as code, also in a table and where it has backquotes; nothing for no text."""
    if not text:
        return ""
    fence = "``" if "`" in text else "`"
    pad = " " if "`" in text else ""
    return f"{fence}{pad}{text}{pad}{fence}".replace("|", r"\|")


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table; the cells are Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


def fence(text: str, language: str = "text") -> str:
    """Return `text` as a block of code."""
    return f"```{language}\n{text.rstrip()}\n```\n"
