"""Configurations own the variables of a step; builders merge them with the caller's own."""

from __future__ import annotations

import subprocess
import sys

import pytest
from pydantic import BaseModel, ConfigDict

from jupyter_securepypi.core.errors import ConfigurationError, NotConfigured
from jupyter_securepypi.sagemaker.steps import (
    ProcessingStepBuilder,
    ProcessingStepConfig,
    TrainingStepBuilder,
    TrainingStepConfig,
)

ARN = "arn:aws:codeartifact:us-west-2:111122223333:repository/acme/shared-pypi"
OTHER = "arn:aws:codeartifact:us-west-2:111122223333:repository/acme/team-pypi"
ROLE = "arn:aws:iam::111122223333:role/reader"


def test_a_secure_training_step_gets_the_switch_and_the_repository():
    config = TrainingStepConfig(use_secure_pypi=True, ca_repository_arn=ARN)
    assert config.get_environment_variables() == {"USE_SECURE_PYPI": "true", "CA_REPOSITORY_ARN": ARN}


def test_a_public_training_step_gets_no_repository_because_the_toolkit_would_use_it():
    config = TrainingStepConfig(use_secure_pypi=False, ca_repository_arn=ARN)
    assert config.get_environment_variables() == {"USE_SECURE_PYPI": "false"}


@pytest.mark.parametrize(("secure", "word"), [(True, "true"), (False, "false")])
def test_a_processing_step_gets_the_switch_only_where_nothing_is_configured(secure, word):
    config = ProcessingStepConfig(use_secure_pypi=secure)
    assert config.get_environment_variables() == {"USE_SECURE_PYPI": word}


def test_a_processing_step_tells_install_packages_the_repository_under_a_name_that_no_toolkit_reads(
    monkeypatch,
):
    monkeypatch.setenv("CA_REPOSITORY_ARN", ARN)
    monkeypatch.setenv("SECURE_PYPI_ROLE_ARN", ROLE)
    assert ProcessingStepConfig(use_secure_pypi=True).get_environment_variables() == {
        "USE_SECURE_PYPI": "true",
        "SECURE_PYPI_INDEX": ARN,
        "SECURE_PYPI_ROLE_ARN": ROLE,
    }
    assert ProcessingStepConfig(use_secure_pypi=False).get_environment_variables() == {
        "USE_SECURE_PYPI": "false"
    }


def test_what_is_not_given_comes_from_the_configuration(monkeypatch):
    monkeypatch.setenv("CA_REPOSITORY_ARN", OTHER)
    monkeypatch.setenv("SECURE_PYPI_ROLE_ARN", ROLE)
    assert TrainingStepConfig().get_environment_variables() == {
        "USE_SECURE_PYPI": "true",
        "CA_REPOSITORY_ARN": OTHER,
        "SECURE_PYPI_ROLE_ARN": ROLE,
    }
    assert TrainingStepConfig(ca_repository_arn=ARN).ca_repository_arn == ARN


def test_the_switch_is_configured_too(monkeypatch):
    monkeypatch.setenv("USE_SECURE_PYPI", "false")
    assert ProcessingStepConfig().use_secure_pypi is False
    assert TrainingStepConfig().use_secure_pypi is False


def test_an_index_url_becomes_the_arn_that_the_toolkit_needs():
    url = "https://acme-111122223333.d.codeartifact.us-west-2.amazonaws.com/pypi/shared-pypi/simple/"
    assert TrainingStepConfig(ca_repository_arn=url).ca_repository_arn == ARN


def test_without_any_repository_the_remedy_says_where_to_put_it():
    with pytest.raises(NotConfigured) as caught:
        TrainingStepConfig(use_secure_pypi=True)
    assert "jupyter_securepypi_config" in caught.value.remedy


def test_a_repository_on_a_processing_step_is_refused_with_the_reason():
    with pytest.raises(ConfigurationError) as caught:
        ProcessingStepConfig(use_secure_pypi=True, ca_repository_arn=ARN)
    assert "ca_repository_arn" in caught.value.message
    assert "training toolkit" in caught.value.why
    assert "install_packages" in caught.value.remedy


def test_a_role_on_a_processing_step_is_refused_too():
    with pytest.raises(ConfigurationError, match="role_arn"):
        ProcessingStepConfig(role_arn=ROLE)


@pytest.mark.parametrize("kind", [TrainingStepConfig, ProcessingStepConfig])
def test_a_field_that_does_not_exist_is_named(kind):
    with pytest.raises(ConfigurationError, match="use_secure_pipy") as caught:
        kind(use_secure_pipy=True)
    assert "use_secure_pypi" in caught.value.remedy


@pytest.mark.parametrize(
    "fields",
    [
        {"use_secure_pypi": "perhaps"},
        {"ca_repository_arn": "arn:aws:s3:::bucket"},
        {"ca_repository_arn": "shared"},
    ],
)
def test_a_wrong_value_is_refused(fields):
    with pytest.raises(ConfigurationError):
        TrainingStepConfig(**fields)


def test_a_token_in_place_of_the_repository_is_refused_and_not_repeated():
    token = "eyJ2ZXIiOjEsImlzdSI6MTYwMDAwMDAwMH0.c2VjcmV0.c2VjcmV0"
    for text in (
        token,
        f"https://aws:{token}@acme-111122223333.d.codeartifact.us-west-2.amazonaws.com/pypi/x/",
    ):
        with pytest.raises(ConfigurationError) as caught:
            TrainingStepConfig(ca_repository_arn=text)
        assert token not in str(caught.value)


def test_a_builder_merges_and_leaves_the_callers_mapping_alone():
    mine = {"EPOCHS": "3"}
    builder = TrainingStepBuilder(TrainingStepConfig(ca_repository_arn=ARN))
    assert builder.environment(existing=mine) == {
        "EPOCHS": "3",
        "USE_SECURE_PYPI": "true",
        "CA_REPOSITORY_ARN": ARN,
    }
    assert mine == {"EPOCHS": "3"}


def test_a_builder_reports_what_the_caller_sets_differently():
    builder = TrainingStepBuilder(TrainingStepConfig(ca_repository_arn=ARN))
    mine = {"CA_REPOSITORY_ARN": OTHER, "USE_SECURE_PYPI": "True"}
    with pytest.raises(ConfigurationError) as caught:
        builder.environment(existing=mine)
    assert OTHER in caught.value.message
    assert ARN in caught.value.message
    assert "USE_SECURE_PYPI" not in caught.value.message
    assert [conflict.name for conflict in builder.conflicts(mine)] == ["CA_REPOSITORY_ARN"]


def test_a_builder_refuses_what_the_api_would_refuse():
    processing = ProcessingStepBuilder(ProcessingStepConfig(use_secure_pypi=True))
    training = TrainingStepBuilder(TrainingStepConfig(ca_repository_arn=ARN))
    long = {"NOTE": "x " * 200}
    assert training.environment(long)["NOTE"] == long["NOTE"]
    with pytest.raises(ConfigurationError, match="256"):
        processing.environment(long)
    with pytest.raises(ConfigurationError, match="letters"):
        processing.environment({"MY-NAME": "x"})
    with pytest.raises(ConfigurationError, match="100"):
        processing.environment({f"V{i}": "x" for i in range(100)})


def test_a_builder_refuses_secrets_and_does_not_repeat_them():
    secret = "eyJhbGciOiJkaXIifQ.c2VjcmV0LXZhbHVl.AAAA"
    with pytest.raises(ConfigurationError, match="MY_INDEX") as caught:
        TrainingStepBuilder(TrainingStepConfig(ca_repository_arn=ARN)).environment({"MY_INDEX": secret})
    assert "c2VjcmV0" not in str(caught.value)


@pytest.mark.parametrize(
    "secret",
    [
        "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        "key=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY;",
        "https://aws:hunter2@packages.example.com/simple",
    ],
)
def test_a_builder_refuses_a_secret_key_and_a_password_as_it_refuses_a_token(secret):
    builder = TrainingStepBuilder(TrainingStepConfig(ca_repository_arn=ARN))
    with pytest.raises(ConfigurationError, match="AWS_SECRET_ACCESS_KEY") as caught:
        builder.environment({"AWS_SECRET_ACCESS_KEY": secret})
    assert secret not in str(caught.value)


@pytest.mark.parametrize(
    "value",
    [
        "da39a3ee5e6b4b0d3255bfef95601890afd80709",
        "s3://acme-bucket/Training/Data2026/Run7/Part1",
        "/opt/ml/processing/input/Features2/Train",
        "https://aws:${TOKEN}@packages.example.com/simple",
        "https://aws:{token}@packages.example.com/simple",
    ],
)
def test_hashes_paths_and_the_place_of_a_password_are_no_secrets(value):
    builder = TrainingStepBuilder(TrainingStepConfig(ca_repository_arn=ARN))
    assert builder.environment({"VALUE": value})["VALUE"] == value


class PipelineVariable:
    """As the SageMaker SDK's: its value is not known before the pipeline runs."""

    def __str__(self):
        raise TypeError("Pipeline variables do not support __str__ operation.")

    @property
    def expr(self):
        return {"Get": "Parameters.Epochs"}


def test_a_pipeline_variable_stays_as_it_is_and_none_sets_nothing(monkeypatch):
    monkeypatch.setenv("CA_REPOSITORY_ARN", ARN)
    epochs = PipelineVariable()
    mine = {"EPOCHS": epochs, "RATE": 0.5, "NOTHING": None, "USE_SECURE_PYPI": None}
    for builder in (TrainingStepBuilder(TrainingStepConfig()), ProcessingStepBuilder(ProcessingStepConfig())):
        merged = builder.environment(mine)
        assert merged["EPOCHS"] is epochs
        assert merged["RATE"] == "0.5"
        assert merged["USE_SECURE_PYPI"] == "true"
        assert "NOTHING" not in merged
        with pytest.raises(ConfigurationError, match="PipelineVariable"):
            builder.environment({"USE_SECURE_PYPI": epochs})


@pytest.mark.parametrize("config", [None, object()])
def test_a_builder_without_a_configuration_says_so(config):
    with pytest.raises(ConfigurationError, match="has no configuration") as caught:
        TrainingStepBuilder(config).environment()
    assert "TrainingStepConfig()" in caught.value.remedy


def test_frameworks_find_the_variables_under_their_name_for_it():
    builder = TrainingStepBuilder(TrainingStepConfig(ca_repository_arn=ARN))
    assert builder._get_environment_variables() == builder.environment()
    assert builder._get_environment_variables({"EPOCHS": "3"})["EPOCHS"] == "3"


def test_the_training_toolkits_variable_is_refused_on_processing_wherever_it_comes_from(monkeypatch):
    monkeypatch.setenv("CA_REPOSITORY_ARN", ARN)

    class Declared(ProcessingStepConfig):
        ca_repository_arn: str | None = None

    class Setting(ProcessingStepConfig):
        def get_environment_variables(self):
            return {**super().get_environment_variables(), "CA_REPOSITORY_ARN": ARN}

    builder = ProcessingStepBuilder(ProcessingStepConfig())
    for refused in (
        Declared,
        lambda: Setting().get_environment_variables(),
        lambda: builder.environment({"CA_REPOSITORY_ARN": ARN}),
        lambda: builder.arguments("v3-script-processor", {"CA_REPOSITORY_ARN": ARN}),
        lambda: ProcessingStepBuilder(TrainingStepConfig()).environment(),
    ):
        with pytest.raises(ConfigurationError, match="does not belong on a processing step") as caught:
            refused()
        assert "training toolkit" in caught.value.why


def test_arguments_have_the_name_that_the_route_gives_them(monkeypatch):
    training = TrainingStepBuilder(TrainingStepConfig(ca_repository_arn=ARN))
    processing = ProcessingStepBuilder(ProcessingStepConfig(use_secure_pypi=True))
    assert training.arguments("v2-estimator")["environment"]["CA_REPOSITORY_ARN"] == ARN
    assert training.arguments("boto3-training").keys() == {"Environment"}
    assert processing.arguments("v3-script-processor") == {"env": {"USE_SECURE_PYPI": "true"}}
    with pytest.raises(ConfigurationError, match="processing"):
        processing.arguments("v2-estimator")
    monkeypatch.setenv("CA_REPOSITORY_ARN", ARN)
    assert processing.run_arguments("v2-framework-processor") == {"codeartifact_repo_arn": ARN}
    assert processing.run_arguments("v2-script-processor") == {}


class TeamConfig(BaseModel):
    """A base configuration of somebody else's code base."""

    model_config = ConfigDict(extra="allow")
    job_name: str
    instance_count: int = 1

    def get_environment_variables(self):
        return {"JOB": self.job_name}


class TeamBuilder:
    """A base builder of somebody else's code base, with a constructor of its own."""

    def __init__(self, config, session=None):
        self.config = config
        self.session = session


def test_both_mix_into_a_code_base_with_bases_of_its_own():
    class TeamTrainingConfig(TrainingStepConfig, TeamConfig):
        pass

    class TeamTrainingBuilder(TrainingStepBuilder, TeamBuilder):
        def request(self):
            return {"Environment": self.environment({"TEAM": "a"}), "Count": self.config.instance_count}

    config = TeamTrainingConfig(job_name="j", ca_repository_arn=ARN, instance_count=2, anything="goes")
    builder = TeamTrainingBuilder(config, session="s")
    assert builder.session == "s"
    assert builder.request() == {
        "Environment": {"TEAM": "a", "JOB": "j", "USE_SECURE_PYPI": "true", "CA_REPOSITORY_ARN": ARN},
        "Count": 2,
    }


def test_a_processing_mixin_still_refuses_a_repository_where_its_base_allows_anything():
    class TeamProcessingConfig(ProcessingStepConfig, TeamConfig):
        pass

    config = TeamProcessingConfig(job_name="j")
    assert config.get_environment_variables() == {"JOB": "j", "USE_SECURE_PYPI": "true"}
    with pytest.raises(ConfigurationError, match="ca_repository_arn"):
        TeamProcessingConfig(job_name="j", ca_repository_arn=ARN)


def test_neither_the_package_nor_the_magic_imports_pydantic_and_the_preview_imports_no_botocore():
    lines = (
        "import sys, jupyter_securepypi, jupyter_securepypi.notebook.magics",
        "assert 'pydantic' not in sys.modules",
        "import jupyter_securepypi.sagemaker.preview as p",
        "p.preview(p.ProcessingStepConfig(use_secure_pypi=True), route='v2-script-processor', image='own')",
        "assert not {'boto3', 'botocore', 'sagemaker'} & set(sys.modules)",
    )
    subprocess.run([sys.executable, "-c", "\n".join(lines)], check=True)
