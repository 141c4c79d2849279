"""The limits of SageMaker's API for environment variables, read from the service model on this machine.

The model is a data file of botocore. It is read as data, so that no process of ours imports botocore for it.
"""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from ..core.errors import ConfigurationError

# The shapes of the maps in botocore's service model `sagemaker/2017-07-24`.
_SHAPES = {
    "CreateTrainingJob": "TrainingEnvironmentMap",
    "CreateProcessingJob": "ProcessingEnvironmentMap",
    "CreateTransformJob": "TransformEnvironmentMap",
    "CreateModel": "EnvironmentMap",
}
# The limits in botocore 1.44.5, for machines without botocore: (entries, longest name, longest value).
_RECORDED = {
    "CreateTrainingJob": (100, 512, 512),
    "CreateProcessingJob": (100, 256, 256),
    "CreateTransformJob": (16, 1024, 10240),
    "CreateModel": (100, 1024, 1024),
}
_NAME = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")  # the pattern of the keys, which is the same in all four maps


@dataclass(frozen=True)
class Limits:
    """The limits for the environment of one API call.

    Attributes:
        operation: the API call, like ``CreateTrainingJob``.
        entries: the most variables.
        name: the most characters of a name.
        value: the most characters of a value.
        source: the source of these numbers.
    """

    operation: str
    entries: int
    name: int
    value: int
    source: str

    def problems(self, environment: Mapping[str, Any]) -> list[str]:
        """Return one sentence for each part of `environment` that the API would refuse; no value is quoted.

        A value that is no text, like a pipeline variable, has no length yet.
        """
        found = []
        if len(environment) > self.entries:
            found.append(f"{len(environment)} variables are more than the {self.entries} of {self.operation}.")
        for name, value in environment.items():
            if not _NAME.fullmatch(name):
                found.append(f"{name!r} is no name for a variable: letters, digits and underscores only.")
            if len(name) > self.name:
                found.append(f"The name {name[:20]}... has {len(name)} characters, {self.name} are allowed.")
            if isinstance(value, str) and len(value) > self.value:
                found.append(f"The value of {name} has {len(value)} characters, {self.value} are allowed.")
        return found

    def check(self, environment: Mapping[str, Any]) -> None:
        """Check that the API accepts `environment`.

        Raises:
            ConfigurationError: the API would refuse it; the error names every reason.
        """
        problems = self.problems(environment)
        if problems:
            raise ConfigurationError(
                f"{self.operation} would refuse these variables: {' '.join(problems)}",
                why=f"limits of the API, from {self.source}",
                remedy="shorten or remove them; long values belong in a file that the job gets as an input",
            )


@cache
def limits_of(operation: str) -> Limits:
    """Return the limits of `operation`, one of CreateTrainingJob, CreateProcessingJob, CreateTransformJob, CreateModel.

    They come from the installed botocore's model; without botocore, from the recorded model of botocore 1.44.5.
    """
    found = _read().get(operation)
    if found:
        return found
    entries, name, value = _RECORDED[operation]
    return Limits(operation, entries, name, value, "botocore 1.44.5, as recorded")


@cache
def _read() -> dict[str, Limits]:
    path = _model_path()
    if path is None:
        return {}
    try:
        content = path.read_bytes()
        shapes = json.loads(gzip.decompress(content) if path.suffix == ".gz" else content)["shapes"]
        return {
            operation: _limits(operation, shapes, shapes[shape], f"botocore's model {path.parent.name}")
            for operation, shape in _SHAPES.items()
        }
    except (OSError, ValueError, KeyError, TypeError, EOFError):
        return {}  # for an unreadable model the recorded numbers apply, as for a missing one


def _limits(operation: str, shapes: Mapping[str, Any], shape: Mapping[str, Any], source: str) -> Limits:
    entries, name, value = _RECORDED[operation]
    return Limits(
        operation,
        int(shape.get("max", entries)),
        int(shapes[shape["key"]["shape"]].get("max", name)),
        int(shapes[shape["value"]["shape"]].get("max", value)),
        source,
    )


def _model_path() -> Path | None:
    """Return botocore's model of SageMaker; older versions of botocore keep it uncompressed."""
    spec = find_spec("botocore")
    if spec is None or not spec.origin:
        return None
    folder = Path(spec.origin).parent / "data" / "sagemaker"
    found = sorted(folder.glob("*/service-2.json*"))
    return found[-1] if found else None
