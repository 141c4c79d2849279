"""What a provider may have beside its interface, where variables of its own name a repository and a role in parts."""

from __future__ import annotations

from typing import Mapping, Protocol, Tuple, runtime_checkable


@runtime_checkable
class NamedInParts(Protocol):
    """A provider that such variables are known to. Jobs need this, and not the whole of `providers.base`."""

    def repository_in(self, environ: Mapping[str, str], other: str) -> Tuple[str, str]:
        """Return the id of the repository that they name, and the variables in words; two empty strings for none.

        Args:
            environ: the variables.
            other: the text that names the repository as a whole, which counts then.

        Raises:
            ConfigurationError: they are not complete, or contradict `other`.
        """

    def role_in(self, environ: Mapping[str, str], other: str) -> Tuple[str, str]:
        """Return the role that they name, and the variable; `other` and the errors are as for `repository_in`."""
