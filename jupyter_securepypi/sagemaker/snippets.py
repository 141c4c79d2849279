"""Code that does on a route what the step means: runs as it is, with the names of a script and an image to fill in."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace

from .facts import HONOURED, fact_for
from .routes import READ, Image, Route, find_route, parse_version

# Where the examples put the bundle: inputs of a processing job arrive under /opt/ml/processing/input.
BUNDLE = "securepypi.pyz"
BUNDLE_FOLDER = "/opt/ml/processing/input/securepypi"
_ROLE = "arn:aws:iam::111122223333:role/SageMakerExecutionRole"
_IMAGE = "111122223333.dkr.ecr.us-west-2.amazonaws.com/IMAGE:TAG"


@dataclass(frozen=True)
class Wanted:
    """What the snippets are for.

    Attributes:
        route: the chosen one.
        image: family of the image.
        environment: the variables of the step.
        secure: install from the secure index.
        honoured: whether the route itself sees to that.
        repository: ARN of the repository.
        role_arn: the role that install_packages() assumes, or empty.
        version: of the SDK.
    """

    route: Route
    image: Image
    environment: Mapping[str, str]
    secure: bool
    honoured: bool
    repository: str
    role_arn: str = ""
    version: tuple[int, ...] = ()


def snippets(wanted: Wanted) -> dict[str, str]:
    """Return the snippets: ``python``, ``sdk_v2``, ``sdk_v3``, ``config_yaml`` and ``json``.

    The SDK's snippets use the chosen route where it belongs to that SDK, else its nearest relative in it.
    """
    v2, v3 = _RELATIVES[wanted.route.id]
    return {
        "python": _dictionary(wanted.environment),
        "sdk_v2": _WRITERS[v2](_on(wanted, v2)),
        "sdk_v3": _WRITERS[v3](_on(wanted, v3)),
        "config_yaml": _yaml(wanted),
        "json": json.dumps({"Environment": dict(wanted.environment)}, indent=2) + "\n",
    }


def _on(wanted: Wanted, route: str) -> Wanted:
    """Return `wanted` as it is on another route, in the newest version of that SDK."""
    if route == wanted.route.id or route not in _ROUTES:
        return wanted
    other = find_route(route)
    version = parse_version(READ[other.sdk])
    fact = fact_for(other, wanted.image, version)
    return replace(wanted, route=other, version=version, honoured=fact is not None and fact.verdict == HONOURED)


def script_head(repository: str, role_arn: str = "", bundle: str = "") -> str:
    """Return the lines for the top of a script that installs for itself through the secure index.

    Args:
        repository: its ARN.
        role_arn: the role to assume, or empty.
        bundle: path of the bundle, where it is not on ``PYTHONPATH`` already.
    """
    lines = ["import os", *(["import sys"] if bundle else []), ""]
    lines.append(f'os.environ.setdefault("CA_REPOSITORY_ARN", {_quoted(repository)})')
    if role_arn:
        lines.append(f'os.environ.setdefault("SECURE_PYPI_ROLE_ARN", {_quoted(role_arn)})')
    if bundle:
        lines.append(f"sys.path.insert(0, {_quoted(bundle)})")
    lines += ["from jupyter_securepypi import install_packages", ""]
    return "\n".join([*lines, 'install_packages(requirements="requirements-secure.txt")', ""])


def _dictionary(environment: Mapping[str, str]) -> str:
    lines = [f"    {_quoted(name)}: {_quoted(value)}," for name, value in environment.items()]
    return "\n".join(["environment = {", *lines, "}", ""])


def _estimator_v2(wanted: Wanted) -> str:
    more = []
    if wanted.secure and not wanted.honoured:
        more = _comment(wanted, f"put {BUNDLE} into source_dir, and start train.py with:")
    return _program(
        "from sagemaker.estimator import Estimator",
        wanted,
        *more,
        "estimator = Estimator(",
        f"    image_uri={_quoted(_IMAGE)},",
        f"    role={_quoted(_ROLE)},",
        "    instance_count=1,",
        '    instance_type="ml.m5.xlarge",',
        '    entry_point="train.py",',
        '    source_dir="src",',
        "    environment=environment,",
        ")",
    )


def _trainer(wanted: Wanted, imports: tuple[str, ...], settled: bool) -> str:
    if wanted.secure and not settled:
        # The start script's own pip would use the default index: no `requirements`, and the bundle installs.
        install = f"python {BUNDLE} install -r requirements-secure.txt"
        source = f'source_dir="src", command="{install} && python train.py"'
        more = [f"# src holds {BUNDLE}: `jupyter securepypi bundle -o src/{BUNDLE}`"]
    else:
        source, more = 'source_dir="src", entry_script="train.py", requirements="requirements.txt"', []
    return _program(
        "\n".join(imports),
        wanted,
        *more,
        "trainer = ModelTrainer(",
        f"    training_image={_quoted(_IMAGE)},",
        f"    role={_quoted(_ROLE)},",
        f"    source_code=SourceCode({source}),",
        '    compute=Compute(instance_type="ml.m5.xlarge", instance_count=1),',
        "    environment=environment,",
        ")",
    )


def _trainer_v2(wanted: Wanted) -> str:
    imports = (
        "from sagemaker.modules.configs import Compute, SourceCode",
        "from sagemaker.modules.train import ModelTrainer",
    )
    return _trainer(wanted, imports, settled=False)


def _trainer_v3(wanted: Wanted) -> str:
    imports = (
        "from sagemaker.core.training.configs import Compute, SourceCode",
        "from sagemaker.train import ModelTrainer",
    )
    return _trainer(wanted, imports, settled=wanted.honoured)


def _remote(wanted: Wanted, module: str) -> str:
    more = []
    if wanted.secure:
        # Only .py files of the working directory travel unless a filter says otherwise.
        more = [
            "    include_local_workdir=True,",
            '    custom_file_filter=CustomFileFilter(ignore_name_patterns=[".git", "__pycache__"]),',
            f'    pre_execution_commands=["python {BUNDLE} install -r requirements-secure.txt"],',
        ]
    return _program(
        f"from {module}.remote_function import {'CustomFileFilter, ' if wanted.secure else ''}remote",
        wanted,
        *([f"# `jupyter securepypi bundle -o {BUNDLE}` beside this file"] if wanted.secure else []),
        "@remote(",
        f"    image_uri={_quoted(_IMAGE)},",
        f"    role={_quoted(_ROLE)},",
        '    instance_type="ml.m5.xlarge",',
        "    environment_variables=environment,",
        *more,
        ")",
        "def train(rate):",
        "    return rate",
        gap="\n\n",
    )


def _transformer(wanted: Wanted, module: str) -> str:
    return _program(
        f"from {module} import Transformer",
        wanted,
        "transformer = Transformer(",
        '    model_name="MODEL",',
        "    instance_count=1,",
        '    instance_type="ml.m5.xlarge",',
        "    env=environment,",
        ")",
    )


def _model_v2(wanted: Wanted) -> str:
    return _program(
        "from sagemaker.model import Model",
        wanted,
        "model = Model(",
        f"    image_uri={_quoted(_IMAGE)},",
        f"    role={_quoted(_ROLE)},",
        '    model_data="s3://BUCKET/model.tar.gz",',
        "    env=environment,",
        ")",
    )


def _model_v3(wanted: Wanted) -> str:
    return _program(
        "from sagemaker.core.shapes import ContainerDefinition",
        wanted,
        "container = ContainerDefinition(",
        f"    image={_quoted(_IMAGE)},",
        '    model_data_url="s3://BUCKET/model.tar.gz",',
        "    environment=environment,",
        ")",
    )


def _processor(
    wanted: Wanted, name: str, module: str, run: list[str], arguments: list[str], more: list[str]
) -> str:
    image = f"    image_uri={_quoted(_IMAGE)},"
    return _program(
        module,
        wanted,
        *more,
        f"processor = {name}(",
        *arguments,
        image,
        f"    role={_quoted(_ROLE)},",
        '    command=["python3"],',
        "    instance_count=1,",
        '    instance_type="ml.m5.xlarge",',
        "    env=environment,",
        ")",
        "processor.run(",
        *run,
        ")",
    )


def _framework_v2(wanted: Wanted) -> str:
    run = ['    code="preprocess.py",', '    source_dir="src",']
    old = wanted.version < (2, 229)
    more: list[str] = []
    if wanted.secure and old:
        more = _comment(wanted, f"put {BUNDLE} into source_dir, and start preprocess.py with:")
    elif wanted.secure:
        run.append(f"    codeartifact_repo_arn={_quoted(wanted.repository)},")
    return _processor(
        wanted,
        "FrameworkProcessor",
        "from sagemaker.processing import FrameworkProcessor\nfrom sagemaker.pytorch import PyTorch",
        run,
        ["    estimator_cls=PyTorch,", '    framework_version="2.5",'],
        more,
    )


def _framework_v3(wanted: Wanted) -> str:
    more: list[str] = []
    if wanted.secure and wanted.honoured:
        # The SDK's own installer reads the variable, which the step itself does not set.
        more = [f'environment.setdefault("CA_REPOSITORY_ARN", {_quoted(wanted.repository)})']
    elif wanted.secure:
        more = _comment(wanted, f"put {BUNDLE} into source_dir, and start preprocess.py with:")
    return _processor(
        wanted,
        "FrameworkProcessor",
        "from sagemaker.core.processing import FrameworkProcessor",
        ['    code="preprocess.py",', '    source_dir="src",'],
        [],
        more,
    )


def _script_more(wanted: Wanted) -> list[str]:
    if not wanted.secure:
        return []
    path = f'environment.setdefault("PYTHONPATH", "{BUNDLE_FOLDER}/{BUNDLE}")'
    return [*_comment(wanted, "preprocess.py starts with:", bundle=""), path]


def _script_v2(wanted: Wanted) -> str:
    run = ['    code="preprocess.py",']
    if wanted.secure:
        run += [f'    inputs=[ProcessingInput(source="{BUNDLE}", destination="{BUNDLE_FOLDER}")],']
    names = "ProcessingInput, ScriptProcessor" if wanted.secure else "ScriptProcessor"
    imports = f"from sagemaker.processing import {names}"
    return _processor(wanted, "ScriptProcessor", imports, run, [], _script_more(wanted))


def _script_v3(wanted: Wanted) -> str:
    imports, run = "from sagemaker.core.processing import ScriptProcessor", ['    code="preprocess.py",']
    if wanted.secure:
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
    return _processor(wanted, "ScriptProcessor", imports, run, [], _script_more(wanted))


def _comment(wanted: Wanted, first: str, bundle: str = BUNDLE) -> list[str]:
    head = script_head(wanted.repository, wanted.role_arn, bundle).splitlines()
    return [f"# {first}", *(f"#   {line}".rstrip() for line in head)]


def _program(imports: str, wanted: Wanted, *lines: str, gap: str = "\n") -> str:
    return (
        f"{imports}\n\n{_dictionary(wanted.environment)}{gap.removeprefix(chr(10))}" + "\n".join(lines) + "\n"
    )


def _yaml(wanted: Wanted) -> str:
    job = "TrainingJob" if wanted.route.step == "training" else "ProcessingJob"
    lines = [f"      {name}: {_quoted(value)}" for name, value in wanted.environment.items()]
    return "\n".join(
        [
            "SchemaVersion: '1.0'",
            "SageMaker:",
            f"  {job}:",
            "    Environment:",
            *lines,
            "",
        ]
    )


def _quoted(value: str) -> str:
    return json.dumps(value)  # a string alike in Python, YAML and JSON


_RELATIVES = {
    "v2-estimator": ("v2-estimator", "v3-model-trainer"),
    "v2-model-trainer": ("v2-model-trainer", "v3-model-trainer"),
    "v2-remote": ("v2-remote", "v3-remote"),
    "v2-transformer": ("v2-transformer", "v3-transformer"),
    "v2-model": ("v2-model", "v3-model"),
    "v3-model-trainer": ("v2-model-trainer", "v3-model-trainer"),
    "v3-remote": ("v2-remote", "v3-remote"),
    "boto3-training": ("v2-estimator", "v3-model-trainer"),
    "v2-framework-processor": ("v2-framework-processor", "v3-framework-processor"),
    "v2-script-processor": ("v2-script-processor", "v3-script-processor"),
    "v3-framework-processor": ("v2-framework-processor", "v3-framework-processor"),
    "v3-script-processor": ("v2-script-processor", "v3-script-processor"),
    "boto3-processing": ("v2-script-processor", "v3-script-processor"),
}
_ROUTES = frozenset(_RELATIVES)
_WRITERS = {
    "v2-estimator": _estimator_v2,
    "v2-model-trainer": _trainer_v2,
    "v2-remote": lambda wanted: _remote(wanted, "sagemaker"),
    "v2-transformer": lambda wanted: _transformer(wanted, "sagemaker.transformer"),
    "v2-model": _model_v2,
    "v2-framework-processor": _framework_v2,
    "v2-script-processor": _script_v2,
    "v3-model-trainer": _trainer_v3,
    "v3-remote": lambda wanted: _remote(wanted, "sagemaker.core"),
    "v3-transformer": lambda wanted: _transformer(wanted, "sagemaker.core.transformer"),
    "v3-model": _model_v3,
    "v3-framework-processor": _framework_v3,
    "v3-script-processor": _script_v3,
}
