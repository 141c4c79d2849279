"""``%secure_pip preview``: what a training or processing step gets, and who honours it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..core.foreign_text import say
from ..sagemaker.parser import add_arguments, answer, ask, preview_lines
from . import cards
from .help import MagicParser
from .preview_card import PreviewCard, facts

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell


_EXAMPLE = "%secure_pip preview training --route v3-model-trainer --image pytorch --sdk-version 3.10.0"


def show_preview(arguments: list[str], shell: InteractiveShell | None = None) -> None:
    """Show the preview that the words after ``%secure_pip preview`` ask for.

    Args:
        arguments: these words.
        shell: show a card with a form, if this is a notebook's.

    Raises:
        RequestRefused: if the words make no sense.
        ConfigurationError: if an option names what does not exist, or holds a secret.
        FileProblem: if a file cannot be read.
    """
    parser = MagicParser("preview", remedy=f"write `{_EXAMPLE}`")
    add_arguments(parser)
    options = parser.parse_args(arguments)
    result = ask(options)
    if options.json or options.snippet:
        say(answer(options, result))
        return
    cards.show(
        shell, "\n".join(preview_lines(result)), facts(result), lambda: PreviewCard(options, result).widget
    )
