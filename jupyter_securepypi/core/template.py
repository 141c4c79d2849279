"""Templates: text files with ``@NAME@`` where a value belongs; nothing else in them is special."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Mapping


def filled_in(template: Path, values: Mapping[str, str]) -> str:
    """Return the text of the file `template` with each ``@NAME@`` replaced by its value.

    Raises:
        KeyError: the template has a name without a value.
    """
    # In one pass, so that text in a value is never read as a name.
    return re.sub(r"@([A-Z_]+)@", lambda place: values[place[1]], template.read_text(encoding="utf-8"))
