"""What pip's output says when it failed, told with its cause and its remedy."""

from __future__ import annotations

import re
from typing import List, Sequence

from ..errors import (
    AccessDenied,
    InstallFailed,
    SecurePyPIError,
    Throttled,
    TokenExpired,
    Unreachable,
)
from ..index import Index
from .builds import failed_build
from .misses import package_missing, version_missing, where_is

_UNAUTHORIZED = re.compile(r"\b401 (Error|Client Error)|HTTP error 401")
# A page that may not be read is passed over ("Could not fetch URL"), a file that may not is an error.
_PAGE_FORBIDDEN = re.compile(r"Could not fetch URL .*\b403 Client Error")
_FILE_FORBIDDEN = re.compile(r"\b403 Client Error|HTTP error 403")
_TOO_MANY = re.compile(r"\b429 Client Error|HTTP error 429|too many 429 error")
_SERVER = re.compile(r"\b(5\d\d) Server Error|HTTP error (5\d\d)|too many (5\d\d) error")
_DISK = re.compile(r"No space left on device|Disk quota exceeded|\[Errno (?:28|122)\]")
# With --verbose, pip says the cause at the end of a traceback.
_NOT_WRITABLE = re.compile(r"due to an OSError(?:: |\.\n(?:.*\n)*?\w*Error: )(\[Errno (?:13|30)\].*)")
_PROXY = re.compile(
    r"ProxyError|proxy connection error|Unable to connect to proxy|Cannot connect to proxy|Tunnel connection failed",
    re.IGNORECASE,
)
_FILE_URL = re.compile(r"https?://\S+/([^/\s#?]+\.(?:whl|tar\.gz|zip))")
CONFLICT = "The conflict is caused by:"
"""The line above those that say which requirements do not go together."""
_CHAIN = re.compile(rf"{CONFLICT}\n((?:[ \t]+\S.*(?:\n|$))+)")
_TLS = re.compile(r"CERTIFICATE_VERIFY_FAILED|SSLError|certificate verify failed", re.IGNORECASE)
_NO_ROUTE = re.compile(
    r"NewConnectionError|ConnectTimeout|Connection refused|Name or service not known|Temporary failure in name"
    r"|getaddrinfo failed|ProxyError|Read timed out|Max retries exceeded|Failed to establish a new connection"
    r"|Connection to .+ timed out|Unable to connect to|Could not fetch URL .*: connection error"
    r"|closed without a reply|RemoteDisconnected|Connection aborted",
    re.IGNORECASE,
)


def explain(lines: Sequence[str], index: Index, status: int) -> SecurePyPIError:
    """Return the error that pip's output stands for.

    Args:
        lines: what pip printed, secrets masked.
        index: which index was asked.
        status: pip's exit status.
    """
    text = "\n".join(lines)
    where, advice = where_is(index), index.advice
    broken = None if _DISK.search(text) else failed_build(lines)
    if broken:
        return InstallFailed(
            f"{broken[0]} cannot be built.",
            why=broken[1],
            remedy="put what is missing onto this machine or into the image, or have a wheel added to the repository; "
            "-v shows the whole build",
        )
    if _UNAUTHORIZED.search(text):
        return TokenExpired(
            f"The index does not accept {advice.credentials} (401 from {where}).",
            why=advice.rejected[0],
            remedy=advice.rejected[1],
        )
    if _DISK.search(text):
        return InstallFailed(
            "The disk is full.",
            why=_last_error(lines),
            remedy="free some space, or set TMPDIR to a folder on another disk, and try again",
        )
    theirs = _NOT_WRITABLE.search(text)
    if theirs:
        return InstallFailed(
            "This environment is not yours to write.",
            why=theirs.group(1),
            remedy="ask whoever runs it to install there, or use a virtual environment of your own",
        )
    if _PAGE_FORBIDDEN.search(text):
        return AccessDenied(
            f"The index may not be read (403 from {where}).",
            why=advice.forbidden[0],
            remedy=advice.forbidden[1],
        )
    if _FILE_FORBIDDEN.search(text):
        file = next((found.group(1) for found in map(_FILE_URL.search, lines) if found), "the package")
        return InstallFailed(
            f"The index refuses to serve {file} (403 from {where}).",
            why="the package or its version is blocked",
            remedy="ask whoever runs the repository to allow it, or take another version",
        )
    if _TOO_MANY.search(text):
        return Throttled(
            f"The index answers that there are too many requests (429 from {where}).",
            remedy="wait a moment and try again",
        )
    failed = _SERVER.search(text)
    if failed:
        return Unreachable(
            f"The index fails ({next(filter(None, failed.groups()))} from {where}).",
            why=_last_error(lines),
            remedy="nothing to do here: try again in a while",
        )
    if _TLS.search(text):
        return Unreachable(
            f"The TLS connection to {where} failed.",
            why="a proxy that inspects traffic presents a certificate that is not trusted here",
            remedy="set REQUESTS_CA_BUNDLE or pip's `cert` to the company's certificate authority",
        )
    lacking = version_missing(lines, index)
    if lacking:
        return lacking
    if _PROXY.search(text):
        return Unreachable(
            f"The proxy does not let requests through to {where}.",
            why=_last_error(lines),
            remedy="check HTTPS_PROXY and pip's `proxy`, or set NO_PROXY for the index's host",
        )
    if _NO_ROUTE.search(text):
        return Unreachable(
            f"The index cannot be reached: {where}.",
            why=_last_error(lines),
            remedy=f"{advice.unreachable}; otherwise check HTTPS_PROXY",
        )
    nothing = package_missing(lines, index)
    if nothing:
        return nothing
    conflict = _CHAIN.search(text)
    if conflict:
        return InstallFailed(
            "What is asked for does not go together.",
            why="; ".join(line.strip() for line in conflict.group(1).splitlines()),
            remedy="allow another version of one of them; constraints come from -c, from PIP_CONSTRAINT and from "
            "`constraint` in pip's configuration (`pip config debug` shows its files)",
        )
    if "externally-managed-environment" in text:
        return InstallFailed(
            "This Python is managed by the operating system, so pip leaves it alone.",
            remedy="use a virtual environment or add --break-system-packages",
        )
    if "No module named pip" in text:
        return InstallFailed("This environment has no pip.", remedy="run `python -m ensurepip`")
    return InstallFailed(
        f"pip failed with status {status}.", why=_last_error(lines), remedy="add -v to see all of it"
    )


def _last_error(lines: Sequence[str]) -> str:
    errors: List[str] = [line.strip() for line in lines if line.lstrip().startswith(("ERROR:", "error:"))]
    said = errors or [line.strip() for line in lines if line.strip()]
    return _shorten(" ".join(said[-3:])) if said else "it printed nothing"


def _shorten(text: str) -> str:
    return text if len(text) <= 400 else "..." + text[-397:]
