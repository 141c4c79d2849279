"""What the cards have in common: one display that serves widgets, HTML and text, and how they look."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ..core.commands import as_magics
from ..core.foreign_text import for_html, for_terminal, say

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

# Of an edge beside the words, never of the words: these are legible on any theme's background as they are.
CALM = "var(--jp-success-color1, #388e3c)"
CAUTION = "var(--jp-warn-color1, #f57c00)"
ALARM = "var(--jp-error-color1, #d32f2f)"
PLAIN = "currentColor"
_BUTTON = (
    "font: inherit; font-size: 85%; color: inherit; background: none; border: 1px solid currentColor; "
    "cursor: pointer; padding: 0 6px; min-height: 0"
)
# It reads what is shown beside it: no text of others is a part of the script.
_COPY = "navigator.clipboard.writeText(this.previousElementSibling.textContent);this.textContent='Copied'"


def show(shell: InteractiveShell | None, text: str, html: str, card: Callable[[], Any]) -> None:
    """Show a card in a notebook, and its text alone elsewhere.

    Args:
        shell: where the magic runs; without a kernel it is no notebook.
        text: what a terminal shows.
        html: what serves where widgets cannot render: no ipywidgets, nbconvert, a page that shows notebooks.
        card: returns the widget; raises ImportError without ipywidgets.
    """
    if getattr(shell, "kernel", None) is None:
        say(text)
        return
    from IPython.display import publish_display_data

    try:
        view = card()._repr_mimebundle_()
    except ImportError:
        view = {}
    # The widget's own text would be its constructor's call.
    data = {kind: value for kind, value in view.items() if "widget-view" in kind}
    publish_display_data({**data, "text/plain": for_terminal(text), "text/html": html})  # type: ignore[no-untyped-call]


def alert(text: str) -> str:
    """Return a problem with its remedy as HTML; empty for none."""
    if not text:
        return ""
    edge = f"border-left: 4px solid {ALARM}; padding-left: 6px"
    return f'<pre role="alert" style="white-space: pre-wrap; {edge}">{for_html(as_magics(text))}</pre>'


def verdict(mark: str, words: str, colour: str) -> str:
    """Return strong words as HTML, with a shape and a coloured edge, so that colour alone says nothing."""
    return (
        f'<strong style="border-left: 4px solid {colour}; padding-left: 6px">'
        f'<span aria-hidden="true">{mark}</span> {for_html(words)}</strong>'
    )


def copyable(text: str) -> str:
    """Return code as HTML with a button that copies it; a click on the code itself selects the whole of it.

    Where a page allows no scripts in the markup, the button does nothing; the selection works there, too.
    """
    return (
        f'<span><code style="user-select: all">{for_html(text)}</code> '
        f'<button type="button" aria-label="Copy" title="Copy" style="{_BUTTON}" onclick="{_COPY}">Copy</button></span>'
    )
