"""Text of others before it is shown: one door for the terminal and one for HTML.

Names, versions, addresses and messages come from an index, from pip and from files. A terminal, and a notebook that
shows plain text, obey escape sequences in them; characters that turn the direction of writing show another name.
"""

from __future__ import annotations

import sys
from typing import Optional, TextIO


def for_terminal(text: str) -> str:
    """Return `text` with an escape such as ``\\x1b`` for each unprintable character; line ends and tabs stay."""
    return _escaped(text, "\n\t")


def in_one_line(text: str) -> str:
    """Return `text`, a name or a sentence, like `for_terminal`, but line ends are escaped, too: it stays one line."""
    return _escaped(text, "")


def for_html(text: str) -> str:
    """Return `text` as HTML that shows what `for_terminal` shows."""
    from html import escape  # with it comes a table of 2 000 names

    return escape(for_terminal(text))


def say(text: str, file: Optional[TextIO] = None) -> None:
    """Print `text` as `for_terminal` returns it, at once; by default to standard output."""
    print(for_terminal(text), file=sys.stdout if file is None else file, flush=True)


def _escaped(text: str, kept: str) -> str:
    if text.isprintable():
        return text
    return "".join(sign if sign.isprintable() or sign in kept else repr(sign)[1:-1] for sign in text)
