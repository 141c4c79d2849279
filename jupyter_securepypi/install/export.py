"""The install history as a file for other programs: a table, JSON, or a bill of materials."""

from __future__ import annotations

import csv
import io
import json
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timezone
from typing import Any

from packaging.utils import canonicalize_name

from ..core.masking import all_masked
from .history import read
from .questions.origins import Origin, origin_in
from .questions.sbom import bill_of_materials

_RECORDS = 100_000
_COLUMNS = ("time", "state", "name", "version", "previous", "requested", "repository", "url", "sha256")
_FORMULA = ("=", "+", "-", "@")
_MORE = ("engine", "environment", "request", "failure")


@dataclass(frozen=True)
class ExportedFile:
    """A file to be saved.

    Attributes:
        name: its name, with the day.
        media_type: what it is, see RFC 6838.
        text: its content.
    """

    name: str
    media_type: str
    text: str

    def to_dict(self) -> dict[str, str]:
        """Return it as JSON values."""
        return asdict(self)


def export(form: str, matching: str = "") -> ExportedFile:
    """Return the history as a file; credentials in addresses are masked.

    Args:
        form: ``csv`` (a line for each package that was installed or removed, and for each failure), ``json`` (the
            records), or ``cyclonedx`` (every version that was installed, in CycloneDX 1.6).
        matching: only what contains this text, see `install.history.contains`.

    Raises:
        ConfigurationError: the library for CycloneDX is not installed.
    """
    records: list[dict[str, Any]] = [all_masked(entry) for entry in read(_RECORDS, matching)]
    name = f"secure-pypi-installs-{datetime.now(timezone.utc):%Y-%m-%d}"
    if form == "csv":
        return ExportedFile(f"{name}.csv", "text/csv", _table(records))
    if form == "json":
        return ExportedFile(f"{name}.json", "application/json", json.dumps(records, indent=2) + "\n")
    text = bill_of_materials(_origins(records), {})
    return ExportedFile(f"{name}.cdx.json", "application/vnd.cyclonedx+json", text)


def _table(records: Sequence[Mapping[str, Any]]) -> str:
    text = io.StringIO()
    table = csv.DictWriter(text, [*_COLUMNS, *_MORE], extrasaction="ignore")
    table.writeheader()
    for record in records:
        moment = datetime.fromtimestamp(record["time"], timezone.utc).isoformat(timespec="seconds")
        about = {
            "time": moment,
            "repository": record["repository"],
            "engine": record["engine"],
            "environment": record["prefix"],
            "request": " ".join(record["arguments"]),
            "failure": record.get("error", {}).get("message", ""),
        }
        for state, package in _states(record):
            row = {**package, **about, "state": state, "requested": str(package.get("requested", "")).lower()}
            table.writerow({column: _plain(row.get(column)) for column in (*_COLUMNS, *_MORE)})
    return text.getvalue()


def _states(record: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any]]]:
    """Return what became of each package of a record; one without packages is ``failed`` or ``unchanged``."""
    found = [("installed" if record["ok"] else "failed", package) for package in record["packages"]]
    found += [("removed", package) for package in record["removed"]]
    return found or [("unchanged" if record["ok"] else "failed", {})]


def _plain(value: object) -> str:
    """Return the text of a cell, which no spreadsheet takes for a formula (OWASP, CSV injection).

    Spaces before a sign may be left out by a reader, a sign of full width counts as its usual form, and what nobody
    sees does not hide one.
    """
    text = "" if value is None else str(value)
    first = text.lstrip(" ")[:1]
    risky = unicodedata.normalize("NFKC", first) in _FORMULA or not first.isprintable()
    return f"'{text}" if first and risky else text


def _origins(records: Sequence[dict[str, Any]]) -> list[Origin]:
    """Return every version that was installed, once, as its newest record has it."""
    found: dict[tuple[str, str], Origin] = {}
    for record in records:
        for one in record["packages"] if record["ok"] else ():
            origin = origin_in(record, one)
            found.setdefault((canonicalize_name(origin.name), origin.version), origin)
    return sorted(found.values(), key=lambda one: (canonicalize_name(one.name), one.version))
