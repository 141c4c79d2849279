"""The variables of a step: values as text, and how two who set the same variable agree."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..core.errors import ConfigurationError
from ..core.providers.codeartifact.named_in_parts import VARIABLES as PARTS
from ..core.variables import INDEX, ROLE, USE, truth
from ..core.variables import REPOSITORY as ARN

__all__ = [
    "ARN",
    "INDEX",
    "PARTS",
    "ROLE",
    "USE",
    "Conflict",
    "combined",
    "conflicts",
    "refuse_arn",
    "shown",
    "texts",
]


@dataclass(frozen=True)
class Conflict:
    """A variable that the caller and the step set differently.

    Attributes:
        name: the variable.
        existing: the caller's value.
        ours: the step's value.
    """

    name: str
    existing: str
    ours: str


def texts(variables: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return `variables` with their values as text.

    None means that a variable is not set, and leaves it out. A value without a text stays as it is: a pipeline
    variable of the SageMaker SDK gets its value when the pipeline runs, and its ``str()`` raises.
    """
    found = {str(name): _text(value) for name, value in (variables or {}).items()}
    return {name: value for name, value in found.items() if value is not None}


def _text(value: Any) -> Any:
    if value is None or isinstance(value, str):
        return value
    try:
        return str(value)
    except Exception:  # noqa: BLE001 - foreign code: the SDK's raises TypeError, others what they like
        return value


def shown(value: Any) -> str:
    """Return `value` in words: text is itself, anything else is the kind of pipeline variable that it is."""
    return value if isinstance(value, str) else f"(a {type(value).__name__}, known when the pipeline runs)"


def conflicts(existing: Mapping[str, Any], ours: Mapping[str, Any]) -> tuple[Conflict, ...]:
    """Return the variables that both set, and differently; `true` equals `True`, and an empty value sets nothing."""
    return tuple(
        Conflict(name, shown(existing[name]), shown(value))
        for name, value in ours.items()
        if existing.get(name, "") != "" and not _same(name, existing[name], value)
    )


def combined(existing: Mapping[str, Any], ours: Mapping[str, Any]) -> dict[str, Any]:
    """Return `existing` together with `ours`.

    Raises:
        ConfigurationError: both set a variable differently.
    """
    found = conflicts(existing, ours)
    if found:
        names = ", ".join(one.name for one in found)
        words = "; ".join(f"{one.name} is {one.existing!r} there and {one.ours!r} here" for one in found)
        raise ConfigurationError(
            f"The step and your own variables disagree: {words}.",
            why="replacing either would change the job without a word",
            remedy=f"remove {names} from your variables, or change the step's configuration",
        )
    return {**existing, **ours}


def _same(name: str, theirs: Any, ours: Any) -> bool:
    if theirs is ours:
        return True
    if name == USE and isinstance(theirs, str) and isinstance(ours, str):
        return truth(theirs) is not None and truth(theirs) == truth(ours)
    return isinstance(theirs, str) and theirs == ours


def refuse_arn(value: Any, name: str) -> None:
    """Check that a processing step does not get the training toolkit's variable.

    Args:
        value: what CA_REPOSITORY_ARN would be; nothing is wrong with an empty value.
        name: the field or variable that holds it.

    Raises:
        ConfigurationError: it is set.
    """
    if value is None or value == "":
        return
    raise ConfigurationError(
        f"{name} does not belong on a processing step.",
        why=f"nothing in a processing container reads {ARN} by itself: that is the training toolkit's variable, and "
        "setting it here would look safe and do nothing",
        remedy=f"leave it out: the step has the configured repository in {INDEX} for install_packages(), which also "
        "takes repository_arn=...; SDK v3 FrameworkProcessor from 3.10 does read it: give it "
        f'env={{**builder.environment(), "{ARN}": ...}}',
    )
