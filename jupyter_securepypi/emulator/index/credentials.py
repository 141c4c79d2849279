"""The token in a request to the index."""

from __future__ import annotations

import base64
import binascii

USER = "aws"  # the only user name that CodeArtifact accepts


def token_in(header: str, login: str = USER) -> str:
    """Return the token of an ``Authorization`` header, bearer or basic with the user name `login`; empty for none."""
    scheme, _, given = header.partition(" ")
    if scheme.lower() == "bearer":
        return given.strip()
    if scheme.lower() != "basic":
        return ""
    try:
        user, _, token = base64.b64decode(given.strip(), validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return ""
    return token if user == login else ""
