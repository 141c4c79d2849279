"""The requirement and constraint files that pip's or uv's settings name: a line in them may also choose an index."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from ..core.errors import RequestRefused
from ..core.finding import Finding
from ..core.masking import masked
from ..core.pip.configuration import Effective
from ..core.pip.names import FILE_KEYS


@dataclass(frozen=True)
class Refusal:
    """One file that is not harmless.

    Attributes:
        name: the file as the setting has it.
        leads_elsewhere: it was read and leads elsewhere; else it cannot be looked at.
        message: the reason, without credentials.
        remedy: what to do about it.
    """

    name: str
    leads_elsewhere: bool
    message: str
    remedy: str


class ConstraintFiles:
    """The requirement and constraint files, each read once in a pass over many environments.

    Args:
        folder: the folder of notebooks, which relative names start from; None leaves their verdict ``unknown``.
    """

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._refusals: dict[tuple[str, str], RequestRefused | None] = {}

    def verdict(self, found: Iterable[Effective], environ: Mapping[str, str]) -> tuple[str, list[Finding]]:
        """Return the verdict on an environment from the files in force, with the findings that explain it.

        Returns:
            ``secure``; ``insecure`` if a file leads elsewhere; ``unknown`` if a file cannot be read.
        """
        findings: dict[tuple[str, str], Finding] = {}
        verdicts = {"secure"}
        for setting in (one.settings[key] for one in found for key in FILE_KEYS if key in one.settings):
            for one in self.refusals(setting.value, setting.key, environ):
                verdicts.add("insecure" if one.leads_elsewhere else "unknown")
                message = f"{masked(one.name)}, a {setting.key} file that {setting} names: {one.message}"
                findings[setting.source, one.name] = Finding(
                    setting.source, message, remedy=one.remedy, kind=setting.key
                )
        return min(verdicts, key=("insecure", "unknown", "secure").index), list(findings.values())

    def refusals(self, value: str, key: str, environ: Mapping[str, str]) -> list[Refusal]:
        """Return the files of a setting that are not harmless.

        Args:
            value: their names, separated by blanks.
            key: ``requirement``, ``constraint`` or ``build-constraint``.
            environ: the variables that the files may refer to.
        """
        found = ((name, self._refusal(name, key, environ)) for name in value.split())
        return [
            Refusal(name, self._path(name).is_file(), masked(error.message), error.remedy)
            for name, error in found
            if error
        ]

    def _refusal(self, name: str, key: str, environ: Mapping[str, str]) -> RequestRefused | None:
        if (name, key) not in self._refusals:
            from ..core.requests.reader import check_file  # few settings name a file

            self._refusals[name, key] = None
            try:
                check_file(self._path(name), constraint=key != "requirement", environ=environ)
            except RequestRefused as error:
                self._refusals[name, key] = error
        return self._refusals[name, key]

    def _path(self, name: str) -> Path:
        return (self._folder or Path("/")) / name
