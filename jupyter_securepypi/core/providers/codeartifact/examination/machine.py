"""Check this machine: boto3 or the AWS CLI is here, and its clock agrees with AWS's clock."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from importlib import metadata
from importlib.util import find_spec

from ....check import Check

# Seconds. AWS refuses signatures that are more than five minutes off, and the age of a token depends on this clock.
TOLERANCE = 60.0
_SDK = "AWS SDK"


def sdk() -> Check:
    """Return the check that names boto3 or the AWS CLI, or that finds neither."""
    if find_spec("botocore") is not None:
        return Check.passed(_SDK, f"botocore {metadata.version('botocore')}")
    if shutil.which("aws"):
        return Check.passed(_SDK, "the AWS CLI, in place of boto3")
    return Check.failed(_SDK, "there is neither boto3 nor the AWS CLI", "add boto3 or the AWS CLI to the image")


def clock(skews: Iterable[float | None]) -> Check:
    """Return the check of the clock; `skews` are the seconds by which AWS's hosts are ahead of this machine."""
    known = [skew for skew in skews if skew is not None]
    if not known:
        return Check.untried("clock", "AWS gave no time")
    worst = max(known, key=abs)
    words = f"{abs(worst):.0f} s {'behind' if worst > 0 else 'ahead of'} AWS's"
    if abs(worst) <= TOLERANCE:
        return Check.passed("clock", "right to the second" if abs(worst) < 2 else words)
    remedy = "set the clock (`timedatectl set-ntp true`), or restart the machine; AWS allows five minutes"
    return Check.failed("clock", f"this machine's clock is {words}", remedy)
