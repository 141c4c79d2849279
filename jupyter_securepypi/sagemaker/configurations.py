"""Configurations of steps: which variables a step gets. They work alone, or mixed into a base of somebody else's.

A field that such a base has, too, keeps the base's default; its ``get_environment_variables()`` is asked, too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Literal

from pydantic import (
    BaseModel,
    Field,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)

from ..config import load_options
from ..core.errors import NotConfigured
from ..core.providers.codeartifact.repository import Repository
from ..core.variables import truth
from .cooperation import complete, next_variables
from .repository import configured_repository
from .secret_values import refuse_secret
from .step_errors import InvalidStep, as_value_errors, ours_in, refuse_unknown
from .step_policy import policy_variables, refuse_loosening
from .step_variables import ARN, INDEX, ROLE, USE, combined, refuse_arn, texts

_METHOD = "get_environment_variables"


def _unsaid() -> Any:
    """Return the default of a field whose validator works it out."""
    return None


def _unmarked(constructor: Callable[..., None]) -> Callable[..., None]:
    """Return the constructor without the mark that lets pydantic's validation pass it by."""

    def construct(self: Any, /, *arguments: Any, **data: Any) -> None:
        constructor(self, *arguments, **data)

    return construct


class StepConfig(BaseModel):
    """The settings of all steps.

    Attributes:
        use_secure_pypi: install from the secure index; by default as configured (``USE_SECURE_PYPI``).

    Raises:
        ConfigurationError: at construction, if a field is unknown, misplaced or not valid. pydantic's own doors, such
            as ``model_validate_json``, raise its ValidationError with the same words.
    """

    use_secure_pypi: bool = Field(default_factory=_unsaid, validate_default=True)

    if not TYPE_CHECKING:  # type checkers know the fields from pydantic

        def __init__(self, /, *arguments, **data):
            try:
                super().__init__(*arguments, **data)
            except ValidationError as error:
                raise ours_in(error) or error from None

        # As pydantic's RootModel says of its own: it only passes on, so that validation need not call it.
        __init__.__pydantic_base_init__ = True

    def __init_subclass__(cls, **keywords: Any) -> None:
        super().__init_subclass__(**keywords)
        if any(not getattr(base.__init__, "__pydantic_base_init__", False) for base in cls._other_bases()):
            # Validation has to call the constructor of such a base.
            type.__setattr__(cls, "__init__", _unmarked(cls.__init__))
        complete(cls, StepConfig, _METHOD, lambda step, found: step._with_secure_variables(found))

    @model_validator(mode="before")
    @classmethod
    def _secure_pypi_fields(cls, data: Any) -> Any:
        if not isinstance(data, Mapping):
            return data
        given = cls._without_misplaced(data)
        refuse_unknown(cls, given)
        return given

    @classmethod
    def _without_misplaced(cls, data: Mapping[str, Any]) -> dict[str, Any]:
        """Return `data` without the fields that this kind of step does not have."""
        return dict(data)

    @field_validator("use_secure_pypi", mode="before")
    @classmethod
    def _secure_pypi_switch(cls, value: Any) -> bool:
        if value is None:
            return cls._default_use()
        word = value if isinstance(value, bool) else truth(str(value))
        if word is None:
            refuse_secret(str(value), "The field use_secure_pypi")
            raise InvalidStep(
                f"use_secure_pypi of {cls.__name__} is {value!r}.",
                why="it is true or false",
                remedy="write True or False",
            )
        return word

    def get_environment_variables(self, *arguments: Any, **keywords: Any) -> dict[str, Any]:
        """Return the variables of the step, name to value, together with those of the next class that has any.

        Arguments are passed on to that class.

        Raises:
            NotConfigured: a repository is needed, and none is given or configured.
            ConfigurationError: the next class sets one of our variables differently, or one loosens what is locked.
        """
        return self._with_secure_variables(next_variables(super(), _METHOD, arguments, keywords))

    def _with_secure_variables(self, others: Mapping[str, Any]) -> dict[str, Any]:
        found = combined(texts(others), self._secure_variables())
        refuse_loosening(found)
        return found

    def _secure_variables(self) -> dict[str, str]:
        """Return the variables for the secure index, and those of the policy in force."""
        return {USE: "true", **policy_variables()} if self._uses_secure_pypi else {USE: "false"}

    @property
    def _uses_secure_pypi(self) -> bool:
        # None is what `model_construct`, which validates nothing, leaves.
        return self._default_use() if self.use_secure_pypi is None else bool(self.use_secure_pypi)

    @classmethod
    def _default_use(cls) -> bool:
        default = cls._default_of_a_base("use_secure_pypi")
        return bool(load_options().use_secure_pypi) if default is None else bool(default)

    @classmethod
    def _default_of_a_base(cls, field: str) -> Any:
        """Return the default that somebody else's base gives the field, or None."""
        base = cls._base_with(field)
        return base.model_fields[field].get_default(call_default_factory=True) if base else None

    @classmethod
    def _base_with(cls, field: str) -> type[BaseModel] | None:
        """Return the base, not of ours, that has the field, or None."""
        return next((base for base in cls._other_bases() if field in base.model_fields), None)

    @classmethod
    def _other_bases(cls) -> Iterator[type[BaseModel]]:
        return (one for one in cls.__mro__ if issubclass(one, BaseModel) and not issubclass(one, StepConfig))


class TrainingStepConfig(StepConfig):
    """A training step: ``CA_REPOSITORY_ARN`` for software that honours it, ``USE_SECURE_PYPI`` for the script.

    Its variables are ``USE_SECURE_PYPI`` and ``CA_REPOSITORY_ARN``, ``SECURE_PYPI_ROLE_ARN`` if there is a role, and
    those of the policy if there is one, such as ``SECURE_PYPI_MINIMUM_AGE``, for install_packages().
    Without `use_secure_pypi` there is only ``USE_SECURE_PYPI``: the training toolkit uses the repository whenever
    ``CA_REPOSITORY_ARN`` is set.

    Attributes:
        secure_pypi_step: tells the kinds of steps apart, also as the discriminator of a union.
        ca_repository_arn: ARN (or index URL) of the repository; by default the configured one.
        role_arn: the role that install_packages() assumes; by default the configured one. The toolkits in the
            images ignore it: they use the execution role. Where a base has a field of this name, it is the base's
            alone, and install_packages() assumes the configured role.

    Raises:
        NotConfigured: at construction, if a repository is needed, and neither given nor configured.
        ConfigurationError: at construction, if a field is unknown or not valid.
    """

    secure_pypi_step: Literal["training"] = "training"
    ca_repository_arn: str | None = Field(default=None, validate_default=True)
    role_arn: str | None = Field(default=None, validate_default=True)

    @field_validator("ca_repository_arn", mode="before")
    @classmethod
    def _secure_pypi_repository(cls, value: Any, info: ValidationInfo) -> Any:
        value = value or cls._default_of_a_base("ca_repository_arn")
        if value and not isinstance(value, str):
            return value  # pydantic says what is wrong with it
        return _arn_of(value) if value or info.data.get("use_secure_pypi") else None

    @field_validator("role_arn", mode="before")
    @classmethod
    def _secure_pypi_role(cls, value: Any, info: ValidationInfo) -> Any:
        if isinstance(value, str):
            refuse_secret(value, "The field role_arn")
        if cls._base_with("role_arn"):
            return cls._default_of_a_base("role_arn") if value is None else value
        if value is None and info.data.get("use_secure_pypi"):
            return load_options().role_arn or None
        return value

    @model_validator(mode="after")
    def _secure_pypi_complete(self) -> TrainingStepConfig:
        # What a subclass redeclares has no validated default: nothing is filled in here, only checked.
        self._secure_variables()
        return self

    def _secure_variables(self) -> dict[str, str]:
        found = super()._secure_variables()
        if self._uses_secure_pypi:
            # A copy or an assignment may have switched it on after validation.
            found[ARN] = _arn_of(self.ca_repository_arn)
            role = None if self._base_with("role_arn") else self.role_arn
            role = load_options().role_arn if role is None else role
            if role:
                found[ROLE] = role
        return found


class ProcessingStepConfig(StepConfig):
    """A processing step: variables for the script's call of install_packages(), under names that no toolkit reads.

    They are ``USE_SECURE_PYPI``, and with it ``SECURE_PYPI_INDEX`` and ``SECURE_PYPI_ROLE_ARN``: the repository and the
    role that are configured; and those of the policy if there is one, such as ``SECURE_PYPI_MINIMUM_AGE``. Where no
    repository is configured, the script has to name it.

    Attributes:
        secure_pypi_step: tells the kinds of steps apart, also as the discriminator of a union.

    Raises:
        ConfigurationError: at construction, if a field is unknown, or belongs to training steps.
    """

    secure_pypi_step: Literal["processing"] = "processing"

    @classmethod
    def _without_misplaced(cls, data: Mapping[str, Any]) -> dict[str, Any]:
        with as_value_errors():
            refuse_arn(data.get("ca_repository_arn"), "ca_repository_arn")
        if data.get("role_arn") and not cls._base_with("role_arn"):
            raise InvalidStep(
                "role_arn does not belong on a processing step.",
                why="a processing step gets the configured role",
                remedy="leave it out, and configure c.SecurePyPI.role_arn, or give install_packages(role_arn=...)",
            )
        # Left empty they change nothing; a dump of a training step has them.
        unused = {"ca_repository_arn", "role_arn"} - set(cls.model_fields)
        return {name: value for name, value in data.items() if name not in unused}

    @model_validator(mode="after")
    def _secure_pypi_refuse_declared(self) -> ProcessingStepConfig:
        with as_value_errors():
            refuse_arn(getattr(self, "ca_repository_arn", None), "ca_repository_arn")
            if "ca_repository_arn" in type(self).model_fields and not self._base_with("ca_repository_arn"):
                refuse_arn("declared", f"The field ca_repository_arn of {type(self).__name__}")
        return self

    def _with_secure_variables(self, others: Mapping[str, Any]) -> dict[str, Any]:
        found = super()._with_secure_variables(others)
        refuse_arn(found.get(ARN), ARN)
        return found

    def _secure_variables(self) -> dict[str, str]:
        found = super()._secure_variables()
        return {**found, **configured_for_scripts()} if self._uses_secure_pypi else found


def configured_for_scripts() -> dict[str, str]:
    """Return the variables that tell install_packages() the configured repository and role, as far as there are any."""
    options = load_options()
    try:
        found = {INDEX: options.require_repository().id, ROLE: options.role_arn}
    except NotConfigured:
        found = {ROLE: options.role_arn}
    return {name: value for name, value in found.items() if value}


def _arn_of(text: str | None) -> str:
    """Return the ARN of the repository that `text` names; of the configured one if it is empty."""
    refuse_secret(text or "", "The field ca_repository_arn")
    with as_value_errors():
        return (Repository.parse(text) if text else configured_repository(load_options())).arn
