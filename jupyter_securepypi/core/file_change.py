"""What would become of one file: for people who are asked before it is changed."""

from __future__ import annotations

import difflib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Dict, Optional

from .masking import masked


@dataclass(frozen=True)
class FileChange:
    """The content of a file now and afterwards.

    Attributes:
        path: the file.
        before: its bytes, or None where there is no file.
        after: its bytes afterwards.
    """

    path: Path
    before: Optional[bytes] = field(repr=False)
    after: bytes = field(repr=False)

    @property
    def diff(self) -> str:
        """The difference in unified form, without credentials; empty where there is none."""
        before, after = _lines(self.before or b""), _lines(self.after)
        return "\n".join(difflib.unified_diff(before, after, "now", "afterwards", lineterm=""))

    def to_dict(self) -> Dict[str, str]:
        """Return path and difference, for REST answers."""
        return {"path": str(self.path), "diff": self.diff}


def _lines(content: bytes) -> "list[str]":
    return masked(content.decode("utf-8", "replace")).splitlines()
