"""The start script for notebooks in Google Cloud: Workbench instances and Colab Enterprise runtimes.

Both run it as root, after the machine has started, from a file in a bucket ("Manage features through metadata" in the
documentation of Vertex AI Workbench; "Use a post-startup script" in that of Colab Enterprise).
"""

from __future__ import annotations

import json
import shlex
from dataclasses import dataclass
from pathlib import Path

from ..core.errors import ConfigurationError
from ..core.providers.artifact_registry.mint import account_of
from ..core.providers.artifact_registry.repository import Repository
from .program import program, script
from .settings import check_hash, check_pins, check_prefix, check_printable, check_version

_RESTART = """\
if [ "$status" = 0 ] && systemctl is-active --quiet jupyter.service 2> /dev/null; then
    say 'restarting the Jupyter server'
    timeout -k 5 60 systemctl restart jupyter.service || say 'it did not restart; the next start loads the extension'
fi"""
_CONFIGURE = """\
# No server of ours runs here that would do it.
timeout -k 5 120 "$python" -m jupyter_securepypi.cli configure || say 'plain pip does not use the index yet'"""


@dataclass(frozen=True)
class _Place:
    """A kind of machine: its name for people, the prefix of its Python, and what follows an install."""

    name: str
    prefix: str
    after: str


PLACES = {
    "workbench": _Place("a Vertex AI Workbench instance", "/opt/conda", _RESTART),
    "colab-enterprise": _Place("a Colab Enterprise runtime", "", _CONFIGURE),
}
"""Where the script may run, by the name that people type."""


@dataclass(frozen=True)
class StartupScript:
    """The settings of the script; valid by construction.

    Attributes:
        place: a name in `PLACES`.
        repository: the repository in the extension's options, and by default its origin.
        version: the exact version of jupyter_securepypi.
        hashes: SHA-256 of the files that may be installed, as hexadecimal digits; empty: the index's hashes.
        role: the service account to act as, or empty for the machine's own.
        source: ``index``, or a folder of wheels on the machine.
        requirements: lines ``NAME==VERSION --hash=sha256:...`` of dependencies that an image may lack.
        strict: a failure is the script's failure.
        prefix: the prefix of the Python to install into; empty: the usual one of the place.

    Raises:
        ConfigurationError: a value is not valid; the error names it.
    """

    place: str
    repository: Repository
    version: str
    hashes: tuple[str, ...] = ()
    role: str = ""
    source: str = "index"
    requirements: tuple[str, ...] = ()
    strict: bool = False
    prefix: str = ""

    def __post_init__(self) -> None:
        check_printable(version=self.version, role=self.role, source=self.source, prefix=self.prefix)
        if self.place not in PLACES:
            raise ConfigurationError(
                f"There is no start script for {self.place!r}.", remedy=f"choose one of {', '.join(PLACES)}"
            )
        check_version(self.version)
        account_of(self.role)
        if self.prefix:
            check_prefix(self.prefix)
        if self.source != "index" and not self.source.startswith("/"):
            raise ConfigurationError(
                f"This is no source to install from: {self.source!r}.",
                why="it is neither index, nor the absolute path of a folder on the machine",
                remedy="correct --source, or leave it out: the repository's index is the default",
            )
        if self.source != "index" and not self.hashes:
            raise ConfigurationError(
                f"Nothing says which jupyter_securepypi {self.version} from {self.source} is the right one.",
                why="only an index tells a hash; files in a folder do not",
                remedy="add --wheel FILE with the wheel that was put there, or --hash sha256:DIGEST",
            )
        check_pins(self.requirements, self.hashes)
        object.__setattr__(self, "hashes", tuple(check_hash(text) for text in self.hashes))

    def render(self) -> str:
        """Return the script, which ends in a line feed."""
        place = PLACES[self.place]
        settings = {
            "version": self.version,
            "hashes": "".join(f" --hash=sha256:{digest}" for digest in self.hashes),
            "source": self.source,
            "requirements": list(self.requirements),
            "options": {"repository": self.repository.id, "role_arn": self.role},
        }
        parts = {
            "VERSION": self.version,
            "WHERE": place.name,
            "STRICT": "1" if self.strict else "0",
            "PREFIX": shlex.quote(self.prefix or place.prefix),
            "SETTINGS": shlex.quote(json.dumps(settings, indent=1)),
            "PROGRAM": program("google"),
            "AFTER": place.after,
        }
        return script("google", parts)


def attachment(place: str, bucket: str, script: Path) -> str:
    """Return the commands that put the script into a bucket and attach it.

    Args:
        place: a name in `PLACES`.
        bucket: the bucket's URL, ``gs://…``.
        script: its file.
    """
    url = shlex.quote(f"{bucket.rstrip('/')}/{script.name}")
    copy = f"gcloud storage cp {shlex.quote(str(script))} {url}\n"
    if place == "workbench":
        return copy + (
            "gcloud workbench instances create INSTANCE --location=ZONE \\\n"
            f"  --metadata=post-startup-script={url},post-startup-script-behavior=download_and_run_every_start\n"
        )
    return copy + (
        "gcloud colab runtime-templates create --region=REGION --display-name=secure-pypi \\\n"
        f"  --post-startup-script-url={url} --post-startup-script-behavior=DOWNLOAD_AND_RUN_EVERY_START\n"
    )
