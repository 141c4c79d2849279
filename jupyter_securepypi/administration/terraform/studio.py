"""The Studio lifecycle configuration as a resource."""

from __future__ import annotations

from dataclasses import dataclass

from .hcl import quoted

FILE = "on-start.sh"
"""The name of the script, beside the configuration."""


@dataclass(frozen=True)
class StartScript:
    """The script that Studio runs when an app starts.

    Attributes:
        name: what it is registered under; it changes with the script.
        app_type: ``JupyterLab`` or ``CodeEditor``.
        text: the script.
    """

    name: str
    app_type: str
    text: str


def lifecycle_config(name: str, app_type: str, path: str) -> str:
    """Return the resource for a script whose path is the expression `path`."""
    return f"""\
resource "aws_sagemaker_studio_lifecycle_config" "secure_pypi" {{
  studio_lifecycle_config_name     = {quoted(name)}
  studio_lifecycle_config_app_type = {quoted(app_type)}
  studio_lifecycle_config_content  = filebase64({path})

  # It cannot be changed in place: the new one is attached before the old one goes.
  lifecycle {{
    create_before_destroy = true
  }}
}}
"""
