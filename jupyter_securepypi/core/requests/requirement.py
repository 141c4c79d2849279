"""One requirement: a name, extras, versions, a marker and hashes, without a place to take it from.

The allowed forms are spelled out (the dependency specifiers of the Python packaging standards, formerly PEP 508).
Everything else is refused. The refusal is more precise if the text looks like a URL, a path or an archive.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import Sequence, Tuple

from ..errors import RequestRefused
from ..project_name import NAME, normalized
from . import marker as markers
from .marker import NONE, Marker

_EXTRAS = rf"\[(?P<extras>[ \t]*(?:{NAME}(?:[ \t]*,[ \t]*{NAME})*)?[ \t]*)\]"
_VERSION = r"(?:===|==|~=|!=|<=|>=|<|>)[ \t]*[A-Za-z0-9*][A-Za-z0-9.*+!_-]*"
_VERSIONS = rf"{_VERSION}(?:[ \t]*,[ \t]*{_VERSION})*(?:[ \t]*,)?[ \t]*"
_REQUIREMENT = re.compile(
    rf"(?P<name>{NAME})[ \t]*(?:{_EXTRAS})?[ \t]*"
    rf"(?P<versions>{_VERSIONS}|\([ \t]*(?:{_VERSIONS})?\))?[ \t]*"
)
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029]")
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
# pip reads a name with one of these endings as a file (pip/_internal/utils/filetypes.py), and any other as a package.
_ARCHIVE = re.compile(r"\.(?:whl|egg|zip|tar|tgz|tbz|tbz2|txz|tlz|tar\.[a-z0-9]+)(?![A-Za-z0-9._+!-])", re.I)
_NAMED = re.compile(rf"[ \t]*({NAME})[ \t]*(?:\[[^\]]*\])?[ \t]*@")
_SECRET = re.compile(r"(://|[:/]).*@", re.DOTALL)
_PIN = re.compile(r"==[^=*,]+")
_HASH = re.compile(r"(?:sha256|sha384|sha512):[0-9A-Fa-f]+")


@dataclass(frozen=True)
class Requirement:
    """A requirement or a constraint, as it was read.

    Attributes:
        name: the project's name as spelled; empty for a direct reference without one.
        extras: names of extras.
        versions: version clauses without blanks, such as ``>=1.2,<2``; empty for any version.
        marker: where it counts.
        hashes: the allowed hashes, as ``sha256:<hexadecimal>``; empty for any file.
        direct: the text of a direct reference (URL, path, archive), which an administrator has allowed; else empty.
        where: the place that it was read from, such as ``requirements.txt, line 3``.
    """

    name: str
    extras: Tuple[str, ...] = ()
    versions: str = ""
    marker: Marker = NONE
    hashes: Tuple[str, ...] = ()
    direct: str = ""
    where: str = field(default="", compare=False)

    @property
    def project(self) -> str:
        """The normalized name."""
        return normalized(self.name) if self.name else ""

    @property
    def pins(self) -> bool:
        """Whether exactly one version is allowed."""
        return bool(_PIN.fullmatch(self.versions))

    def __str__(self) -> str:
        """Return it without its hashes, as pip and uv both read it."""
        if self.direct:
            return self.direct
        extras = f"[{','.join(self.extras)}]" if self.extras else ""
        marker = f" ; {self.marker.text}" if self.marker.text else ""
        return f"{self.name}{extras}{self.versions}{marker}"

    def with_hashes(self, hashes: Sequence[str]) -> Requirement:
        """Return it with `hashes` added, in lower case.

        Raises:
            RequestRefused: one of them is no hash.
        """
        for one in hashes:
            if not _HASH.fullmatch(one):
                raise RequestRefused(
                    f"{shown(one)} is not a hash ({self.where}).",
                    why="pip takes sha256, sha384 and sha512",
                    remedy="write it as --hash=sha256:<hexadecimal digits>",
                )
        return replace(self, hashes=(*self.hashes, *(one.lower() for one in hashes)))


def shown(text: str) -> str:
    """Return `text` quoted for a message, cut short, without the credentials and queries of URLs."""
    text = _SECRET.sub(r"\1***@", text)
    text = re.sub(r"\?.*", "?***", text, flags=re.DOTALL)
    return ascii(text if len(text) <= 120 else text[:117] + "...")


def parse(text: str, where: str, *, allow_direct: bool = False, said: str = "") -> Requirement:
    """Return the requirement `text`.

    Args:
        text: the requirement, variables expanded.
        where: the place that errors name.
        allow_direct: accept URLs, paths and archives too.
        said: the user's own text, which messages show instead of `text`.

    Raises:
        RequestRefused: it names a place, or cannot be understood.
    """
    display = shown(said or text)
    head, semicolon, rest = text.strip().partition(";")
    head = head.strip()
    direct = "" if _CONTROL.search(text) else _direct(head)
    if direct and allow_direct:
        named = _NAMED.match(head)
        return Requirement(named.group(1) if named else "", direct=text.strip(), where=where)
    if direct:
        raise RequestRefused(
            f"{display} is {direct} ({where}).",
            why="it would go around the secure index",
            remedy="name the package and its version, like name==1.2.3; "
            "an administrator can publish it to the secure index or allow direct references",
        )
    match = _REQUIREMENT.fullmatch(head)
    marker = markers.parse(rest) if semicolon else NONE
    if not match or _CONTROL.search(text) or marker is None:
        raise RequestRefused(
            f"{display} cannot be understood as a requirement ({where}).",
            why="only what is understood can be checked",
            remedy="write a name with optional extras, versions and marker, "
            "like name[extra]>=1.2,<2; python_version >= '3.9'",
        )
    extras = re.sub(r"[ \t]", "", match.group("extras") or "")
    versions = re.sub(r"[ \t()]", "", match.group("versions") or "").rstrip(",")
    return Requirement(
        match.group("name"), tuple(extras.split(",")) if extras else (), versions, marker, where=where
    )


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
