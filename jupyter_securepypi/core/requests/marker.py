"""An environment marker, such as ``python_version >= "3.9"``: read, and written in one form.

The grammar is that of the dependency specifiers of the Python packaging standards (formerly PEP 508).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import List, Optional, Tuple

_TOKEN = re.compile(r"[ \t]*('[^']*'|\"[^\"]*\"|[A-Za-z_][A-Za-z0-9_.]*|===|[=~!<>]=|[<>()])[ \t]*")
# What a requirements file can hold between quotes without meaning something else to one of its readers.
_TEXT = re.compile(r"[A-Za-z0-9_.+*!~,:/()\- ]*")
_OPTION_LIKE = re.compile(r"(?:^| )-")
_VERSIONS = ("python_version", "python_full_version", "implementation_version")
_TEXTS = (
    "os_name",
    "sys_platform",
    "platform_machine",
    "platform_python_implementation",
    "platform_release",
    "platform_system",
    "platform_version",
    "implementation_name",
    "extra",
)
# Names that setuptools used before the standard; pip still takes them.
_OLD = {
    "os.name": "os_name",
    "sys.platform": "sys_platform",
    "platform.machine": "platform_machine",
    "platform.python_implementation": "platform_python_implementation",
    "platform.version": "platform_version",
    "python_implementation": "platform_python_implementation",
}
_COMPARISONS = ("==", "!=", "<=", ">=", "<", ">", "~=", "===")
_PLAIN_VERSION = re.compile(r"[0-9]+(?:\.[0-9]+)*")


@dataclass(frozen=True)
class Marker:
    """A marker in its written form.

    Attributes:
        text: the marker; empty where a requirement has none.
        portable: pip and uv give it the same meaning. They differ in comparisons of versions that are not plain
            numbers, of texts by their order, and of two texts.
    """

    text: str = ""
    portable: bool = True


NONE = Marker()
"""The marker of a requirement that has none: it counts everywhere."""


def parse(text: str) -> Optional[Marker]:
    """Return the marker `text`, or None if it is none; pip accepts an empty one."""
    tokens = _tokens(text)
    if tokens is None:
        return None
    words: List[str] = []
    portable, depth, position = True, 0, 0
    expects_operand = True
    while position < len(tokens):
        token = tokens[position]
        if expects_operand and token == "(":  # noqa: S105 a parenthesis # nosec B105
            depth += 1
        elif expects_operand:
            compared = _comparison(tokens[position : position + 4])
            if compared is None:
                return None
            length, written, alike = compared
            words.append(written)
            portable = portable and alike
            position += length
            expects_operand = False
            continue
        elif token == ")" and depth:  # noqa: S105 # nosec B105
            depth -= 1
        elif token in ("and", "or"):
            expects_operand = True
        else:
            return None
        words.append(token)
        position += 1
    if depth or (expects_operand and tokens):
        return None
    return Marker(" ".join(words), portable)


def _tokens(text: str) -> Optional[List[str]]:
    tokens: List[str] = []
    position, text = 0, text.strip()
    while position < len(text):
        token = _TOKEN.match(text, position)
        if not token:
            return None
        tokens.append(token.group(1))
        position = token.end()
    return tokens


def _comparison(tokens: List[str]) -> Optional[Tuple[int, str, bool]]:
    """Return how many of `tokens` make a comparison, how it is written, and whether it is portable."""
    if len(tokens) < 3:
        return None
    operator, length = tokens[1], 3
    if operator == "not" and tokens[2] == "in" and len(tokens) == 4:
        operator, length = "not in", 4
    elif operator not in (*_COMPARISONS, "in"):
        return None
    left, right = _operand(tokens[0]), _operand(tokens[length - 1])
    if left is None or right is None or left.startswith('"') == right.startswith('"'):
        return None  # pips fail at two texts, and at two variables some take the name for a text
    return length, f"{left} {operator} {right}", _is_portable(left, operator, right)


def _operand(token: str) -> Optional[str]:
    """Return a variable by its standard name, or a text in double quotes; None for what is neither."""
    if token[0] in "'\"":
        said = token[1:-1]
        return f'"{said}"' if _TEXT.fullmatch(said) and not _OPTION_LIKE.search(said) else None
    name = _OLD.get(token, token)
    return name if name in (*_VERSIONS, *_TEXTS) else None


def _is_portable(left: str, operator: str, right: str) -> bool:
    variable, said = (right, left) if left.startswith('"') else (left, right)
    said = said[1:-1]
    if variable == "extra":
        return operator == "==" and bool(said)
    if variable in ("platform_release", "platform_version", "implementation_version"):
        return False  # pip takes what looks like a version for one
    if variable in _TEXTS:
        return operator in ("==", "!=") or (operator in ("in", "not in") and variable == left)
    if left.startswith('"') or (operator == "~=" and "." not in said):
        return False
    if operator in ("==", "!=") and said.endswith(".*"):
        said = said[:-2]
    return operator not in ("in", "not in", "===") and bool(_PLAIN_VERSION.fullmatch(said))
