"""Take secrets out of lines of configuration files before they are shown; `masking` does it for addresses.

It is a file of its own, because jobs show no files: their bundle has no room for it.
"""

from __future__ import annotations

import re
from typing import List, Sequence

from .masking import masked

# What stands before a value in INI, TOML, JSON or YAML, and in a query; the user of an address is no name.
_NAMED = re.compile(r"(?<![\w.\-/])(?P<name>[\w.\-]+)[\\\"']*\]?\s*[:=]")
_SECRET = re.compile(r"pass|pwd|secret|token|key(?!ring)|credential|auth(?!enticate)", re.IGNORECASE)


def masked_lines(lines: Sequence[str]) -> List[str]:
    """Return the lines of a file with their addresses masked, and ``****`` for the value of each secret.

    A secret's name tells: password, token, key and the like. The value may go on in the following lines: those that
    are indented further, as in INI and JSON, and those up to the closing quotes, as in TOML.
    """
    shown: List[str] = []
    depth, quotes = -1, ""  # of a secret that goes on
    for line in lines:
        indent = len(line) - len(line.lstrip())
        if quotes or (depth >= 0 and line.strip() and indent > depth):
            shown.append(f"{line[:indent]}****")
            quotes = "" if quotes in line else quotes
            continue
        value = next((line[one.end() :] for one in _NAMED.finditer(line) if _SECRET.search(one["name"])), None)
        if line.strip():
            depth = -1 if value is None else indent
        if value is not None:
            quotes = next((one for one in ('"""', "'''") if value.count(one) == 1), "")
            line = line[: len(line) - len(value.lstrip())] + ("****" if value.strip() else "")
        shown.append(masked(line))
    return shown
