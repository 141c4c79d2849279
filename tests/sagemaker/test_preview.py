"""A preview says beforehand what a step gets, who honours it, and what does work where nobody does."""

from __future__ import annotations

import json
import subprocess
import sys
from argparse import ArgumentParser

import pytest

from jupyter_securepypi.cli import preview as command
from jupyter_securepypi.core.errors import ConfigurationError, FileProblem, RequestRefused, SecurePyPIError
from jupyter_securepypi.notebook.preview import show_preview
from jupyter_securepypi.sagemaker.preview import choices, preview, preview_step
from jupyter_securepypi.sagemaker.steps import (
    ProcessingStepBuilder,
    ProcessingStepConfig,
    TrainingStepBuilder,
    TrainingStepConfig,
)

ARN = "arn:aws:codeartifact:us-west-2:111122223333:repository/acme/shared-pypi"
ROLE = "arn:aws:iam::111122223333:role/reader"
TOKEN = "eyJ2ZXIiOjEsImlzdSI6MTYwMDAwMDAwMH0.c2VjcmV0LXNlY3JldA.c2VjcmV0"


@pytest.fixture
def training():
    return TrainingStepConfig(use_secure_pypi=True, ca_repository_arn=ARN)


@pytest.fixture
def processing(monkeypatch):
    monkeypatch.setenv("CA_REPOSITORY_ARN", ARN)
    return ProcessingStepConfig(use_secure_pypi=True)


def variable(result, name):
    return next(variable for variable in result.variables if variable.name == name)


def said(result, *severities):
    return " ".join(f.message for f in result.findings if not severities or f.severity in severities)


def test_the_toolkit_honours_the_repository_and_may_leak_the_token(training):
    result = preview(training, route="v2-estimator", image="pytorch", sdk_version="2.257.7")
    found = variable(result, "CA_REPOSITORY_ARN")
    assert (found.verdict, found.value) == ("honoured", ARN)
    assert "sagemaker-training" in found.by
    assert "sagemaker_training/modules.py" in found.source
    assert "failure message" in said(result, "warning")
    assert "without assuming" in result.identity or "as it is" in result.identity
    assert "sts:GetServiceBearerToken" in result.actions


def test_where_the_repository_is_ignored_the_remedy_is_code_that_works(training):
    result = preview(training, route="v2-estimator", image="xgboost", sdk_version="2.257.7")
    assert variable(result, "CA_REPOSITORY_ARN").verdict == "ignored"
    (ignored,) = [f for f in result.findings if "ignored on this route" in f.message]
    assert ignored.severity == "error"
    assert "install_packages(" in ignored.remedy
    assert ARN in ignored.remedy
    assert "fails open" in said(result, "warning")


def test_an_older_sdk_ignores_what_a_newer_one_honours(training):
    old = preview(training, route="v3-model-trainer", image="xgboost", sdk_version="3.9.0")
    new = preview(training, route="v3-model-trainer", image="xgboost", sdk_version="3.10.0")
    verdicts = [variable(result, "CA_REPOSITORY_ARN").verdict for result in (old, new)]
    assert verdicts == ["ignored", "honoured"]


def test_unknown_is_an_answer_and_the_script_settles_it(processing):
    def verdict(script):
        result = preview(processing, route="v2-script-processor", image="scikit-learn", script=script)
        return variable(result, "USE_SECURE_PYPI").verdict

    assert verdict(None) == "unknown"
    assert (
        verdict("from jupyter_securepypi import install_packages\ninstall_packages(['pandas'])\n") == "honoured"
    )
    assert verdict("import pandas\n") == "ignored"


def test_a_pip_install_in_the_script_is_found_by_its_line(processing):
    script = "import os, subprocess, sys\nsubprocess.run([sys.executable, '-m', 'pip', 'install', 'pandas'])\n"
    result = preview(processing, route="v2-script-processor", image="scikit-learn", script=script)
    assert "line 2" in said(result, "warning")
    assert "not covered" in said(preview(processing, route="v2-script-processor", image="own"), "info")


@pytest.mark.parametrize(
    "line",
    [
        'subprocess.run(["pip", "install", "-i", f"https://aws:{token}@{host}/simple", "pandas"])',
        'url = f"https://aws:{get_token(domain, owner=1)}@packages.example.com/simple"',
        'url = "https://aws:%s@packages.example.com/simple" % token',
        'url = "https://aws:{}@packages.example.com/simple".format(token)',
        'url = "https://aws:" + token + "@packages.example.com/simple"',
        'os.system("pip install -i https://aws:$TOKEN@packages.example.com/simple pandas")',
        'os.system("pip install -i https://aws:${TOKEN}@packages.example.com/simple pandas")',
    ],
)
@pytest.mark.parametrize("secure", [True, False])
def test_a_token_that_the_script_puts_into_an_address_is_found_by_its_line(line, secure):
    step = TrainingStepConfig(use_secure_pypi=secure, ca_repository_arn=ARN)
    result = preview(step, route="v2-estimator", image="pytorch", script=f"import os, subprocess\n{line}\n")
    assert "a token into an address in line 2: in argv" in said(result, "error")


@pytest.mark.parametrize("line", ['url = f"http://localhost:{port}/simple"', 'mail = f"me@{host}:{port}"'])
def test_an_address_without_a_password_is_no_finding(training, line):
    result = preview(training, route="v2-estimator", image="pytorch", script=line)
    assert "token into an address" not in said(result)


def test_the_place_of_a_token_in_a_requirements_file_is_a_finding_about_the_line(training):
    text = "--index-url https://aws:${TOKEN}@packages.example.com/simple\npandas\n"
    result = preview(training, route="v2-estimator", image="pytorch", requirements=text)
    assert "line 1: --index-url replaces the index" in said(result, "error")


def test_an_import_above_install_packages_is_found(processing):
    script = (
        "import os, sys\n"
        "import numpy as np, pandas\n"
        "from . import mine\n"
        "from jupyter_securepypi import install_packages\n"
        "install_packages(requirements='requirements.txt')\n"
        "import sklearn\n"
    )
    result = preview(processing, route="v2-script-processor", image="scikit-learn", script=script)
    assert "imports numpy, pandas in line 2, before install_packages() in line 5" in said(result, "warning")
    for name in ("sklearn", "os", "mine"):
        assert f"imports {name}" not in said(result)


def test_a_call_in_a_comment_is_no_call_and_what_is_no_python_is_said_to_be_none(processing):
    def look(script):
        return preview(processing, route="v2-script-processor", image="scikit-learn", script=script)

    assert variable(look("import pandas  # not install_packages()\n"), "USE_SECURE_PYPI").verdict == "ignored"
    assert "is no Python" in said(look("#!/bin/sh\npython train.py &&\n"), "info")


def test_the_preview_says_who_reads_what_a_processing_step_gets(processing, monkeypatch):
    monkeypatch.setenv("SECURE_PYPI_ROLE_ARN", ROLE)
    script = "import jupyter_securepypi as s\ns.install_packages(requirements='requirements.txt')\n"
    result = preview(processing, route="v3-script-processor", image="scikit-learn", script=script)
    assert dict(result.environment) == {
        "USE_SECURE_PYPI": "true",
        "SECURE_PYPI_INDEX": ARN,
        "SECURE_PYPI_ROLE_ARN": ROLE,
    }
    for found in result.variables:
        assert (found.verdict, found.by) == ("honoured", "install_packages() in the script")
        assert found.reason.startswith(f"Nothing of SageMaker reads {found.name}")
    assert "finds the repository in SECURE_PYPI_INDEX" in said(result, "info")
    assert result.identity.startswith(ROLE)


def test_the_toolkits_variable_among_the_callers_own_gets_a_verdict_on_processing(processing):
    def look(version, value=ARN):
        mine = {"CA_REPOSITORY_ARN": value}
        return preview(
            processing, route="v3-framework-processor", image="own", sdk_version=version, existing=mine
        )

    assert variable(look("3.10.0"), "CA_REPOSITORY_ARN").verdict == "honoured"
    assert "CA_REPOSITORY_ARN is ignored on this route" in said(look("3.9.0"), "error")
    other = "arn:aws:codeartifact:us-west-2:111122223333:repository/acme/team-pypi"
    assert "install_packages() refuses that" in said(look("3.10.0", other), "error")


def test_a_pipeline_variable_is_shown_as_one(training):
    class ParameterString:
        def __str__(self):
            raise TypeError("Pipeline variables do not support __str__ operation.")

    result = preview(training, route="v2-estimator", image="pytorch", existing={"EPOCHS": ParameterString()})
    assert variable(result, "EPOCHS").value == "(a ParameterString, known when the pipeline runs)"
    json.dumps(result.to_dict())


def test_the_framework_processor_of_v2_is_told_to_take_its_argument_and_that_it_fails_open(processing):
    result = preview(processing, route="v2-framework-processor", image="xgboost", sdk_version="2.257.7")
    assert "fails open" in said(result, "warning")
    assert any(f"codeartifact_repo_arn={json.dumps(ARN)}" in f.remedy for f in result.findings)
    assert "codeartifact_repo_arn" in result.snippets["sdk_v2"]
    assert "s3://" in said(result)
    known = preview(processing, route="v2-framework-processor", image="scikit-learn", sdk_version="2.257.7")
    assert "fails open" not in said(known, "warning")


def test_before_2_229_the_framework_processor_has_no_such_argument(processing):
    result = preview(processing, route="v2-framework-processor", image="pytorch", sdk_version="2.228.0")
    assert "codeartifact_repo_arn" not in result.snippets["sdk_v2"]
    assert "install_packages" in result.snippets["sdk_v2"]


def test_lines_of_requirements_that_go_around_the_index_are_found(training):
    text = "pandas\n--index-url https://packages.example.com/simple\nnumpy\n--extra-index-url \\\n  https://x.example.com\n"
    text += "thing @ https://x.example.com/thing.whl\n-r more.txt\n# --find-links nothing\n"
    result = preview(training, route="v2-estimator", image="pytorch", requirements=text)
    errors = said(result, "error")
    assert "line 2: --index-url replaces" in errors
    assert "line 4: --extra-index-url opens a second source" in errors
    assert "line 6: a direct reference" in said(result, "warning")
    assert "line 7: names another file" in said(result, "info")
    assert "find-links" not in said(result)


def test_a_second_index_among_the_callers_variables_is_an_error(training):
    mine = {"PIP_EXTRA_INDEX_URL": "https://packages.example.com/simple", "EPOCHS": "3"}
    result = preview(training, route="v2-estimator", image="pytorch", existing=mine)
    assert "PIP_EXTRA_INDEX_URL" in said(result, "error")
    assert variable(result, "PIP_EXTRA_INDEX_URL").verdict == "honoured"
    assert variable(result, "EPOCHS").verdict == "unknown"


def test_network_isolation_leaves_nobody_who_could_install(training):
    result = preview(training, route="v2-estimator", image="pytorch", network_isolation=True)
    assert "network isolation" in said(result, "error")
    assert result.identity.startswith("nobody")


def test_the_toolkit_does_not_assume_the_configured_role(monkeypatch):
    monkeypatch.setenv("SECURE_PYPI_ROLE_ARN", ROLE)
    step = TrainingStepConfig(use_secure_pypi=True, ca_repository_arn=ARN)
    honoured = preview(step, route="v2-estimator", image="pytorch")
    assert "SECURE_PYPI_ROLE_ARN" in said(honoured, "warning")
    ignored = preview(step, route="v2-model-trainer", image="pytorch")
    assert ignored.identity.startswith(ROLE)
    assert f"sts:AssumeRole on {ROLE}" in ignored.actions


def test_a_public_step_needs_no_rights_and_a_left_over_repository_is_pointed_out():
    step = TrainingStepConfig(use_secure_pypi=False)
    result = preview(step, route="v2-estimator", image="pytorch", existing={"CA_REPOSITORY_ARN": ARN})
    assert result.actions == ()
    assert "although use_secure_pypi is off" in said(result, "warning")


def test_variables_replace_the_defaults_of_the_sdk(training):
    assert "config.yaml" in said(preview(training, route="v2-estimator", image="pytorch"), "info")
    assert "config.yaml" not in said(preview(training, route="boto3-training", image="pytorch"))


def test_the_limit_of_the_api_is_told(processing):
    assert "of 256 characters" in said(preview(processing, route="boto3-processing", image="own"), "info")


def test_a_version_newer_than_any_that_was_read_is_said_to_be(training):
    newer = preview(training, route="v3-model-trainer", image="pytorch", sdk_version="3.999.0")
    assert "newer than" in said(newer, "info")
    none = preview(training, route="v3-model-trainer", image="pytorch")
    assert "No exact version" in said(none, "info")


@pytest.mark.parametrize(
    "given",
    [
        {"existing": {"SETTING": TOKEN}},
        {"existing": {TOKEN: "x"}},
        {"requirements": f"--index-url https://aws:{TOKEN}@x.example.com/\n"},
        {"script": f"TOKEN = '{TOKEN}'\n"},
        {"role_arn": TOKEN},
        {"route": TOKEN},
        {"image": TOKEN},
        {"sdk_version": TOKEN},
        {"existing": {"KEY": "AKIAIOSFODNN7EXAMPLE"}},
    ],
)
def test_a_secret_is_refused_wherever_it_stands_and_never_repeated(training, given):
    arguments = {"route": "v2-estimator", "image": "pytorch", **given}
    with pytest.raises(ConfigurationError) as caught:
        preview(training, **arguments)
    words = json.dumps(caught.value.to_dict())
    assert TOKEN not in words
    assert "AKIAIOSFODNN7EXAMPLE" not in words


def test_a_route_of_the_other_kind_of_step_is_refused(training, processing):
    for step, route in ((training, "v2-script-processor"), (processing, "v2-estimator")):
        with pytest.raises(ConfigurationError) as caught:
            preview(step, route=route, image="pytorch")
        assert "the routes of a" in caught.value.remedy


def test_a_builder_serves_as_well_as_a_configuration(training, processing):
    for step, builder, route in (
        (training, TrainingStepBuilder(training), "v2-estimator"),
        (processing, ProcessingStepBuilder(processing), "v3-script-processor"),
    ):
        both = [preview(thing, route=route, image="pytorch").to_dict() for thing in (step, builder)]
        assert both[0] == both[1]


def test_the_json_object_has_exactly_the_fields_of_the_interface(training):
    result = json.loads(json.dumps(preview(training, route="v2-estimator", image="pytorch").to_dict()))
    assert set(result) == {"environment", "variables", "identity", "actions", "findings", "snippets"}
    assert {frozenset(v) for v in result["variables"]} == {
        frozenset({"name", "value", "verdict", "by", "reason", "source"})
    }
    assert {frozenset(f) for f in result["findings"]} == {frozenset({"severity", "message", "remedy"})}
    assert set(result["snippets"]) == {"python", "sdk_v2", "sdk_v3", "config_yaml", "json"}
    assert result["environment"] == {v["name"]: v["value"] for v in result["variables"]}


def test_every_choice_that_a_form_offers_can_be_previewed(training, processing):
    offered = choices()
    for route in offered["routes"]:
        assert set(route) == {"id", "label", "steps", "sdk"}
        for image in offered["images"]:
            for step in route["steps"]:
                config = training if step == "training" else processing
                assert preview(config, route=route["id"], image=image["id"]).variables
    for step, given in offered["defaults"].items():
        assert preview_step(step, repository=ARN if step == "training" else None, **given)


def test_a_request_is_the_body_of_the_rest_interface():
    body = {
        "step": "training",
        "route": "v3-model-trainer",
        "image": "pytorch",
        "sdk_version": "3.10.0",
        "use_secure_pypi": True,
        "repository": ARN,
        "role": None,
        "requirements": None,
        "network_isolation": False,
    }
    assert preview_step(**body).environment == {"USE_SECURE_PYPI": "true", "CA_REPOSITORY_ARN": ARN}


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"step": "tuning"}, "tuning"),
        ({"route": "nowhere"}, "nowhere"),
        ({"image": "none"}, "none"),
        ({"step": "processing", "route": "v2-script-processor"}, "ca_repository_arn"),
    ],
)
def test_a_step_that_makes_no_sense_is_refused_by_what_is_wrong(change, named):
    """What has another form never comes here: the schema of the REST interface and argparse see to that."""
    asked = {
        "step": "training",
        "route": "v2-estimator",
        "image": "pytorch",
        "repository": ARN,
        **change,
    }
    with pytest.raises(ConfigurationError, match=named):
        preview_step(**asked)


def run_command(*words):
    parser = ArgumentParser()
    command.add_arguments(parser)
    return command.run(parser.parse_args(words))


def test_the_command_prints_the_object_as_json(tmp_path, capsys):
    (tmp_path / "r.txt").write_text("pandas\n--find-links wheels\n")
    words = ["training", "--route", "v2-estimator", "--image", "pytorch", "--sdk-version", "2.257.7", "--json"]
    assert run_command(*words, "--ca-repository-arn", ARN, "--requirements", str(tmp_path / "r.txt")) == 1
    result = json.loads(capsys.readouterr().out)
    assert result["environment"]["CA_REPOSITORY_ARN"] == ARN
    assert any("--find-links" in finding["message"] for finding in result["findings"])


def test_the_command_prints_words_or_a_snippet(capsys, monkeypatch):
    monkeypatch.setenv("CA_REPOSITORY_ARN", ARN)
    assert run_command("processing", "--route", "ScriptProcessor", "--image", "own", "--env", "EPOCHS=3") == 0
    words = capsys.readouterr().out
    assert "USE_SECURE_PYPI=true" in words
    assert "EPOCHS=3" in words
    assert "Identity:" in words
    assert run_command("training", "--snippet", "json") == 0
    assert json.loads(capsys.readouterr().out)["Environment"]["CA_REPOSITORY_ARN"] == ARN


def test_the_command_fails_with_an_error_among_the_findings_so_that_a_pipeline_can_stop(tmp_path, capsys):
    script = tmp_path / "train.py"
    words = ["training", "--ca-repository-arn", ARN, "--script", str(script)]
    script.write_text(
        "import pandas\nfrom jupyter_securepypi import install_packages\ninstall_packages('pandas')\n"
    )
    assert run_command(*words) == 0
    assert "warning: The script imports pandas in line 1" in capsys.readouterr().out
    script.write_text('URL = f"https://aws:{token}@packages.example.com/simple"\n')
    assert run_command(*words) == 1
    assert "error: The script puts a token" in capsys.readouterr().out
    assert run_command(*words, "--snippet", "python") == 0


def test_the_command_says_which_file_it_cannot_read(tmp_path):
    with pytest.raises(FileProblem, match="missing.txt"):
        run_command("training", "--ca-repository-arn", ARN, "--requirements", str(tmp_path / "missing.txt"))
    with pytest.raises(ConfigurationError, match="NAME=VALUE"):
        run_command("training", "--ca-repository-arn", ARN, "--env", "EPOCHS")


def test_the_magic_shows_the_same_and_never_ends_the_kernel(capsys, monkeypatch):
    monkeypatch.setenv("CA_REPOSITORY_ARN", ARN)
    show_preview(["training", "--route", "v2-estimator", "--image", "pytorch"])
    assert "honoured by sagemaker-training" in capsys.readouterr().out
    with pytest.raises(RequestRefused):
        show_preview(["tuning"])
    with pytest.raises(SecurePyPIError):
        show_preview(["training", "--route", "nowhere"])


def test_a_preview_calls_nobody(tmp_path):
    """No socket is opened, with credentials at hand and none of the machine's variables."""
    lines = (
        "import socket",
        "def refuse(*a, **k): raise AssertionError('a connection was tried')",
        "socket.socket.connect = refuse",
        "from jupyter_securepypi.sagemaker.preview import preview_step, choices",
        "for r in choices()['routes']:",
        "    body = {'step': r['steps'][0], 'route': r['id'], 'image': 'pytorch'}",
        "    print(preview_step(**body).identity)",
    )
    environ = {"CA_REPOSITORY_ARN": ARN, "HOME": str(tmp_path), "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE"}
    done = subprocess.run(
        [sys.executable, "-c", "\n".join(lines)], env=environ, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.splitlines()) == len(choices()["routes"])


def test_a_script_that_authenticates_by_itself_is_told_with_the_lines_of_what_shows(processing):
    script = (
        "import os, subprocess, sys, boto3\n"
        "keys = boto3.client('sts').assume_role(RoleArn='x', RoleSessionName='y')['Credentials']\n"
        "client = boto3.client('codeartifact', aws_access_key_id=keys['AccessKeyId'])\n"
        "token = client.get_authorization_token(domain='acme')['authorizationToken']\n"
        "url = f'https://aws:{token}@packages.example.com/simple/'\n"
        "subprocess.check_call([sys.executable, '-m', 'pip', 'install', '-i', url, 'pandas'])\n"
        "os.environ['PIP_INDEX_URL'] = url\n"
    )
    result = preview(processing, route="v2-script-processor", image="scikit-learn", script=script)
    places = (
        "role assumed, line 2; token asked for, line 4; token in argv, line 6; token in the environment, line 7"
    )
    assert f"The script authenticates by itself: {places}." in said(result, "error")
    login = "#!/bin/sh\naws codeartifact login --tool pip --domain acme --repository shared-pypi\n"
    result = preview(processing, route="v2-script-processor", image="scikit-learn", script=login)
    assert "login that leaves a token in a file, line 2" in said(result, "error")
