"""The grammar of a netrc file, which is that of Python's ``netrc`` module: its words and its entries.

pip reads the file through that module, and silently ignores a file that it rejects. Versions differ; the rules of 3.11
apply, which are stricter for the files in use.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import List, Match, Optional, Tuple

from .errors import FileProblem
from .secret import Secret

# One word with the blanks before it, and the character that ends it. Nothing in it is tried twice: a file of many
# megabytes takes linear time.
_WORD = re.compile(
    r'(?P<blanks>[ \t\r\n]*)(?:"(?P<quoted>(?:[^"\\]+|\\(?:\r\n|.)?)*)"?'
    r"|(?P<plain>(?:[^ \t\r\n\\]+|\\(?:\r\n|.)?)*)(?:\r\n|[ \t\r\n])?)",
    re.DOTALL,
)
_NEWLINE = re.compile(r"\r\n|\r|\n")
_ESCAPED = re.compile(r"\\(?:\r\n|.)?|\r\n?", re.DOTALL)
_KEYWORDS = ("machine", "default", "macdef")


@dataclass
class Entry:
    """One ``machine`` or ``default`` entry; `spans` are the offsets of its words, comments left out."""

    host: Optional[str]
    spans: List[Tuple[int, int]]
    login: str = ""
    account: str = ""
    password: str = ""


def entries_of(text: str, source: str) -> List[Entry]:
    """Return the entries of `text` in order; comments and macros are skipped as in Python's netrc.

    Raises:
        FileProblem: where Python's netrc would stop.
    """
    words = _Words(text)
    entries: List[Entry] = []
    entry: Optional[Entry] = None
    while True:
        line = words.line
        word = words.next()
        if not word:
            return entries
        span = words.span
        if word.startswith("#"):
            # After an entry, # starts a comment; before the first entry, only a # that stands alone does.
            if words.line == line and (entry or len(word) == 1):
                words.skip_line()
        elif word in _KEYWORDS:
            entry = None
            name = "" if word == "default" else words.next()
            if word != "default" and not name:
                raise rejected(source, words.place)
            if word == "macdef":
                if not words.skip_macro():
                    raise rejected(source, words.place, "end the macro with an empty line")
                continue
            spans = [span] if word == "default" else [span, words.span]
            entry = Entry(None if word == "default" else name, spans)
            entries.append(entry)
        elif entry and word in ("login", "user", "account", "password"):
            setattr(entry, "login" if word == "user" else word, words.next())
            entry.spans += [span, words.span]
        else:
            raise rejected(source, words.place)


class _Words:
    """The words of a netrc, their places, and the current line by Python's count.

    Python reads the file with universal newlines, and a word ends with the character after it: both decide
    where comments and macros end.
    """

    def __init__(self, text: str) -> None:
        self.line = 1
        self.span = (0, 0)
        self._text = Secret(text)
        self._has_cr = "\r" in text
        self._at = 0

    def next(self) -> str:
        """Return the next word without quotes and escapes; "" at the end, and for an empty pair of quotes."""
        # The match itself shows what it has found. The pattern matches the empty string, too.
        (_, after), (_, start), quoted, plain = _WORD.match(self._text, self._at).regs  # type: ignore[union-attr]
        is_quoted = plain[0] < 0
        word = self._text[slice(*(quoted if is_quoted else plain))]
        self.span = (start, after if is_quoted else plain[1])
        count = self._text.count
        self.line += count("\n", self._at, after)
        if self._has_cr:
            self.line += count("\r", self._at, after) - count("\r\n", self._at, after)
        self._at = after
        return Secret(_ESCAPED.sub(_unescaped, word)) if "\\" in word or "\r" in word else word

    @property
    def place(self) -> int:
        """The line that the last word stands on; `line`, like Python's own count, does not see skipped ones."""
        return len(_NEWLINE.findall(self._text, 0, self.span[0])) + 1

    def skip_line(self) -> bool:
        """Go to the start of the next line; return whether the skipped line was empty, False at the end."""
        start = self._at
        newline = _NEWLINE.search(self._text, start)
        self._at = newline.end() if newline else len(self._text)
        return newline is not None and newline.start() == start

    def skip_macro(self) -> bool:
        """Go past the empty line that ends a macro; return False if there is none."""
        while self._at < len(self._text):
            if self.skip_line():
                return True
        return False


def _unescaped(found: Match[str]) -> str:
    """Return what a backslash and the next character, or a line end, mean to Python."""
    text = found.group()
    if text.startswith("\\"):
        text = text[1:]
    return "\n" if text in ("\r", "\r\n") else text


def rejected(source: str, line: Optional[int], remedy: str = "") -> FileProblem:
    """Return the failure of a file that Python's netrc rejects, at `line` if that is known."""
    place = f", line {line}" if line else ""
    return FileProblem(
        f"{source}{place} is not valid netrc, so it was left as it is.",
        why="Python's netrc rejects it, and pip then ignores the whole file without a word",
        remedy=remedy or "correct that line; a comment needs `# ` with a space, and no empty line before it",
    )
