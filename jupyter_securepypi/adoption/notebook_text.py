"""A notebook's code cells as one Python text and back: IPython's own lines become calls, each with a mark."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from dataclasses import dataclass

_MARK = "# securepypi-line-"
_CELL = "securepypi-cell-"
_MAGIC = re.compile(r"^(?P<indent>\s*)(?P<target>[\w, ]+=\s*)?(?P<sign>!!?|%%?)(?P<rest>.*)$")
_PUT_IN = re.compile(r"\{([^{}]+)\}|(?<![\\$])\$(\w+)")
_OTHER = re.compile(r"^\s*%%(?!(?:time|timeit|capture)\b)")
_STARTS_NOTHING = re.compile(
    r"^\s*(?:#.*|%%?(?:time|timeit|capture|matplotlib|load_ext|autoreload|config)\b[\w .=]*)$"
)
_MARKED = re.compile(r"^.*" + re.escape(_MARK) + r"(\d+)$")
_SEPARATOR = re.compile(r'^"' + _CELL + r'(\d+)"$')


@dataclass(frozen=True)
class Joined:
    """Cells as one Python text.

    Attributes:
        text: the text; a line in it is a line in a cell.
        places: for each line of `text` the number of its cell and its line there, both from 1 on.
        kept: the lines that stand behind the marks, each with its place-holder.
    """

    text: str
    places: tuple[tuple[int, int], ...]
    kept: tuple[tuple[str, str], ...]

    @property
    def hidden(self) -> frozenset[str]:
        """The words of the lines that are no Python: one of them may be a name."""
        return frozenset(word for line in self._unread() for word in re.findall(r"\w+", line))

    @property
    def runs_others(self) -> bool:
        """Whether lines that are no Python may start something."""
        return any(line.strip() and not _STARTS_NOTHING.match(line) for line in self._unread())

    def _unread(self) -> list[str]:
        return [own for mask, own in self.kept if re.match(r"\s*(?:pass|[\w, ]+=\s*None)  # ", mask)]

    def split(self, text: str) -> dict[int, str]:
        """Return the cells of `text`, which is the joined text after changes, by their numbers."""
        found: dict[int, list[str]] = {}
        number = 0
        for line in text.split("\n"):
            separator, marked = _SEPARATOR.match(line), _MARKED.match(line)
            if separator:
                number = int(separator[1])
                found[number] = []
            elif number == 0:
                found.setdefault(-1, []).append(line)
            else:
                found[number].append(self._unmasked(line, int(marked[1])) if marked else line)
        if any(line.strip() for line in found.pop(-1, [])):
            raise ValueError("something stands before the first cell")
        return {number: "\n".join(lines[:-1]) for number, lines in found.items()}

    def _unmasked(self, line: str, number: int) -> str:
        mask, own = self.kept[number]
        return own if line == mask else line.partition(f"  {_MARK}")[0]


def joined(cells: Sequence[tuple[int, str]]) -> Joined:
    """Return code cells, each with its number, as one Python text.

    What is no Python, such as a cell of another language, becomes `pass`, and is kept as it is.
    """
    lines: list[str] = []
    places: list[tuple[int, int]] = []
    kept: list[tuple[str, str]] = []
    for number, source in cells:
        lines.append(f'"{_CELL}{number}"')
        places.append((number, 1))
        own = source.split("\n")
        masked = None if _OTHER.match(source) else [_masked(line, kept) for line in own]
        if masked is None or not _is_python("\n".join(masked)):
            masked = [f"pass  {_MARK}{len(kept) + position}" for position in range(len(own))]
            kept += zip(masked, own, strict=True)
        lines += [*masked, ""]
        places += [*((number, position) for position in range(1, len(own) + 1)), (number, len(own))]
    return Joined("\n".join(lines), tuple(places), tuple(kept))


def _masked(line: str, kept: list[tuple[str, str]]) -> str:
    found = _MAGIC.match(line)
    if found is None:
        return line
    mask = f"{_as_python(found)}  {_MARK}{len(kept)}"
    kept.append((mask, line))
    return mask


def _as_python(found: re.Match[str]) -> str:
    rest = found["rest"].removesuffix(";")
    command = found["sign"] in ("!", "!!")
    if found["sign"] == "%" and re.match(r"(pip|uv|sx|system|env|set_env)\b", rest):
        command = True
    if not command:
        return f"{found['indent']}{found['target'] or ''}None" if found["target"] else f"{found['indent']}pass"
    environment = re.match(r"(?:env|set_env)\s+(\w+)(?:\s*=\s*|\s+)(.*)", rest)
    if environment and found["sign"] == "%":
        return f"{found['indent']}import os; os.environ[{environment[1]!r}] = {_call_text(environment[2])}"
    call = "getoutput" if found["target"] or found["sign"] == "!!" else "system"
    return f"{found['indent']}{found['target'] or ''}get_ipython().{call}({_call_text(rest)})"


def _call_text(text: str) -> str:
    """Return Python that puts `text` together as IPython does."""
    values: list[str] = []

    def put_in(found: re.Match[str]) -> str:
        expression = found[1] or found[2]
        if not _is_expression(expression):
            return found[0]
        values.append(expression)
        return "{}"

    marked = "".join(
        put_in(found) if found else part.replace("{", "{{").replace("}", "}}") for part, found in _parts(text)
    )
    return f"{marked!r}.format({', '.join(values)})" if values else repr(text)


def _parts(text: str) -> list[tuple[str, re.Match[str] | None]]:
    parts: list[tuple[str, re.Match[str] | None]] = []
    last = 0
    for found in _PUT_IN.finditer(text):
        parts += [(text[last : found.start()], None), ("", found)]
        last = found.end()
    return [*parts, (text[last:], None)]


def _is_expression(text: str) -> bool:
    try:
        ast.parse(text.strip(), mode="eval")
    except (SyntaxError, ValueError):
        return False
    return True


def _is_python(text: str) -> bool:
    try:
        ast.parse(text)
    except (SyntaxError, ValueError, RecursionError):
        return False
    return True
