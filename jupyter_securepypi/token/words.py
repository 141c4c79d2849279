"""The status of the token in words, the same for notebook, command line and doctor."""

from __future__ import annotations

import time

from .status import Status

STATES = {
    "fresh": "fresh",
    "stale": "still good, to be replaced soon",
    "expiring": "about to expire",
    "expired": "expired",
    "missing": "none yet",
    "not_configured": "not configured",
    "misconfigured": "wrongly configured",
}
"""Every state of a `Status`, in words."""


def status_lines(status: Status) -> list[str]:
    """Return the status, one line for each fact."""
    lines = [f"token       {state_words(status)}"]
    if status.repository:
        lines.append(f"repository  {status.repository} ({status.repository.detail})")
        lines.append(f"index       {status.index_url or 'not known yet'}")
    if status.identity:
        lines.append(f"as          {status.identity}")
    if status.policy:
        lines += [f"{name:<12}{text}" for name, text in status.policy.rows]
    if status.error:
        lines += str(status.error).splitlines()
    return lines


def state_words(status: Status) -> str:
    """Return the token's state in words, with the time left and the local time of expiry."""
    words = STATES[status.state]
    if status.expires_at is None:
        return f"{words}, does not expire" if status.state == "fresh" else words
    at = time.strftime("%Y-%m-%d %H:%M", time.localtime(status.expires_at))
    if not status.seconds_left:
        return f"{words} since {at}"
    return f"{words}, {duration(status.seconds_left)} left (until {at})"


def duration(seconds: float) -> str:
    """Return `seconds` for people: ``11 h 42 min``, ``42 min``, ``30 s``."""
    whole = int(seconds)
    if whole >= 3600:
        return f"{whole // 3600} h {whole % 3600 // 60:02d} min"
    return f"{whole // 60} min" if whole >= 60 else f"{whole} s"
