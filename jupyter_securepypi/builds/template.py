"""Templates: text files with names in double angle brackets, beside which nothing is special."""

from __future__ import annotations

import re
from pathlib import Path

_FOLDER = Path(__file__).parent / "templates"
_NAME = re.compile(r"<<(\w+)>>")


def filled_in(template: str, **values: str) -> str:
    """Return the text of the template with each name replaced by its value.

    Raises:
        KeyError: the template has a name without a value.
    """
    text = (_FOLDER / f"{template}.in").read_text("utf-8")
    return _NAME.sub(lambda match: values[match[1]], text)
