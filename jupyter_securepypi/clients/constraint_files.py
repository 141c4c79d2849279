"""The requirement and constraint files that pip's configuration names: a line in them may also choose an index."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from ..core.errors import RequestRefused
from ..core.finding import Finding
from ..core.masking import masked
from ..core.pip.configuration import Effective
from ..core.requests.reader import check_file

FILE_OPTIONS = ("constraint", "requirement")
"""The options that name such files; pip reads the files in addition to the user's request."""


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
        for setting in (one.settings[key] for one in found for key in FILE_OPTIONS if key in one.settings):
            for name in setting.value.split():
                refusal = self._refusal(name, setting.key, environ)
                if refusal is None:
                    continue
                verdicts.add("insecure" if self._path(name).is_file() else "unknown")
                message = (
                    f"{masked(name)}, a {setting.key} file that {setting} names: {masked(refusal.message)}"
                )
                finding = Finding(setting.source, message, remedy=refusal.remedy, kind=setting.key)
                findings[setting.source, name] = finding
        return min(verdicts, key=("insecure", "unknown", "secure").index), list(findings.values())

    def _refusal(self, name: str, key: str, environ: Mapping[str, str]) -> RequestRefused | None:
        if (name, key) not in self._refusals:
            self._refusals[name, key] = None
            try:
                check_file(self._path(name), constraint=key == "constraint", environ=environ)
            except RequestRefused as error:
                self._refusals[name, key] = error
        return self._refusals[name, key]

    def _path(self, name: str) -> Path:
        return (self._folder or Path("/")) / name
