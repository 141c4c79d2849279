"""Notice that the AWS credentials on this machine have changed, without reading them."""

from __future__ import annotations

import os
from pathlib import Path


def identity_files() -> tuple[Path, ...]:
    """Return the files that say who the caller is: shared credentials and configuration (AWS SDK reference)."""
    return (
        Path(os.environ.get("AWS_SHARED_CREDENTIALS_FILE") or "~/.aws/credentials").expanduser(),
        Path(os.environ.get("AWS_CONFIG_FILE") or "~/.aws/config").expanduser(),
    )


def fingerprint(*, log_ins: bool = True) -> str:
    """Return a text that differs once the caller's credential files have changed.

    Args:
        log_ins: count the folders as well in which `aws sso login` and `aws login` leave their sessions.
    """
    paths = list(identity_files())
    if log_ins:
        for folder in ("~/.aws/sso/cache", "~/.aws/login/cache"):
            try:
                paths += sorted(Path(folder).expanduser().glob("*.json"))
            except OSError:
                continue
    return " ".join(_state(path) for path in paths)


def _state(path: Path) -> str:
    try:
        state = path.stat()
    except OSError:
        return "-"
    return f"{state.st_mtime_ns}:{state.st_size}:{state.st_ino}"
