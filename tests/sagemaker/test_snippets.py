"""Each snippet runs as it is: against classes that take exactly what the SDK's take, and parsers."""

from __future__ import annotations

import inspect
import json
import sys

import pytest
import yaml
from sdk_stand_in import run_snippet

import jupyter_securepypi
from jupyter_securepypi.sagemaker.preview import choices, preview
from jupyter_securepypi.sagemaker.routes import IMAGES, ROUTES
from jupyter_securepypi.sagemaker.snippet_parts import script_head
from jupyter_securepypi.sagemaker.steps import ProcessingStepConfig, TrainingStepConfig

ARN = "arn:aws:codeartifact:us-west-2:111122223333:repository/acme/shared-pypi"
ROLE = "arn:aws:iam::111122223333:role/reader"
VERSIONS = {"2": ["2.257.7"], "3": ["3.9.0", "3.27.0"], "": [""]}
VARIABLE_ARGUMENTS = ("environment", "env", "environment_variables")


def previews(secure=True):
    for route in ROUTES:
        for image in IMAGES:
            for version in VERSIONS[route.sdk]:
                if route.step == "training":
                    step = TrainingStepConfig(use_secure_pypi=secure, ca_repository_arn=ARN)
                else:
                    step = ProcessingStepConfig(use_secure_pypi=secure)
                yield preview(step, route=route.id, image=image.id, sdk_version=version)


@pytest.fixture(autouse=True)
def configured(monkeypatch):
    monkeypatch.setenv("CA_REPOSITORY_ARN", ARN)


@pytest.mark.parametrize("secure", [True, False])
@pytest.mark.parametrize(("snippet", "major"), [("sdk_v2", "2"), ("sdk_v3", "3")])
def test_the_snippet_of_the_sdk_hands_over_all_variables(monkeypatch, snippet, major, secure):
    done = set()
    for result in previews(secure):
        code = result.snippets[snippet]
        if code in done:
            continue
        done.add(code)
        calls = run_snippet(code, major, monkeypatch)
        given = [call[name] for _, call in calls for name in VARIABLE_ARGUMENTS if name in call]
        assert len(given) == 1, code
        assert result.environment.items() <= given[0].items()
    assert len(done) > 4


def test_the_python_snippet_is_the_dictionary():
    for result in previews():
        names = {}
        exec(result.snippets["python"], names)
        assert names["environment"] == result.environment


@pytest.mark.parametrize(
    ("route", "keys"),
    [
        ("v2-estimator", ["TrainingJob", "Environment"]),
        ("boto3-training", ["TrainingJob", "Environment"]),
        ("v2-remote", ["PythonSDK", "Modules", "RemoteFunction", "EnvironmentVariables"]),
        ("v2-transformer", ["TransformJob", "Environment"]),
        ("v2-model", ["Model", "PrimaryContainer", "Environment"]),
        ("v3-script-processor", ["ProcessingJob", "Environment"]),
    ],
)
def test_the_yaml_snippet_is_a_configuration_file_of_the_sdk(route, keys):
    training = TrainingStepConfig(use_secure_pypi=True, ca_repository_arn=ARN)
    step = ProcessingStepConfig(use_secure_pypi=True) if "processor" in route else training
    result = preview(step, route=route, image="pytorch")
    content = yaml.safe_load(result.snippets["config_yaml"])
    assert content.pop("SchemaVersion") == "1.0"
    for key in ("SageMaker", *keys):
        assert list(content) == [key]
        content = content[key]
    assert content == result.environment


def test_the_json_snippet_is_the_part_of_the_request():
    for result in previews():
        assert json.loads(result.snippets["json"]) == {"Environment": result.environment}


def test_values_with_quotes_and_newlines_survive_in_every_snippet(monkeypatch):
    odd = {"NOTE": 'a "quoted" \\ line\nand #: { another } \u00e4'}
    step = ProcessingStepConfig(use_secure_pypi=True)
    result = preview(step, route="v2-script-processor", image="own", existing=odd)
    names = {}
    exec(result.snippets["python"], names)
    assert names["environment"]["NOTE"] == odd["NOTE"]
    assert (
        yaml.safe_load(result.snippets["config_yaml"])["SageMaker"]["ProcessingJob"]["Environment"]["NOTE"]
        == odd["NOTE"]
    )
    (_, keywords), *_ = [
        call for call in run_snippet(result.snippets["sdk_v2"], "2", monkeypatch) if "env" in call[1]
    ]
    assert keywords["env"]["NOTE"] == odd["NOTE"]


def test_no_secure_snippet_lets_the_sdk_install_from_the_default_index(monkeypatch):
    """Either the route honours the repository, or the bundle is named, or run() is told the repository."""
    for result in previews():
        honoured = [v for v in result.variables if v.name == "CA_REPOSITORY_ARN" and v.verdict == "honoured"]
        for code in (result.snippets["sdk_v2"], result.snippets["sdk_v3"]):
            means = ("securepypi.pyz", "codeartifact_repo_arn=", 'setdefault("CA_REPOSITORY_ARN"')
            if (
                not any(word in code for word in means)
                and "Transformer(" not in code
                and "model_data" not in code
            ):
                assert honoured or "ModelTrainer(" in code
            if "requirements=" in code and not honoured and "sagemaker.modules" in code:
                pytest.fail(f"v2 ModelTrainer would install requirements itself:\n{code}")


@pytest.mark.parametrize("bundle", ["", "securepypi.pyz"])
def test_the_head_of_a_script_calls_install_packages_as_it_is_defined(monkeypatch, bundle):
    monkeypatch.setattr(sys, "path", list(sys.path))
    seen = []
    accepts = inspect.signature(jupyter_securepypi.install_packages)
    monkeypatch.setattr(
        jupyter_securepypi,
        "install_packages",
        lambda **keywords: seen.append(accepts.bind(**keywords).arguments),
    )
    exec(script_head(ARN, ROLE, bundle), {})
    assert seen == [{"requirements": "requirements-secure.txt", "repository_arn": ARN, "role_arn": ROLE}]
    assert (sys.path[0] == bundle) == bool(bundle)


def test_the_defaults_of_the_form_have_snippets():
    for step, given in choices()["defaults"].items():
        config = TrainingStepConfig() if step == "training" else ProcessingStepConfig()
        assert all(preview(config, **given).snippets.values())
