"""What became of the files of a mirror."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ...core.gate.verdict import Verdict
from .manifest import Entry

TO_BE_FETCHED, TO_BE_UPLOADED = "to be fetched", "to be uploaded"
FETCHED, UPLOADED, THERE, REFUSED, FAILED = "fetched", "uploaded", "there", "refused", "failed"


@dataclass(frozen=True)
class Mirrored:
    """What became of one file, or of a version that no file was taken of.

    Attributes:
        name: of the package, normalized.
        version: of it.
        filename: of the file; empty for a version that was refused.
        sha256: of the file, hexadecimal, or empty.
        state: one of those above.
        why: a clause, or empty: why a source archive was taken, or why it was refused or failed.
    """

    name: str
    version: str
    filename: str
    sha256: str
    state: str
    why: str = ""

    @staticmethod
    def of(entry: Entry, state: str, why: str = "") -> Mirrored:
        """Return the outcome of a file."""
        return Mirrored(entry.name, entry.version, entry.filename, entry.sha256, state, why or entry.why)

    @property
    def ok(self) -> bool:
        """Whether it is where it belongs, or would be."""
        return self.state not in (REFUSED, FAILED)

    def to_dict(self) -> dict[str, str]:
        """Return it as JSON values."""
        kind = "" if not self.filename else "wheel" if self.filename.endswith(".whl") else "source"
        return {
            "name": self.name,
            "version": self.version,
            "filename": self.filename,
            "kind": kind,
            "sha256": self.sha256,
            "state": self.state,
            "why": self.why,
        }


@dataclass(frozen=True)
class MirrorReport:
    """A whole run.

    Attributes:
        source: what people call the index that files come from.
        destination: the id of the repository that they go to; empty for none.
        folder: the folder or zip file between; empty for none.
        manifest_sha256: of the manifest in the folder; empty for none.
        files: what became of each, dependencies first.
        passed_over: versions that the gate holds back, in place of which others were taken.
        unchecked: why something could not be looked up, where that only warns.
        notes: what else there is to know, in sentences.
    """

    source: str
    destination: str
    folder: str
    manifest_sha256: str
    files: tuple[Mirrored, ...]
    passed_over: tuple[Verdict, ...] = ()
    unchecked: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether nothing was refused, and nothing failed."""
        return all(one.ok for one in self.files)

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON values."""
        return {
            "ok": self.ok,
            "from": self.source,
            "to": self.destination,
            "folder": self.folder,
            "manifest_sha256": self.manifest_sha256,
            "files": [one.to_dict() for one in self.files],
            "held_back": [one.to_dict() for one in self.passed_over],
            "unchecked": list(self.unchecked),
            "notes": list(self.notes),
        }
