"""Code for each class of the SageMaker SDK, v2 and v3; the user fills in image, role and script."""

from __future__ import annotations

from collections.abc import Callable

from .bundle import NAME as BUNDLE
from .snippet_parts import StepPurpose, dictionary, quoted, script_head

# The bundle's folder in the examples: inputs of a processing job arrive under /opt/ml/processing/input.
BUNDLE_FOLDER = "/opt/ml/processing/input/securepypi"
_ROLE = "arn:aws:iam::111122223333:role/SageMakerExecutionRole"
_IMAGE = "111122223333.dkr.ecr.us-west-2.amazonaws.com/IMAGE:TAG"


def _estimator_v2(purpose: StepPurpose) -> str:
    more = []
    if purpose.secure and not purpose.honoured:
        more = _comment(purpose, f"put {BUNDLE} into source_dir, and start train.py with:")
    return _program(
        "from sagemaker.estimator import Estimator",
        purpose,
        *more,
        "estimator = Estimator(",
        f"    image_uri={quoted(_IMAGE)},",
        f"    role={quoted(_ROLE)},",
        "    instance_count=1,",
        '    instance_type="ml.m5.xlarge",',
        '    entry_point="train.py",',
        '    source_dir="src",',
        "    environment=environment,",
        ")",
    )


def _trainer(purpose: StepPurpose, imports: tuple[str, ...], settled: bool) -> str:
    if purpose.secure and not settled:
        # The start script's own pip would use the default index. So there is no `requirements`; the bundle installs.
        source = f'source_dir="src", command="python {BUNDLE} run -r requirements-secure.txt train.py"'
        more = [f"# src holds {BUNDLE}: `jupyter securepypi bundle -o src/{BUNDLE}`"]
    else:
        source, more = 'source_dir="src", entry_script="train.py", requirements="requirements.txt"', []
    return _program(
        "\n".join(imports),
        purpose,
        *more,
        "trainer = ModelTrainer(",
        f"    training_image={quoted(_IMAGE)},",
        f"    role={quoted(_ROLE)},",
        f"    source_code=SourceCode({source}),",
        '    compute=Compute(instance_type="ml.m5.xlarge", instance_count=1),',
        "    environment=environment,",
        ")",
    )


def _trainer_v2(purpose: StepPurpose) -> str:
    imports = (
        "from sagemaker.modules.configs import Compute, SourceCode",
        "from sagemaker.modules.train import ModelTrainer",
    )
    return _trainer(purpose, imports, settled=False)


def _trainer_v3(purpose: StepPurpose) -> str:
    imports = (
        "from sagemaker.core.training.configs import Compute, SourceCode",
        "from sagemaker.train import ModelTrainer",
    )
    return _trainer(purpose, imports, settled=purpose.honoured)


def _remote(purpose: StepPurpose, module: str) -> str:
    more = []
    if purpose.secure:
        # By default, only .py files of the working directory are sent.
        more = [
            "    include_local_workdir=True,",
            '    custom_file_filter=CustomFileFilter(ignore_name_patterns=[".git", "__pycache__"]),',
            f'    pre_execution_commands=["python {BUNDLE} install -r requirements-secure.txt"],',
        ]
    return _program(
        f"from {module}.remote_function import {'CustomFileFilter, ' if purpose.secure else ''}remote",
        purpose,
        *([f"# `jupyter securepypi bundle -o {BUNDLE}` beside this file"] if purpose.secure else []),
        "@remote(",
        f"    image_uri={quoted(_IMAGE)},",
        f"    role={quoted(_ROLE)},",
        '    instance_type="ml.m5.xlarge",',
        "    environment_variables=environment,",
        *more,
        ")",
        "def train(rate):",
        "    return rate",
        gap="\n\n",
    )


def _transformer(purpose: StepPurpose, module: str) -> str:
    return _program(
        f"from {module} import Transformer",
        purpose,
        "transformer = Transformer(",
        '    model_name="MODEL",',
        "    instance_count=1,",
        '    instance_type="ml.m5.xlarge",',
        "    env=environment,",
        ")",
    )


def _model_v2(purpose: StepPurpose) -> str:
    return _program(
        "from sagemaker.model import Model",
        purpose,
        "model = Model(",
        f"    image_uri={quoted(_IMAGE)},",
        f"    role={quoted(_ROLE)},",
        '    model_data="s3://BUCKET/model.tar.gz",',
        "    env=environment,",
        ")",
    )


def _model_v3(purpose: StepPurpose) -> str:
    return _program(
        "from sagemaker.core.shapes import ContainerDefinition",
        purpose,
        "container = ContainerDefinition(",
        f"    image={quoted(_IMAGE)},",
        '    model_data_url="s3://BUCKET/model.tar.gz",',
        "    environment=environment,",
        ")",
    )


def _processor(
    purpose: StepPurpose, name: str, module: str, run: list[str], arguments: list[str], more: list[str]
) -> str:
    image = f"    image_uri={quoted(_IMAGE)},"
    return _program(
        module,
        purpose,
        *more,
        f"processor = {name}(",
        *arguments,
        image,
        f"    role={quoted(_ROLE)},",
        '    command=["python3"],',
        "    instance_count=1,",
        '    instance_type="ml.m5.xlarge",',
        "    env=environment,",
        ")",
        "processor.run(",
        *run,
        ")",
    )


def _framework_v2(purpose: StepPurpose) -> str:
    run = ['    code="preprocess.py",', '    source_dir="src",']
    old = purpose.version < (2, 229)
    more: list[str] = []
    if purpose.secure and old:
        more = _comment(purpose, f"put {BUNDLE} into source_dir, and start preprocess.py with:")
    elif purpose.secure:
        run.append(f"    codeartifact_repo_arn={quoted(purpose.repository)},")
    return _processor(
        purpose,
        "FrameworkProcessor",
        "from sagemaker.processing import FrameworkProcessor\nfrom sagemaker.pytorch import PyTorch",
        run,
        ["    estimator_cls=PyTorch,", '    framework_version="2.5",'],
        more,
    )


def _framework_v3(purpose: StepPurpose) -> str:
    more: list[str] = []
    if purpose.secure and purpose.honoured:
        # The SDK's own installer reads the variable, but the step does not set it.
        more = [f'environment.setdefault("CA_REPOSITORY_ARN", {quoted(purpose.repository)})']
    elif purpose.secure:
        more = _comment(purpose, f"put {BUNDLE} into source_dir, and start preprocess.py with:")
    return _processor(
        purpose,
        "FrameworkProcessor",
        "from sagemaker.core.processing import FrameworkProcessor",
        ['    code="preprocess.py",', '    source_dir="src",'],
        [],
        more,
    )


def _script_more(purpose: StepPurpose) -> list[str]:
    if not purpose.secure:
        return []
    path = f'environment.setdefault("PYTHONPATH", "{BUNDLE_FOLDER}/{BUNDLE}")'
    return [*_comment(purpose, "preprocess.py starts with:", bundle=""), path]


def _script_v2(purpose: StepPurpose) -> str:
    run = ['    code="preprocess.py",']
    if purpose.secure:
        run += [f'    inputs=[ProcessingInput(source="{BUNDLE}", destination="{BUNDLE_FOLDER}")],']
    names = "ProcessingInput, ScriptProcessor" if purpose.secure else "ScriptProcessor"
    imports = f"from sagemaker.processing import {names}"
    return _processor(purpose, "ScriptProcessor", imports, run, [], _script_more(purpose))


def _script_v3(purpose: StepPurpose) -> str:
    imports, run = "from sagemaker.core.processing import ScriptProcessor", ['    code="preprocess.py",']
    if purpose.secure:
        imports += "\nfrom sagemaker.core.shapes import ProcessingInput, ProcessingS3Input"
        run += [
            "    inputs=[",
            "        ProcessingInput(",
            '            input_name="securepypi",',
            "            s3_input=ProcessingS3Input(",
            f'                s3_uri="{BUNDLE}",',
            '                s3_data_type="S3Prefix",',
            f'                local_path="{BUNDLE_FOLDER}",',
            '                s3_input_mode="File",',
            "            ),",
            "        )",
            "    ],",
        ]
    return _processor(purpose, "ScriptProcessor", imports, run, [], _script_more(purpose))


def _comment(purpose: StepPurpose, first: str, bundle: str = BUNDLE) -> list[str]:
    head = script_head(purpose.repository, purpose.role_arn, bundle).splitlines()
    return [f"# {first}", *(f"#   {line}".rstrip() for line in head)]


def _program(imports: str, purpose: StepPurpose, *lines: str, gap: str = "\n") -> str:
    return (
        f"{imports}\n\n{dictionary(purpose.environment)}{gap.removeprefix(chr(10))}" + "\n".join(lines) + "\n"
    )


WRITERS: dict[str, Callable[[StepPurpose], str]] = {
    "v2-estimator": _estimator_v2,
    "v2-model-trainer": _trainer_v2,
    "v2-remote": lambda purpose: _remote(purpose, "sagemaker"),
    "v2-transformer": lambda purpose: _transformer(purpose, "sagemaker.transformer"),
    "v2-model": _model_v2,
    "v2-framework-processor": _framework_v2,
    "v2-script-processor": _script_v2,
    "v3-model-trainer": _trainer_v3,
    "v3-remote": lambda purpose: _remote(purpose, "sagemaker.core"),
    "v3-transformer": lambda purpose: _transformer(purpose, "sagemaker.core.transformer"),
    "v3-model": _model_v3,
    "v3-framework-processor": _framework_v3,
    "v3-script-processor": _script_v3,
}
