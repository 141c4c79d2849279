"""A connection to a public index, by which a repository answers for packages that nobody put there."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Connection:
    """A connection of one repository to a public index.

    Attributes:
        name: the provider's name of it, such as ``public:pypi``.
        repository: the id of the repository that has it: the one that was asked about, or one behind it.
    """

    name: str
    repository: str
