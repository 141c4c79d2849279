"""uv: its user-level ``uv.toml``. The file holds no credentials, because uv reads netrc.

The keys come from uv's reference ("Settings"). A project's own file and variables are stronger, and the audit names
them.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..core.finding import Finding
from ..core.grant import Grant
from . import locations
from .base import CONFIGURE, REPOSITORY, Client, Machine, Place
from .change import Changes, attempt
from .credentials import are_for_index, name_in_variables, publishing_variables
from .editing import rewrite
from .toml_edit import toml_change
from .uv_variables import REMOVED_KEYS

if TYPE_CHECKING:
    from tomlkit import TOMLDocument

_CREDENTIAL = re.compile(r"UV_INDEX_(.+)_(?:USERNAME|PASSWORD)")
_PUBLISHING = ("UV_PUBLISH_USERNAME", "UV_PUBLISH_PASSWORD", "UV_PUBLISH_TOKEN")


class Uv(Client):
    """uv in every environment: it has no configuration for a single one."""

    name = "uv"
    help = "the user's uv.toml, and the file that UV_CONFIG_FILE names"
    programs = ("uv",)
    by_default = True
    has_check = False  # the doctor checks it kernel by kernel

    def files(self, machine: Machine) -> tuple[Path, ...]:
        """Return the user's file, the files for all users, and the file in UV_CONFIG_FILE."""
        chosen = machine.environ.get("UV_CONFIG_FILE")
        user = locations.UV.path(machine.environ)
        return (user, *locations.uv_shared(machine.environ), *([Path(chosen)] if chosen else []))

    def is_needed(self, machine: Machine) -> bool:
        """Return whether there is a uv for this process or for one of the kernels."""
        kernels = machine.kernels or ()
        return super().is_needed(machine) or any(
            one.prefix and has_uv(one.prefix, one.environ) for one in kernels
        )

    def point(self, grant: Grant, machine: Machine) -> Changes:
        """Make the secure index uv's default and only index, and the repository that it publishes to.

        Indexes marked ``explicit`` stay: they only serve packages that a project assigns to them.
        """
        from .uv_audit import INDEX_OPTIONS, uv_sources
        from .uv_files import UvFiles

        def write(path: Path) -> Changes:
            return rewrite(path, point_change(path, grant), self.name)

        changes = write(self.files(machine)[0])
        # uv reads no other file then; the user's is written all the same, because a process may lack the variable.
        # A relative name is a file of a project: the doctor offers to write it, and asks first.
        chosen = Path(machine.environ.get("UV_CONFIG_FILE", ""))
        if chosen.is_absolute() and chosen.is_file():
            changes += attempt(partial(write, chosen))
        findings = (
            Finding(
                one.source,
                f"{one.source} sets {one.option}, so uv looks there, too.",
                remedy="remove it, or ask its owner to",
            )
            for one in uv_sources(machine.environ, None, UvFiles())
            if one.kind == "global" and one.in_force and one.option in INDEX_OPTIONS
        )
        return changes + Changes(findings=(*findings, *self.own_credentials(grant, machine)))

    def place(self, grant: Grant | None, machine: Machine) -> Place:
        """Return the index that uv installs from."""
        from .audit import Auditor
        from .uv_audit import DEFAULTS

        index_url = grant.index_url if grant else None
        audit = Auditor(index_url, machine.folder).audit(Path(sys.prefix), machine.environ)
        in_force = [one for one in audit.sources if one.client == "uv" and one.in_force]
        chosen = next((one for one in in_force if one.option in DEFAULTS), None)
        foreign = [one for one in audit.uv_findings if one.kind != "uv-unset"]
        source = f"{chosen.source}{f' [{chosen.section}]' if chosen.section else ''}" if chosen else ""
        if foreign:
            return Place(
                "elsewhere",
                chosen.value if chosen else None,
                source or foreign[0].where,
                " ".join(dict.fromkeys(one.message for one in foreign)),
                "; ".join(dict.fromkeys(one.remedy for one in foreign)),
            )
        if chosen:
            return Place("secure", chosen.value, source)
        unset = next(iter(audit.uv_findings), None)
        message = "nothing sets an index, so the public one is used"
        return Place("unset", None, unset.where if unset else "", message, unset.remedy if unset else CONFIGURE)

    def credential_variables(
        self, environ: Mapping[str, str], grant: Grant | None = None, folder: Path | None = None
    ) -> list[str]:
        """Return its variables with credentials for an index of ours, and those to publish with."""
        from .uv_files import UvFiles, places

        matches = [match for name in environ if (match := _CREDENTIAL.fullmatch(name))]
        publishing = [name for name in _PUBLISHING if environ.get(name)]
        if not matches and not publishing:
            return []
        files = UvFiles()
        tables = [files.table(path) or {} for _, path in places(environ, folder, files)]
        rows = [row for table in tables for row in table.get("index") or () if isinstance(row, dict)]
        urls = {name_in_variables(str(row.get("name"))): str(row.get("url")) for row in reversed(rows)}
        found = [
            match[0]
            for match in matches
            for login in [environ.get(f"UV_INDEX_{match[1]}_USERNAME", "")]
            if match[1] == REPOSITORY.upper() or are_for_index(urls.get(match[1]), login, grant)
        ]
        chosen = (table.get("publish-url") for table in tables)
        url = environ.get("UV_PUBLISH_URL") or next((str(one) for one in chosen if one), None)
        user, *passwords = _PUBLISHING
        return [*sorted(found), *publishing_variables(environ, user, passwords, url, grant)]

    def variables(self, grant: Grant) -> Mapping[str, str]:
        """Return the index and the repository to publish to; uv's files may name further indexes."""
        return {
            "UV_NO_CONFIG": "1",
            "UV_DEFAULT_INDEX": grant.index_url,
            "UV_PUBLISH_URL": grant.endpoint_url,
        }


def point_change(path: Path, grant: Grant) -> Callable[[str], str]:
    """Return the change, for `editing.rewrite`, that makes the secure index the only index of the file `path`."""
    return toml_change(path, lambda document: _point(document, grant))


def has_uv(prefix: Path, environ: Mapping[str, str]) -> bool:
    """Return whether a kernel finds a uv: ``!uv`` on its path, or ``python -m uv`` in its environment.

    Args:
        prefix: ``sys.prefix`` of the environment.
        environ: the variables that its processes see.
    """
    on_path = shutil.which("uv", path=environ.get("PATH", os.defpath)) is not None
    return on_path or any((prefix / name).exists() for name in ("bin/uv", "Scripts/uv.exe"))


def _point(document: TOMLDocument, grant: Grant) -> None:
    for table in (document, document.get("pip")):
        for key in REMOVED_KEYS:
            if isinstance(table, dict) and key in table:
                del table[key]
    ours = _index_tables(document, grant)
    # Set the repository to publish to only if it is not set: another one may be there on purpose.
    if document.get("publish-url") in (None, ours):
        _set(document, "publish-url", grant.endpoint_url)


def _index_tables(document: TOMLDocument, grant: Grant) -> str | None:
    """Leave one index in force; return the publishing URL of the index before it, if that was ours."""
    import tomlkit

    ours = {
        "name": REPOSITORY,
        "url": grant.index_url,
        "publish-url": grant.endpoint_url,
        "default": True,
    }
    tables: Any = document.get("index")
    if tables is not None and not isinstance(tables, tomlkit.items.AoT):
        # Inline tables in an array are rewritten as ordinary tables.
        rows = [dict(row) for row in tables.unwrap() if isinstance(row, dict)]
        del document["index"]
        tables = tomlkit.aot()
        for row in rows:
            tables.append(tomlkit.item(row))
        document["index"] = tables
    if tables is None:
        tables = tomlkit.aot()
        document["index"] = tables
    before = None
    found = False
    for number in reversed(range(len(tables))):
        row = tables[number]
        if row.get("name") == REPOSITORY and not found:
            found, before = True, row.get("publish-url")
            for key, value in ours.items():
                _set(row, key, value)
            for key in [key for key in row if key not in ours]:
                del row[key]
        elif row.get("explicit") is not True:
            del tables[number]
    if not found:
        row = tomlkit.table()
        row.update(ours)
        tables.append(row)
    return str(before) if before is not None else None


def _set(table: Any, key: str, value: object) -> None:
    if table.get(key) != value:
        table[key] = value
