"""Configurations and builders of ours, mixed into a code base of somebody else's, in both orders."""

from __future__ import annotations

import copy
import pickle
from abc import ABC, abstractmethod
from typing import Any

import pytest
from code_base import StepBuilderBase, StepConfigBase
from pydantic import BaseModel, ConfigDict

from jupyter_securepypi.core.errors import ConfigurationError
from jupyter_securepypi.sagemaker.steps import (
    ProcessingStepBuilder,
    ProcessingStepConfig,
    TrainingStepBuilder,
    TrainingStepConfig,
)

ARN = "arn:aws:codeartifact:us-west-2:111122223333:repository/acme/shared-pypi"
OTHER = "arn:aws:codeartifact:us-west-2:111122223333:repository/acme/team-pypi"
ROLE = "arn:aws:iam::111122223333:role/reader"
FIELDS: dict[str, Any] = {
    "author": "ada",
    "bucket": "acme",
    "role": "arn:aws:iam::111122223333:role/SageMakerExecutionRole",
}
TRAINED = {"USE_SECURE_PYPI": "true", "CA_REPOSITORY_ARN": ARN}
PROCESSED = {"USE_SECURE_PYPI": "true", "SECURE_PYPI_INDEX": ARN}


class OursFirst(TrainingStepConfig, StepConfigBase):
    pass


class TheirsFirst(StepConfigBase, TrainingStepConfig):
    pass


class ProcessingOursFirst(ProcessingStepConfig, StepConfigBase):
    pass


class ProcessingTheirsFirst(StepConfigBase, ProcessingStepConfig):
    pass


class BuilderOursFirst(TrainingStepBuilder, StepBuilderBase):
    def create_step(self):
        return {"Environment": self._get_environment_variables()}


class BuilderTheirsFirst(StepBuilderBase, TrainingStepBuilder):
    def create_step(self):
        return {"Environment": self._get_environment_variables()}


both_orders = pytest.mark.parametrize("kind", [OursFirst, TheirsFirst])
both_builders = pytest.mark.parametrize("builder", [BuilderOursFirst, BuilderTheirsFirst])


@pytest.fixture(autouse=True)
def configured(monkeypatch):
    monkeypatch.setenv("CA_REPOSITORY_ARN", ARN)


@both_orders
def test_both_classes_are_heard_and_arguments_reach_theirs(kind):
    config = kind(**FIELDS, use_secure_pypi=True, anything="goes")
    assert config.get_environment_variables() == TRAINED
    assert config.get_environment_variables(["SERVICE_NAME"]) == {"SERVICE_NAME": "AcmeService", **TRAINED}
    assert config.get_environment_variables(declared_env_vars=["REGION"]) == {"REGION": "us-west-2", **TRAINED}
    assert config.pipeline_name == "ada-AcmeService"


@pytest.mark.parametrize("kind", [ProcessingOursFirst, ProcessingTheirsFirst])
def test_the_same_for_processing(kind):
    config = kind(**FIELDS, use_secure_pypi=True)
    assert config.get_environment_variables(["BUCKET"]) == {"BUCKET": "acme", **PROCESSED}
    with pytest.raises(ConfigurationError, match="ca_repository_arn"):
        kind(**FIELDS, ca_repository_arn=ARN)


@both_orders
def test_the_field_that_both_have_keeps_their_default(kind):
    assert kind(**FIELDS).use_secure_pypi is False
    assert kind(**FIELDS).get_environment_variables() == {"USE_SECURE_PYPI": "false"}


@both_orders
def test_an_assignment_is_validated_and_the_variables_follow(kind):
    config = kind(**FIELDS)
    config.use_secure_pypi = True
    assert config.get_environment_variables() == TRAINED
    config.ca_repository_arn = OTHER
    assert config.get_environment_variables()["CA_REPOSITORY_ARN"] == OTHER
    with pytest.raises(ValueError, match="arn:aws:s3"):
        config.ca_repository_arn = "arn:aws:s3:::bucket"


@both_orders
def test_copies_and_round_trips_are_equal(kind):
    config = kind(**FIELDS, use_secure_pypi=True, anything="goes")
    for again in (
        copy.deepcopy(config),
        config.model_copy(deep=True),
        pickle.loads(pickle.dumps(config)),
        kind.model_validate(config.model_dump()),
        kind.model_validate_json(config.model_dump_json()),
    ):
        assert again.model_dump() == config.model_dump()
        assert again.get_environment_variables() == TRAINED


@both_builders
@both_orders
def test_their_builder_and_ours_merge_whichever_comes_first(builder, kind):
    built = builder(config=kind(**FIELDS, use_secure_pypi=True), session="s")
    assert built.session == "s"
    assert built.create_step() == {
        "Environment": {"REGION": "us-west-2", "SERVICE_NAME": "AcmeService", **TRAINED}
    }
    assert built.environment({"EPOCHS": "3"}) == {"EPOCHS": "3", **TRAINED}


@both_builders
def test_a_configuration_without_anything_of_ours_gets_what_the_container_needs(builder):
    class Theirs(StepConfigBase):
        ca_repository_arn: str = ""

    assert builder(config=Theirs(**FIELDS, use_secure_pypi=True)).create_step()["Environment"] == {
        "REGION": "us-west-2",
        "SERVICE_NAME": "AcmeService",
        **TRAINED,
    }
    own = Theirs(**FIELDS, use_secure_pypi=True, ca_repository_arn=OTHER)
    assert builder(config=own).environment()["CA_REPOSITORY_ARN"] == OTHER
    assert builder(config=Theirs(**FIELDS)).environment() == {"USE_SECURE_PYPI": "false"}


def test_a_processing_builder_tells_the_script_the_repository_with_their_configuration(monkeypatch):
    monkeypatch.setenv("SECURE_PYPI_ROLE_ARN", ROLE)
    config = StepConfigBase(**FIELDS, use_secure_pypi=True)
    assert ProcessingStepBuilder(config).environment() == {**PROCESSED, "SECURE_PYPI_ROLE_ARN": ROLE}


def test_a_base_that_calls_super_is_asked_once():
    class Cooperative(BaseModel):
        def get_environment_variables(self):
            found = super().get_environment_variables() if hasattr(super(), "get_environment_variables") else {}
            return {**found, "MARK": f"{len(found)}"}

    class First(Cooperative, TrainingStepConfig):
        pass

    class Last(TrainingStepConfig, Cooperative):
        pass

    assert First(use_secure_pypi=True).get_environment_variables() == {**TRAINED, "MARK": "2"}
    assert Last(use_secure_pypi=True).get_environment_variables() == {**TRAINED, "MARK": "0"}


def test_an_abstract_method_of_theirs_is_implemented_by_ours():
    class Abstract(BaseModel, ABC):
        @abstractmethod
        def get_environment_variables(self):
            """Return the variables."""

    class Unfinished(BaseModel):
        def get_environment_variables(self):
            raise NotImplementedError

    for bases in (
        (Abstract, TrainingStepConfig),
        (TrainingStepConfig, Abstract),
        (TrainingStepConfig, Unfinished),
    ):
        kind = type("Step", bases, {})
        assert kind(use_secure_pypi=True).get_environment_variables() == TRAINED


def test_a_subclass_that_forgets_super_keeps_the_secure_variables():
    class Forgetful(TrainingStepConfig):
        def get_environment_variables(self):
            return {"EPOCHS": 3, "NOTHING": None}

    assert Forgetful().get_environment_variables() == {"EPOCHS": "3", **TRAINED}


@pytest.mark.parametrize("order", [1, -1])
def test_a_base_that_sets_one_of_our_variables_differently_is_told(order):
    class Contrary(BaseModel):
        def get_environment_variables(self):
            return {"CA_REPOSITORY_ARN": OTHER}

    kind = type("Step", (TrainingStepConfig, Contrary)[::order], {})
    with pytest.raises(ConfigurationError, match="disagree") as caught:
        kind().get_environment_variables()
    assert OTHER in caught.value.message


def test_a_role_of_theirs_is_not_the_one_that_install_packages_assumes(monkeypatch):
    """`role_arn` is often the execution role; assuming it would fail, or give more rights than meant."""
    monkeypatch.setenv("SECURE_PYPI_ROLE_ARN", ROLE)

    class Theirs(BaseModel):
        role_arn: str = FIELDS["role"]

    for bases in ((TrainingStepConfig, Theirs), (Theirs, TrainingStepConfig), (ProcessingStepConfig, Theirs)):
        kind = type("Step", bases, {})
        assert kind().role_arn == FIELDS["role"]
        assert kind(role_arn="arn:aws:iam::111122223333:role/x").role_arn.endswith("/x")
        assert kind().get_environment_variables()["SECURE_PYPI_ROLE_ARN"] == ROLE


@pytest.mark.parametrize("order", [1, -1])
def test_a_constructor_of_theirs_runs_by_every_door(order):
    class Counting(BaseModel):
        model_config = ConfigDict(extra="allow")

        def __init__(self, **data):
            super().__init__(**{**data, "made": "yes"})

    kind = type("Step", (TrainingStepConfig, Counting)[::order], {})
    assert kind().made == "yes"
    assert kind.model_validate({}).made == "yes"


def test_builders_of_theirs_take_the_configuration_in_their_own_way():
    class Named:
        def __init__(self, session=None, *, config):
            self.config, self.session = config, session

    class Without:
        def __init__(self, session=None):
            super().__init__()
            self.session = session

    class Other:
        def __init__(self, step_config, session=None):
            self.step_config, self.session = step_config, session

    config = TrainingStepConfig()
    for base in (Named, Without, Other):
        built = type("Builder", (TrainingStepBuilder, base), {})(config, session="s")
        assert (built.config, built.session) == (config, "s")
        assert built.environment() == TRAINED

    class First(Without, TrainingStepBuilder):
        def __init__(self, config):
            self.config = config
            super().__init__(session="s")

    assert First(config).environment() == TRAINED
