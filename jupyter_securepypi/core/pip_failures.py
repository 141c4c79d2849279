"""What pip's output says when it failed, told with its cause and its remedy."""

from __future__ import annotations

import re
from typing import List, Sequence

from .errors import InstallFailed, NotFound, SecurePyPIError, TokenExpired, Unreachable, VersionNotFound

_UNAUTHORIZED = re.compile(r"\b401 (Error|Client Error)|HTTP error 401")
_FORBIDDEN = re.compile(r"\b403 Client Error|HTTP error 403")
_NOTHING = re.compile(r"No matching distribution found for (.+?)\s*(?:\(from .*)?$")
_VERSIONS = re.compile(
    r"Could not find a version that satisfies the requirement (.+?) \(from.*versions?: (.*)\)$"
)
_TLS = re.compile(r"CERTIFICATE_VERIFY_FAILED|SSLError|certificate verify failed", re.IGNORECASE)
_NO_ROUTE = re.compile(
    r"NewConnectionError|ConnectTimeout|Connection refused|Name or service not known|Temporary failure in name"
    r"|getaddrinfo failed|ProxyError|Read timed out|Max retries exceeded|Failed to establish a new connection"
    r"|Connection to .+ timed out|Unable to connect to",
    re.IGNORECASE,
)


def explain(lines: Sequence[str], index_url: str, status: int) -> SecurePyPIError:
    """Return the error that pip's output stands for.

    Args:
        lines: what pip printed, secrets masked.
        index_url: the index, without credentials.
        status: pip's exit status.
    """
    text = "\n".join(lines)
    where = index_url or "the public index"
    if _UNAUTHORIZED.search(text):
        return TokenExpired(
            f"The index does not accept the token (401 from {where}).",
            why="it has expired, was revoked, or belongs to another domain",
            remedy="`%secure_pip refresh` gets a new one",
        )
    if _FORBIDDEN.search(text):
        return InstallFailed(
            f"The index refuses to serve the package (403 from {where}).",
            why="the role may not read it, or the package or its version is blocked",
            remedy="ask for codeartifact:ReadFromRepository, or for the package to be allowed",
        )
    if _TLS.search(text):
        return Unreachable(
            f"The TLS connection to {where} failed.",
            why="a proxy that inspects traffic presents a certificate that is not trusted here",
            remedy="set REQUESTS_CA_BUNDLE or pip's `cert` to the company's certificate authority",
        )
    for line in lines:
        found = _VERSIONS.search(line)
        if found and found.group(2) != "none":
            return VersionNotFound(
                f"No version of {found.group(1)} in {where} fits.",
                why=f"it has {_shorten(found.group(2))}",
                remedy="ask for one of those, or have the version added to the repository",
            )
    if _NO_ROUTE.search(text):
        return Unreachable(
            f"The index cannot be reached: {where}.",
            why=_last_error(lines),
            remedy="without internet the VPC needs the endpoint codeartifact.repositories and the S3 gateway; "
            "otherwise check HTTPS_PROXY",
        )
    for line in lines:
        found = _NOTHING.search(line)
        if found:
            return NotFound(
                f"{found.group(1)} is not in {where}.",
                why="the name is misspelt, the package is not in the repository, or it has no build for this Python",
                remedy="check the name, or have the package added to the repository",
            )
    if "externally-managed-environment" in text:
        return InstallFailed(
            "This Python is managed by the operating system, so pip leaves it alone.",
            remedy="use a virtual environment or add --break-system-packages",
        )
    if "No space left on device" in text:
        return InstallFailed(
            "The disk is full.", why=_last_error(lines), remedy="free some space and try again"
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
