"""A question before something is changed, in a terminal and in a notebook alike."""

from __future__ import annotations

from ..core.errors import RequestRefused
from ..core.foreign_text import say


def confirmed(text: str, question: str) -> bool:
    """Show `text`, ask `question`, and return whether the answer is yes; anything but y and yes is no.

    Raises:
        RequestRefused: nobody can answer here: a script, or a notebook that runs without its reader.
    """
    say(text)
    try:
        return input(f"{question} [y/N] ").strip().lower() in ("y", "yes")
    except (EOFError, NotImplementedError):  # the second is a kernel's, without a front end that can ask
        raise RequestRefused(
            "Nobody can answer here, so nothing was changed.",
            remedy="say yes with -y, after a look at the names",
        ) from None
