"""Where packages came from, for a pip without ``--report``: read from its log, in the form of that report.

Container images carry such pips (older than 22.2). The lines are those of pip 19.3 to 22.1
(``pip/_internal/req/req_tracker.py`` and ``pip/_internal/commands/install.py``), which no longer change.
"""

from __future__ import annotations

import re
from typing import Any, Dict, List, Set, Tuple
from urllib.parse import unquote, urlsplit

from ..address import same_address
from ..index import Index
from ..project_name import normalized
from ..secret import Secret

FIRST_WITH_REPORT = (22, 2)
# Before, the netrc of the vendored requests (2.22) is ~/.netrc, whatever the variable NETRC says.
FIRST_WITH_NETRC_VARIABLE = (20, 3)

_ADDED = re.compile(
    r"^\S+\s+Added (?P<asked>\S.*?) from (?P<url>[^\s#]+)(?:#(?P<fragment>\S*))?"
    r"(?: \(from (?P<by>.*)\))? to build tracker "
)
_DONE = re.compile(r"^\S+\s+Successfully installed (?P<what>.+)$")
_FOUND = re.compile(r"Found link \S+?#\S*?sha256=([0-9a-fA-F]{64})\S* \(from ([^\s)]+)")
# What pip says of where it looks, and so does the pip that a build starts: both write the same log.
_COLLECTED = re.compile(r"Collecting [^\s@]+\s*@ ([a-z][a-z0-9+.-]*:\S+)")
_LOOKS_IN = re.compile(r"Looking in (?:links|indexes): (\S.*)$")
# Of the public index, pip does not say that it looks there.
_FETCHES = re.compile(r"Fetching project page and analyzing links: (\S+)")
_SHA256 = re.compile(r"sha256=([0-9a-f]{64})")


def version_of(text: str) -> Tuple[int, ...]:
    """Return the leading numbers of a version; empty where there are none."""
    found = re.match(r"\d+(?:\.\d+)*", text)
    return tuple(int(part) for part in found.group().split(".")) if found else ()


def installed(log: str) -> List[Dict[str, Any]]:
    """Return what pip's log `log` says was installed, as the entries ``install`` of pip's report.

    Raises:
        ValueError: it does not say where one of the packages came from.
    """
    sources = [found for found in map(_ADDED.match, log.splitlines()) if found]
    done = [found["what"] for found in map(_DONE.match, log.splitlines()) if found]
    return [_entry(word, sources) for word in (done[-1].split() if done else ())]


def given_hashes(log: str, index: Index) -> Set[str]:
    """Return the hashes that pip's log `log` shows in links of pages of `index`: those in HTML, not in JSON.

    A page that `index` has redirected to another host is none of its own. The lines "Found link …" are those of
    ``pip/_internal/index/package_finder.py`` since pip 19.3.
    """
    return {digest.lower() for digest, page in _FOUND.findall(log) if index.holds(page)}


def asked_elsewhere(log: str, index: Index) -> List[Secret]:
    """Return the addresses past `index` at which pip, or a pip that a build started, looked for something.

    They stand there as in the log, which a build writes to as it likes.
    """
    found: List[Secret] = []
    for line in map(Secret, log.splitlines()):
        one, looks_in = _COLLECTED.search(line) or _FETCHES.search(line), _LOOKS_IN.search(line)
        found += [Secret(one.group(1))] if one else []
        found += map(Secret, looks_in.group(1).split(", ")) if looks_in else []
    return [url for url in dict.fromkeys(found) if not (index.holds(url) or same_address(url, index.url))]


def _entry(word: str, sources: List[Any]) -> Dict[str, Any]:
    name, _, version = word.rpartition("-")
    fitting = [source for source in sources if _holds(source["url"], name, version)]
    if not fitting:
        raise ValueError(f"no source for {word}")
    source = fitting[-1]
    by, digest = source["by"] or "", _SHA256.search(source["fragment"] or "")
    url = urlsplit(source["url"])
    return {
        "metadata": {"name": name, "version": version},
        "download_info": {
            "url": source["url"],
            "archive_info": {"hashes": {"sha256": digest.group(1)} if digest else {}},
        },
        "requested": not by or by.startswith("-r "),
        "is_direct": url.scheme not in ("http", "https") or " @ " in source["asked"],
    }


def _holds(url: str, name: str, version: str) -> bool:
    """Return whether the file at `url` is a wheel or a source archive of that version."""
    file = unquote(urlsplit(url).path.rpartition("/")[2])
    archive = re.sub(r"\.(tar\.\w+|tgz|tbz2?|zip)$", "", file)
    stem = "-".join(file.split("-")[:2]) if file.endswith(".whl") else archive
    # A file name writes other punctuation than a version has: 1.0+cpu is 1.0_cpu.
    return normalized(stem.replace("+", "-")) == normalized(f"{name}-{version}".replace("+", "-"))
