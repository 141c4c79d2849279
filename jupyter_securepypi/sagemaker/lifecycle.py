"""The Studio lifecycle configuration: a script that installs this extension when an app starts.

Limits: CreateStudioLifecycleConfig takes 16 384 base64 characters, and Studio stops an app whose script runs for
five minutes or fails (SageMaker developer guide, "Lifecycle configurations within Amazon SageMaker Studio").
"""

from __future__ import annotations

import hashlib
import json
import re
import shlex
from dataclasses import dataclass

from ..core.errors import ConfigurationError
from ..core.providers.codeartifact.mint import expand_role
from ..core.providers.codeartifact.repository import Repository
from ..rollout.program import program, script
from ..rollout.settings import check_hash, check_pins, check_prefix, check_printable, check_version

MAX_BYTES = 12_288
"""The most bytes that 16 384 characters of base64 hold."""
APP_TYPES = ("JupyterLab", "CodeEditor")
# StudioLifecycleConfigName in botocore's model of SageMaker.
_NAME = re.compile(r"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}")
_NAME_LENGTH = 63
_BUCKET = re.compile(r"s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/.*)?")

_RESTART = """\
if command -v restart-jupyter-server > /dev/null 2>&1; then
    say 'restarting the Jupyter server'
    timeout -k 5 20 restart-jupyter-server < /dev/null || say 'it did not restart; the next start loads the extension'
fi
exit 0"""
_NO_SERVER = "say 'ready for notebooks and terminals' # Code Editor runs no Jupyter server\nexit 0"


@dataclass(frozen=True)
class StartScript:
    """The settings of the script: package, source and behaviour; valid by construction.

    Attributes:
        repository: the repository in the extension's options; with source ``codeartifact`` also its origin.
        version: the exact version of jupyter_securepypi.
        hashes: SHA-256 of the files that may be installed, as hexadecimal digits; empty: the index's hashes.
        role_arn: ARN or template of the role to assume, or empty.
        source: ``codeartifact``, an ``s3://`` URL of a wheel or of a prefix, or a folder that Studio has.
        requirements: lines ``NAME==VERSION --hash=sha256:...`` of dependencies that an image may lack.
        app_type: ``JupyterLab`` or ``CodeEditor``.
        strict: a failure keeps the app from starting.
        prefix: the prefix of the Python that runs the server in the image.

    Raises:
        ConfigurationError: a value is not valid; the error names it.
    """

    repository: Repository
    version: str
    hashes: tuple[str, ...] = ()
    role_arn: str = ""
    source: str = "codeartifact"
    requirements: tuple[str, ...] = ()
    app_type: str = "JupyterLab"
    strict: bool = False
    prefix: str = "/opt/conda"

    def __post_init__(self) -> None:
        check_printable(version=self.version, role=self.role_arn, source=self.source, prefix=self.prefix)
        if self.app_type not in APP_TYPES:
            raise ConfigurationError(
                f"There is no lifecycle configuration for the app type {self.app_type!r}.",
                remedy=f"choose one of {', '.join(APP_TYPES)}",
            )
        check_version(self.version)
        if self.role_arn:
            expand_role(self.role_arn, account_id="111122223333", partition=self.repository.partition)
        check_prefix(self.prefix)
        self._check_source()
        check_pins(self.requirements, self.hashes)
        object.__setattr__(self, "hashes", tuple(check_hash(text) for text in self.hashes))

    def _check_source(self) -> None:
        source = self.source
        if source != "codeartifact" and not source.startswith(("/", "~/")) and not _BUCKET.fullmatch(source):
            raise ConfigurationError(
                f"This is no source to install from: {source!r}.",
                why="it is neither codeartifact, nor s3://BUCKET/PREFIX, nor the absolute path of a folder in Studio",
                remedy="correct --source, or leave it out: codeartifact is the default",
            )
        if source != "codeartifact" and not self.hashes:
            raise ConfigurationError(
                f"Nothing says which jupyter_securepypi {self.version} from {source} is the right one.",
                why="only an index tells a hash; files in a bucket or a folder do not",
                remedy="add --wheel FILE with the wheel that was put there, or --hash sha256:DIGEST",
            )

    def render(self) -> str:
        """Return the script, which ends in a line feed.

        Raises:
            ConfigurationError: it is longer than Studio accepts.
        """
        settings = {
            "version": self.version,
            "hashes": "".join(f" --hash=sha256:{digest}" for digest in self.hashes),
            "source": "index" if self.source == "codeartifact" else self.source,
            "requirements": list(self.requirements),
            "options": {"repository": self.repository.arn, "role_arn": self.role_arn},
        }
        parts = {
            "VERSION": self.version,
            "APP_TYPE": self.app_type,
            "STRICT": "1" if self.strict else "0",
            "PREFIX": shlex.quote(self.prefix),
            "SETTINGS": shlex.quote(json.dumps(settings, indent=1)),
            "PROGRAM": program("aws"),
            "RESTART": _RESTART if self.app_type == "JupyterLab" else _NO_SERVER,
        }
        text = script("studio", parts)
        size = len(text.encode())
        if size > MAX_BYTES:
            raise ConfigurationError(
                f"The script has {size} bytes, and Studio takes at most {MAX_BYTES}.",
                why=f"{len(self.requirements)} pinned dependencies and {len(self.hashes)} hashes are in it",
                remedy="pin only what the images lack; what they have stays as it is anyway",
            )
        return text


def config_name(script: str, app_type: str, name: str = "") -> str:
    """Return the name to register `script` under: `name`, or one that changes with the script.

    A Studio lifecycle configuration cannot be changed, only replaced by one with another name.

    Raises:
        ConfigurationError: SageMaker does not accept `name`.
    """
    if not name:
        return f"secure-pypi-{app_type.lower()}-{hashlib.sha256(script.encode()).hexdigest()[:8]}"
    if len(name) > _NAME_LENGTH or not _NAME.fullmatch(name):
        raise ConfigurationError(
            f"SageMaker does not take this name for a lifecycle configuration: {name!r}.",
            why=f"it must have 1 to {_NAME_LENGTH} letters, digits and dashes, with a letter or digit at both ends",
            remedy="correct --name, or leave it out",
        )
    return name
