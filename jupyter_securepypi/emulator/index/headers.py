"""Headers of a request to the index: which form of a page the client takes, and its token.

AWS user guide, "Python compatibility": JSON or HTML of version 1, or the latest of either; HTML for ``text/html``,
``*/*`` and no header; 406 for anything else. RFC 9110, section 12.5.1, says how weights and wildcards count.
"""

from __future__ import annotations

import base64
import binascii

HTML, JSON = "application/vnd.pypi.simple.v1+html", "application/vnd.pypi.simple.v1+json"
PLAIN_HTML = "text/html"
# What is offered, and the type that the answer then has; among equals the first counts.
_OFFERED = {
    PLAIN_HTML: PLAIN_HTML,
    HTML: HTML,
    JSON: JSON,
    "application/vnd.pypi.simple.latest+html": HTML,
    "application/vnd.pypi.simple.latest+json": JSON,
}


def chosen(accept: str) -> str | None:
    """Return the content type to answer a request with this ``Accept`` header, or None for 406."""
    wanted = dict(_weighted(part) for part in (accept.strip() or "*/*").split(",") if part.strip())
    best: tuple[float, int] = (0.0, 0)
    answer = None
    for offered, answered in _OFFERED.items():
        # A client that takes anything gets the page that every client reads.
        names = [offered, f"{offered.partition('/')[0]}/*", *(["*/*"] if offered == PLAIN_HTML else [])]
        weight, precision = next(
            ((wanted[name], -place) for place, name in enumerate(names) if name in wanted), (0.0, 0)
        )
        if weight and (answer is None or (weight, precision) > best):
            best, answer = (weight, precision), answered
    return answer


def _weighted(part: str) -> tuple[str, float]:
    name, *parameters = (word.strip().lower() for word in part.split(";"))
    for parameter in parameters:
        key, _, value = parameter.partition("=")
        if key.strip() == "q":
            try:
                return name, float(value)
            except ValueError:
                return name, 0.0
    return name, 1.0


USER = "aws"  # the only user name that CodeArtifact accepts


def token_in(header: str, login: str = USER) -> str:
    """Return the token of an ``Authorization`` header, bearer or basic with the user name `login`; empty for none."""
    scheme, _, given = header.partition(" ")
    if scheme.lower() == "bearer":
        return given.strip()
    if scheme.lower() != "basic":
        return ""
    try:
        user, _, token = base64.b64decode(given.strip(), validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return ""
    return token if user == login else ""
