"""Check that boto3 or the AWS CLI is here."""

from __future__ import annotations

import shutil
from importlib import metadata
from importlib.util import find_spec

from ....check import Check

NAME = "AWS SDK"


def sdk() -> Check:
    """Return the check that names boto3 or the AWS CLI, or that finds neither."""
    if find_spec("botocore") is not None:
        return Check.passed(NAME, f"botocore {metadata.version('botocore')}")
    if shutil.which("aws"):
        return Check.passed(NAME, "the AWS CLI, in place of boto3")
    return Check.failed(NAME, "there is neither boto3 nor the AWS CLI", "add boto3 or the AWS CLI to the image")
