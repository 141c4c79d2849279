"""One requirement: a name, extras, versions and a marker, without a place to take it from.

The allowed forms are spelled out (the dependency specifiers of the Python packaging standards, formerly PEP 508).
Everything else is refused. The refusal is more precise if the text looks like a URL, a path or an archive.
"""

from __future__ import annotations

import re

from ..errors import RequestRefused
from ..project_name import normalized

_NAME = r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?"
_EXTRAS = rf"\[[ \t]*(?:{_NAME}(?:[ \t]*,[ \t]*{_NAME})*)?[ \t]*\]"
_VERSION = r"(?:===|==|~=|!=|<=|>=|<|>)[ \t]*[A-Za-z0-9*][A-Za-z0-9.*+!_-]*"
_VERSIONS = rf"{_VERSION}(?:[ \t]*,[ \t]*{_VERSION})*(?:[ \t]*,)?[ \t]*"
_REQUIREMENT = re.compile(
    rf"(?P<name>{_NAME})[ \t]*(?:{_EXTRAS})?[ \t]*(?:{_VERSIONS}|\([ \t]*(?:{_VERSIONS})?\))?[ \t]*"
)
_MARKER_TOKEN = re.compile(r"[ \t]*('[^']*'|\"[^\"]*\"|[A-Za-z_][A-Za-z0-9_.]*|===|[=~!<>]=|[<>()])[ \t]*")
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029]")
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
# pip reads a name with one of these endings as a file (pip/_internal/utils/filetypes.py), and any other as a package.
_ARCHIVE = re.compile(r"\.(?:whl|egg|zip|tar|tgz|tbz|tbz2|txz|tlz|tar\.[a-z0-9]+)(?![A-Za-z0-9._+!-])", re.I)
_NAMED = re.compile(rf"[ \t]*({_NAME})[ \t]*(?:{_EXTRAS})?[ \t]*@")
_SECRET = re.compile(r"(://|[:/]).*@", re.DOTALL)


def shown(text: str) -> str:
    """Return `text` quoted for a message, cut short, without the credentials and queries of URLs."""
    text = _SECRET.sub(r"\1***@", text)
    text = re.sub(r"\?.*", "?***", text, flags=re.DOTALL)
    return ascii(text if len(text) <= 120 else text[:117] + "...")


def check(text: str, where: str, *, allow_direct: bool = False, said: str = "") -> str:
    """Return the normalized project name of the requirement `text`, or "" if a direct reference has none.

    Args:
        text: the requirement, variables expanded.
        where: the place that errors name.
        allow_direct: accept URLs, paths and archives too.
        said: the user's own text, which messages show instead of `text`.

    Raises:
        RequestRefused: if it names a place, or cannot be understood.
    """
    display = shown(said or text)
    head, semicolon, marker = text.strip().partition(";")
    head = head.strip()
    direct = _direct(head)
    if direct and allow_direct:
        named = _NAMED.match(head)
        return normalized(named.group(1)) if named else ""
    if direct:
        raise RequestRefused(
            f"{display} is {direct} ({where}).",
            why="it would go around the secure index",
            remedy="name the package and its version, like name==1.2.3; "
            "an administrator can publish it to the secure index or allow direct references",
        )
    match = _REQUIREMENT.fullmatch(head)
    if not match or _CONTROL.search(text) or (semicolon and not _is_marker(marker)):
        raise RequestRefused(
            f"{display} cannot be understood as a requirement ({where}).",
            why="only what is understood can be checked",
            remedy="write a name with optional extras, versions and marker, "
            "like name[extra]>=1.2,<2; python_version >= '3.9'",
        )
    return normalized(match.group("name"))


def _direct(head: str) -> str:
    """Return the kind of direct reference in `head`, a requirement without its marker; "" if it is none."""
    scheme = _URL.match(head)
    if scheme or _NAMED.match(head):
        vcs = re.search(r"\b(?:git|hg|svn|bzr)(?:\+[a-z]+)?:", head, re.I)
        return "a version control reference" if vcs else "a direct URL"
    if "/" in head or "\\" in head or head.startswith((".", "~")):
        return "a local path"
    if _ARCHIVE.search(head):
        return "an archive file"
    return ""


def _is_marker(text: str) -> bool:
    """Return whether `text` consists of the words of an environment marker; pip accepts an empty marker."""
    position = 0
    text = text.strip()
    while position < len(text):
        token = _MARKER_TOKEN.match(text, position)
        if not token:
            return False
        position = token.end()
    return True
