"""Which clients there are: all that is known of one is in its own file, and here is its one line."""

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
"""In the order in which people are shown them."""


def names() -> list[str]:
    """Return what the option `clients` may name."""
    return [client.name for client in ALL if not client.served_by]


def defaults() -> list[str]:
    """Return what the option `clients` names where nobody sets it."""
    return [client.name for client in ALL if client.by_default]


def help_text() -> str:
    """Return the part of that option's help that is about the single clients."""
    return " ".join(f"{client.name}: {client.help}." for client in ALL if client.help)


def find(name: str) -> Client | None:
    """Return the client of that name."""
    return next((client for client in ALL if client.name == name), None)


def enabled(options: SecurePyPI) -> list[Client]:
    """Return the clients that these options have pointed at the secure index."""
    return [client for client in ALL if client.is_enabled(options)]
