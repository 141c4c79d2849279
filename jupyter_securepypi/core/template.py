"""Templates: text files with ``@NAME@`` where a value belongs; nothing else in them is special."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Mapping, Union


def filled_in(template: Union[Path, str], values: Mapping[str, str]) -> str:
    """Return `template`, a file or its text, with each ``@NAME@`` replaced by its value.

    Raises:
        KeyError: the template has a name without a value.
    """
    text = template if isinstance(template, str) else template.read_text(encoding="utf-8")
    # In one pass, so that text in a value is never read as a name.
    return re.sub(r"@([A-Z_]+)@", lambda place: values[place[1]], text)
