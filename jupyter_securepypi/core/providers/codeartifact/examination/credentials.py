"""The AWS credentials of this machine: their source and their expiry. Runs in the child."""

from __future__ import annotations

import os
import time
from datetime import datetime
from typing import Any

from ....check import Check
from ..errors import translate

NAME = "AWS credentials"
_SOON = 300.0  # seconds


def credentials(session: Any) -> tuple[Check, str]:
    """Return the check of the credentials, and where they come from.

    Args:
        session: botocore's, see `aws_sdk`, or the AWS CLI's, which does not show its credentials.
    """
    if not hasattr(session, "get_credentials"):
        return Check.passed(NAME, "the AWS CLI has them"), "the AWS CLI"
    try:
        found = session.get_credentials()
        if found is not None:
            found.get_frozen_credentials()  # refreshes them if they can be refreshed
    except Exception as error:  # noqa: BLE001 a credential process and plugins may fail in any way
        return Check.of(translate(error), NAME), ""
    if found is None:
        remedy = "log in (`aws sso login`, `aws configure`), name a profile, or give this machine a role"
        return Check.failed(NAME, "there are none", remedy), ""
    return _lifetime(found), str(getattr(found, "method", "") or "unknown")


def _lifetime(found: Any) -> Check:
    expires_at = _expiry(found)
    if expires_at is None:
        how = "when they expire is not known" if found.token else "they do not expire"
        return Check.passed(NAME, how)
    left = expires_at - time.time()
    at = time.strftime("%H:%M", time.localtime(expires_at))
    if left <= 0:
        remedy = "log in again (for example `aws sso login`), or restart the app for new role credentials"
        return Check.failed(NAME, f"they expired at {at}", remedy)
    soon = "; nothing has renewed them" if left < _SOON else ""
    return Check.passed(NAME, f"until {at}{soon}")


def _expiry(found: Any) -> float | None:
    """Return when the credentials expire, if botocore or the process that exported them knows it."""
    known = getattr(found, "_expiry_time", None)  # RefreshableCredentials; there is no public name for it
    if isinstance(known, datetime):
        return known.timestamp()
    text = os.environ.get("AWS_CREDENTIAL_EXPIRATION", "") if getattr(found, "method", "") == "env" else ""
    try:
        return datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp() if text else None
    except ValueError:
        return None
