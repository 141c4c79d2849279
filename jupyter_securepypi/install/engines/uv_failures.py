"""What uv's output says when it failed: put into pip's words, so that both engines fail alike."""

from __future__ import annotations

import errno
import re
from collections.abc import Sequence

from ...core.errors import FileProblem, InstallFailed, SecurePyPIError
from ...core.index import Index
from ...core.pip.builds import builder, failed_build
from ...core.pip.failures import CONFLICT
from ...core.pip.failures import explain as explain_pip
from ...core.pip.misses import absent, no_file, only_sources, project_of
from ...core.proxy_and_trust import ProxyAndTrust
from .pylock import File
from .simple import files_of, newest_first

_MISSING = re.compile(r"\b(?P<name>[A-Za-z0-9._-]+) was not found in the package registry")
_NO_VERSION = re.compile(
    r"there (?:is|are) no versions? of (?P<said>[A-Za-z0-9._\[\]-]+(?:[=<>!~]=?=?[^\s,]*)?)"
    r"|[Oo]nly [A-Za-z0-9._-]+(?:\[[^\]]*\])?[=<>!~]\S* (?:is|are) available and "
    r"(?:you require|all versions of \S+ depend on) (?P<asked>\S+?),? "
)
_YANKED = re.compile(
    r"Because (?P<name>[A-Za-z0-9._-]+)==\S+ was yanked .*? we can conclude that (?P=name)(?P<asked>[=<>!~]\S*) "
    r"cannot be used"
)
_UNFIT = (
    re.compile(r"\b(?P<name>[A-Za-z0-9._-]+)(?:==(?P<version>\S+))? (?:has|have) no wheels with a matching"),
    re.compile(
        r"Python version \(\S+\) does not satisfy Python(?P<needs>\S+) and (?:all versions of )?"
        r"(?P<name>[A-Za-z0-9._-]+)(?:==(?P<version>\S+))? depends? on Python"
    ),
)
_NO_WHEELS = re.compile(r"\b(?P<name>[A-Za-z0-9._-]+)==\S+ has no (?:usable )?wheels(?! with a matching)")
_MISMATCH = re.compile(r"Hash mismatch for `(?P<name>[^=`]+)==(?P<version>[^`]+)`")
_CONFLICT = re.compile(r"Because .* we can conclude that .* unsatisfiable\.")
_STATUS = re.compile(r"\b(?P<status>401|403|429|5\d\d) [A-Z][A-Za-z ]+")
_PAGE = re.compile(r"index URL .* (?:401|403)|returned a 403")
_MARKS = re.compile("^[\\s\u00d7\u2570\u2500\u25b6\u251c\u2502]+")
_CONNECTION = re.compile(
    r"client error \(Connect\)|error sending request|dns error|operation timed out|tcp connect error|tunnel error"
)
_OFFLINE = re.compile(r"network (?:was|is) disabled|was not found in the cache")
_TLS = re.compile(r"invalid peer certificate|UnknownIssuer|CertificateRequired|self-signed certificate")


def explain(lines: Sequence[str], index: Index, proxy_and_trust: ProxyAndTrust, status: int) -> SecurePyPIError:
    """Return the error that uv's output stands for.

    Args:
        lines: what uv printed, secrets masked.
        index: which index it asked; it is asked again which versions it has where that is the matter.
        proxy_and_trust: how to reach it.
        status: uv's exit status.
    """
    heard = [line for line in lines if not re.match(r"(DEBUG|TRACE|INFO|WARN) ", line)]
    # It wraps long lines, and marks causes with arrows.
    text = re.sub(r"\s+", " ", " ".join(_MARKS.sub("", line) for line in heard))
    if _OFFLINE.search(text):
        return InstallFailed(
            "uv may not use the network, and its cache has not all that is asked for.",
            why="the variable UV_OFFLINE says so",
            remedy="unset UV_OFFLINE",
        )
    if "Failed to initialize cache" in text:
        return FileProblem(
            "uv cannot write its cache.",
            why=text[-400:].strip(),
            remedy="set UV_CACHE_DIR to a folder that you may write to, or try `--engine pip`",
        )
    broken = _MISMATCH.search(text)
    if broken:
        return mismatch(broken["name"], broken["version"])
    words = [] if failed_build(heard) else _in_pips_words(text, index, proxy_and_trust)
    if words or failed_build(heard):
        return explain_pip([*words, *heard], index, status)
    lacking = _lacking(heard, text, index, proxy_and_trust)
    if lacking:
        return lacking
    unbuilt = _NO_WHEELS.search(text)
    if unbuilt:
        return only_sources(unbuilt["name"])
    conflict = _CONFLICT.search(text)
    if conflict:
        return explain_pip([CONFLICT, f"    {conflict.group()}"], index, status)
    if "externally managed" in text:
        return explain_pip(["externally-managed-environment"], index, status)
    return InstallFailed(
        f"uv failed with status {status}.",
        why=text[-400:].strip() or "it printed nothing",
        remedy="add -v to see all of it, or try `--engine pip`",
    )


def unwritten(error: OSError, index: Index) -> SecurePyPIError:
    """Return why a file of ours beside uv could not be written."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return explain_pip([f"ERROR: {error}"], index, 1)
    return FileProblem(
        f"Cannot write {error.filename or 'a temporary file'}: {error.strerror or error}.",
        remedy="set TMPDIR to a folder that you may write to",
    )


def mismatch(name: str, version: str) -> InstallFailed:
    """Return the refusal of a file that is not the one that was asked for."""
    return InstallFailed(
        f"What the index has as {name} {version} does not have the hash that was asked for; it is not installed.",
        why="the file was replaced after the hash was written down, or damaged on its way",
        remedy="ask whoever runs the index which one is right, then lock again",
    )


def _in_pips_words(text: str, index: Index, proxy_and_trust: ProxyAndTrust) -> list[str]:
    status = _STATUS.search(text)
    # Behind a page that may not be read, uv calls the package missing.
    if status and (status["status"] in ("401", "403") or not _MISSING.search(text)):
        kind = "Server" if status["status"].startswith("5") else "Client"
        prefix = "Could not fetch URL" if _PAGE.search(text) else "ERROR: HTTP"
        return [f"{prefix} {index.url}: {status['status']} {kind} Error"]
    if "No space left on device" in text:
        return ["ERROR: No space left on device"]
    if _TLS.search(text):
        return ["ERROR: CERTIFICATE_VERIFY_FAILED"]
    if _CONNECTION.search(text):
        if proxy_and_trust.proxy_for(index.url):
            # uv says no more of a proxy that it cannot reach than of the index itself.
            return [f"ERROR: ProxyError: {text[-300:].strip()}"]
        return [f"ERROR: Failed to establish a new connection: {text[-300:].strip()}"]
    return []


def _lacking(
    heard: Sequence[str], text: str, index: Index, proxy_and_trust: ProxyAndTrust
) -> SecurePyPIError | None:
    """Return the error where the index has no such package, version or file for this Python; else None."""
    missing = _MISSING.search(text)
    if missing:
        return absent(missing["name"], index, _need(heard, text, missing["name"]))
    unfit = next(filter(None, (pattern.search(text) for pattern in _UNFIT)), None)
    if unfit:
        name, needs = unfit["name"], unfit.groupdict().get("needs") or ""
        files = [
            file for file in _files(name, index, proxy_and_trust) if unfit["version"] in (None, file.version)
        ]
        error = no_file(name, {file.base_name: needs for file in files}, index, _need(heard, text, name))
        error.unmet = f"{name}=={unfit['version']}" if unfit["version"] else name
        return error
    none, yanked = _NO_VERSION.search(text), _YANKED.search(text)
    if none or yanked:
        said = none["said"] or none["asked"] if none else "".join(yanked.groups()) if yanked else ""
        files = _files(project_of(said), index, proxy_and_trust)
        versions = ", ".join(reversed(newest_first(file.version for file in files)))
        by = _needed_by(text, project_of(said))
        from_whom = f" (from {by})" if by else ""
        words = (
            f"ERROR: Could not find a version that satisfies the requirement {said}{from_whom} (from versions: "
        )
        return explain_pip([f"{words}{versions})"], index, 1) if versions else absent(said, index)
    return None


def _need(heard: Sequence[str], text: str, name: str) -> str:
    """Return who needs `name`, as the beginning of a cause; empty where it was asked for itself."""
    if "`build-system.requires`" in text:
        return f"{builder(heard)} needs it to be built; "
    by = _needed_by(text, name)
    return f"{by} needs it; " if by else ""


def _needed_by(text: str, name: str) -> str:
    found = re.search(rf"\b(?P<by>[A-Za-z0-9._-]+(?:==\S+)?) depends? on {re.escape(name)}(?![\w.-])", text)
    return found["by"] if found else ""


def _files(name: str, index: Index, proxy_and_trust: ProxyAndTrust) -> list[File]:
    """Return what the index has of `name`; nothing where it does not say."""
    try:
        return files_of(name, index, proxy_and_trust) if index.url else []
    except SecurePyPIError:
        return []
