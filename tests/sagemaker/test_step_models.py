"""Configurations of steps are pydantic's models, and keep to all its habits."""

from __future__ import annotations

import copy
import pickle
from typing import Annotated, Generic, Literal, TypeVar

import pytest
from pydantic import AliasChoices, BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from jupyter_securepypi.core.errors import ConfigurationError, NotConfigured
from jupyter_securepypi.sagemaker.steps import ProcessingStepConfig, TrainingStepConfig

ARN = "arn:aws:codeartifact:us-west-2:111122223333:repository/acme/shared-pypi"
OTHER = "arn:aws:codeartifact:us-west-2:111122223333:repository/acme/team-pypi"
URL = "https://acme-111122223333.d.codeartifact.us-west-2.amazonaws.com/pypi/team-pypi/"
ROLE = "arn:aws:iam::111122223333:role/reader"
TOKEN = "eyJ2ZXIiOjEsImlzdSI6MTYwMDAwMDAwMH0.c2VjcmV0.c2VjcmV0"
VARIABLES = {"USE_SECURE_PYPI": "true", "CA_REPOSITORY_ARN": ARN, "SECURE_PYPI_ROLE_ARN": ROLE}
T = TypeVar("T")


@pytest.fixture
def configured(monkeypatch):
    monkeypatch.setenv("CA_REPOSITORY_ARN", ARN)
    monkeypatch.setenv("SECURE_PYPI_ROLE_ARN", ROLE)


class Frozen(TrainingStepConfig):
    model_config = ConfigDict(frozen=True)


class Assigned(TrainingStepConfig):
    model_config = ConfigDict(validate_assignment=True)


class Strict(TrainingStepConfig):
    model_config = ConfigDict(strict=True, frozen=True)


@pytest.mark.usefixtures("configured")
@pytest.mark.parametrize("kind", [TrainingStepConfig, Frozen, Assigned, Strict])
def test_every_door_fills_in_what_is_configured(kind):
    for config in (
        kind(),
        kind(ca_repository_arn=None, role_arn=None),
        kind.model_validate({}),
        kind.model_validate_json("{}"),
        TypeAdapter(kind).validate_python({}),
    ):
        assert (config.ca_repository_arn, config.role_arn) == (ARN, ROLE)
        assert config.get_environment_variables() == VARIABLES
        for again in (
            kind.model_validate_json(config.model_dump_json()),
            copy.deepcopy(config),
            config.model_copy(),
            pickle.loads(pickle.dumps(config)),
        ):
            assert again == config


@pytest.mark.usefixtures("configured")
def test_what_is_frozen_stays_frozen_and_hashable():
    with pytest.raises(ValidationError, match="frozen"):
        Frozen().use_secure_pypi = False
    assert len({Frozen(), Frozen(), Frozen(ca_repository_arn=OTHER)}) == 2


@pytest.mark.usefixtures("configured")
def test_an_assignment_is_validated_as_the_constructor_is():
    config = Assigned(use_secure_pypi=False)
    assert config.ca_repository_arn is None
    config.use_secure_pypi = "on"
    assert config.use_secure_pypi is True
    assert config.get_environment_variables() == VARIABLES
    config.ca_repository_arn = URL
    assert config.ca_repository_arn == OTHER
    config.ca_repository_arn = None
    assert config.ca_repository_arn == ARN


@pytest.mark.usefixtures("configured")
@pytest.mark.parametrize("made", [TrainingStepConfig(use_secure_pypi=False), Frozen(use_secure_pypi=False)])
def test_a_copy_that_is_switched_on_names_the_configured_repository(made):
    assert made.model_copy(update={"use_secure_pypi": True}).get_environment_variables() == VARIABLES
    assert type(made).model_construct(use_secure_pypi=True).get_environment_variables() == VARIABLES
    assert type(made).model_construct().get_environment_variables() == VARIABLES


def test_a_copy_that_is_switched_on_without_a_repository_says_so_and_never_gives_an_empty_one():
    copied = TrainingStepConfig(use_secure_pypi=False).model_copy(update={"use_secure_pypi": True})
    with pytest.raises(NotConfigured):
        copied.get_environment_variables()


STEPS = [TrainingStepConfig, ProcessingStepConfig]
UNIONS = [
    TrainingStepConfig | ProcessingStepConfig,
    ProcessingStepConfig | TrainingStepConfig,
    Annotated[TrainingStepConfig | ProcessingStepConfig, Field(discriminator="secure_pypi_step")],
    Annotated[ProcessingStepConfig | TrainingStepConfig, Field(union_mode="left_to_right")],
]


@pytest.mark.usefixtures("configured")
@pytest.mark.parametrize("union", UNIONS)
@pytest.mark.parametrize("secure", [True, False])
def test_a_list_of_both_kinds_of_steps_comes_back_from_json(union, secure):
    class Pipeline(BaseModel):
        steps: list[union]

    pipeline = Pipeline(steps=[kind(use_secure_pypi=secure) for kind in (*STEPS, *STEPS)])
    again = Pipeline.model_validate_json(pipeline.model_dump_json())
    assert [type(step) for step in again.steps] == [*STEPS, *STEPS]
    assert again == pipeline


def test_a_union_takes_the_step_that_fits():
    union = TypeAdapter(ProcessingStepConfig | TrainingStepConfig)
    assert type(union.validate_python({"ca_repository_arn": ARN})) is TrainingStepConfig
    assert (
        type(union.validate_python({"use_secure_pypi": True})) is ProcessingStepConfig
    )  # no repository is configured
    with pytest.raises(ValidationError, match="use_secure_pipy"):
        union.validate_python({"use_secure_pipy": True})


def test_the_errors_of_the_constructor_are_ours_and_those_of_other_doors_pydantics():
    for wrong, error in (({"use_secure_pypi": "perhaps"}, ConfigurationError), ({}, NotConfigured)):
        with pytest.raises(error) as caught:
            TrainingStepConfig(**wrong)
        assert isinstance(caught.value, ValueError)
        assert caught.value.to_dict()["kind"] == error.__name__
        with pytest.raises(ValidationError) as validation:
            TrainingStepConfig.model_validate(wrong)
        assert caught.value.message in str(validation.value)


@pytest.mark.parametrize("field", ["ca_repository_arn", "role_arn", "use_secure_pypi"])
def test_no_door_repeats_a_secret(field):
    class Outer(BaseModel):
        step: TrainingStepConfig | ProcessingStepConfig

    for door in (
        lambda data: TrainingStepConfig(**data),
        TrainingStepConfig.model_validate,
        lambda data: Outer(step=data),
    ):
        with pytest.raises(ConfigurationError) as caught:
            door({field: TOKEN})
        assert TOKEN not in str(caught.value)


@pytest.mark.usefixtures("configured")
def test_fields_may_have_aliases():
    class Aliased(TrainingStepConfig):
        ca_repository_arn: str | None = Field(
            None, validation_alias=AliasChoices("RepositoryArn", "repository")
        )

    class Generated(TrainingStepConfig):
        model_config = ConfigDict(
            alias_generator=lambda name: name.title().replace("_", ""), populate_by_name=True
        )

    for config in (
        Aliased(RepositoryArn=OTHER),
        Aliased.model_validate_json(f'{{"repository": "{OTHER}"}}'),
        Generated(CaRepositoryArn=OTHER),
        Generated(ca_repository_arn=OTHER),
    ):
        assert config.get_environment_variables() == {**VARIABLES, "CA_REPOSITORY_ARN": OTHER}
    assert Aliased().get_environment_variables() == VARIABLES
    assert Generated().ca_repository_arn == ARN
    with pytest.raises(ConfigurationError, match="no field 'ca_repository_arn'") as caught:
        Aliased(ca_repository_arn=OTHER)
    assert "RepositoryArn" in caught.value.remedy


@pytest.mark.usefixtures("configured")
def test_a_subclass_has_defaults_of_its_own():
    class Off(TrainingStepConfig):
        use_secure_pypi: bool = False

    class Own(TrainingStepConfig):
        ca_repository_arn: str = URL
        role_arn: str = ""

    class Wrong(TrainingStepConfig):
        ca_repository_arn: str = "shared"

    assert Off().get_environment_variables() == {"USE_SECURE_PYPI": "false"}
    assert Own().get_environment_variables() == {"USE_SECURE_PYPI": "true", "CA_REPOSITORY_ARN": OTHER}
    with pytest.raises(ConfigurationError, match="shared"):
        Wrong()


class Sized(TrainingStepConfig, Generic[T]):
    size: T
    kind: Literal["sized"] = "sized"


@pytest.mark.usefixtures("configured")
def test_a_step_may_be_generic():
    assert Sized[int](size="3").size == 3
    assert Sized[int](size=3).get_environment_variables() == VARIABLES
    with pytest.raises(ValidationError, match="size"):
        Sized[int](size="x")


@pytest.mark.usefixtures("configured")
def test_extra_fields_are_the_classs_own_decision():
    class Open(ProcessingStepConfig):
        model_config = ConfigDict(extra="allow")

    assert Open(anything="goes").anything == "goes"
    with pytest.raises(ConfigurationError, match="ca_repository_arn"):
        Open(ca_repository_arn=ARN)
    assert "required" not in TrainingStepConfig.model_json_schema()
