"""The list of clients: each has one line here, and everything about it is in its own file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .base import Client
from .hatch import Hatch
from .keyring import Keyring
from .netrc import Netrc
from .pip import KernelPip
from .pip_user import UserPip
from .poetry import Poetry
from .twine import Twine
from .uv import Uv

if TYPE_CHECKING:
    from ..config import SecurePyPI

ALL: tuple[Client, ...] = (
    KernelPip(),
    UserPip(),
    Uv(),
    Netrc(),
    Poetry(),
    Twine(),
    Keyring(),
    Hatch(),
)
"""All clients, in the order of display."""


def names() -> list[str]:
    """Return the names that the option `clients` accepts."""
    return [client.name for client in ALL if not client.served_by]


def defaults() -> list[str]:
    """Return the default of the option `clients`."""
    return [client.name for client in ALL if client.by_default]


def help_text() -> str:
    """Return the part of that option's help that describes each client."""
    return " ".join(f"{client.name}: {client.help}." for client in ALL if client.help)


def find(name: str) -> Client | None:
    """Return the client of that name."""
    return next((client for client in ALL if client.name == name), None)


def enabled(options: SecurePyPI) -> list[Client]:
    """Return the clients that these options ask to point at the secure index."""
    return [client for client in ALL if client.is_enabled(options)]
