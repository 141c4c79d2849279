"""By what code is known that gets a token of a provider's by itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import FrozenSet, Pattern


@dataclass(frozen=True)
class Signs:
    """The calls and commands of one provider.

    Attributes:
        role_calls: names of methods that return the credentials of a role.
        token_calls: names of methods that return a token.
        service_calls: names of further methods that only serve this.
        services: what a client is made for that only serves this.
        words: texts of which one stands in all code that gets a token.
        token_command: a command that prints a token.
        login_command: a command that leaves a token in a package manager's configuration.
        role_command: a command that prints the credentials of a role.
    """

    role_calls: FrozenSet[str]
    token_calls: FrozenSet[str]
    service_calls: FrozenSet[str]
    services: FrozenSet[str]
    words: FrozenSet[str]
    token_command: Pattern[str]
    login_command: Pattern[str]
    role_command: Pattern[str]
