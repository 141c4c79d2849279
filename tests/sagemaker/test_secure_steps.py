"""From a configuration over its builder to the script in the container, as a code base and README write them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from code_base import StepBuilderBase, StepConfigBase
from container import MARKER, bare_environment, left_behind, run

from jupyter_securepypi.sagemaker.steps import (
    ProcessingStepBuilder,
    ProcessingStepConfig,
    TrainingStepBuilder,
    TrainingStepConfig,
)

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
FIELDS: dict[str, Any] = {
    "author": "ada",
    "bucket": "acme",
    "role": "arn:aws:iam::111122223333:role/SageMakerExecutionRole",
}


class AcmeTraining(TrainingStepConfig, StepConfigBase):
    pass


class AcmeProcessing(StepConfigBase, ProcessingStepConfig):
    pass


class AcmeTrainingBuilder(TrainingStepBuilder, StepBuilderBase):
    def create_step(self):
        return {"Environment": self._get_environment_variables()}


class AcmeProcessingBuilder(StepBuilderBase, ProcessingStepBuilder):
    def create_step(self):
        return {"Environment": self._get_environment_variables()}


STEPS = {
    "training": lambda: TrainingStepBuilder(TrainingStepConfig(use_secure_pypi=True)),
    "processing": lambda: ProcessingStepBuilder(ProcessingStepConfig(use_secure_pypi=True)),
    "training of a code base": lambda: AcmeTrainingBuilder(config=AcmeTraining(**FIELDS, use_secure_pypi=True)),
    "processing of a code base": lambda: AcmeProcessingBuilder(
        config=AcmeProcessing(**FIELDS, use_secure_pypi=True)
    ),
}


@pytest.fixture
def configured(emulator, monkeypatch):
    monkeypatch.setenv("SECURE_PYPI_INDEX", emulator.repository_arn)
    monkeypatch.setenv("SECURE_PYPI_ROLE_ARN", emulator.role_template)


@pytest.fixture
def container(python, bundle, emulator, tmp_path):
    """Run a script with the variables of a step, and of the image and its credentials nothing that names an index."""

    def start(source, environment):
        image = bare_environment(emulator, tmp_path / "home", PYTHONPATH=str(bundle))
        for name in ("CA_REPOSITORY_ARN", "SECURE_PYPI_INDEX", "SECURE_PYPI_ROLE_ARN", "USE_SECURE_PYPI"):
            image.pop(name, None)
        (tmp_path / "script.py").write_text(source)
        done = run(python, "script.py", env={**image, **environment}, cwd=tmp_path)
        assert MARKER not in done.stdout + done.stderr
        assert not left_behind(image)
        return done

    return start


def readme_script():
    [script] = re.findall(
        r"```python\n(from jupyter_securepypi import install_packages\n.*?)```", README, re.DOTALL
    )
    return script


@pytest.mark.usefixtures("configured")
@pytest.mark.parametrize("step", STEPS)
def test_readmes_script_runs_in_the_step_that_our_classes_build(step, container, tmp_path, emulator):
    (tmp_path / "requirements.txt").write_text("acme-features\n")
    done = container(
        f"{readme_script()}\nimport acme_features\nprint(acme_features.features([2]))\n",
        STEPS[step]()._get_environment_variables(),
    )
    assert done.returncode == 0, done.stderr
    assert "all from acme/shared-pypi: acme-features==1.2.0" in done.stdout
    assert done.stdout.endswith("{'scaled': [4], 'total': 2}\n")
    minted = [call for call in emulator.calls()["calls"] if call["operation"] == "GetAuthorizationToken"]
    assert all("SecurePyPIReadRole" in call["principal"] for call in minted)


@pytest.mark.usefixtures("configured")
def test_the_configuration_has_the_switch_and_the_builder_the_repository(emulator):
    for kind in (AcmeTraining, AcmeProcessing):
        assert kind(**FIELDS, use_secure_pypi=True).get_environment_variables()["USE_SECURE_PYPI"] == "true"
        assert kind(**FIELDS, use_secure_pypi=False).get_environment_variables()["USE_SECURE_PYPI"] == "false"
    training = STEPS["training of a code base"]().create_step()["Environment"]
    assert training["CA_REPOSITORY_ARN"] == emulator.repository_arn
    processing = STEPS["processing of a code base"]().create_step()["Environment"]
    assert processing["SECURE_PYPI_INDEX"] == emulator.repository_arn
    assert "CA_REPOSITORY_ARN" not in processing


def test_a_step_without_a_repository_fails_in_the_script_and_says_what_to_set(container, tmp_path):
    (tmp_path / "requirements.txt").write_text("acme-features\n")
    done = container(readme_script(), ProcessingStepBuilder(ProcessingStepConfig()).environment())
    assert done.returncode == 1
    assert "NotConfigured: The job names no repository" in done.stderr
    assert "set SECURE_PYPI_INDEX" in done.stderr
