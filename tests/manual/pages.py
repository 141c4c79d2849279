"""What the manual's pages tell a reader to type, and what they show as the answer.

In a page's Markdown, HTML comments steer the tests, and a reader does not see them:

``<!-- setup … -->``      lines of shell that run first; the page takes for granted what they make
``<!-- not run: … -->``   the next block cannot run here, and why
``<!-- fails -->``        the next block ends with an error, as it says
``<!-- as: admin -->``    from here on, the credentials are those of another caller
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
CONFIGURATION = "# jupyter_securepypi_config.py"
RUN_ELSEWHERE = {"docs/jupyterhub.md": "tests/hub"}
"""Pages that need machines of their own → the tests that read and run them."""
_TOKEN = re.compile(
    r"^(?P<indent>[ ]*)<!-- (?P<mark>setup|not run:|fails|as:)(?P<said>.*?)-->[ ]*$"
    r"|^(?P<pad>[ ]*)```\{?(?P<language>[\w-]*)[^\n]*\n(?P<code>.*?)^[ ]*```[ ]*$",
    re.DOTALL | re.MULTILINE,
)
SHELL, CELL, FILE, SETUP, CALLER = "shell", "cell", "file", "setup", "caller"


@dataclass(frozen=True)
class Step:
    """One thing that a page has its reader do.

    Attributes:
        kind: a block of shell, a notebook's cell, a configuration file; a setup, or a change of caller.
        text: the code, or the caller.
        line: where it begins in the page.
        answer: what the page shows as the answer, or None.
        reason: why it is not run, or empty.
        fails: it ends with an error.
    """

    kind: str
    text: str
    line: int
    answer: str | None = None
    reason: str = ""
    fails: bool = False


@dataclass(frozen=True)
class Block:
    """A block of code, of whatever language."""

    language: str
    code: str
    line: int


def blocks(page: Path) -> list[Block]:
    """Return all blocks of code of a page."""
    text = page.read_text(encoding="utf-8")
    found = [match for match in _TOKEN.finditer(text) if match["mark"] is None]
    return [Block(one["language"], one["code"], _line(text, one)) for one in found]


def steps(page: Path) -> list[Step]:
    """Return what a page has its reader do, in order."""
    if page.relative_to(ROOT).as_posix() in RUN_ELSEWHERE:
        return []
    return list(_steps(page.read_text(encoding="utf-8")))


def _steps(text: str) -> Iterator[Step]:
    reason, fails = "", False
    found = list(_TOKEN.finditer(text))
    for number, match in enumerate(found):
        line = _line(text, match)
        said = (match["said"] or "").strip()
        if match["mark"] == "setup":
            yield Step(SETUP, said, line)
        elif match["mark"] == "as:":
            yield Step(CALLER, said, line)
        elif match["mark"] == "not run:":
            reason = said
        elif match["mark"] == "fails":
            fails = True
        elif kind := _kind(match):
            for step in _of_block(kind, _dedented(match), line, _answer(text, found, number)):
                yield Step(step.kind, step.text, step.line, step.answer, reason, fails)
            reason, fails = "", False


def _kind(match: re.Match[str]) -> str:
    if match["language"] in ("bash", "console"):
        return SHELL
    if match["language"] in ("python", "ipython3"):
        return FILE if match["code"].lstrip().startswith(CONFIGURATION) else CELL
    return ""


def _of_block(kind: str, code: str, line: int, answer: str | None) -> Iterator[Step]:
    """Yield the steps of a block: a `$` before each command has the answers below them."""
    if kind != SHELL or not code.startswith("$ "):
        # Magics of a line are cells of their own, so that each is known to work.
        yield Step(kind, code, line, answer)
        return
    for command in re.split(r"^\$ ", code, flags=re.MULTILINE)[1:]:
        first, _, rest = command.partition("\n")
        while first.endswith("\\"):
            more, _, rest = rest.partition("\n")
            first += f"\n{more}"
        yield Step(kind, first, line, rest.strip("\n") or None)
        line += command.count("\n")


def _answer(text: str, found: list[re.Match[str]], number: int) -> str | None:
    """Return the `text` block right below a block, with nothing between: it is the answer."""
    if number + 1 == len(found):
        return None
    below = found[number + 1]
    between = text[found[number].end() : below.start()].strip()
    return _dedented(below) if below["language"] == "text" and not between and not below["mark"] else None


def _dedented(match: re.Match[str]) -> str:
    pad = match["pad"] or ""
    return "".join(line.removeprefix(pad) for line in match["code"].splitlines(keepends=True))


def _line(text: str, match: re.Match[str]) -> int:
    return text.count("\n", 0, match.start()) + 1


def agrees(shown: str, answer: str) -> bool:
    """Return whether `shown` is the answer that a page gives, where ``...`` stands for anything.

    Runs of spaces count as one, because tables are as wide as what is in them.
    """
    parts = [_plain(part) for part in answer.split("...")]
    return re.fullmatch(r".*".join(map(re.escape, parts)), _plain(shown), re.DOTALL) is not None


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()
