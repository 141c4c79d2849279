"""The clouds that the product is shown against: an emulator of each, and what differs for whoever looks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ..emulator import Emulator
from ..emulator.google import GoogleEmulator
from ..emulator.google.world import IMPERSONATE, READER


@dataclass(frozen=True)
class Cloud:
    """An emulated cloud.

    Attributes:
        emulator: its emulator, a context manager; what is below counts once it has started.
        name: its name for people.
        options: returns the values for `SecurePyPI` that choose whom to act as.
        identity: a part of the identity that tokens are then minted for.
        login: the user name that goes with a token.
        repository: the short name of the default repository.
        refuse: makes every request for a token fail, until the emulator's `clear`.
        words: what a text about AWS says instead, by what it says.
    """

    emulator: Emulator | GoogleEmulator
    name: str
    options: Callable[[], dict[str, Any]]
    identity: str
    login: str
    repository: str
    refuse: Callable[[], object]
    words: Mapping[str, str] = field(default_factory=dict)


def _aws(marker: str) -> Cloud:
    emulator = Emulator(token_marker=marker)
    return Cloud(
        emulator,
        "AWS",
        lambda: {"role_arn": emulator.role_template},
        "assumed-role/SecurePyPIReadRole",
        "aws",
        "acme/shared-pypi",
        lambda: emulator.faults(deny=["codeartifact:GetAuthorizationToken"]),
    )


def _google(marker: str) -> Cloud:
    emulator = GoogleEmulator(token_marker=marker)
    return Cloud(
        emulator,
        "Google Cloud",
        lambda: {"role_arn": READER},
        READER,
        "oauth2accesstoken",
        "acme-project/shared-pypi",
        lambda: emulator.trouble(denied=frozenset({IMPERSONATE})),
        {
            "for AWS": "for Google Cloud",
            "acme/shared-pypi": "acme-project/shared-pypi",
            "a role that may read": "a service account that may read",
            "what a SageMaker step would get, and what": "and what",
        },
    )


CLOUDS: Mapping[str, Callable[[str], Cloud]] = {"aws": _aws, "google": _google}
"""What makes each, by the name that ``--cloud`` takes; the argument is a text that every token then holds."""
