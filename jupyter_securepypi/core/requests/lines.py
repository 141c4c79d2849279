"""Turn the bytes of a requirements file into its logical lines: encoding, continuation, comments, variables.

The steps and their order are pip's, even the odd ones (``pip/_internal/req/req_file.py``): a file means here what it
means to pip. Nobody reads it a second time.
"""

from __future__ import annotations

import codecs
import locale
import re
from dataclasses import dataclass
from typing import Iterator, List, Mapping

from ..errors import RequestRefused

_COMMENT = re.compile(r"(?:^|\s+)(#.*)$")
_STARTS_COMMENT = re.compile(r"\s*#")
_VARIABLE = re.compile(r"\$\{([A-Z0-9_]+)\}")
_CODING = re.compile(rb"coding[:=]\s*([-\w.]+)")
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


@dataclass(frozen=True)
class Line:
    """A logical line.

    Attributes:
        number: the number of its first physical line, from 1.
        text: the line as pip sees it, without comment and with variables replaced.
        said: the same line before variables were replaced, which may be shown.
    """

    number: int
    text: str
    said: str


def decoded(data: bytes, source: str) -> str:
    """Return the text of a requirements file with the content `data`, as the newest pip decodes it.

    A byte order mark decides, then a ``# coding:`` line, then UTF-8, then this machine's locale.

    Raises:
        RequestRefused: it cannot be decoded.
    """
    if data.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        raise RequestRefused(
            f"{source} is encoded in UTF-32.", why="not every pip can read that", remedy="save it as UTF-8"
        )
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return _decode(data[len(mark) :], encoding, source)
    for line in data.split(b"\n")[:2]:
        cookie = _CODING.search(line) if line.startswith(b"#") else None
        if cookie:
            return _decode(data, cookie.group(1).decode("ascii"), source)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return _decode(data, locale.getpreferredencoding(False) or "utf-8", source)


def _decode(data: bytes, encoding: str, source: str) -> str:
    try:
        return data.decode(encoding)
    except (UnicodeError, LookupError, ValueError) as error:
        raise RequestRefused(
            f"{source} cannot be read as {encoding} text.",
            why=type(error).__name__,
            remedy="save it as UTF-8, or correct its `# coding:` line",
        ) from None


def logical(text: str, source: str, environ: Mapping[str, str]) -> Iterator[Line]:
    """Yield the lines of `text` that hold something, as pip sees them.

    Args:
        text: content of a requirements or constraints file, or of a cell.
        source: its name, for errors.
        environ: the variables that pip will see.

    Raises:
        RequestRefused: a comment ends in a backslash, which hides the next line from pip, but not from a reader.
    """
    start = 0
    pieces: List[str] = []
    for number, line in enumerate(text.splitlines(), 1):
        comment = _STARTS_COMMENT.match(line)
        continues = line.endswith("\\") and not comment
        start = start if pieces else number
        # pip strips backslashes at both ends, and puts a blank before a comment so that it is read as one.
        pieces.append(line.strip("\\") if continues else " " + line if comment else line)
        if not continues:
            yield from _finish(start, pieces, source, environ)
            pieces = []
    if pieces:
        yield from _finish(start, pieces, source, environ)


def _finish(start: int, pieces: List[str], source: str, environ: Mapping[str, str]) -> Iterator[Line]:
    joined = "".join(pieces)
    comment = _COMMENT.search(joined)
    if comment:
        end = 0
        for offset, piece in enumerate(pieces):
            if end > comment.start(1) and piece.strip():
                raise RequestRefused(
                    f"A comment that ends in a backslash hides a line ({source}, line {start + offset}).",
                    why="pip takes that line for a part of the comment, other tools do not",
                    remedy="remove the backslash at the end of the comment",
                )
            end += len(piece)
        joined = _COMMENT.sub("", joined)
    said = joined.strip()
    if said:
        yield Line(start, _expand(said, environ), said)


def _expand(line: str, environ: Mapping[str, str]) -> str:
    """Replace ``${NAME}`` where the variable is set and not empty, as pip does."""
    for name in _VARIABLE.findall(line):
        value = environ.get(name)
        if value:
            line = line.replace("${%s}" % name, value)
    return line


def without_values(text: str, said: str, environ: Mapping[str, str]) -> str:
    """Return `text` with the names of the variables that `said` refers to in the place of their values."""
    for name in _VARIABLE.findall(said):
        text = text.replace(environ.get(name) or "\0", "${%s}" % name)
    return text
