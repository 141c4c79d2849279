"""How old a package must be: ``uploaded-prior-to`` of the request, or of pip's configuration, which is never dropped.

pip knows it since 26.0, and durations such as ``P7D`` since 26.1 (its changelog). An older pip ignores the variable.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone
from typing import Dict, Mapping, Optional, Tuple

from ..errors import InstallFailed, RequestRefused
from ..requests.request import Request

_OPTION, _VARIABLE = "--uploaded-prior-to", "PIP_UPLOADED_PRIOR_TO"
_FIRST = (26, 0)


def uploaded_prior_to(request: Request, variables: Mapping[str, str]) -> Optional[str]:
    """Return the latest time of upload that counts, with its offset from UTC; None where any does.

    Args:
        request: its option counts before the variable.
        variables: those that pip gets.

    Raises:
        RequestRefused: it is no time.
    """
    value = request.value(_OPTION) or variables.get(_VARIABLE, "")
    return point_in_time(value) if value.strip() else None


def point_in_time(value: str) -> str:
    """Return pip's ``uploaded-prior-to`` as a date and time with its offset from UTC, which uv takes, too.

    A time without an offset is local, and ``P7D`` is seven days ago, as to pip.

    Raises:
        RequestRefused: it is neither.
    """
    text = value.strip()
    days = re.match(r"P(\d+)D$", text)
    try:
        if days:
            found = datetime.now(timezone.utc) - timedelta(days=int(days.group(1)))
        else:
            found = datetime.fromisoformat(re.sub(r"Z$", "+00:00", text)).astimezone()
    except (ValueError, OverflowError):
        raise RequestRefused(
            f"uploaded-prior-to is {value!r}, which is no time.",
            remedy="write a date such as 2026-11-01, or a number of days such as P7D",
        ) from None
    return found.isoformat(timespec="seconds")


def understood_by(pip: Tuple[int, ...], request: Request, variables: Mapping[str, str]) -> Dict[str, str]:
    """Return the variable that says it to a pip of version `pip`; empty where any time of upload counts.

    Raises:
        RequestRefused: it is no time.
        InstallFailed: that pip would ignore it.
    """
    latest = uploaded_prior_to(request, variables)
    if latest is None:
        return {}
    if pip and pip < _FIRST:
        raise InstallFailed(
            f"Packages must be uploaded before {latest}, which this pip cannot heed.",
            why=f"pip {'.'.join(map(str, pip))} is older than 26.0 and would ignore uploaded-prior-to",
            remedy="upgrade pip with `python -m pip install -U pip`, install with uv, or take the setting away",
        )
    return {_VARIABLE: latest}
