"""The ways to start a SageMaker job, and the images it may run in: data, no logic."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..core.errors import ConfigurationError

# The newest versions whose source was read for the rows of `facts`.
READ = {"2": "2.257.7", "3": "3.27.0"}


@dataclass(frozen=True)
class Route:
    """One way to start a job.

    Attributes:
        id: its name here.
        label: its name for people.
        step: the kind of step that it takes, ``training`` or ``processing``. Serving follows training.
        sdk: major version of the SageMaker Python SDK, or empty for none.
        since: first version of that SDK with this route, among the versions that were read; or empty.
        operation: the API call that gets the variables.
        keyword: the argument that takes them.
        defaults: keys of the SDK's config.yaml with its defaults; empty: there are none.
        aliases: other names that are accepted.
    """

    id: str
    label: str
    step: str
    sdk: str
    since: str
    operation: str
    keyword: str
    defaults: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True)
class Image:
    """One family of container images.

    Attributes:
        id: its name here.
        label: its name for people.
        cli: True if the image is known to have the AWS CLI.
        cli_source: the source of that fact.
        aliases: other names that are accepted.
    """

    id: str
    label: str
    cli: bool = False
    cli_source: str = ""
    aliases: tuple[str, ...] = ()


_TRAIN, _PROCESS = "CreateTrainingJob", "CreateProcessingJob"

# Key paths of sagemaker/config/config_schema.py (2.257.7; the same in sagemaker-core 2.27.0).
_TRAINING, _PROCESSING = ("TrainingJob", "Environment"), ("ProcessingJob", "Environment")
_REMOTE = ("PythonSDK", "Modules", "RemoteFunction", "EnvironmentVariables")
_MODEL = ("Model", "PrimaryContainer", "Environment")
# `since` was found by reading versions on both sides: ModelTrainer is in 2.236.0 and not in 2.235.0, @remote in
# 2.148.0 and not in 2.146.0, FrameworkProcessor in 2.54.0 and not in 2.50.0.
ROUTES = (
    Route(
        "v2-estimator",
        "SDK v2 Estimator",
        "training",
        "2",
        "2.0",
        _TRAIN,
        "environment",
        _TRAINING,
        ("estimator",),
    ),
    Route(
        "v2-model-trainer",
        "SDK v2 ModelTrainer",
        "training",
        "2",
        "2.236",
        _TRAIN,
        "environment",
        _TRAINING,
        ("modeltrainer",),
    ),
    Route(
        "v2-remote",
        "SDK v2 @remote / @step",
        "training",
        "2",
        "2.147",
        _TRAIN,
        "environment_variables",
        _REMOTE,
        ("remote", "step"),
    ),
    Route(
        "v2-transformer",
        "SDK v2 Transformer",
        "training",
        "2",
        "2.0",
        "CreateTransformJob",
        "env",
        ("TransformJob", "Environment"),
        ("transformer",),
    ),
    Route("v2-model", "SDK v2 Model", "training", "2", "2.0", "CreateModel", "env", _MODEL, ("model",)),
    Route(
        "v3-model-trainer",
        "SDK v3 ModelTrainer",
        "training",
        "3",
        "3.0",
        _TRAIN,
        "environment",
        _TRAINING,
        ("modeltrainer",),
    ),
    Route(
        "v3-remote",
        "SDK v3 @remote / @step",
        "training",
        "3",
        "3.0",
        _TRAIN,
        "environment_variables",
        _REMOTE,
        ("remote", "step"),
    ),
    Route(
        "boto3-training",
        "boto3 create_training_job",
        "training",
        "",
        "",
        _TRAIN,
        "Environment",
        _TRAINING,
        ("createtrainingjob",),
    ),
    Route(
        "v2-framework-processor",
        "SDK v2 FrameworkProcessor",
        "processing",
        "2",
        "2.51",
        _PROCESS,
        "env",
        _PROCESSING,
        ("frameworkprocessor",),
    ),
    Route(
        "v2-script-processor",
        "SDK v2 ScriptProcessor / Processor",
        "processing",
        "2",
        "2.0",
        _PROCESS,
        "env",
        _PROCESSING,
        ("scriptprocessor", "processor", "v2processor"),
    ),
    Route(
        "v3-framework-processor",
        "SDK v3 FrameworkProcessor",
        "processing",
        "3",
        "3.0",
        _PROCESS,
        "env",
        _PROCESSING,
        ("frameworkprocessor",),
    ),
    Route(
        "v3-script-processor",
        "SDK v3 ScriptProcessor / Processor",
        "processing",
        "3",
        "3.0",
        _PROCESS,
        "env",
        _PROCESSING,
        ("scriptprocessor", "processor", "v3processor"),
    ),
    Route(
        "boto3-processing",
        "boto3 create_processing_job",
        "processing",
        "",
        "",
        _PROCESS,
        "Environment",
        _PROCESSING,
        ("createprocessingjob",),
    ),
)

_DLC = "aws/deep-learning-containers"
IMAGES = (
    Image(
        "pytorch", "PyTorch", True, f"{_DLC}, pytorch/training/docker/2.5/py3: awscli<2 in core_packages.json"
    ),
    Image(
        "tensorflow",
        "TensorFlow",
        True,
        f"{_DLC}, tensorflow/training/docker/2.18/py3: awscli<2 in core_packages.json",
        ("tf",),
    ),
    Image(
        "huggingface",
        "Hugging Face",
        True,
        f"{_DLC}, huggingface/pytorch/training/docker/2.5/py3: built on the PyTorch training image",
        ("hf",),
    ),
    Image(
        "scikit-learn",
        "scikit-learn",
        True,
        "aws/sagemaker-scikit-learn-container, docker/1.4-2/base/Dockerfile.cpu installs it",
        ("sklearn",),
    ),
    Image("xgboost", "XGBoost"),
    Image("own-with-toolkit", "own image with the toolkit", aliases=("own-toolkit", "byoc-toolkit")),
    Image("own", "own image without the toolkit", aliases=("own-without-toolkit", "byoc", "custom")),
)


def find_route(name: str, step: str = "", sdk_version: str = "") -> Route:
    """Return the route that `name` means: its id, or a class such as ``FrameworkProcessor``.

    Args:
        name: the name.
        step: ``training`` or ``processing``; empty: either.
        sdk_version: decides if both SDKs have a class of that name.

    Raises:
        ConfigurationError: there is no such route, or it belongs to the other kind of step.
    """
    folded = _folded(name)
    found = [route for route in ROUTES if folded in (_folded(route.id), *route.aliases)]
    if len(found) > 1:
        major = sdk_version.partition(".")[0] or "2"
        found = [route for route in found if route.sdk == major] or found
    if not found:
        known = ", ".join(route.id for route in ROUTES if step in ("", route.step))
        raise ConfigurationError(f"There is no route {name!r}.", remedy=f"the routes are {known}")
    if step and found[0].step != step:
        known = ", ".join(route.id for route in ROUTES if route.step == step)
        raise ConfigurationError(
            f"{found[0].label} runs no {step} step.",
            why=f"it takes the variables of a {found[0].step} step",
            remedy=f"the routes of a {step} step are {known}",
        )
    return found[0]


def find_image(name: str) -> Image:
    """Return the image family that `name` means.

    Raises:
        ConfigurationError: if there is none.
    """
    folded = _folded(name)
    for image in IMAGES:
        if folded in (_folded(image.id), *map(_folded, image.aliases)):
            return image
    known = ", ".join(image.id for image in IMAGES)
    raise ConfigurationError(f"There is no image family {name!r}.", remedy=f"the families are {known}")


def parse_version(text: str) -> tuple[int, ...]:
    """Return ``3.10.1`` as ``(3, 10, 1)``; a suffix after the numbers is ignored.

    Raises:
        ConfigurationError: if it is no version.
    """
    match = re.fullmatch(r"v?(\d+(?:\.\d+)*)((?:\.?(?:dev|post|a|b|rc)\d*)?)", text.strip())
    if not match:
        raise ConfigurationError(
            f"{text!r} is no version of the SageMaker Python SDK.",
            remedy=f"write it like {READ['2']} or {READ['3']}; `pip show sagemaker` prints yours",
        )
    return tuple(int(part) for part in match.group(1).split("."))


def check_version(route: Route, text: str) -> tuple[int, ...]:
    """Return the version of the SDK for the verdicts on `route`; for an empty `text`, the newest that was read.

    Raises:
        ConfigurationError: it is no version, belongs to the other SDK, or is older than the route.
    """
    if not route.sdk:
        return parse_version(text) if text else ()
    version = parse_version(text) if text else parse_version(READ[route.sdk])
    if len(version) == 1 and str(version[0]) == route.sdk:
        return parse_version(READ[route.sdk])
    if str(version[0]) != route.sdk:
        others = ", ".join(other.id for other in ROUTES if other.sdk == str(version[0])) or "none"
        raise ConfigurationError(
            f"{route.label} is not in version {text} of the SageMaker Python SDK.",
            why=f"the route belongs to SDK v{route.sdk}; the routes of v{version[0]} are: {others}",
            remedy=f"give a version from {route.since} to {READ[route.sdk]}, or another route",
        )
    if version < parse_version(route.since):
        raise ConfigurationError(
            f"{route.label} came with version {route.since} of the SageMaker Python SDK, not {text}.",
            remedy=f"give a version from {route.since} to {READ[route.sdk]}",
        )
    return version


def _folded(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())
