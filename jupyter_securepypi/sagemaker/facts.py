"""The software that honours CA_REPOSITORY_ARN: one row for each fact, with its source. Data and a look-up only.

"read" means: found in the source of that version, and not found in the version before `since`.
"""

from __future__ import annotations

from dataclasses import dataclass

from .routes import Image, Route, parse_version

HONOURED, IGNORED, UNKNOWN = "honoured", "ignored", "unknown"


@dataclass(frozen=True)
class Fact:
    """The effect of CA_REPOSITORY_ARN on some routes, in some images, in a range of versions of the SDK.

    Attributes:
        routes: ids of routes.
        images: ids of image families; empty: any.
        verdict: ``honoured``, ``ignored`` or ``unknown``.
        by: the software that honours it, or would have to.
        reason: how it is used, or why it is ignored; one sentence.
        source: the package or repository, version and file where this was read.
        since: first version of the SDK for which this holds; empty: all.
        before: first version for which it no longer holds; empty: all.
        leaks: how the token may get into the job's log or failure message, or empty.
        fails: the effect of failed authentication: ``open`` if packages come from pip's default index, ``closed`` if
        the job fails; empty if nothing authenticates.
        argument: ``run(codeartifact_repo_arn=...)`` does what the variable does elsewhere.
    """

    routes: tuple[str, ...]
    images: tuple[str, ...]
    verdict: str
    by: str
    reason: str
    source: str
    since: str = ""
    before: str = ""
    leaks: str = ""
    fails: str = ""
    argument: bool = False


_BY_IMAGE = ("v2-estimator", "boto3-training")
_SERVING = ("v2-transformer", "v2-model")
_TOOLKIT = "sagemaker-training 5.1.4, sagemaker_training/modules.py (4.7.0 has it, 4.6.1 has not)"
_TOOLKIT_DOES = (
    "It adds the index to its own `pip install -r requirements.txt`, with the execution role's rights"
)
_TOOLKIT_LEAK = (
    "the toolkit hands the token to pip in the command line, and a failing install writes that command, token "
    "included, to the log and the failure message (sagemaker_training/errors.py)"
)
_SERVER = "sagemaker-inference 1.10.1, sagemaker_inference/model_server.py (1.10.0 has it, 1.9.2 has not)"
_SERVER_LEAK = (
    "the model server hands the token to pip in the command line, and a failing install shows that command in its "
    "traceback"
)
_V3_LEAK = (
    "the SDK's script hands the token to pip in the command line, and the traceback of a failing install shows it "
    "in the log (subprocess.check_call in install_requirements.py)"
)
_V3_DOES = (
    "The SDK's install_requirements.py runs in the container before the script, asks for a token with boto3 or else "
    "the AWS CLI, and stops the job when it can do neither"
)

FACTS = (
    # Training: the image decides.
    Fact(
        _BY_IMAGE,
        ("pytorch",),
        HONOURED,
        "sagemaker-training >= 4.7.0 in the image",
        f"{_TOOLKIT_DOES}; images built before August 2023, and those on the new base image without the toolkit, "
        "do not",
        f"{_TOOLKIT}; sagemaker-pytorch-training 3.0.0 requires sagemaker-training>=5.0.0; "
        "aws/deep-learning-containers issue 2509",
        leaks=_TOOLKIT_LEAK,
        fails="closed",
    ),
    Fact(
        _BY_IMAGE,
        ("tensorflow",),
        HONOURED,
        "sagemaker-training >= 4.7.0 in the image",
        f"{_TOOLKIT_DOES}; images built before August 2023 do not",
        f"{_TOOLKIT}; aws/deep-learning-containers, tensorflow/training/docker/2.18: sagemaker-training==4.8.4",
        leaks=_TOOLKIT_LEAK,
        fails="closed",
    ),
    Fact(
        _BY_IMAGE,
        ("huggingface",),
        HONOURED,
        "sagemaker-training >= 4.7.0 in the image",
        f"{_TOOLKIT_DOES}; the image is built on the PyTorch training image and keeps its toolkit",
        f"{_TOOLKIT}; aws/deep-learning-containers, huggingface/pytorch/training/docker/2.5/py3/cu124/Dockerfile.gpu",
        leaks=_TOOLKIT_LEAK,
        fails="closed",
    ),
    Fact(
        _BY_IMAGE,
        ("scikit-learn",),
        HONOURED,
        "sagemaker-training >= 4.7.0 in the image",
        f"{_TOOLKIT_DOES}; images whose toolkit is older (4.0.1 up to scikit-learn 1.0-1) do not",
        f"{_TOOLKIT}; aws/sagemaker-scikit-learn-container, requirements.txt at b12ba91: sagemaker-training==4.8.0",
        leaks=_TOOLKIT_LEAK,
        fails="closed",
    ),
    Fact(
        _BY_IMAGE,
        ("xgboost",),
        IGNORED,
        "sagemaker-containers 2.8.6.post2 in the image",
        "The image uses the predecessor of the training toolkit, which runs pip with the default index",
        "sagemaker-containers 2.8.6.post2, sagemaker_containers/_modules.py; aws/sagemaker-xgboost-container pins it "
        "up to Python 3.12",
    ),
    Fact(
        _BY_IMAGE,
        ("own-with-toolkit",),
        HONOURED,
        "sagemaker-training >= 4.7.0 in the image",
        f"{_TOOLKIT_DOES}, if its `train` is what the image starts",
        _TOOLKIT,
        leaks=_TOOLKIT_LEAK,
        fails="closed",
    ),
    Fact(
        _BY_IMAGE,
        ("own",),
        IGNORED,
        "the image itself",
        "SageMaker passes the variable on and does nothing with it; only a program in the image could",
        "sagemaker 2.257.7, sagemaker/estimator.py: environment goes to CreateTrainingJob unread",
    ),
    # Training: the SDK's own start script decides, in any image.
    Fact(
        ("v2-model-trainer",),
        (),
        IGNORED,
        "the SDK's start script",
        "It runs `pip install -r` with the default index, in place of the image's toolkit",
        "sagemaker 2.257.7, sagemaker/modules/train/model_trainer.py",
    ),
    Fact(
        ("v3-model-trainer",),
        (),
        IGNORED,
        "the SDK's start script",
        "It runs `pip install -r` with the default index; honoured from 3.10 on",
        "sagemaker-train 1.9.0, sagemaker/train/templates.py",
        before="3.10",
    ),
    Fact(
        ("v3-model-trainer",),
        (),
        HONOURED,
        "install_requirements.py of the SDK",
        f"{_V3_DOES}; only if SourceCode.requirements is set",
        "sagemaker-train 1.27.0, sagemaker/train/model_trainer.py; sagemaker-core 2.27.0, "
        "sagemaker/core/utils/install_requirements.py (1.10.0 and 2.10.0 have it, 1.9.0 and 2.9.0 have not)",
        since="3.10",
        leaks=_V3_LEAK,
        fails="closed",
    ),
    Fact(
        ("v2-remote",),
        (),
        IGNORED,
        "the SDK's runtime environment manager",
        "It runs `pip install -r ... -U` with the default index; pre_execution_commands run before that",
        "sagemaker 2.257.7, sagemaker/remote_function/runtime_environment/runtime_environment_manager.py",
    ),
    Fact(
        ("v3-remote",),
        (),
        IGNORED,
        "the SDK's runtime environment manager",
        "It runs `pip install -r ... -U` with the default index; pre_execution_commands run before that",
        "sagemaker-core 2.27.0, sagemaker/core/remote_function/runtime_environment/runtime_environment_manager.py",
    ),
    # Serving: the model server of the image decides.
    Fact(
        _SERVING,
        ("pytorch",),
        HONOURED,
        "sagemaker-pytorch-inference in the image",
        "The model server adds the index to its own `pip install -r requirements.txt`; images from PyTorch 2.0.1 on",
        "sagemaker-pytorch-inference 2.0.25, sagemaker_pytorch_serving_container/torchserve.py; "
        "aws/deep-learning-containers issue 2509",
        leaks=_SERVER_LEAK,
        fails="closed",
    ),
    Fact(
        _SERVING,
        ("huggingface",),
        HONOURED,
        "sagemaker-inference >= 1.10.0 in the image",
        "The Hugging Face toolkit installs requirements.txt with the function of sagemaker-inference; it is content "
        "with older versions (>= 1.8.0), which ignore the variable",
        f"sagemaker-huggingface-inference-toolkit 2.6.0, mms_model_server.py; {_SERVER}",
        leaks=_SERVER_LEAK,
        fails="closed",
    ),
    Fact(
        _SERVING,
        ("tensorflow",),
        IGNORED,
        "serve.py of the image",
        "It runs `pip3 install -r` with the default index",
        "aws/sagemaker-tensorflow-serving-container, docker/build_artifacts/sagemaker/serve.py at 00b4c79",
    ),
    Fact(
        _SERVING,
        ("scikit-learn",),
        IGNORED,
        "sagemaker-inference 1.2.0 and sagemaker-containers in the image",
        "Both are older than the variable",
        "aws/sagemaker-scikit-learn-container, requirements.txt at b12ba91; sagemaker_sklearn_container/serving.py",
    ),
    Fact(
        _SERVING,
        ("xgboost",),
        IGNORED,
        "sagemaker-inference 1.5.5 and sagemaker-containers in the image",
        "Both are older than the variable",
        "aws/sagemaker-xgboost-container: pins sagemaker-inference==1.5.5, sagemaker-containers==2.8.6.post2",
    ),
    Fact(
        _SERVING,
        ("own-with-toolkit",),
        HONOURED,
        "sagemaker-inference >= 1.10.0 in the image",
        "The model server adds the index to its own `pip install -r requirements.txt`; the training toolkit does not "
        "count here",
        _SERVER,
        leaks=_SERVER_LEAK,
        fails="closed",
    ),
    Fact(
        _SERVING,
        ("own",),
        IGNORED,
        "the image itself",
        "SageMaker passes the variable on and does nothing with it; only a program in the image could",
        "sagemaker 2.257.7, sagemaker/transformer.py and sagemaker/model.py: env goes to the API unread",
    ),
    # Processing.
    Fact(
        ("v2-framework-processor",),
        (),
        IGNORED,
        "the SDK's runproc.sh",
        "It does not read the variable, and has no argument for a repository before 2.229",
        "sagemaker 2.228.0, sagemaker/processing.py",
        before="2.229",
    ),
    Fact(
        ("v2-framework-processor",),
        (),
        IGNORED,
        "the SDK's runproc.sh",
        "It does not read the variable; run(codeartifact_repo_arn=...) does what is wanted",
        "sagemaker 2.257.7, sagemaker/processing.py, _generate_framework_script (2.229.0 has it, 2.228.0 has not)",
        since="2.229",
        fails="open",
        argument=True,
    ),
    Fact(
        ("v3-framework-processor",),
        (),
        IGNORED,
        "the SDK's runproc.sh",
        "It runs `pip install -r` with the default index; honoured from 3.10 on",
        "sagemaker-core 2.9.0, sagemaker/core/processing.py",
        before="3.10",
    ),
    Fact(
        ("v3-framework-processor",),
        (),
        HONOURED,
        "install_requirements.py of the SDK",
        _V3_DOES,
        "sagemaker-core 2.27.0, sagemaker/core/processing.py and utils/install_requirements.py (2.10.0 has it, "
        "2.9.0 has not)",
        since="3.10",
        leaks=_V3_LEAK,
        fails="closed",
    ),
    Fact(
        ("v2-script-processor",),
        (),
        IGNORED,
        "the script",
        "A processing container runs the script and nothing before it",
        "sagemaker 2.257.7, sagemaker/processing.py: ScriptProcessor.run starts the command with the script",
    ),
    Fact(
        ("v3-script-processor",),
        (),
        IGNORED,
        "the script",
        "A processing container runs the script and nothing before it",
        "sagemaker-core 2.27.0, sagemaker/core/processing.py: ScriptProcessor.run starts the command with the script",
    ),
    Fact(
        ("boto3-processing",),
        (),
        IGNORED,
        "the program that ContainerEntrypoint names",
        "A processing container runs its entry point and nothing before it",
        "botocore's model sagemaker/2017-07-24, AppSpecification",
    ),
)


def fact_for(route: Route, image: Image, version: tuple[int, ...]) -> Fact | None:
    """Return the row for `route`, `image` and `version` of the SDK, or None if that was not examined."""
    for fact in FACTS:
        if route.id not in fact.routes or (fact.images and image.id not in fact.images):
            continue
        if version and fact.since and version < parse_version(fact.since):
            continue
        if version and fact.before and version >= parse_version(fact.before):
            continue
        return fact
    return None
