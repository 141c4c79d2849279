"""The text of a start script: a shell template, and in it the program with the functions for one cloud."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from ..core.template import filled_in

_HERE = Path(__file__).parent
_CLOUD = "from .start_aws import fetched, mint\n"
_PART = "# ---- from here on it is a part of the program\n"


def program(cloud: str) -> str:
    """Return the program for a cloud, ``aws`` or ``google``, as one text that stands alone."""
    head, part = _read(f"start_{cloud}.py").split(_PART)
    imports = [line for line in head.splitlines() if re.match(r"import |from [a-z]", line)]
    text = _read("start_program.py")
    future = "from __future__ import annotations\n"
    missing = [line for line in imports if line not in text]
    # The functions stand before the program's own last lines, which call it.
    text = text.replace(_CLOUD, "").replace(future, "\n".join([future.rstrip(), *missing, ""]), 1)
    main = 'if __name__ == "__main__":\n'
    return text.replace(main, f"{part.rstrip()}\n\n\n{main}", 1)


def script(name: str, parts: Mapping[str, str]) -> str:
    """Return the script of a template, ``studio`` or ``google``, with its parts filled in."""
    return filled_in(_HERE / f"{name}.sh.in", parts)


def _read(name: str) -> str:
    return (_HERE / name).read_text(encoding="utf-8")
