"""Every failure this package reports: what went wrong, why, and what to do about it."""

from __future__ import annotations

import traceback
from copy import copy
from pathlib import Path
from typing import Any, Dict, List, Tuple, Type

from .commands import typed
from .foreign_text import for_terminal


class SecurePyPIError(Exception):
    """A failure with its cause and its remedy; ``str()`` gives up to three lines.

    Attributes:
        message: what went wrong, one sentence naming the thing and the place.
        why: the cause, or an empty string where it is not known.
        remedy: what to do next, or an empty string.
        unmet: the requirement that could not be met, such as ``pandas>=3``, or empty; it does not cross processes.
        need: who needs that, as the beginning of a cause, or empty; nor does it.
    """

    unmet = need = ""

    def __init__(self, message: str, *, why: str = "", remedy: str = "") -> None:
        self.message, self.why, self.remedy = (typed(for_terminal(text)) for text in (message, why, remedy))
        super().__init__(self.message)

    def __str__(self) -> str:
        lines = [self.message]
        if self.why:
            lines.append(f"  why   {self.why}")
        if self.remedy:
            lines.append(f"  try   {self.remedy}")
        return "\n".join(lines)

    def _render_traceback_(self) -> List[str]:
        """Return what IPython shows: the three lines, because a traceback would only bury the remedy."""
        return [f"{type(self).__name__}: {self}"]

    def reworded(self, why: str, remedy: str) -> SecurePyPIError:
        """Return the same error with another cause and another remedy."""
        other = copy(self)
        SecurePyPIError.__init__(other, self.message, why=why, remedy=remedy)
        return other

    def to_dict(self) -> Dict[str, str]:
        """Return ``kind``, ``message``, ``why`` and ``remedy``: the form that crosses processes and REST."""
        return {
            "kind": type(self).__name__,
            "message": self.message,
            "why": self.why,
            "remedy": self.remedy,
        }

    @staticmethod
    def from_dict(data: Dict[str, Any]) -> SecurePyPIError:
        """Return the error that `to_dict` described; an unknown kind becomes a plain `SecurePyPIError`.

        Raises:
            TypeError: `data` is no mapping.
        """
        if not isinstance(data, dict):
            raise TypeError("an error is a mapping")
        kind = _KINDS.get(str(data.get("kind", "")), SecurePyPIError)
        return kind(
            str(data.get("message", "unknown failure")),
            why=str(data.get("why", "")),
            remedy=str(data.get("remedy", "")),
        )


class ConfigurationError(SecurePyPIError):
    """An option, a variable or a file of ours says something that cannot be."""


class NotConfigured(ConfigurationError):
    """No repository has been configured yet: a state, not a mistake."""


class CredentialsError(SecurePyPIError):
    """There are no usable credentials to get a token with: none, expired, or unknown to the provider."""


class AccessDenied(SecurePyPIError):
    """The provider knows the caller and says no."""


class NotFound(SecurePyPIError):
    """A domain, repository, role or package does not exist where it was looked for."""


class VersionNotFound(NotFound):
    """The index has the package, but no version that fits."""


class Throttled(SecurePyPIError):
    """The provider answered that there are too many requests."""


class Unreachable(SecurePyPIError):
    """No answer: no route, no name, a proxy, TLS, or a deadline that passed."""


class ClockSkew(SecurePyPIError):
    """This machine's clock differs too much from the provider's for a signature to hold."""


class TokenExpired(SecurePyPIError):
    """The index no longer accepts the token."""


class IncompleteParts(ConfigurationError):
    """Variables that name a repository in parts are not complete, and nothing else names it."""


class RequestRefused(SecurePyPIError):
    """The request would go around the secure index, so nothing was run."""


class HeldBack(SecurePyPIError):
    """The gate holds back something that is needed: it is too young, known to be bad, or blocked.

    Attributes:
        verdicts: what the gate said (`core.gate.verdict.Verdict`); it does not cross processes.
    """

    verdicts: Tuple[Any, ...] = ()


class InstallFailed(SecurePyPIError):
    """The package manager ran and did not succeed."""


class ForeignOrigin(SecurePyPIError):
    """Something was installed from somewhere else than the secure index."""


class FileProblem(SecurePyPIError):
    """A file cannot be read, understood or written."""


_KINDS: Dict[str, Type[SecurePyPIError]] = {
    kind.__name__: kind
    for kind in (
        SecurePyPIError,
        ConfigurationError,
        NotConfigured,
        CredentialsError,
        AccessDenied,
        NotFound,
        VersionNotFound,
        Throttled,
        Unreachable,
        ClockSkew,
        TokenExpired,
        RequestRefused,
        HeldBack,
        InstallFailed,
        ForeignOrigin,
        FileProblem,
    )
}


class Fault(SecurePyPIError):
    """An unexpected exception: it shows the class and the places in the code; the rest may hold a secret.

    Args:
        error: the exception that was raised.
    """

    def __init__(self, error: BaseException) -> None:
        frames = traceback.extract_tb(error.__traceback__)
        places = [f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames]
        super().__init__(
            f"A fault in jupyter_securepypi itself: {type(error).__name__}.",
            why=f"at {' > '.join(places)}",
            remedy="report these lines; they hold no secret",
        )
