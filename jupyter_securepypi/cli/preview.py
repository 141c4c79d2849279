"""``preview``: what a training or processing step gets, and who honours it."""

from __future__ import annotations

import argparse

from ..sagemaker.parser import add_arguments, answer

__all__ = ["add_arguments", "run"]


def run(options: argparse.Namespace) -> int:
    """Print the preview; verdicts and findings are an answer, not a failure: 0."""
    print(answer(options))
    return 0
