"""The body of ``POST preview``: which fields it has, and what they must be."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..core.errors import ConfigurationError
from .steps import ProcessingStepConfig, StepConfig, TrainingStepConfig

_STEPS = ("training", "processing")
_FIELDS: dict[str, tuple[type, ...]] = {
    "step": (str,),
    "route": (str,),
    "image": (str,),
    "sdk_version": (str, type(None)),
    "use_secure_pypi": (bool, type(None)),
    "ca_repository_arn": (str, type(None)),
    "role_arn": (str, type(None)),
    "requirements": (str, type(None)),
    "script": (str, type(None)),
    "network_isolation": (bool, type(None)),
    "existing": (dict, type(None)),
}
_NEEDED = ("step", "route", "image")


def step_config(
    step: str,
    *,
    use_secure_pypi: bool | None = None,
    ca_repository_arn: str | None = None,
    role_arn: str | None = None,
) -> StepConfig:
    """Return the configuration of a `step`; None stands for the configured value.

    `role_arn` counts for a training step; a processing step has none (`preview` takes it apart).

    Raises:
        ConfigurationError: if there is no such step, or a value does not belong on it.
    """
    if step not in _STEPS:
        raise ConfigurationError(
            f"There is no step {step[:40]!r}.", remedy="the steps are training and processing"
        )
    given: dict[str, Any] = {"ca_repository_arn": ca_repository_arn or None}
    if use_secure_pypi is not None:
        given["use_secure_pypi"] = use_secure_pypi
    if step == "processing":
        return ProcessingStepConfig(**given)
    return TrainingStepConfig(role_arn=role_arn, **given)


def parse(body: Mapping[str, Any]) -> tuple[StepConfig, dict[str, Any]]:
    """Return the step and the keyword arguments for `preview` that `body` means.

    Raises:
        ConfigurationError: naming the field that is missing, unknown or of the wrong type.
    """
    if not isinstance(body, Mapping):
        raise ConfigurationError("A preview is asked for with a JSON object.")
    for name in body:
        if name not in _FIELDS:
            known = ", ".join(_FIELDS)
            raise ConfigurationError(
                f"A preview has no field {str(name)[:40]!r}.", remedy=f"the fields are {known}"
            )
    for name in _NEEDED:
        if not body.get(name):
            raise ConfigurationError(f"The field {name} of the preview is missing.")
    for name, value in body.items():
        if not isinstance(value, _FIELDS[name]):
            wanted = _FIELDS[name][0].__name__
            raise ConfigurationError(
                f"The field {name} of the preview must be {wanted}, not {type(value).__name__}."
            )
    existing = body.get("existing") or {}
    if not all(isinstance(text, str) for pair in existing.items() for text in pair):
        raise ConfigurationError("The field existing of the preview must map names to text.")
    step = step_config(
        body["step"],
        use_secure_pypi=body.get("use_secure_pypi"),
        ca_repository_arn=body.get("ca_repository_arn"),
        role_arn=body.get("role_arn") or None,
    )
    return step, {
        "route": body["route"],
        "image": body["image"],
        "sdk_version": body.get("sdk_version") or "",
        "requirements": body.get("requirements"),
        "script": body.get("script"),
        "network_isolation": bool(body.get("network_isolation")),
        "role_arn": body.get("role_arn") or None,
        "existing": existing,
    }
