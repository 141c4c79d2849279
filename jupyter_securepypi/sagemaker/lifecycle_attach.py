"""Attach a lifecycle configuration to a Studio domain or user profile: through boto3, or with code to run.

UpdateDomain and UpdateUserProfile replace a whole app settings structure. So every way here first reads the present
structure and changes one member of it.
"""

from __future__ import annotations

import base64
import json
import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..administration.terraform.hcl import quoted
from ..administration.terraform.studio import lifecycle_config
from ..core.errors import ConfigurationError
from ..core.providers.codeartifact.errors import translate

ATTACHMENTS = {
    "built-in": "runs in every app and cannot be deselected",
    "default": "selected for new apps, which a user may change",
    "selectable": "offered to users",
}
# DomainId and UserProfileName in botocore's model of SageMaker.
_DOMAIN_ID = re.compile(r"d-(-*[a-z0-9]){1,61}")
_PROFILE = re.compile(r"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}")
_OURS = re.compile(r".*:studio-lifecycle-config/secure-pypi-.*")


@dataclass(frozen=True)
class Target:
    """The target of a lifecycle configuration.

    Attributes:
        region: the domain's region.
        domain_id: the domain's id, like ``d-abcdefghijkl``.
        user_profile: one person's profile; empty: all users of the domain.
        app_type: ``JupyterLab`` or ``CodeEditor``.
        attachment: a key of `ATTACHMENTS`.
        shared_spaces: the target is the domain's shared spaces, which have settings of their own.

    Raises:
        ConfigurationError: an id or a name is not valid.
    """

    region: str
    domain_id: str
    user_profile: str = ""
    app_type: str = "JupyterLab"
    attachment: str = "built-in"
    shared_spaces: bool = False

    def __post_init__(self) -> None:
        if self.shared_spaces and (self.user_profile or self.app_type != "JupyterLab"):
            raise ConfigurationError(
                "Shared spaces cannot get this.",
                why="they belong to the domain, not to a user profile, and run JupyterLab only",
                remedy="leave --shared-spaces, or --user-profile and --app-type, out",
            )
        if not _DOMAIN_ID.fullmatch(self.domain_id):
            raise ConfigurationError(
                f"This is not the id of a Studio domain: {self.domain_id!r}.",
                remedy="`aws sagemaker list-domains` prints it; it starts with d-",
            )
        if self.user_profile and not _PROFILE.fullmatch(self.user_profile):
            raise ConfigurationError(f"This is not the name of a user profile: {self.user_profile!r}.")

    @property
    def settings_name(self) -> str:
        """The structure within the user settings that belongs to the app type."""
        return f"{self.app_type}AppSettings"

    @property
    def key(self) -> dict[str, str]:
        """The parameters that name the domain or the profile."""
        profile = {"UserProfileName": self.user_profile} if self.user_profile else {}
        return {"DomainId": self.domain_id, **profile}

    @property
    def kind(self) -> str:
        """``user_profile`` or ``domain``."""
        return "user_profile" if self.user_profile else "domain"

    @property
    def where(self) -> str:
        """The structure in the target's description that holds the app settings."""
        if self.shared_spaces:
            return "DefaultSpaceSettings"
        return "UserSettings" if self.user_profile else "DefaultUserSettings"

    @property
    def option(self) -> str:
        """`where` as an option of the AWS CLI."""
        return re.sub(r"(?<!^)(?=[A-Z])", "-", self.where).lower()


def attach(settings: Mapping[str, Any], arn: str, attachment: str) -> dict[str, Any]:
    """Return the app settings with `arn` attached, and everything else unchanged.

    Raises:
        ConfigurationError: another built-in configuration, which is not ours, would be lost.
    """
    changed = dict(settings)
    if attachment == "built-in":
        there = changed.get("BuiltInLifecycleConfigArn") or "None"
        if there not in ("None", arn) and not _OURS.fullmatch(there):
            raise ConfigurationError(
                f"There already is a built-in lifecycle configuration: {there}.",
                why="an app has one, and replacing it would end what it does",
                remedy="use --attach default, or take that one out first",
            )
        return {**changed, "BuiltInLifecycleConfigArn": arn}
    arns = list(changed.get("LifecycleConfigArns") or ())
    changed["LifecycleConfigArns"] = arns if arn in arns else [*arns, arn]
    if attachment == "default":
        changed["DefaultResourceSpec"] = {
            **(changed.get("DefaultResourceSpec") or {}),
            "LifecycleConfigArn": arn,
        }
    return changed


def register(script: str, name: str, target: Target, client: Any = None) -> str:
    """Create the lifecycle configuration, attach it to `target`, and return its ARN.

    An existing configuration with this name and content is used.

    Args:
        script: the whole script.
        name: the name of the configuration.
        target: the target to attach it to.
        client: a boto3 client of SageMaker; by default one with the standard credential chain.

    Raises:
        ConfigurationError: another script has the name, or a built-in configuration would be lost.
        SecurePyPIError: AWS refused; the error has AWS's words and a remedy.
    """
    client = client or _client(target.region)
    content = base64.b64encode(script.encode()).decode()
    arn = _create(client, name, content, target.app_type)
    described = _call(client, f"describe_{target.kind}", target.key)
    settings = described.get(target.where, {}).get(target.settings_name, {})
    changed = attach(settings, arn, target.attachment)
    if changed != settings:
        parameters = {**target.key, target.where: {target.settings_name: changed}}
        _call(client, f"update_{target.kind}", parameters)
    return arn


def _create(client: Any, name: str, content: str, app_type: str) -> str:
    parameters = {
        "StudioLifecycleConfigName": name,
        "StudioLifecycleConfigContent": content,
        "StudioLifecycleConfigAppType": app_type,
    }
    try:
        return str(client.create_studio_lifecycle_config(**parameters)["StudioLifecycleConfigArn"])
    except Exception as error:  # noqa: BLE001 botocore's many kinds
        code = getattr(error, "response", {}).get("Error", {}).get("Code", "")
        if code != "ResourceInUse":
            raise translate(error, action="sagemaker:CreateStudioLifecycleConfig", resource=name) from None
    there = _call(client, "describe_studio_lifecycle_config", {"StudioLifecycleConfigName": name})
    if (there["StudioLifecycleConfigContent"], there["StudioLifecycleConfigAppType"]) != (content, app_type):
        raise ConfigurationError(
            f"There already is a lifecycle configuration {name} with another script.",
            why="SageMaker cannot change one",
            remedy="choose another --name, or leave it out: the default changes with the script",
        )
    return str(there["StudioLifecycleConfigArn"])


def _client(region: str) -> Any:
    import boto3

    session: Any = boto3
    try:
        return session.client("sagemaker", region_name=region)
    except Exception as error:  # noqa: BLE001 botocore's many kinds
        raise translate(error, action="sagemaker:UpdateDomain") from None


def _call(client: Any, operation: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
    action = "sagemaker:" + operation.title().replace("_", "")
    try:
        return dict(getattr(client, operation)(**parameters))
    except Exception as error:  # noqa: BLE001 botocore's many kinds
        raise translate(error, action=action, resource=str(parameters.get("DomainId", ""))) from None


def aws_commands(path: str, name: str, target: Target) -> str:
    """Return commands for bash, the AWS CLI and Python 3 that create and attach the script at `path`."""
    place = f"--domain-id {target.domain_id}"
    if target.user_profile:
        place += f" --user-profile-name {target.user_profile}"
    command = target.kind.replace("_", "-")
    change = {
        "built-in": 'b = s.get("BuiltInLifecycleConfigArn") or a; '
        'b in ("None", a) or "/secure-pypi-" in b or sys.exit("there already is " + b); '
        's["BuiltInLifecycleConfigArn"] = a',
        "selectable": 's["LifecycleConfigArns"] = [*(x for x in s.get("LifecycleConfigArns", []) if x != a), a]',
    }
    change["default"] = (
        change["selectable"]
        + '; s["DefaultResourceSpec"] = {**s.get("DefaultResourceSpec", {}), "LifecycleConfigArn": a}'
    )
    program = (
        "import json, sys; s = json.load(sys.stdin) or {}; a = sys.argv[1]; "
        f'{change[target.attachment]}; print(json.dumps({{"{target.settings_name}": s}}))'
    )
    return f"""\
set -euo pipefail
export AWS_REGION={target.region} AWS_DEFAULT_REGION={target.region}
describe=(aws sagemaker describe-studio-lifecycle-config --studio-lifecycle-config-name {name} --output text)
content=$(base64 < {shlex.quote(path)} | tr -d '\\n')
if [ "$("${{describe[@]}}" --query StudioLifecycleConfigContent 2> /dev/null)" != "$content" ]; then
    aws sagemaker create-studio-lifecycle-config --studio-lifecycle-config-name {name} \\
        --studio-lifecycle-config-app-type {target.app_type} --studio-lifecycle-config-content "$content"
fi
arn=$("${{describe[@]}}" --query StudioLifecycleConfigArn)
# What is attached already stays: an update replaces these settings as a whole.
settings=$(aws sagemaker describe-{command} {place} --output json \\
    --query {target.where}.{target.settings_name} |
    python3 -c {shlex.quote(program)} "$arn")
aws sagemaker update-{command} {place} --{target.option} "$settings"
"""


def boto3_code(path: str, name: str, target: Target) -> str:
    """Return Python code that creates and attaches the script at `path`."""
    change = {
        "built-in": 'there = settings.get("BuiltInLifecycleConfigArn") or arn\n'
        'if there not in ("None", arn) and "/secure-pypi-" not in there:\n'
        '    raise SystemExit(f"there already is {there}")\n'
        'settings["BuiltInLifecycleConfigArn"] = arn',
        "selectable": 'arns = [one for one in settings.get("LifecycleConfigArns", []) if one != arn]\n'
        'settings["LifecycleConfigArns"] = [*arns, arn]',
    }
    change["default"] = (
        change["selectable"] + '\nsettings.setdefault("DefaultResourceSpec", {})["LifecycleConfigArn"] = arn'
    )
    return f"""\
import base64
from pathlib import Path

import boto3

client = boto3.client("sagemaker", region_name={json.dumps(target.region)})
name = {json.dumps(name)}
content = base64.b64encode(Path({path!r}).read_bytes()).decode()
try:
    made = client.create_studio_lifecycle_config(
        StudioLifecycleConfigName=name,
        StudioLifecycleConfigAppType={json.dumps(target.app_type)},
        StudioLifecycleConfigContent=content,
    )
except client.exceptions.ResourceInUse:
    made = client.describe_studio_lifecycle_config(StudioLifecycleConfigName=name)
    if made["StudioLifecycleConfigContent"] != content:
        raise  # another script has the name
arn = made["StudioLifecycleConfigArn"]
# What is attached already stays: an update replaces these settings as a whole.
target = {json.dumps(target.key)}
described = client.describe_{target.kind}(**target)
settings = described.get("{target.where}", {{}}).get("{target.settings_name}", {{}})
{change[target.attachment]}
client.update_{target.kind}(**target, {target.where}={{"{target.settings_name}": settings}})
print(arn)
"""


def terraform(path: str, name: str, target: Target) -> str:
    """Return Terraform for the script at `path`, and the lines that attach it to an existing domain or profile."""
    block = {"JupyterLab": "jupyter_lab_app_settings", "CodeEditor": "code_editor_app_settings"}[
        target.app_type
    ]
    reference = "aws_sagemaker_studio_lifecycle_config.secure_pypi.arn"
    lines = {
        "built-in": [f"built_in_lifecycle_config_arn = {reference}"],
        "selectable": [f"lifecycle_config_arns = [{reference}] # after those that are there"],
    }
    lines["default"] = [
        *lines["selectable"],
        f"default_resource_spec {{ lifecycle_config_arn = {reference} }} # with what is in it",
    ]
    settings = target.option.replace("-", "_")
    added = "\n".join(f"#     {line}" for line in lines[target.attachment])
    return f"""\
{lifecycle_config(name, target.app_type, quoted(path))}
# Attach it where aws_sagemaker_{target.kind} {target.user_profile or target.domain_id} is described; the rest stays:
# {settings} {{
#   {block} {{
{added}
#   }}
# }}
"""
