"""The purpose of the snippets, and the lines that several of them share."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from .routes import Image, Route


@dataclass(frozen=True)
class StepPurpose:
    """The purpose of the snippets.

    Attributes:
        route: the chosen route.
        image: family of the image.
        environment: the variables of the step.
        secure: install from the secure index.
        honoured: True if the route itself does that.
        repository: ARN of the repository.
        role_arn: the role that install_packages() assumes, or empty.
        version: version of the SDK.
    """

    route: Route
    image: Image
    environment: Mapping[str, str]
    secure: bool
    honoured: bool
    repository: str
    role_arn: str = ""
    version: tuple[int, ...] = ()


def script_head(repository: str, role_arn: str = "", bundle: str = "") -> str:
    """Return the lines at the top of a script that install through the secure index.

    Args:
        repository: the repository's ARN.
        role_arn: the role to assume, or empty.
        bundle: path of the bundle, if it is not already on ``PYTHONPATH``.
    """
    lines = ["import sys", "", f"sys.path.insert(0, {quoted(bundle)})"] if bundle else []
    lines += ["from jupyter_securepypi import install_packages", "", "install_packages("]
    lines += ['    requirements="requirements-secure.txt",', f"    repository_arn={quoted(repository)},"]
    if role_arn:
        lines.append(f"    role_arn={quoted(role_arn)},")
    return "\n".join([*lines, ")", ""])


def dictionary(environment: Mapping[str, str]) -> str:
    """Return Python code that assigns the variables to ``environment``."""
    lines = [f"    {quoted(name)}: {quoted(value)}," for name, value in environment.items()]
    return "\n".join(["environment = {", *lines, "}", ""])


def quoted(value: str) -> str:
    """Return `value` as a string literal, which is the same in Python, YAML and JSON."""
    return json.dumps(value)
