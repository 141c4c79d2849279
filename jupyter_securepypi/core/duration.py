"""Durations as people and configuration files write them: ``P7D``, ``7 days``, ``36 h``, a number of seconds."""

from __future__ import annotations

import re
from typing import Optional, Union

_SECONDS = {"w": 604_800.0, "d": 86_400.0, "h": 3_600.0, "m": 60.0, "s": 1.0}
_WORDS = {
    "w": ("w", "week", "weeks"),
    "d": ("d", "day", "days"),
    "h": ("h", "hour", "hours"),
    "m": ("m", "min", "minute", "minutes"),
    "s": ("s", "sec", "second", "seconds"),
}
_UNIT = {word: _SECONDS[unit] for unit, words in _WORDS.items() for word in words}
_ISO = re.compile(
    r"P(?=[0-9T])(?:(\d+)W)?(?:(\d+)D)?(?:T(?=\d)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?", re.IGNORECASE
)
_PART = re.compile(r"(\d+(?:\.\d+)?)\s*([a-z]+)")
LONGEST = 3_650 * 86_400.0
"""Ten years, in seconds: what is longer is a mistake in the unit."""


def seconds_of(said: Union[str, float]) -> Optional[float]:
    """Return the duration `said` in seconds, or None where it is none, is negative or is longer than `LONGEST`.

    Args:
        said: a number of seconds, ISO 8601 as pip takes it (``P7D``, ``PT36H``), or words (``7 days``, ``1 day 12 h``).
    """
    if isinstance(said, bool):
        return None
    found = float(said) if isinstance(said, (int, float)) else _read(said.strip().lower())
    return found if found is not None and 0 <= found <= LONGEST else None


def in_words(seconds: float) -> str:
    """Return `seconds` in the largest unit that fits, rounded down: ``2 days``, ``1 hour``."""
    for unit, name in (("d", "day"), ("h", "hour"), ("m", "minute")):
        count = int(seconds // _SECONDS[unit])
        if count:
            return f"{count} {name}{'s' if count != 1 else ''}"
    count = int(max(seconds, 0))
    return f"{count} second{'s' if count != 1 else ''}"


def exactly(seconds: float) -> str:
    """Return `seconds` in all units that it takes to be exact to the second: ``7 days``, ``1 day 12 hours``."""
    found, left = [], seconds
    for unit, name in (("d", "day"), ("h", "hour"), ("m", "minute"), ("s", "second")):
        count, left = divmod(left, _SECONDS[unit])
        if count:
            found.append(f"{count:g} {name}{'s' if count != 1 else ''}")
    return " ".join(found) or f"{seconds:g} seconds"


def _read(text: str) -> Optional[float]:
    if re.fullmatch(r"\d+(\.\d+)?", text):
        return float(text)
    iso = _ISO.fullmatch(text)
    if iso:
        return sum(
            float(count) * _SECONDS[unit]
            for count, unit in zip(iso.groups(), ("w", "d", "h", "m", "s"))
            if count
        )
    parts = _PART.findall(text)
    if not parts or _PART.sub("", text).strip(" ,") or any(unit not in _UNIT for _, unit in parts):
        return None
    return sum(float(count) * _UNIT[unit] for count, unit in parts)
