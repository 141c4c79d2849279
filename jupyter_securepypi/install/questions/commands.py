"""The questions and their answers, alike for the magic and the command line."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from ...config import SecurePyPI
from ...core.errors import RequestRefused, SecurePyPIError
from ...core.files import safe_target, write_atomically
from ...core.foreign_text import in_one_line
from ...core.providers.registry import repository_of
from ..conflicts import all_conflicts
from ..engines.choices import ENGINES
from ..tables import text_table
from . import audit, here, index, origins, sbom
from .why.question import why

_WHY_NOT_KNOWN = f"no install of ours into {sys.prefix} brought it"
_OR_REPLACED = ", or its files have changed since"
_REPLACED = "its files have changed since an install of ours brought them"
Answer = tuple[str, Any]
"""What to show: text, and the same as JSON's values."""


def add_arguments(parser: argparse.ArgumentParser, command: str) -> None:
    """Declare the options of `command`, one of `COMMANDS`."""
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    if command == "lock":
        parser.add_argument(
            "-o", "--output", type=Path, default=Path("pylock.toml"), metavar="FILE", help="where to"
        )
        parser.add_argument("--engine", default="", choices=ENGINES, help="what decides on versions")
        parser.add_argument("files", nargs="+", metavar="FILE", help="requirements files")
    elif command == "download":
        parser.add_argument("-d", "--dest", type=Path, default=Path(), metavar="FOLDER", help="where to")
        parser.add_argument("-r", "--requirement", action="append", default=[], metavar="FILE")
        parser.add_argument("packages", nargs="*", metavar="PACKAGE")
    elif command == "audit":
        where = parser.add_mutually_exclusive_group()
        where.add_argument(
            "--osv-url", default="", metavar="URL", help="a service that speaks OSV's API, for pip-audit"
        )
        where.add_argument(
            "--database", type=Path, metavar="ZIP", help="OSV's export for PyPI: no internet needed"
        )
    elif command == "why":
        parser.add_argument("requirement", metavar="NAME[SPEC]", help="such as pandas, or 'pandas>=3'")
    elif command == "sbom":
        parser.add_argument("-o", "--output", type=Path, metavar="FILE", help="where to; printed by default")
        parser.add_argument(
            "--upload-times", action="store_true", help="ask the index when each file was uploaded"
        )
    elif command in ("show-origin", "search-versions"):
        parser.add_argument("name", metavar="NAME")
    elif command == "show":
        parser.add_argument("names", nargs="+", metavar="NAME")
        parser.add_argument("-f", "--files", action="store_true", help="list the files of each package, too")
    elif command == "freeze":
        parser.add_argument("-o", "--output", type=Path, metavar="FILE", help="where to; printed by default")
        parser.add_argument("--all", action="store_true", help="pip itself, too")
        parser.add_argument("--engine", default="auto", choices=ENGINES, help="what lists them")


def answer(command: str, given: argparse.Namespace, options: SecurePyPI) -> tuple[str, bool]:
    """Return what `command` with the parsed words `given` has to say, and whether all is well.

    Raises:
        SecurePyPIError: it could not be done.
    """
    text, data = COMMANDS[command](given, options)
    return json.dumps(data) if given.json else text, not (data.get("vulnerabilities") or data.get("conflicts"))


def _lock(given: argparse.Namespace, options: SecurePyPI) -> Answer:
    locked = index.lock(options, given.files, given.output, given.engine)
    where = options.require_repository()
    text = f"{len(locked)} locked in {given.output}, all from {where}. Install with `-r {given.output}`."
    return text, {"output": str(given.output), "packages": {one.name: one.version for one in locked}}


def _download(given: argparse.Namespace, options: SecurePyPI) -> Answer:
    words = [*(word for file in given.requirement for word in ("-r", file)), *given.packages]
    if not words:
        raise RequestRefused("Nothing was asked for.", remedy="name a package, or `-r FILE`")
    files = index.download(options, words, given.dest)
    lines = [*map(str, files), f"{len(files)} downloaded, all from {options.require_repository()}."]
    return "\n".join(lines), {"files": list(map(str, files))}


def _list(given: argparse.Namespace, options: SecurePyPI) -> Answer:
    found = origins.installed()
    rows = [(one.name, one.version, _where(one), one.sha256[:12]) for one in found]
    lines = [text_table(("package", "version", "from", "sha256"), rows)]
    if any(map(_is_unknown, found)):
        lines += ["", f"{sbom.UNKNOWN}: {_WHY_NOT_KNOWN}{_OR_REPLACED}."]
    return "\n".join(lines), {"packages": [one.to_dict() for one in found]}


def _show_origin(given: argparse.Namespace, options: SecurePyPI) -> Answer:
    one = origins.origin_of(given.name)
    lines = [f"{one.name} {one.version}", f"from       {_where_and_why(one)}"]
    if one.time:
        when = time.strftime("%Y-%m-%d %H:%M", time.localtime(one.time))
        lines += [
            f"file       {one.url}",
            f"sha256     {one.sha256}",
            f"installed  {when} with {one.engine or 'pip'}",
        ]
    return "\n".join(map(in_one_line, lines)), one.to_dict()


def _search_versions(given: argparse.Namespace, options: SecurePyPI) -> Answer:
    found = index.versions(options, given.name)
    rows = [(version, str(count), "yes" if wheel else "no") for version, count, wheel in found]
    data = [{"version": version, "files": count, "wheel": wheel} for version, count, wheel in found]
    return text_table(("version", "files", "wheel"), rows), {"name": given.name, "versions": data}


def _freeze(given: argparse.Namespace, options: SecurePyPI) -> Answer:
    lines = here.frozen(given.engine, everything=given.all)
    if not given.output:
        return "\n".join(lines), {"requirements": lines}
    write_atomically(safe_target(given.output), "".join(f"{line}\n" for line in lines).encode(), mode=0o644)
    text = f"{len(lines)} packages in {given.output}. Install with `-r {given.output}`."
    return text, {"output": str(given.output), "requirements": lines}


def _show(given: argparse.Namespace, options: SecurePyPI) -> Answer:
    found = here.shown(given.names)
    parts = ["\n".join(map(in_one_line, _show_lines(one, files=given.files))) for one in found]
    packages = [one.to_dict() for one in found]
    return "\n\n".join(parts), {"packages": packages}


def _show_lines(one: here.Shown, *, files: bool) -> list[str]:
    facts = (
        ("summary", one.summary),
        ("page", one.home),
        ("license", one.license),
        ("location", one.location),
        ("from", _where_and_why(one.origin)),
        ("sha256", one.origin.sha256),
        ("requires", ", ".join(one.requires) or "nothing"),
        ("required by", ", ".join(one.required_by) or "nothing"),
    )
    lines = [f"{one.origin.name} {one.origin.version}", *(f"{name:<12} {text}" for name, text in facts if text)]
    return [*lines, "files", *(f"  {path}" for path in one.files or ("not listed",))] if files else lines


def _check(given: argparse.Namespace, options: SecurePyPI) -> Answer:
    found = all_conflicts()
    lines = [f"! {one}." for one in found]
    lines += [f"{len(found)} unmet in {sys.prefix}." if found else f"Nothing is missing in {sys.prefix}."]
    return "\n".join(map(in_one_line, lines)), {"conflicts": [asdict(one) for one in found]}


def _why(given: argparse.Namespace, options: SecurePyPI) -> Answer:
    found = why(options, given.requirement)
    return str(found), found.to_dict()


def _sbom(given: argparse.Namespace, options: SecurePyPI) -> Answer:
    found = origins.installed()
    text = sbom.bill_of_materials(found, sbom.upload_times(found, options) if given.upload_times else {})
    if not given.output:
        return text, json.loads(text)
    write_atomically(safe_target(given.output), text.encode(), mode=0o644)
    unknown = [one.name for one in found if _is_unknown(one)]
    sentence = f"{len(found)} packages in {given.output}; of {len(unknown)} the origin is not known"
    sentence += f": {_WHY_NOT_KNOWN}{_OR_REPLACED}." if unknown else "."
    return sentence, {"output": str(given.output), "components": len(found), "unknown": unknown}


def _audit(given: argparse.Namespace, options: SecurePyPI) -> Answer:
    found = origins.installed()
    if given.database:
        bugs, skipped = audit.with_database(found, given.database), list[str]()
    else:
        bugs, skipped = audit.with_pip_audit(found, given.osv_url)
    rows = [(bug.name, bug.version, bug.id, ", ".join(bug.fixed_in) or "none yet") for bug in bugs]
    table = [text_table(("package", "version", "vulnerability", "fixed in"), rows)] if rows else []
    by = f"the database {given.database}" if given.database else "pip-audit"
    audited = len(found) - len(skipped)
    sentence = f"{audited} packages audited with {by}: {len(bugs)} known vulnerabilities."
    if skipped:
        sentence += f" Not known to its service, so not audited: {', '.join(skipped)}."
    data = {"audited": audited, "skipped": skipped, "vulnerabilities": [asdict(bug) for bug in bugs]}
    return "\n".join([*table, in_one_line(sentence)]), data


def _is_unknown(one: origins.Origin) -> bool:
    return sbom.origin_word(one) == sbom.UNKNOWN


def _where_and_why(one: origins.Origin) -> str:
    why = _REPLACED if one.replaced else _WHY_NOT_KNOWN
    return _where(one) + (f": {why}" if _is_unknown(one) else "")


def _where(one: origins.Origin) -> str:
    if not one.repository:
        return f"{sbom.NOT_FROM_HERE}: {one.by_other_means}" if one.by_other_means else sbom.UNKNOWN
    if one.repository == "public":
        return f"{sbom.NOT_FROM_HERE}: the PUBLIC index"
    try:
        return str(repository_of(one.repository))
    except SecurePyPIError:  # of a provider that is not here
        return one.repository


COMMANDS: dict[str, Callable[[argparse.Namespace, SecurePyPI], Answer]] = {
    "lock": _lock,
    "download": _download,
    "list": _list,
    "freeze": _freeze,
    "show": _show,
    "check": _check,
    "show-origin": _show_origin,
    "search-versions": _search_versions,
    "why": _why,
    "audit": _audit,
    "sbom": _sbom,
}
