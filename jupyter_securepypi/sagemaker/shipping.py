"""Keyword arguments that bring the bundle into a job's container and put it on its PYTHONPATH.

    ship = shipping.script_processor("securepypi.pyz", environment=environment)
    processor = ScriptProcessor(..., **ship.create)
    processor.run(code="preprocess.py", **ship.run)

``from jupyter_securepypi import install_packages`` then works in the script. The folders come from the SageMaker SDK
(``sagemaker/processing.py``, ``sagemaker/train/constants.py``) and from sagemaker-training's ``environment.py``.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any

from ..core.errors import ConfigurationError
from .bundle import NAME, write_bundle

INPUT_FOLDER = "/opt/ml/processing/input/securepypi"
PROCESSING_CODE = "/opt/ml/processing/input/code"
TRAINER_CODE = "/opt/ml/input/data/code"
TOOLKIT_CODE = "/opt/ml/code"


@dataclass(frozen=True)
class Shipment:
    """The arguments to add to a call of the SDK.

    Attributes:
        create: keyword arguments for the class.
        run: keyword arguments for its ``run()``, ``train()`` or ``fit()``.
    """

    create: dict[str, Any] = field(default_factory=dict)
    run: dict[str, Any] = field(default_factory=dict)


def script_processor(
    bundle: str | os.PathLike[str],
    *,
    environment: Mapping[str, str] | None = None,
    inputs: Sequence[Any] = (),
) -> Shipment:
    """Ship the file `bundle` as an input of a ``Processor`` or ``ScriptProcessor``, SDK v2 or v3.

    Args:
        bundle: the file that `write_bundle` wrote, under its original name; or its address on S3.
        environment: the job's variables.
        inputs: the job's other inputs.

    Raises:
        ConfigurationError: the file does not exist or has another name, or the SageMaker SDK is not installed.
    """
    source = os.fspath(bundle)
    if Path(source).name != NAME or not (source.startswith("s3://") or Path(source).is_file()):
        raise ConfigurationError(
            f"There is no bundle at {source}.",
            why=f"it is a file called {NAME}",
            remedy=f"jupyter securepypi bundle -o {NAME}",
        )
    return Shipment(
        create={"env": _with_path(environment, INPUT_FOLDER)},
        run={"inputs": [*inputs, _processing_input(source)]},
    )


def framework_processor(
    source_dir: str | os.PathLike[str], *, environment: Mapping[str, str] | None = None
) -> Shipment:
    """Write the bundle into `source_dir`, and ship it with a ``FrameworkProcessor``'s code, SDK v2 or v3.

    Raises:
        ConfigurationError: there is no such folder.
        FileProblem: the bundle cannot be written.
    """
    folder = _into(source_dir)
    return Shipment(create={"env": _with_path(environment, PROCESSING_CODE)}, run={"source_dir": folder})


def model_trainer(
    source_dir: str | os.PathLike[str], *, environment: Mapping[str, str] | None = None
) -> Shipment:
    """Write the bundle into `source_dir`, the folder in ``SourceCode(source_dir=...)`` of a ModelTrainer.

    Raises:
        ConfigurationError: there is no such folder.
        FileProblem: the bundle cannot be written.
    """
    _into(source_dir)
    return Shipment(create={"environment": _with_path(environment, TRAINER_CODE)})


def estimator(source_dir: str | os.PathLike[str], *, environment: Mapping[str, str] | None = None) -> Shipment:
    """Write the bundle into `source_dir`, and ship it with an SDK v2 estimator's code.

    The image must run the training toolkit, which unpacks the folder to /opt/ml/code.

    Raises:
        ConfigurationError: there is no such folder.
        FileProblem: the bundle cannot be written.
    """
    folder = _into(source_dir)
    return Shipment(create={"environment": _with_path(environment, TOOLKIT_CODE), "source_dir": folder})


def _into(source_dir: str | os.PathLike[str]) -> str:
    folder = Path(source_dir)
    if not folder.is_dir():
        raise ConfigurationError(
            f"There is no source folder {os.fspath(source_dir)}.",
            remedy="give the local folder with the job's code; the SDK uploads it",
        )
    write_bundle(folder)
    return str(folder)


def _with_path(environment: Mapping[str, str] | None, folder: str) -> dict[str, str]:
    """Return `environment` with the bundle first on PYTHONPATH, in Linux form, because containers are Linux."""
    variables = dict(environment or {})
    earlier = variables.get("PYTHONPATH", "")
    variables["PYTHONPATH"] = f"{folder}/{NAME}" + (f":{earlier}" if earlier else "")
    return variables


def _processing_input(source: str) -> Any:
    """Return the input in the form of the installed SDK."""
    try:
        shapes = import_module("sagemaker.core.shapes")  # version 3
    except ImportError:
        pass
    else:
        place = shapes.ProcessingS3Input(
            s3_uri=source, local_path=INPUT_FOLDER, s3_data_type="S3Prefix", s3_input_mode="File"
        )
        return shapes.ProcessingInput(input_name="securepypi", s3_input=place)
    try:
        processing = import_module("sagemaker.processing")  # version 2
    except ImportError as error:
        raise ConfigurationError(
            "The SageMaker SDK is not installed here.",
            why=str(error),
            remedy=f"call this where the job is defined, or give boto3 an input with LocalPath {INPUT_FOLDER}",
        ) from None
    return processing.ProcessingInput(source=source, destination=INPUT_FOLDER, input_name="securepypi")
