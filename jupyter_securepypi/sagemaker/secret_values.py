"""Values that must never become an environment variable of a job, because AWS's console shows variables."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from ..adoption.signs import PLACEHOLDER
from ..core.errors import ConfigurationError

_LOOKS = (
    ("a URL with a password", re.compile(rf"://[^/\s@]*:(?!{PLACEHOLDER}@)[^/\s@]+@")),
    # Compact JWTs and JWEs, the form of CodeArtifact's tokens: dotted base64url whose header is a JSON object.
    ("an authorization token", re.compile(r"(?<![\w-])eyJ[\w-]{10,}\.[\w.-]*")),
    ("an AWS access key", re.compile(r"(?<![A-Z0-9])(?:AKIA|ASIA)[A-Z0-9]{16}(?![A-Z0-9])")),
    ("a token", re.compile(r"(?<![\w.+/=-])[\w.+/=-]{400,}")),
)


# The length and the alphabet that IAM gives a secret access key; a commit's hash has the one, a path the other.
_SECRET_KEY = re.compile(r"(?<![\w/+])[A-Za-z0-9/+]{40}(?![\w/+=])")
_MIXED = 10  # changes between upper case, lower case and digits: a random key has about 25


def looks_secret(value: str) -> str:
    """Return the kind of secret that `value` holds or looks like, or an empty string."""
    found = next((kind for kind, pattern in _LOOKS if pattern.search(value)), "")
    if not found and any(_mixed(match.group()) for match in _SECRET_KEY.finditer(value)):
        return "an AWS secret access key"
    return found


def _mixed(text: str) -> bool:
    kinds = [(one.isupper(), one.isdigit()) for one in text if one.isalnum()]
    return {(True, False), (False, True)} <= set(kinds) and sum(a != b for a, b in pairwise(kinds)) >= _MIXED


def refuse_secret(value: str, what: str) -> None:
    """Check that `value` is no secret.

    Args:
        value: the value; never quoted.
        what: the holder of the value, as the start of a sentence.

    Raises:
        ConfigurationError: it looks like a secret.
    """
    kind = looks_secret(value)
    if kind:
        raise ConfigurationError(
            f"{what} holds {kind}.",
            why="AWS shows the variables and arguments of a job to everybody who may describe it, and forbids "
            "secrets there",
            remedy="name the repository by its ARN; the container gets a token of its own from its role",
        )


def refuse_secrets(environment: Mapping[str, Any]) -> None:
    """Check that no value in `environment` is a secret; values that are no text are not looked at.

    Raises:
        ConfigurationError: a value looks like a secret; the error names the variable.
    """
    for name, value in environment.items():
        refuse_secret(name, "The name of a variable")
        if isinstance(value, str):
            refuse_secret(value, f"The variable {name}")
