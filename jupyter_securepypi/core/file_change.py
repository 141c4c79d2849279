"""What would become of files: for people who are asked before they are changed."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Dict, Iterator, List, Optional, Tuple

from .masked_lines import masked_lines
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
        """The lines that differ, in unified form; empty where there are none. Credentials in them are masked.

        Lines that stay are not shown: they may hold whatever they like. Of a JSON object only what its content has of
        differences counts, however it is laid out.
        """
        return "\n".join(_differences(_lines(self.before or b""), _lines(self.after)))

    def to_dict(self) -> Dict[str, str]:
        """Return path and difference, for REST answers."""
        return {"path": str(self.path), "diff": self.diff}


@dataclass(frozen=True)
class FileChanges:
    """What would become of several files.

    Attributes:
        changes: each file that would be written.
        notes: what stands in the way, and what cannot be shown; one sentence or more each.
    """

    changes: Tuple[FileChange, ...] = ()
    notes: Tuple[str, ...] = ()

    def to_dict(self) -> Dict[str, Any]:
        """Return them without credentials, for REST answers."""
        return {
            "changes": [change.to_dict() for change in self.changes],
            "notes": [masked(note) for note in self.notes],
        }


def _differences(before: List[str], after: List[str]) -> Iterator[str]:
    """Compare the lines as they are, so that a new password is a difference, and yield them masked."""
    if before == after:
        return
    import difflib

    old, new = masked_lines(before), masked_lines(after)
    yield from ("--- now", "+++ afterwards")
    for same, i, j, k, m in difflib.SequenceMatcher(None, before, after).get_opcodes():
        if same != "equal":
            yield f"@@ -{_range(i, j)} +{_range(k, m)} @@"
            yield from (f"-{line}" for line in old[i:j])
            yield from (f"+{line}" for line in new[k:m])


def _range(start: int, end: int) -> str:
    """Return a range of lines as unified differences have it."""
    return str(end) if end - start == 1 else f"{start + (end > start)},{end - start}"


def _lines(content: bytes) -> List[str]:
    text = content.decode("utf-8", "replace")
    try:
        found = json.loads(text)
        if isinstance(found, dict):
            # Without the commas at the ends: whether another member follows is no difference.
            return [one.rstrip(",") for one in json.dumps(found, indent=1, ensure_ascii=False).split("\n")]
    except (ValueError, RecursionError):
        pass
    # Other separators of `str.splitlines` would cut a password in two.
    lines = text.replace("\r\n", "\n").split("\n")
    return lines if lines[-1] else lines[:-1]
