"""Where the overview's token for the hub comes from: a file, or the variable that JupyterHub gives its services."""

from __future__ import annotations

import os
from pathlib import Path

from ...core.errors import CredentialsError, FileProblem

VARIABLE = "JUPYTERHUB_API_TOKEN"


def overview_token(file: Path | None) -> str:
    """Return the token in `file`, or in the variable JUPYTERHUB_API_TOKEN.

    Raises:
        FileProblem: the file cannot be read.
        CredentialsError: there is none.
    """
    if file is None:
        token = os.environ.get(VARIABLE, "").strip()
    else:
        try:
            token = file.read_text(encoding="ascii").strip()
        except (OSError, UnicodeError) as error:
            why = (error.strerror if isinstance(error, OSError) else None) or "it holds no token"
            raise FileProblem(
                f"Cannot read {file}: {why}.", remedy="name the file with --token-file"
            ) from error
    if not token.isascii() or not token.isprintable() or not token:
        raise CredentialsError(
            "There is no token for the hub.",
            why=f"{file} holds none" if file else f"{VARIABLE} is not set",
            remedy="name a file that holds one with --token-file; the manual's page on JupyterHub makes one",
        )
    return token
