"""A project's page: PEP 503's HTML, or PEP 691's JSON with what PEP 700 adds (version 1.1 of the Simple API).

There is no metadata beside the files (PEP 658), as CodeArtifact has none.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from datetime import datetime, timezone
from html import escape
from typing import Any
from urllib.parse import quote

from ..http import Response
from ..storage import Asset
from .headers import JSON

API_VERSION = "1.1"
Listed = Iterable[tuple[Asset, "str | None"]]  # a file, and why it was yanked


def address(asset: Asset) -> str:
    """Return a file's address relative to its project's page: ``VERSION/FILE``, as CodeArtifact has it."""
    return f"{quote(str(asset.version))}/{quote(asset.name)}"


def page(
    project: str, listed: Listed, content_type: str, address: Callable[[Asset], str] = address
) -> Response:
    """Return the page of `project` in a form that `accept.chosen` gave; `address` is as the function of that name."""
    files = list(listed)
    body = _json(project, files, address) if content_type == JSON else _html(project, files, address)
    charset = "; charset=UTF-8" if content_type.startswith("text/") else ""
    return Response(200, {"Content-Type": content_type + charset, "Vary": "Accept"}, body.encode())


def _json(project: str, files: list[tuple[Asset, str | None]], address: Callable[[Asset], str]) -> str:
    versions = sorted({asset.version for asset, _ in files})
    return json.dumps(
        {
            "meta": {"api-version": API_VERSION},
            "name": project,
            "versions": [str(version) for version in versions],
            "files": [_file(asset, yanked, address) for asset, yanked in files],
        }
    )


def _file(asset: Asset, yanked: str | None, address: Callable[[Asset], str]) -> dict[str, Any]:
    uploaded = datetime.fromtimestamp(asset.uploaded, timezone.utc)
    found: dict[str, Any] = {
        "filename": asset.name,
        "url": address(asset),
        "hashes": {"sha256": asset.contents.sha256},
        "size": asset.size,
        "upload-time": uploaded.isoformat(timespec="microseconds").replace("+00:00", "Z"),
        "yanked": False if yanked is None else (yanked or True),
    }
    if asset.contents.requires_python:
        found["requires-python"] = asset.contents.requires_python
    return found


def _html(project: str, files: list[tuple[Asset, str | None]], address: Callable[[Asset], str]) -> str:
    links = []
    for asset, yanked in files:
        extra = ""
        if asset.contents.requires_python:
            extra += f' data-requires-python="{escape(asset.contents.requires_python)}"'
        if yanked is not None:
            extra += f' data-yanked="{escape(yanked)}"'
        href = f"{address(asset)}#sha256={asset.contents.sha256}"
        links.append(f'<a href="{escape(href)}"{extra}>{escape(asset.name)}</a><br>\n')
    title = f"Links for {escape(project)}"
    return (
        '<!DOCTYPE html>\n<html>\n<head>\n<meta charset="utf-8">\n'
        f'<meta name="pypi:repository-version" content="{API_VERSION}">\n'
        f"<title>{title}</title>\n</head>\n<body>\n<h1>{title}</h1>\n{''.join(links)}</body>\n</html>\n"
    )
