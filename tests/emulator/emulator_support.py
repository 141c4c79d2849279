"""What the emulator's tests share that is no fixture."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

Aws = Callable[..., Any]
HOME, PARTNER = "111122223333", "675292366480"
READER = f"arn:aws:iam::{HOME}:role/SecurePyPIReadRole_{PARTNER}"


def environment() -> dict[str, str]:
    """Return this process's environment, in which a child finds the package under test."""
    return {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}


def python(*arguments: str, **options: Any) -> subprocess.CompletedProcess[str]:
    """Run this Python in a child process."""
    return subprocess.run(
        [sys.executable, *arguments], env=environment(), capture_output=True, text=True, timeout=60, **options
    )


def mint(aws: Aws, domain: str = "acme", owner: str = HOME, role: str = "") -> str:
    """Return a token for a domain, of the default caller or of a role."""
    client = aws("codeartifact", role=role)
    return str(client.get_authorization_token(domain=domain, domainOwner=owner)["authorizationToken"])
