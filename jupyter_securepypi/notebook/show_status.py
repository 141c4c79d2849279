"""``%secure_pip status``: how things stand, as a card, a table or text."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from ..config import load_options
from ..core.commands import as_magics
from ..core.foreign_text import for_html
from ..token.status import Status
from ..token.words import status_lines
from . import cards
from .widgets import StatusCard, status_rows

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell


def show_status(status: Status, shell: InteractiveShell | None = None, *, as_json: bool) -> None:
    """Show how things stand.

    Args:
        status: what to show.
        shell: show a card that can refresh, if this is a notebook's.
        as_json: print one JSON object.
    """
    if as_json:
        print(json.dumps(status.to_dict()))
        return
    text = as_magics("\n".join(status_lines(status)))
    rows = "".join(
        f"<tr><th>{for_html(name)}</th><td>{for_html(as_magics(value))}</td></tr>"
        for name, value in status_rows(status)
    )
    cards.show(shell, text, f"<table>{rows}</table>", lambda: _card(status))


def _card(status: Status) -> Any:
    """Return the card's widget.

    Raises:
        ImportError: if ipywidgets is not installed.
    """
    from ..clients.publish import refresh
    from ..token.status import current_status

    def load() -> Status:
        return current_status(load_options())

    return StatusCard(status, refresh=lambda: refresh(load_options()), load=load).widget
