"""Configurations and builders of steps: the configuration has the logic, the builder adds the container's rules.

Both work alone, or mixed into a code base with its own base classes::

    class OurTrainingConfig(TrainingStepConfig, OurStepConfig): ...
    class OurTrainingBuilder(TrainingStepBuilder, OurStepBuilder): ...
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

from ..config import load_options
from ..core.errors import ConfigurationError
from ..core.providers.codeartifact.repository import Repository
from .limits import limits_of
from .repository import configured_repository
from .routes import Route, find_route
from .secret_values import refuse_secret, refuse_secrets

USE, ARN, ROLE = "USE_SECURE_PYPI", "CA_REPOSITORY_ARN", "SECURE_PYPI_ROLE_ARN"

_NOT_ON_PROCESSING = {
    "ca_repository_arn": (
        "nothing in a processing container reads CA_REPOSITORY_ARN by itself: that is the training toolkit's "
        "variable, and setting it here would look safe and do nothing",
        "leave it out; the script tells install_packages(repository_arn=...), and `jupyter securepypi preview "
        "processing` shows the lines; SDK v3 FrameworkProcessor from 3.10 does read it: pass it among your own "
        "variables there",
    ),
    "role_arn": (
        "a processing step gets USE_SECURE_PYPI only",
        "leave it out; the script tells install_packages(role_arn=...), where a role is needed",
    ),
}
_WORDS = {
    **dict.fromkeys(("true", "1", "yes", "on"), True),
    **dict.fromkeys(("false", "0", "no", "off"), False),
}


def _configured_use() -> bool:
    return bool(load_options().use_secure_pypi)


class StepConfig(BaseModel):
    """The settings of all steps.

    Attributes:
        use_secure_pypi: install from the secure index; by default as configured (``USE_SECURE_PYPI``).

    Raises:
        ConfigurationError: at construction, if a field is unknown, misplaced or not valid.
    """

    model_config = ConfigDict(extra="forbid")

    use_secure_pypi: bool = Field(default_factory=_configured_use)

    @model_validator(mode="before")
    @classmethod
    def _clear_errors(cls, data: Any) -> Any:
        if not isinstance(data, Mapping):
            return data
        given = cls._refuse_misplaced(dict(data))
        known = set(cls.model_fields) | {field.alias for field in cls.model_fields.values() if field.alias}
        extra = sorted(str(name) for name in given if name not in known)
        if extra and cls.model_config.get("extra") == "forbid":
            raise ConfigurationError(
                f"{cls.__name__} has no field {', '.join(map(repr, extra))}.",
                remedy=f"its fields are {', '.join(sorted(cls.model_fields))}",
            )
        if "use_secure_pypi" in given:
            given["use_secure_pypi"] = _boolean(given["use_secure_pypi"], cls.__name__)
        return given

    @classmethod
    def _refuse_misplaced(cls, given: dict[str, Any]) -> dict[str, Any]:
        """Return `given` without the fields that this kind of step does not use."""
        return given

    def get_environment_variables(self) -> dict[str, str]:
        """Return the variables of the step, name to value."""
        return {USE: "true" if self.use_secure_pypi else "false"}


class TrainingStepConfig(StepConfig):
    """A training step: ``CA_REPOSITORY_ARN`` for software that honours it, ``USE_SECURE_PYPI`` for the script.

    Attributes:
        ca_repository_arn: ARN (or index URL) of the repository; by default the configured one.
        role_arn: the role that install_packages() assumes; by default the configured one. The toolkits in the
            images ignore it: they use the execution role.

    Raises:
        NotConfigured: at construction, if a repository is needed, and neither given nor configured.
        ConfigurationError: at construction, if a field is unknown or not valid.
    """

    ca_repository_arn: str | None = None
    role_arn: str | None = None

    @model_validator(mode="after")
    def _fill_in(self) -> TrainingStepConfig:
        for name in ("ca_repository_arn", "role_arn"):
            refuse_secret(getattr(self, name) or "", f"The field {name}")
        if self.use_secure_pypi and (not self.ca_repository_arn or self.role_arn is None):
            options = load_options()
            if not self.ca_repository_arn:
                self.ca_repository_arn = configured_repository(options).arn
            if self.role_arn is None:
                self.role_arn = options.role_arn or None
        if self.ca_repository_arn:
            self.ca_repository_arn = Repository.parse(self.ca_repository_arn).arn
        return self

    def get_environment_variables(self) -> dict[str, str]:
        """Return the variables of the step.

        With ``use_secure_pypi``, they are ``USE_SECURE_PYPI`` and ``CA_REPOSITORY_ARN``, and ``SECURE_PYPI_ROLE_ARN``
        if a role is configured. Without it, there is only ``USE_SECURE_PYPI``, because the training toolkit uses the
        repository whenever ``CA_REPOSITORY_ARN`` is set.
        """
        variables = super().get_environment_variables()
        if self.use_secure_pypi:
            variables[ARN] = self.ca_repository_arn or ""
            if self.role_arn:
                variables[ROLE] = self.role_arn
        return variables


class ProcessingStepConfig(StepConfig):
    """A processing step: only ``USE_SECURE_PYPI``, for the script's call of install_packages().

    Raises:
        ConfigurationError: at construction, if a field is unknown, or belongs to training steps.
    """

    @classmethod
    def _refuse_misplaced(cls, given: dict[str, Any]) -> dict[str, Any]:
        for name, (why, remedy) in _NOT_ON_PROCESSING.items():
            if given.get(name):
                raise ConfigurationError(
                    f"{name} does not belong on a processing step.", why=why, remedy=remedy
                )
            if name not in cls.model_fields:
                given.pop(name, None)
        return given


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


class StepBuilder:
    """Gives a step's variables the form for its container.

    Args:
        config: the step's configuration: any object with ``get_environment_variables()``.

    Further arguments are passed on to the next class, if this class is mixed in.
    """

    operation = "CreateTrainingJob"
    step = "training"
    config: Any

    def __init__(self, config: Any, *arguments: Any, **keywords: Any) -> None:
        self.config = config
        line = type(self).__mro__
        if any("__init__" in vars(c) for c in line[line.index(StepBuilder) + 1 : -1]):
            super().__init__(config, *arguments, **keywords)  # type: ignore[call-arg]

    def conflicts(self, existing: Mapping[str, str]) -> tuple[Conflict, ...]:
        """Return the variables that `existing` and the step set differently; `true` equals `True`."""
        ours = self.config.get_environment_variables()
        return tuple(
            Conflict(name, str(existing[name]), value)
            for name, value in ours.items()
            if name in existing and not _same(name, str(existing[name]), value)
        )

    def environment(self, existing: Mapping[str, str] | None = None) -> dict[str, str]:
        """Return the caller's variables together with the step's.

        Args:
            existing: the caller's variables; the mapping itself is not changed.

        Raises:
            ConfigurationError: both set a variable differently, a value looks like a secret, or the API would refuse
                the result.
        """
        merged = {str(name): str(value) for name, value in (existing or {}).items()}
        refuse_secrets(merged)
        found = self.conflicts(merged)
        if found:
            names = ", ".join(c.name for c in found)
            words = "; ".join(f"{c.name} is {c.existing!r} there and {c.ours!r} here" for c in found)
            raise ConfigurationError(
                f"The step and your own variables disagree: {words}.",
                why="replacing either would change the job without a word",
                remedy=f"remove {names} from your variables, or change the step's configuration",
            )
        merged.update(self.config.get_environment_variables())
        limits_of(self.operation).check(merged)
        return merged

    def arguments(self, route: str, existing: Mapping[str, str] | None = None) -> dict[str, Any]:
        """Return the keyword arguments of the constructor on `route`, like ``{"environment": {...}}``.

        Args:
            route: id of a route (see `routes.ROUTES`) of this kind of step.
            existing: the caller's own variables.

        Raises:
            ConfigurationError: as for `environment`, or there is no such route for this kind of step.
        """
        found: Route = find_route(route, self.step)
        merged = self.environment(existing)
        limits_of(found.operation).check(merged)
        return {found.keyword: merged}


class TrainingStepBuilder(StepBuilder):
    """A training step's variables, for Estimator, ModelTrainer, ``@remote`` or ``create_training_job``."""


class ProcessingStepBuilder(StepBuilder):
    """A processing step's variables, for the processors or ``create_processing_job``: values of 256 characters."""

    operation = "CreateProcessingJob"
    step = "processing"

    def run_arguments(self, route: str) -> dict[str, str]:
        """Return keyword arguments for ``run()`` on `route`.

        The FrameworkProcessor of SDK v2 takes ``codeartifact_repo_arn`` from 2.229 on; the value is the configured
        repository. On other routes, and without ``use_secure_pypi``, there are no arguments.

        Raises:
            NotConfigured: a repository is needed, and none is configured.
            ConfigurationError: processing steps have no such route.
        """
        found = find_route(route, self.step)
        secure = self.config.get_environment_variables().get(USE) == "true"
        if found.id != "v2-framework-processor" or not secure:
            return {}
        return {"codeartifact_repo_arn": configured_repository(load_options()).arn}


def _same(name: str, theirs: str, ours: str) -> bool:
    return theirs.lower() == ours.lower() if name == USE else theirs == ours


def _boolean(value: object, where: str) -> bool:
    if isinstance(value, bool):
        return value
    word = _WORDS.get(str(value).strip().lower())
    if word is None:
        refuse_secret(str(value), "The field use_secure_pypi")
        raise ConfigurationError(
            f"use_secure_pypi of {where} is {value!r}.", why="it is true or false", remedy="write True or False"
        )
    return word
