"""Locked options: what an administrator locks, a user may tighten, never loosen."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

from ..core.duration import exactly
from ..core.errors import ConfigurationError
from ..core.gate.policy import MALWARE, UNKNOWN_AGE, VULNERABILITIES, read_age, read_exempt
from ..core.masking import masked


def _rank(*words: str) -> Callable[[Any, Any], bool]:
    return lambda held, said: words.index(said) >= words.index(held)


def _on(held: Any, said: Any) -> bool:
    return bool(said) or not held


def _off(held: Any, said: Any) -> bool:
    return not said or bool(held)


def _longer(held: Any, said: Any) -> bool:
    return read_age(said) >= read_age(held)


def _fewer_names(held: Any, said: Any) -> bool:
    patterns = read_exempt(held)
    return all(any(_covers(wide, one) for wide in patterns) for one in read_exempt(said))


def _covers(wide: str, one: str) -> bool:
    """Return whether `wide` matches all names that `one` matches; where that is not sure, it does not."""
    # `?` takes a `*` for any letter, though it stands for many.
    sure = "?" not in wide or not set("*?") & set(one)
    return one == wide or (sure and fnmatchcase(one, wide))


def _more(held: Any, said: Any) -> bool:
    return True  # what is blocked adds up, see `Locks.joined`


_STRICT: Mapping[str, Callable[[Any, Any], bool]] = {
    "use_secure_pypi": _on,
    "allow_public": _off,
    "allow_direct": _off,
    "take_over_pip": _on,
    "verify": _rank("after", "before"),
    "manage_kernels": _on,
    "clean_environment": _on,
    "minimum_age": _longer,
    "minimum_age_exempt": _fewer_names,
    "unknown_age": _rank(*UNKNOWN_AGE),
    "malware": _rank(*MALWARE),
    "vulnerabilities": _rank(*VULNERABILITIES),
    "blocked": _more,
}
"""Whether a value is as strict as the one that is held. Any other option is held to the same value."""


@dataclass(frozen=True)
class Locks:
    """What is locked.

    Attributes:
        values: option → the value that is held.
        files: option → the file that locks it.
        not_held: files with `locked` that the user can write, so that it does not count.
    """

    values: Mapping[str, Any] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)
    not_held: tuple[str, ...] = ()

    def check(self, name: str, value: Any, source: str) -> None:
        """Let `value` pass if it is as strict as what is held.

        Raises:
            ConfigurationError: it is not; the error names `source` and the file with the lock.
        """
        if name not in self.files or is_as_strict(name, self.values[name], value):
            return
        raise ConfigurationError(
            f"{source[0].upper()}{source[1:]} sets SecurePyPI.{name} to {_shown(name, value)}, which loosens what is "
            "locked.",
            why=f"{self.files[name]} locks it at {_shown(name, self.values[name])}",
            remedy="take it back; only whoever writes that file can allow it",
        )

    def joined(self, name: str, value: Any) -> Any:
        """Return the value in force, where a user's source has said `value`."""
        if name not in self.files:
            return value
        held = self.values[name]
        if name == "blocked":
            return {**value, **held}
        return value if is_as_strict(name, held, value) else held


NOTHING_LOCKED = Locks()


def _shown(name: str, value: Any) -> str:
    return exactly(read_age(value)) if name == "minimum_age" else masked(repr(value))


def is_as_strict(name: str, held: Any, value: Any) -> bool:
    """Return whether `value` of the option `name` is as strict as `held`."""
    compare = _STRICT.get(name)
    return bool(compare(held, value)) if compare else bool(value == held)


def tightenable() -> frozenset[str]:
    """Return the options that may be made stricter where they are locked; any other one holds as it is."""
    return frozenset(_STRICT)
