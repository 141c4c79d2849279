"""What is wrong with a step's configuration, as errors that pydantic understands, too."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from pydantic import AliasChoices, AliasPath, BaseModel, ValidationError
from pydantic.fields import FieldInfo

from ..core.errors import ConfigurationError, NotConfigured


class InvalidStep(ConfigurationError, ValueError):
    """A field of a step is unknown, misplaced or not valid.

    It is a ValueError, so that pydantic goes on with the next member of a union.
    """

    def to_dict(self) -> dict[str, str]:
        """Return the form that crosses processes and REST, where it is a `ConfigurationError`."""
        return {**super().to_dict(), "kind": ConfigurationError.__name__}


class StepNotConfigured(NotConfigured, ValueError):
    """A step needs a repository, and none is given or configured; a ValueError as `InvalidStep` is."""

    def to_dict(self) -> dict[str, str]:
        """Return the form that crosses processes and REST, where it is a `NotConfigured`."""
        return {**super().to_dict(), "kind": NotConfigured.__name__}


@contextmanager
def as_value_errors() -> Iterator[None]:
    """Turn errors about the configuration into ValueErrors.

    The refusal of a secret must not be among them: pydantic would quote the secret in its own error.
    """
    try:
        yield
    except (InvalidStep, StepNotConfigured):
        raise
    except NotConfigured as error:
        raise StepNotConfigured(error.message, why=error.why, remedy=error.remedy) from None
    except ConfigurationError as error:
        raise InvalidStep(error.message, why=error.why, remedy=error.remedy) from None


def ours_in(error: ValidationError) -> ConfigurationError | None:
    """Return the error of ours that pydantic's `error` stands for, or None if it is about fields of others."""
    causes = (detail.get("ctx", {}).get("error") for detail in error.errors(include_url=False))
    return next((cause for cause in causes if isinstance(cause, ConfigurationError)), None)


def refuse_unknown(cls: type[BaseModel], data: Mapping[str, Any]) -> None:
    """Check that each key in `data` is a field of `cls`, by its name or an alias.

    This is pydantic's ``extra="forbid"``, but a default only: what a base says of `extra` counts, in either order.

    Raises:
        InvalidStep: a key is no field.
    """
    if cls.model_config.get("extra") in ("allow", "ignore"):
        return
    known = {key for name, field in cls.model_fields.items() for key in _keys(cls, name, field)}
    extra = sorted(str(key) for key in data if key not in known)
    if extra:
        raise InvalidStep(
            f"{cls.__name__} has no field {', '.join(map(repr, extra))}.",
            remedy=f"its fields are {', '.join(sorted(known))}",
        )


def _keys(cls: type[BaseModel], name: str, field: FieldInfo) -> Iterator[str]:
    """Yield the keys that pydantic fills the field from."""
    alias = field.validation_alias
    if alias is None or cls.model_config.get("populate_by_name") or cls.model_config.get("validate_by_name"):
        yield name
    for one in alias.choices if isinstance(alias, AliasChoices) else [alias]:
        if one is not None:
            yield str(one.path[0]) if isinstance(one, AliasPath) else one
