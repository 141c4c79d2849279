"""What a setting of a package manager can do to an install: the classes of pip's and uv's settings."""

from __future__ import annotations

from enum import Enum
from typing import Dict, FrozenSet, Mapping


class Effect(Enum):
    """The class of a setting; a setting without one could do anything, and the tests fail for it."""

    HARMLESS = "changes how the tool works or reaches the index; our own runs of the tool obey it, too"
    DECIDING = "changes which version or file is chosen, so our own runs must obey it or refuse"
    ASIDE = "concerns other commands, what is asked for, where it goes or what is shown; our own runs decide it"
    REDIRECTING = "can lead to another place than the index, by itself or by a file or folder that it names"
    WEAKENING = "takes away a check that the content is what the index offers"


def sorted_by_effect(words: Mapping[Effect, str]) -> Dict[str, Effect]:
    """Return name → effect.

    Args:
        words: for each effect, the names of settings, separated by blanks.

    Raises:
        ValueError: a name is there twice.
    """
    found: Dict[str, Effect] = {}
    for effect, names in words.items():
        for name in names.split():
            if name in found:
                raise ValueError(f"{name} has two effects")
            found[name] = effect
    return found


def with_effect(effects: Mapping[str, Effect], *wanted: Effect) -> FrozenSet[str]:
    """Return the names whose effect is one of `wanted`."""
    return frozenset(name for name, effect in effects.items() if effect in wanted)
