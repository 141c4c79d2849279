"""``preview``: show the variables that a training or processing step gets, and the software that honours them."""

from __future__ import annotations

import argparse

from ..core.foreign_text import say
from ..sagemaker.parser import add_arguments, answer, ask

__all__ = ["add_arguments", "run"]


def run(options: argparse.Namespace) -> int:
    """Print the preview; return 1 if a finding is an error, so that a pipeline can stop there, else 0.

    A snippet is printed without the findings, so it is never a failure.
    """
    result = ask(options)
    say(answer(options, result))
    return int(not options.snippet and any(finding.severity == "error" for finding in result.findings))
