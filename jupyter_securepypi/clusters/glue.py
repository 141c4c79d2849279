"""A zip of wheels for AWS Glue, from the secure index and proven: the job needs no index, and no token.

Glue 5.0 and newer take such a zip in ``--additional-python-modules``: its name ends in ``.gluewheels.zip``, and it has
a folder ``wheels`` with the wheels and a ``requirements.txt`` (AWS Glue developer guide, "Using Python libraries with
AWS Glue", "Zip of wheels"). Job arguments are readable by many, so none of them may name a token.
"""

from __future__ import annotations

import re
import tempfile
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from packaging.utils import parse_wheel_filename

from ..administration.mirror.report import FAILED, FETCHED, REFUSED, Mirrored, MirrorReport
from ..administration.mirror.run import Mirror, OnStep
from ..administration.mirror.source import Source
from ..administration.mirror.targets import Targets
from ..config import SecurePyPI
from ..core.errors import ConfigurationError, FileProblem, InstallFailed

ENDING = ".gluewheels.zip"
"""How the name of the zip must end."""
PYTHONS = {"3.11": "5.0 and 5.1"}
"""The Pythons of Glue that takes a zip of wheels, and the versions of Glue that have them."""
_PLATFORM = "linux-x86_64"
# Glue 5 runs on Amazon Linux 2023 (AWS Glue developer guide, "AWS Glue versions").
_GLIBC = (2, 34)
_NEWER = re.compile(r"manylinux_(\d+)_(\d+)_x86_64")


@dataclass(frozen=True)
class GlueZip:
    """A zip that was written.

    Attributes:
        path: of it.
        files: the wheels in it, each with its SHA-256.
        report: what became of each file, and what was held back.
    """

    path: Path
    files: tuple[Mirrored, ...]
    report: MirrorReport

    def arguments(self, place: str) -> dict[str, str]:
        """Return the job arguments to set.

        Args:
            place: where the zip was uploaded, ``s3://…``; a prefix if it ends in a slash.
        """
        url = place + self.path.name if place.endswith("/") else place
        return {"--additional-python-modules": url, "--python-modules-installer-option": "--no-index"}


def write_zip(
    options: SecurePyPI,
    requirements: Sequence[str],
    output: Path,
    python: str = "3.11",
    on_step: OnStep = lambda *_: None,
) -> GlueZip:
    """Fetch what `requirements` need for Glue from the secure index, and write it to `output`.

    Args:
        options: the options in force: the index, and the gate's policy.
        requirements: paths of requirements files, or lock files.
        output: where to; the file is whole or not there.
        python: the Python of the job.
        on_step: is called with what is being done, and how many files of how many are done.

    Raises:
        ConfigurationError: the name or the Python is none that Glue takes.
        RequestRefused: a file asks for something that is not of an index.
        InstallFailed: something is held back, has no wheel for Glue, or cannot be fetched.
        FileProblem: the zip cannot be written.
    """
    check(output, python)
    source = Source.of(options.require_repository().id, options)
    with tempfile.TemporaryDirectory(prefix="securepypi-") as scratch:
        folder = Path(scratch)
        targets = Targets((python,), (_PLATFORM,))
        report = Mirror(options, requirements, source, None, folder, targets, on_step=on_step).run()
        report = replace(report, folder="")
        _refuse(report)
        on_step(f"writing {output.name}")
        _write(output, folder, report.files)
    return GlueZip(output, report.files, report)


def check(output: Path, python: str) -> None:
    """Refuse a name that Glue would take for something else, and a Python that it does not have.

    Raises:
        ConfigurationError: it says which.
    """
    if not output.name.endswith(ENDING) or output.name == ENDING:
        raise ConfigurationError(
            f"Glue does not take {output.name} for a zip of wheels.",
            why=f"the name must end in {ENDING}",
            remedy=f"write to packages{ENDING}",
        )
    if python not in PYTHONS:
        known = ", ".join(f"{one} (Glue {versions})" for one, versions in PYTHONS.items())
        raise ConfigurationError(
            f"There is no zip of wheels for Glue with Python {python}.",
            why="older versions of Glue take none",
            remedy=f"use one of {known}",
        )


def _refuse(report: MirrorReport) -> None:
    """Raise what stands in the way of a whole zip: a job must not find out that a package is missing."""
    wrong = [one for one in report.files if one.state in (REFUSED, FAILED)]
    wrong += [
        replace(one, state=FAILED, why=why)
        for one in report.files
        if one.state == FETCHED and (why := _unfit(one.filename))
    ]
    if wrong or report.notes:
        told = [f"{one.name} {one.version}".strip() + f" {one.why}".rstrip() for one in wrong]
        raise InstallFailed(
            "Not everything can go into the zip, so it was not written.",
            why="; ".join([*told, *report.notes]),
            remedy="ask for other versions; `jupyter securepypi why NAME` says what there is",
        )


def _unfit(filename: str) -> str:
    """Return why Glue cannot install a file, or an empty text."""
    if not filename.endswith(".whl"):
        return "is a source archive only, and Glue builds nothing"
    platforms = {tag.platform for tag in parse_wheel_filename(filename)[3]}
    needed = [(int(found[1]), int(found[2])) for one in platforms if (found := _NEWER.fullmatch(one))]
    if len(needed) == len(platforms) and all(one > _GLIBC for one in needed):
        return f"needs glibc {'.'.join(map(str, min(needed)))}, and Glue has {'.'.join(map(str, _GLIBC))}"
    return ""


def _write(output: Path, folder: Path, files: Sequence[Mirrored]) -> None:
    lines = [f"{one.name}=={one.version}  # sha256:{one.sha256}\n" for one in files]
    part = output.with_name(f".{output.name}.part")
    try:
        with zipfile.ZipFile(part, "w", zipfile.ZIP_STORED) as archive:  # wheels are compressed already
            archive.writestr("wheels/requirements.txt", "".join(lines))
            for one in files:
                archive.write(folder / one.filename, f"wheels/{one.filename}")
        part.replace(output)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise FileProblem(
            f"Cannot write {output}: {error.strerror or error}.",
            remedy="free some space, or name a folder that you may write to",
        ) from None
