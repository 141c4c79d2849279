"""The card that shows how things stand where there is no lab panel: VS Code, Notebook, plain JupyterLab."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from ..core.errors import SecurePyPIError
from ..core.foreign_text import for_html
from ..token.status import Status
from ..token.words import state_words
from .cards import ALARM, CALM, CAUTION, PLAIN, alert, copyable, verdict

if TYPE_CHECKING:
    from ipywidgets import VBox

_MARKS = {"fresh": "●", "stale": "●", "expiring": "▲", "expired": "✕", "missing": "○"}
_COLOURS = {
    "fresh": CALM,
    "stale": CALM,
    "expiring": CAUTION,
    "missing": PLAIN,
}


class StatusCard:
    """State, time left, repository, index and identity, with a button that refreshes the token.

    The bar drains in the browser: a message a second from the kernel would keep an idle kernel alive.

    Args:
        status: what to show first.
        refresh: mints a token and returns how things stand then; is called in a thread of its own.
        load: returns how things stand without asking anybody, after a failure.

    Raises:
        ImportError: if ipywidgets is not installed.
    """

    def __init__(self, status: Status, *, refresh: Callable[[], Status], load: Callable[[], Status]) -> None:
        from ipywidgets import HTML, Button, VBox

        self._refresh = refresh
        self._load = load
        self._status = status
        self._facts = HTML(_facts(status))
        self._button = Button(
            description="Refresh now",
            icon="refresh",
            tooltip="Get a new token",
            layout={"width": "auto"},
        )
        self._button.on_click(self._clicked)
        self.widget: VBox = VBox([self._facts, self._button], layout={"align_items": "flex-start"})

    def _clicked(self, _button: object) -> None:
        """Start refreshing; the kernel stays free meanwhile, and ends without waiting for it."""
        self._button.disabled = True
        self._button.description = "Refreshing ..."
        threading.Thread(target=self._work, name="securepypi-card", daemon=True).start()

    def _work(self) -> None:
        problem = ""
        try:
            self._status = self._refresh()
        except SecurePyPIError as error:
            problem = str(error)
            self._reload()
        except Exception as error:  # noqa: BLE001 a thread's traceback would land in some other cell
            problem = f"Unexpected failure: {type(error).__name__}."
        self._facts.value = _facts(self._status, problem)
        self._button.description = "Refresh now"
        self._button.disabled = False

    def _reload(self) -> None:
        try:
            self._status = self._load()
        except SecurePyPIError:
            pass  # what is shown already says more than a second problem would


def status_rows(status: Status) -> list[tuple[str, str]]:
    """Return how things stand, a name and a value each."""
    rows = [("Token", state_words(status))]
    if status.repository:
        where = f"{status.repository} ({status.repository.detail})"
        rows += [("Repository", where), ("Index", status.index_url or "not known yet")]
    if status.identity:
        rows.append(("As", status.identity))
    if status.policy:
        rows += [(name.title(), text) for name, text in status.policy.rows]
    if status.error:
        rows.append(("Problem", str(status.error)))
    return rows


def _facts(status: Status, problem: str = "") -> str:
    colour = _COLOURS.get(status.state, ALARM)
    words = verdict(_MARKS.get(status.state, "✕"), f"Token {state_words(status)}", colour)
    rows = "".join(_row(name, value) for name, value in status_rows(status) if name not in ("Token", "Problem"))
    problem = alert(problem or str(status.error or ""))
    return (
        f'<div role="group" aria-label="Secure PyPI">{words}{_bar(status)}<table>{rows}</table>{problem}</div>'
    )


def _row(name: str, value: str) -> str:
    shown = copyable(value) if name == "Index" and "://" in value else for_html(value)
    return f'<tr><th scope="row" style="text-align: left; padding-right: 1em">{name}</th><td>{shown}</td></tr>'


def _bar(status: Status) -> str:
    """Return the bar of the time left; a style sheet lets it drain, at no cost to the kernel."""
    if not status.seconds_left or status.expires_at is None or status.minted_at is None:
        return ""
    lifetime = max(status.expires_at - status.minted_at, 1.0)
    part = min(100.0, 100.0 * status.seconds_left / lifetime)
    return (
        "<style>@keyframes securepypi-drain { to { width: 0 } }</style>"
        f'<div role="progressbar" aria-label="Time left" aria-valuemin="0" aria-valuemax="100" '
        f'aria-valuenow="{part:.0f}" style="max-width: 24em; height: 6px; margin: 4px 0; '
        'border: 1px solid currentColor">'
        f'<div style="height: 100%; width: {part:.2f}%; background: currentColor; '
        f'animation: securepypi-drain {status.seconds_left:.0f}s linear forwards"></div></div>'
    )
