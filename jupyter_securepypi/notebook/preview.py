"""``%secure_pip preview``: what a training or processing step gets, and who honours it."""

from __future__ import annotations

import argparse
from typing import NoReturn

from ..core.errors import RequestRefused
from ..sagemaker.asking import add_arguments, answer


class _Parser(argparse.ArgumentParser):
    """A parser that raises where others would end the process: here that is the kernel."""

    def error(self, message: str) -> NoReturn:
        raise RequestRefused(
            f"%secure_pip preview: {message}.",
            remedy="write `%secure_pip preview training --route v3-model-trainer --image pytorch --sdk-version 3.10.0`",
        )


def show_preview(arguments: list[str]) -> None:
    """Print the preview that the words after ``%secure_pip preview`` ask for.

    Raises:
        RequestRefused: if the words make no sense.
        ConfigurationError: if an option names what does not exist, or holds a secret.
        FileProblem: if a file cannot be read.
    """
    parser = _Parser(prog="%secure_pip preview", add_help=False)
    add_arguments(parser)
    print(answer(parser.parse_args(arguments)))
