"""What people read about files that were looked at."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..core.foreign_text import in_one_line
from .adopt import Adopted


def report_lines(found: Sequence[Adopted], *, rewritten: bool, written: bool) -> Iterator[str]:
    """Yield the lines about the files in `found`.

    Args:
        found: what `adopt` returned.
        rewritten: their new texts were worked out.
        written: they were written.
    """
    for one in found:
        for finding in one.findings():
            yield in_one_line(
                f"{finding.severity}: {finding.where}: {finding.what[0].lower()}{finding.what[1:]}."
            )
            yield in_one_line(f"  why   {finding.why}")
            yield in_one_line(f"  try   {finding.remedy}")
        for text in one.said:
            yield in_one_line(f"note: {one.path}, {text}.")
        if rewritten:
            yield in_one_line(f"{one.path}: {_outcome(one, written)}")
    yield _summary(found, rewritten)


def _outcome(one: Adopted, written: bool) -> str:
    if not one.changed:
        return "left as it is; it is not understood well enough to be rewritten, or is no Python"
    done = "rewritten" if written else "would be rewritten"
    if one.left:
        return f"{done}, but for {', '.join(place.where for place in one.left)}, which is left to you"
    return f"{done}; the job's variables name the repository and the role"


def _summary(found: Sequence[Adopted], rewritten: bool) -> str:
    if not found:
        return "Nothing authenticates by itself there."
    count = sum(len(one.places) for one in found)
    files = f"{len(found)} file{'s' if len(found) > 1 else ''}"
    more = "" if rewritten else " --diff shows what would be rewritten, --write does it."
    return f"{count} place{'s' if count > 1 else ''} in {files}.{more}"
