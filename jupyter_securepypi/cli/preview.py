"""``preview``: show the variables that a training or processing step gets, and the software that honours them."""

from __future__ import annotations

import argparse

from ..core.foreign_text import say
from ..sagemaker.parser import add_arguments, answer

__all__ = ["add_arguments", "run"]


def run(options: argparse.Namespace) -> int:
    """Print the preview and return 0: verdicts and findings are an answer, not a failure."""
    say(answer(options))
    return 0
