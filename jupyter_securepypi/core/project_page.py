"""A project's page on the index: which files it has (simple repository API: formerly PEP 503, 691 and 700)."""

from __future__ import annotations

import json
import re
import time
from dataclasses import dataclass
from datetime import datetime, timezone
from html.parser import HTMLParser
from typing import Any, Iterator, List, Mapping, Optional, Tuple
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

from .address import without_credentials
from .index_requests import TooMuch
from .project_name import normalized

ACCEPT = "application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.1"
"""What to ask for: JSON says when files were uploaded, HTML does not."""
_PIECE = 65_536  # characters
_SDIST = re.compile(r"\.(tar\.gz|tar\.bz2|tar\.xz|tgz|zip)$")
_TIME = re.compile(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:\.(\d+))?(Z|[+-]\d\d:?\d\d)?")


@dataclass(frozen=True)
class PageFile:
    """One file on a project's page.

    Attributes:
        filename: of the wheel or source archive.
        version: that its name says.
        url: its address without credentials.
        sha256: its hash, hexadecimal, in lower case; empty where the index gives none.
        uploaded: the time of its upload, in epoch seconds; None where the index does not say.
        size: in bytes; None where the index does not say.
        requires_python: version clauses; empty where the index says nothing.
        yanked: it is withdrawn.
        yanked_reason: why; empty where nobody said.
    """

    filename: str
    version: str
    url: str
    sha256: str = ""
    uploaded: Optional[float] = None
    size: Optional[int] = None
    requires_python: str = ""
    yanked: bool = False
    yanked_reason: str = ""

    @property
    def is_wheel(self) -> bool:
        """Whether it installs without being built."""
        return self.filename.endswith(".whl")


def read_page(content: bytes, url: str, name: str, seconds: float) -> List[PageFile]:
    """Return the files on the page `content` of the project `name`, in its order, the yanked ones too.

    Args:
        content: HTML or JSON.
        url: where the page lies; addresses on it may be relative.
        name: the project's name, in any spelling.
        seconds: that reading HTML may take.

    Raises:
        TooMuch: it takes longer, as what is no HTML may; or what looks like JSON is none.
    """
    if content.lstrip()[:1] == b"{":
        return list(_of_json(content, url, normalized(name)))
    page = HtmlPage(url)
    page.take(content, seconds)
    found = (_of_link(link, normalized(name)) for link in page.links)
    return [file for file in found if file]


@dataclass(frozen=True)
class Link:
    """A link of an HTML page: its absolute address, and its attributes."""

    url: str
    attributes: Mapping[str, Optional[str]]


class HtmlPage(HTMLParser):
    """Collects the links of a page, whose address is `url` unless the page names another base."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self._base = url
        self.links: List[Link] = []

    def take(self, content: bytes, seconds: float) -> None:
        """Read the page `content`.

        Raises:
            TooMuch: that takes longer than `seconds`.
        """
        text, until = content.decode("utf-8", "replace"), time.monotonic() + seconds
        for start in range(0, len(text), _PIECE):
            if time.monotonic() > until:
                raise TooMuch(f"it cannot be read within {seconds:g} seconds")
            self.feed(text[start : start + _PIECE])

    def handle_starttag(self, tag: str, attrs: List[Tuple[str, Optional[str]]]) -> None:
        """Take a link, or a base address."""
        values = dict(attrs)
        href = values.get("href")
        url = _joined(self._base, href or "")
        if tag == "base":
            self._base = url or self._base
        elif tag == "a" and href and url:
            self.links.append(Link(url, values))


def version_in(filename: str, name: str) -> str:
    """Return the version that the name of a file of the project `name` says; empty if it is none of its files.

    Args:
        filename: of a wheel or a source archive.
        name: normalized.
    """
    if filename.endswith(".whl"):
        parts = filename.split("-")
        return parts[1] if len(parts) >= 5 and normalized(parts[0]) == name else ""
    # The name may hold dashes, the version does not: all but the last.
    stem, _, version = _SDIST.sub("", filename).rpartition("-") if _SDIST.search(filename) else ("", "", "")
    return version if normalized(stem) == name else ""


def epoch_of(text: object) -> Optional[float]:
    """Return the epoch second of a time as RFC 3339 writes it; None where it is none. Without an offset it is UTC."""
    found = _TIME.fullmatch(text) if isinstance(text, str) else None
    if not found:
        return None
    day, clock, fraction, offset = found.groups()
    plus = "+0000" if offset in (None, "Z") else offset.replace(":", "")
    try:
        whole = datetime.strptime(f"{day} {clock} {plus}", "%Y-%m-%d %H:%M:%S %z").astimezone(timezone.utc)
    except (ValueError, OverflowError):
        return None
    return whole.timestamp() + float(f"0.{fraction or 0}")


def _of_json(content: bytes, url: str, name: str) -> Iterator[PageFile]:
    try:
        page = json.loads(content.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise TooMuch(f"it is no JSON: {str(error)[:100]}") from None
    entries = page.get("files") if isinstance(page, dict) else None
    for entry in entries if isinstance(entries, list) else ():
        file = _of_entry(entry, url, name) if isinstance(entry, dict) else None
        if file:
            yield file


def _of_entry(entry: Mapping[str, Any], url: str, name: str) -> Optional[PageFile]:
    filename, address = entry.get("filename"), entry.get("url")
    if not isinstance(filename, str) or not isinstance(address, str):
        return None
    version, absolute = version_in(filename, name), urldefrag(_joined(url, address))[0]
    hashes, size, yanked = entry.get("hashes"), entry.get("size"), entry.get("yanked", False)
    sha256 = hashes.get("sha256") if isinstance(hashes, dict) else ""
    if not version or base_name(absolute) != filename:
        return None  # what installers would take under that name lies elsewhere
    return PageFile(
        filename,
        version,
        without_credentials(absolute),
        sha256.lower() if isinstance(sha256, str) else "",
        epoch_of(entry.get("upload-time")),
        size if isinstance(size, int) else None,
        str(entry.get("requires-python") or ""),
        bool(yanked),
        yanked if isinstance(yanked, str) else "",
    )


def _of_link(link: Link, name: str) -> Optional[PageFile]:
    url, fragment = urldefrag(link.url)
    filename = base_name(url)
    version = version_in(filename, name)
    digest = re.search(r"sha256=([0-9A-Fa-f]{64})", fragment)
    if not version:
        return None
    return PageFile(
        filename,
        version,
        without_credentials(url),
        digest.group(1).lower() if digest else "",
        requires_python=link.attributes.get("data-requires-python") or "",
        yanked="data-yanked" in link.attributes,
        yanked_reason=link.attributes.get("data-yanked") or "",
    )


def _joined(base: str, address: str) -> str:
    """Return `address` as an absolute one; empty where it is none, as with half a bracket."""
    try:
        return urljoin(base, address)
    except ValueError:
        return ""


def base_name(url: str) -> str:
    """Return the last part of the path of `url`, which is the name of a file."""
    return unquote(urlsplit(url).path.rpartition("/")[2])
